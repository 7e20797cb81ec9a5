// E-mails to customer care and expert support (10.1).

import { BUTTONS } from './words.ts';
import type { MailWords, MailsOf } from './words.ts';

export const CARE_MAILS: Readonly<Record<MailsOf<'care'>, MailWords>> = {
  care_low_rating: {
    subject: {
      en: '{resolution, select, pay {Not paid all the same} other {Low rating}}: {subject}',
      de: '{resolution, select, pay {Doch nicht ausgezahlt} other {Niedrige Bewertung}}: {subject}',
      es: '{resolution, select, pay {No se ha pagado} other {Valoración baja}}: {subject}',
    },
    paragraphs: [
      {
        en: 'The customer rated the answer to “{subject}” with {stars, plural, one {# star} other {# stars}}.',
        de: 'Der Kunde hat die Antwort auf „{subject}“ mit {stars, plural, one {# Stern} other {# Sternen}} bewertet.',
        es: 'El cliente ha valorado la respuesta a «{subject}» con {stars, plural, one {# estrella} other {# estrellas}}.',
      },
      {
        en: '{resolution, select, pay {The expert was to be paid all the same, but the payment did not go through. The customer has been asked for another card; the expert is told as soon as it is paid.} other {The expert is not paid until customer care has resolved it.}}',
        de: '{resolution, select, pay {Der Experte sollte dennoch bezahlt werden, aber die Zahlung ist fehlgeschlagen. Der Kunde wurde um ein anderes Zahlungsmittel gebeten; der Experte hört davon, sobald bezahlt ist.} other {Der Experte wird erst bezahlt, wenn der Kundendienst den Fall gelöst hat.}}',
        es: '{resolution, select, pay {El experto iba a cobrar de todos modos, pero el pago no se ha realizado. Se ha pedido al cliente otro medio de pago; el experto lo sabrá en cuanto se pague.} other {No se paga al experto hasta que atención al cliente haya resuelto el caso.}}',
      },
    ],
    action: BUTTONS.openQuestion,
  },
  care_not_connected: {
    subject: { en: 'Not connected: {subject}', de: 'Keine Verbindung: {subject}', es: 'Sin conexión: {subject}' },
    paragraphs: [
      {
        en: 'The expert of the {service} for “{subject}” reports that they could not connect with the customer. Nothing has been paid to the expert.',
        de: 'Der Experte für „{service}“ zu „{subject}“ meldet, dass keine Verbindung mit dem Kunden zustande kam. Dem Experten wurde nichts ausgezahlt.',
        es: 'El experto de «{service}» para «{subject}» informa de que no ha podido conectar con el cliente. No se ha pagado nada al experto.',
      },
      {
        en: 'Please contact the customer, who can reopen the request or have it refunded.',
        de: 'Bitte nehmen Sie Kontakt mit dem Kunden auf. Er kann die Anfrage erneut öffnen oder sich den Preis erstatten lassen.',
        es: 'Póngase en contacto con el cliente, que puede volver a abrir la solicitud o pedir el reembolso.',
      },
    ],
    action: BUTTONS.openQuestion,
  },
  care_unable_to_complete: {
    subject: {
      en: 'Unable to complete: {subject}',
      de: 'Nicht zu Ende geführt: {subject}',
      es: 'No se puede completar: {subject}',
    },
    paragraphs: [
      {
        en: 'The expert of “{service}” for “{subject}” is unable to complete it, and the customer has been charged. The reason: “{reason}”.',
        de: 'Der Experte für „{service}“ zu „{subject}“ kann den Dienst nicht zu Ende führen, und das Zahlungsmittel des Kunden wurde belastet. Der Grund: „{reason}“.',
        es: 'El experto de «{service}» para «{subject}» no puede completarlo, y ya se ha cobrado al cliente. El motivo: «{reason}».',
      },
      {
        en: 'Please contact the customer.',
        de: 'Bitte nehmen Sie Kontakt mit dem Kunden auf.',
        es: 'Póngase en contacto con el cliente, por favor.',
      },
    ],
    action: BUTTONS.openQuestion,
  },
  care_refund_failed: {
    subject: {
      en: 'Refund failed: {subject}',
      de: 'Erstattung fehlgeschlagen: {subject}',
      es: 'Reembolso fallido: {subject}',
    },
    paragraphs: [
      {
        en: 'The payment provider could not make the refund for “{subject}”: {reason, select, card_closed {the card is closed} disputed {the payment is disputed} insufficient_funds {the balance at the provider is too low} other {it was refused}}. The money is with us.',
        de: 'Der Zahlungsdienst konnte die Erstattung zu „{subject}“ nicht ausführen: {reason, select, card_closed {Die Karte ist aufgelöst} disputed {Die Zahlung ist angefochten} insufficient_funds {Das Guthaben beim Zahlungsdienst reicht nicht} other {Sie wurde abgelehnt}}. Das Geld ist bei uns.',
        es: 'El proveedor de pagos no ha podido hacer el reembolso de «{subject}»: {reason, select, card_closed {la tarjeta está cancelada} disputed {el pago está impugnado} insufficient_funds {el saldo en el proveedor no alcanza} other {lo ha rechazado}}. El dinero está con nosotros.',
      },
      {
        en: 'Please contact the customer. The case can have the refund tried again.',
        de: 'Bitte wenden Sie sich an den Kunden. Über den Fall kann die Erstattung erneut versucht werden.',
        es: 'Póngase en contacto con el cliente. Desde el caso se puede intentar de nuevo el reembolso.',
      },
    ],
    action: BUTTONS.openQuestion,
  },
  care_chargeback: {
    subject: {
      en: '{outcome, select, won {Dispute won} lost {Dispute lost} other {Payment disputed}}: {subject}',
      de: '{outcome, select, won {Anfechtung gewonnen} lost {Anfechtung verloren} other {Zahlung angefochten}}: {subject}',
      es: '{outcome, select, won {Disputa ganada} lost {Disputa perdida} other {Pago impugnado}}: {subject}',
    },
    paragraphs: [
      {
        en: '{outcome, select, won {The dispute about the payment for “{subject}” is over: the money is with us, and the earnings stand.} lost {The dispute about the payment for “{subject}” is over: the money stays with the customer, and the earnings stay reversed.} other {The customer’s bank disputes the payment for “{subject}”. The reason it gives: {reason, select, fraudulent {its customer did not make the payment} unrecognized {its customer does not recognise the payment} duplicate {it was paid twice} product_not_received {nothing was delivered} product_unacceptable {it is not what was promised} credit_not_processed {a refund did not arrive} general {none in particular} other {“{reason}”}}.}}',
        de: '{outcome, select, won {Die Anfechtung der Zahlung für „{subject}“ ist entschieden: Das Geld ist bei uns, und der Verdienst besteht.} lost {Die Anfechtung der Zahlung für „{subject}“ ist entschieden: Das Geld bleibt beim Kunden, und der Verdienst bleibt storniert.} other {Die Bank des Kunden ficht die Zahlung für „{subject}“ an. Der Grund, den sie nennt: {reason, select, fraudulent {Ihr Kunde hat die Zahlung nicht veranlasst} unrecognized {Ihr Kunde erkennt die Zahlung nicht} duplicate {Es wurde doppelt bezahlt} product_not_received {Es wurde nichts geliefert} product_unacceptable {Es ist nicht das, was versprochen war} credit_not_processed {Eine Erstattung ist nicht angekommen} general {keiner im Besonderen} other {„{reason}“}}.}}',
        es: '{outcome, select, won {La disputa sobre el pago de «{subject}» ha terminado: el dinero está con nosotros y las ganancias se mantienen.} lost {La disputa sobre el pago de «{subject}» ha terminado: el dinero se queda con el cliente y las ganancias siguen anuladas.} other {El banco del cliente impugna el pago de «{subject}». El motivo que indica: {reason, select, fraudulent {su cliente no hizo el pago} unrecognized {su cliente no reconoce el pago} duplicate {se pagó dos veces} product_not_received {no se entregó nada} product_unacceptable {no es lo que se prometió} credit_not_processed {no llegó un reembolso} general {ninguno en particular} other {«{reason}»}}.}}',
      },
      {
        en: '{outcome, select, won {Its case is closed.} lost {Its case is closed.} other {Evidence can be sent to the payment provider until {until}.}}',
        de: '{outcome, select, won {Der Fall ist geschlossen.} lost {Der Fall ist geschlossen.} other {Belege können Sie dem Zahlungsdienst bis {until} senden.}}',
        es: '{outcome, select, won {El caso está cerrado.} lost {El caso está cerrado.} other {Puede enviar pruebas al proveedor de pagos hasta el {until}.}}',
      },
    ],
    action: BUTTONS.openQuestion,
  },
  care_card_testing: {
    subject: { en: 'Many declined cards', de: 'Viele abgelehnte Karten', es: 'Muchas tarjetas rechazadas' },
    paragraphs: [
      {
        en: '{reason, select, address {From one address many payment cards were declined within an hour.} card {One payment card was declined again and again within an hour.} other {A customer had many payment cards declined within an hour.}} It looks as if stolen cards were tried out; further tries are refused for a while.',
        de: '{reason, select, address {Von einer Adresse aus wurden innerhalb einer Stunde viele Zahlungskarten abgelehnt.} card {Eine Zahlungskarte wurde innerhalb einer Stunde immer wieder abgelehnt.} other {Bei einem Kunden wurden innerhalb einer Stunde viele Zahlungskarten abgelehnt.}} Es sieht so aus, als würden gestohlene Karten ausprobiert; weitere Versuche werden eine Weile abgelehnt.',
        es: '{reason, select, address {Desde una misma dirección se han rechazado muchas tarjetas en una hora.} card {Una misma tarjeta se ha rechazado una y otra vez en una hora.} other {A un cliente se le han rechazado muchas tarjetas en una hora.}} Parece que se están probando tarjetas robadas; durante un tiempo se rechazan más intentos.',
      },
      {
        en: 'The last one was for “{subject}”.',
        de: 'Der letzte galt „{subject}“.',
        es: 'El último fue para «{subject}».',
      },
    ],
    action: BUTTONS.openQuestion,
  },
  care_case_overdue: {
    subject: { en: 'Case overdue: {subject}', de: 'Fall überfällig: {subject}', es: 'Caso fuera de plazo: {subject}' },
    paragraphs: [
      {
        en: 'The case “{kind, select, personal_information {personal information} low_rating {low rating} unable_to_complete {unable to complete} not_connected {not connected} refund {refund request} refund_failed {refund failed} chargeback {payment disputed} card_testing {declined cards} other {payout dispute}}” about “{subject}” has not been resolved in time.',
        de: 'Der Fall „{kind, select, personal_information {Persönliche Angaben} low_rating {Niedrige Bewertung} unable_to_complete {Nicht zu Ende geführt} not_connected {Keine Verbindung} refund {Erstattungsantrag} refund_failed {Fehlgeschlagene Erstattung} chargeback {Angefochtene Zahlung} card_testing {Abgelehnte Karten} other {Strittige Auszahlung}}“ zu „{subject}“ wurde nicht rechtzeitig gelöst.',
        es: 'El caso «{kind, select, personal_information {datos personales} low_rating {valoración baja} unable_to_complete {no se puede completar} not_connected {sin conexión} refund {solicitud de reembolso} refund_failed {reembolso fallido} chargeback {pago impugnado} card_testing {tarjetas rechazadas} other {disputa sobre el pago al experto}}» de «{subject}» no se ha resuelto a tiempo.',
      },
    ],
    action: BUTTONS.openQuestion,
  },
};
