// What a notice says, in each language.

import type { NoticeCode } from '../domain/effects.ts';
import type { Localized } from '../domain/people.ts';

export const NOTICE_TEXTS: Readonly<Record<NoticeCode, Localized>> = {
  'question.answered': {
    en: 'Your question “{subject}” has been answered. You can still ask clarifying questions; please rate the answer afterwards.',
    de: 'Ihre Frage „{subject}“ wurde beantwortet. Sie können weiterhin nachfragen; bitte bewerten Sie die Antwort danach.',
    es: 'Su pregunta «{subject}» ha recibido respuesta. Todavía puede pedir aclaraciones; después, valore la respuesta, por favor.',
  },
  'question.claim_lapsed': {
    en: 'Your time to answer “{subject}” is over. The question is open to all experts again; you can claim it once more.',
    de: 'Ihre Zeit für die Antwort auf „{subject}“ ist abgelaufen. Die Frage steht wieder allen Experten offen; Sie können sie erneut übernehmen.',
    es: 'Su tiempo para responder a «{subject}» ha terminado. La pregunta vuelve a estar abierta a todos los expertos; puede tomarla de nuevo.',
  },
  'question.closed': {
    en: 'The question “{subject}” has been closed.',
    de: 'Die Frage „{subject}“ wurde geschlossen.',
    es: 'La pregunta «{subject}» se ha cerrado.',
  },
  'question.payment_failed': {
    en: 'The payment for your question “{subject}” did not go through. Please update your payment method.',
    de: 'Die Zahlung für Ihre Frage „{subject}“ ist fehlgeschlagen. Bitte aktualisieren Sie Ihr Zahlungsmittel.',
    es: 'El pago de su pregunta «{subject}» no se ha realizado. Actualice su medio de pago.',
  },
  'offer.proposed': {
    en: 'Your expert offers you a premium service for {money}: “{service}”.',
    de: 'Ihr Experte bietet Ihnen einen Premium-Dienst für {money} an: „{service}“.',
    es: 'Su experto le ofrece un servicio prémium por {money}: «{service}».',
  },
  'offer.declined': {
    en: 'The customer has declined your offer “{service}”. The written conversation goes on.',
    de: 'Der Kunde hat Ihr Angebot „{service}“ abgelehnt. Die schriftliche Unterhaltung geht weiter.',
    es: 'El cliente ha rechazado su oferta «{service}». La conversación escrita continúa.',
  },
  'offer.accepted': {
    en: 'The customer has accepted your offer “{service}”. You have earned {money}.',
    de: 'Der Kunde hat Ihr Angebot „{service}“ angenommen. Sie haben {money} verdient.',
    es: 'El cliente ha aceptado su oferta «{service}». Usted ha ganado {money}.',
  },
  'offer.charged': {
    en: 'Thank you for accepting “{service}”. You have been charged {money}.',
    de: 'Vielen Dank, dass Sie „{service}“ angenommen haben. Ihr Zahlungsmittel wurde mit {money} belastet.',
    es: 'Gracias por aceptar «{service}». Le hemos cobrado {money}.',
  },
  'offer.payment_failed': {
    en: 'The payment of {money} for “{service}” did not go through. Please update your payment method and accept the offer again.',
    de: 'Die Zahlung von {money} für „{service}“ ist fehlgeschlagen. Bitte aktualisieren Sie Ihr Zahlungsmittel und nehmen Sie das Angebot noch einmal an.',
    es: 'El pago de {money} por «{service}» no se ha realizado. Actualice su medio de pago y acepte la oferta de nuevo.',
  },
  'offer.unable': {
    en: 'Your expert is unable to complete “{service}”. The reason: “{reason}”. Customer care has been informed and will contact you.',
    de: 'Ihr Experte kann „{service}“ nicht zu Ende führen. Der Grund: „{reason}“. Der Kundendienst ist informiert und wird sich bei Ihnen melden.',
    es: 'Su experto no puede completar «{service}». El motivo: «{reason}». Atención al cliente está al corriente y se pondrá en contacto con usted.',
  },
  'request.passed': {
    en: 'Your expert thanks you for the {service} request, but cannot take it on personally. It is now open to all experts of the category, and your written conversation goes on.',
    de: 'Ihr Experte dankt Ihnen für die Anfrage „{service}“, kann sie aber nicht selbst übernehmen. Sie steht nun allen Experten der Kategorie offen, und Ihre schriftliche Unterhaltung geht weiter.',
    es: 'Su experto le agradece la solicitud de «{service}», pero no puede encargarse personalmente. Ahora está abierta a todos los expertos de la categoría, y su conversación escrita continúa.',
  },
  'request.opened': {
    en: 'Your expert has not replied yet, so your {service} request is now open to all experts of the category. Your written conversation goes on.',
    de: 'Ihr Experte hat noch nicht geantwortet. Ihre Anfrage „{service}“ steht deshalb nun allen Experten der Kategorie offen. Ihre schriftliche Unterhaltung geht weiter.',
    es: 'Su experto aún no ha respondido, así que su solicitud de «{service}» está ahora abierta a todos los expertos de la categoría. Su conversación escrita continúa.',
  },
  'request.accepted': {
    en: 'An expert has accepted your {service} request. {paid, select, before {It is paid already; nothing more is charged.} other {You have been charged {money}.}}',
    de: 'Ein Experte hat Ihre Anfrage „{service}“ angenommen. {paid, select, before {Sie ist bereits bezahlt, es wird nichts weiter berechnet.} other {Ihr Zahlungsmittel wurde mit {money} belastet.}}',
    es: 'Un experto ha aceptado su solicitud de «{service}». {paid, select, before {Ya está pagada; no se le cobra nada más.} other {Le hemos cobrado {money}.}}',
  },
  'request.payment_failed': {
    en: 'An expert wanted to accept your {service} request, but the payment of {money} did not go through. Please update your payment method to open the request again.',
    de: 'Ein Experte wollte Ihre Anfrage „{service}“ annehmen, aber die Zahlung von {money} ist fehlgeschlagen. Bitte aktualisieren Sie Ihr Zahlungsmittel, um die Anfrage wieder zu öffnen.',
    es: 'Un experto quería aceptar su solicitud de «{service}», pero el pago de {money} no se ha realizado. Actualice su medio de pago para abrir de nuevo la solicitud.',
  },
  'request.expired': {
    en: 'Nobody was able to accept your {service} request in time, so it has expired and {refundState, select, none {you are not charged} other {{money} is on its way back to you}}. Your written conversation goes on.',
    de: 'Niemand konnte Ihre Anfrage „{service}“ rechtzeitig annehmen. Sie ist daher abgelaufen, und {refundState, select, none {Ihnen wird nichts berechnet} other {{money} sind auf dem Weg zurück zu Ihnen}}. Ihre schriftliche Unterhaltung geht weiter.',
    es: 'Nadie ha podido aceptar a tiempo su solicitud de «{service}», así que ha caducado y {refundState, select, none {no se le cobra nada} other {le devolvemos {money}}}. Su conversación escrita continúa.',
  },
  'request.fulfilled': {
    en: 'Your {service} has been completed. Thank you!',
    de: 'Ihre Anfrage „{service}“ wurde erfüllt. Vielen Dank!',
    es: 'Su solicitud de «{service}» se ha completado. ¡Muchas gracias!',
  },
  'request.unfulfilled': {
    en: 'Your expert could not reach you for the {service}. You can reopen the request or have {money} refunded; customer care will contact you.',
    de: 'Ihr Experte konnte Sie für „{service}“ nicht erreichen. Sie können die Anfrage erneut öffnen oder sich {money} erstatten lassen; der Kundendienst wird sich bei Ihnen melden.',
    es: 'Su experto no ha podido contactar con usted para «{service}». Puede volver a abrir la solicitud o pedir que le reembolsemos {money}; atención al cliente se pondrá en contacto con usted.',
  },
  'request.report_overdue': {
    en: 'The time to report on the {service} for “{subject}” is over, and nothing is paid. Please contact expert support.',
    de: 'Die Frist für den Bericht über „{service}“ zu „{subject}“ ist vorbei, und es wird nichts ausgezahlt. Bitte wenden Sie sich an den Expertendienst.',
    es: 'El plazo para informar sobre «{service}» para «{subject}» ha terminado, y no se paga nada. Póngase en contacto con el soporte para expertos.',
  },
  'request.capture_failed': {
    en: 'The {service} for “{subject}” is not yours: the customer’s payment did not go through. Once it is updated, the request is open to all experts again.',
    de: 'Die Anfrage „{service}“ zu „{subject}“ geht nicht an Sie: Die Zahlung des Kunden ist fehlgeschlagen. Sobald sie aktualisiert ist, steht die Anfrage wieder allen Experten offen.',
    es: 'La solicitud de «{service}» para «{subject}» no es suya: el pago del cliente no se ha realizado. Cuando se actualice, se abrirá de nuevo a todos los expertos.',
  },
  'request.refunded': {
    en: 'The customer has been refunded for the {service} for “{subject}”. Nothing had been paid to you for it, and nothing will be.',
    de: 'Dem Kunden wurde der Preis für „{service}“ zu „{subject}“ erstattet. Ihnen war dafür nichts ausgezahlt worden, und es wird auch nichts ausgezahlt.',
    es: 'Se ha reembolsado al cliente «{service}» para «{subject}». A usted no se le había pagado nada por ello, y no se le pagará nada.',
  },
  'refund.granted': {
    en: 'Your refund for {about, select, question {the question} other {the {service} for}} “{subject}” has been made: {money} has been sent back to your payment method.',
    de: 'Ihre Erstattung für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ ist erfolgt: {money} wurden auf Ihr Zahlungsmittel zurückgezahlt.',
    es: 'Se ha hecho su reembolso de {about, select, question {la pregunta} other {«{service}» para}} «{subject}»: hemos devuelto {money} a su medio de pago.',
  },
  'refund.failed': {
    en: 'Your refund of {money} for {about, select, question {the question} other {the {service} for}} “{subject}” could not be made. You do not have to do anything: customer care has been informed and will contact you.',
    de: 'Ihre Erstattung von {money} für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ ist fehlgeschlagen. Sie müssen nichts tun: Der Kundendienst ist informiert und wird sich bei Ihnen melden.',
    es: 'No se ha podido hacer su reembolso de {money} por {about, select, question {la pregunta} other {«{service}» para}} «{subject}». No tiene que hacer nada: hemos informado a Atención al cliente, que se pondrá en contacto con usted.',
  },
  'refund.refused': {
    en: 'Your request for a refund concerning “{subject}” has been refused. The reason: “{reason}”.',
    de: 'Ihr Erstattungsantrag zu „{subject}“ wurde abgelehnt. Der Grund: „{reason}“.',
    es: 'Se ha denegado su solicitud de reembolso relativa a «{subject}». El motivo: «{reason}».',
  },
  'refund.dismissed': {
    en: 'Your request for a refund concerning “{subject}” has been closed without a refund.',
    de: 'Ihr Erstattungsantrag zu „{subject}“ wurde ohne Erstattung geschlossen.',
    es: 'Su solicitud de reembolso relativa a «{subject}» se ha cerrado sin reembolso.',
  },
  'earnings.reversed': {
    en: 'The customer has been refunded for {about, select, question {the question} other {the {service} for}} “{subject}”. Your earnings of {money} for it have been reversed.',
    de: 'Dem Kunden wurde der Preis für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ erstattet. Ihr Verdienst dafür in Höhe von {money} wurde storniert.',
    es: 'Se ha reembolsado al cliente {about, select, question {la pregunta} other {«{service}» para}} «{subject}». Se han anulado sus ganancias de {money} por ello.',
  },
  'earnings.disputed': {
    en: '{outcome, select, lost {The customer’s bank has decided the dispute: the payment for {about, select, question {the question} other {the {service} for}} “{subject}” stays with the customer. Your earnings of {money} for it are reversed for good.} other {The customer disputes the payment for {about, select, question {the question} other {the {service} for}} “{subject}” with their bank, which has taken it back. Your earnings of {money} for it are withheld until that is decided.}}',
    de: '{outcome, select, lost {Die Bank des Kunden hat entschieden: Die Zahlung für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ bleibt beim Kunden. Ihr Verdienst dafür in Höhe von {money} ist endgültig storniert.} other {Der Kunde hat der Zahlung für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ bei seiner Bank widersprochen, und die Bank hat sie zurückgeholt. Ihr Verdienst dafür in Höhe von {money} wird einbehalten, bis darüber entschieden ist.}}',
    es: '{outcome, select, lost {El banco del cliente ha decidido la disputa: el pago de {about, select, question {la pregunta} other {«{service}» para}} «{subject}» se queda con el cliente. Sus ganancias de {money} por ello quedan anuladas definitivamente.} other {El cliente ha impugnado ante su banco el pago de {about, select, question {la pregunta} other {«{service}» para}} «{subject}», y el banco lo ha retirado. Sus ganancias de {money} por ello quedan retenidas hasta que se decida.}}',
  },
  'earnings.restored': {
    en: 'The payment for {about, select, question {the question} other {the {service} for}} “{subject}” is with us again. Your earnings of {money} for it stand again.',
    de: 'Die Zahlung für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ ist wieder bei uns. Ihr Verdienst dafür in Höhe von {money} besteht wieder.',
    es: 'El pago de {about, select, question {la pregunta} other {«{service}» para}} «{subject}» vuelve a estar con nosotros. Sus ganancias de {money} por ello vuelven a ser suyas.',
  },
  'dispute.resolved': {
    en: 'Expert support has looked at your dispute about the payout for “{subject}”: {resolution, select, done {it has been settled} other {there was no reason to change anything}}.',
    de: 'Der Expertendienst hat Ihren Einspruch zur Auszahlung für „{subject}“ geprüft: {resolution, select, done {Die Sache ist geregelt} other {Es gab keinen Grund, etwas zu ändern}}.',
    es: 'El soporte para expertos ha revisado su reclamación sobre el pago por «{subject}»: {resolution, select, done {el asunto está resuelto} other {no había motivo para cambiar nada}}.',
  },
  'rating.reviewed': {
    en: 'Customer care has reviewed the low rating of your answer to “{subject}”. {resolution, select, dismissed {The rating stands, so your share of the value is not paid.} other {Your share of the value is paid all the same.}}',
    de: 'Der Kundendienst hat die niedrige Bewertung Ihrer Antwort auf „{subject}“ geprüft. {resolution, select, dismissed {Die Bewertung bleibt bestehen, daher wird Ihr Anteil am Wert nicht ausgezahlt.} other {Ihr Anteil am Wert wird dennoch ausgezahlt.}}',
    es: 'Atención al cliente ha revisado la valoración baja de su respuesta a «{subject}». {resolution, select, dismissed {La valoración se mantiene, por lo que su parte del valor no se paga.} other {Su parte del valor se paga de todos modos.}}',
  },
  'presence.away_missed': {
    en: 'You are now shown as away: {count, plural, one {a request that was kept for you has} other {the last # requests that were kept for you have}} passed without an answer. Requests still come to you first, and by e-mail at once. Press “Available” to be shown as available again.',
    de: 'Sie werden jetzt als abwesend angezeigt: {count, plural, one {Eine Anfrage, die für Sie reserviert war, ist} other {Die letzten # Anfragen, die für Sie reserviert waren, sind}} ohne Antwort verstrichen. Anfragen kommen weiterhin zuerst zu Ihnen, und sofort per E-Mail. Drücken Sie „Verfügbar“, um wieder als verfügbar angezeigt zu werden.',
    es: 'Ahora aparece como ausente: {count, plural, one {una solicitud que le estaba reservada ha pasado} other {las últimas # solicitudes que le estaban reservadas han pasado}} sin respuesta. Las solicitudes le siguen llegando primero a usted, y al momento por correo electrónico. Pulse «Disponible» para volver a aparecer como disponible.',
  },
  'presence.away_hidden': {
    en: 'You are now shown as away: you have not looked at this page for {minutes, plural, one {# minute} other {# minutes}}. Requests still come to you first, and by e-mail at once. Press “Available” to be shown as available again.',
    de: 'Sie werden jetzt als abwesend angezeigt: Sie haben seit {minutes, plural, one {# Minute} other {# Minuten}} nicht auf diese Seite gesehen. Anfragen kommen weiterhin zuerst zu Ihnen, und sofort per E-Mail. Drücken Sie „Verfügbar“, um wieder als verfügbar angezeigt zu werden.',
    es: 'Ahora aparece como ausente: no ha mirado esta página desde hace {minutes, plural, one {# minuto} other {# minutos}}. Las solicitudes le siguen llegando primero a usted, y al momento por correo electrónico. Pulse «Disponible» para volver a aparecer como disponible.',
  },
};
