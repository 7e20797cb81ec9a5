// E-mails about refunds, what they do to earnings, and what care decides (2.5, 8.4, 10.1).

import { BUTTONS } from './words.ts';
import type { MailWords, MailsOf } from './words.ts';

export const MONEY_MAILS: Readonly<Record<MailsOf<'refund' | 'rating' | 'earnings' | 'dispute'>, MailWords>> = {
  refund_received: {
    subject: { en: 'Your request for a refund', de: 'Ihr Erstattungsantrag', es: 'Su solicitud de reembolso' },
    paragraphs: [
      {
        en: 'We have received your request for a refund concerning “{subject}”. Customer care looks at it{until, select, none {} other { until {until}}} and tells you what it has decided.',
        de: 'Ihr Erstattungsantrag zu „{subject}“ ist bei uns eingegangen. Der Kundendienst prüft ihn{until, select, none {} other { bis {until}}} und teilt Ihnen die Entscheidung mit.',
        es: 'Hemos recibido su solicitud de reembolso relativa a «{subject}». Atención al cliente la examina{until, select, none {} other { hasta el {until}}} y le comunicará su decisión.',
      },
      {
        en: 'You do not have to do anything. Your conversation goes on as before.',
        de: 'Sie müssen nichts tun. Ihre Unterhaltung geht weiter wie bisher.',
        es: 'No tiene que hacer nada. Su conversación continúa como antes.',
      },
    ],
    action: BUTTONS.openConversation,
  },
  refund_granted: {
    subject: {
      en: 'Your refund has been granted',
      de: 'Ihrem Erstattungsantrag wurde stattgegeben',
      es: 'Se ha concedido su reembolso',
    },
    paragraphs: [
      {
        en: 'Your refund for {about, select, question {the question} other {the {service} for}} “{subject}” has been made.',
        de: 'Ihrem Erstattungsantrag für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ wurde stattgegeben, und die Erstattung ist erfolgt.',
        es: 'Se ha concedido su reembolso de {about, select, question {la pregunta} other {«{service}» para}} «{subject}», y ya está hecho.',
      },
      {
        en: '{money} has been sent back to the payment method you paid with. Depending on your bank it takes some days to arrive.',
        de: 'Auf das Zahlungsmittel, mit dem Sie bezahlt haben, wurden {money} zurückgezahlt. Je nach Bank dauert es einige Tage, bis sie ankommen.',
        es: 'Hemos devuelto {money} al medio de pago con el que pagó. Según su banco, puede tardar algunos días en llegar.',
      },
    ],
    action: BUTTONS.openConversation,
  },
  refund_failed: {
    subject: {
      en: 'Your refund could not be made',
      de: 'Ihre Erstattung ist fehlgeschlagen',
      es: 'No se ha podido hacer su reembolso',
    },
    paragraphs: [
      {
        en: 'Your refund of {money} for {about, select, question {the question} other {the {service} for}} “{subject}” could not be made: the bank did not take it, or sent it back.',
        de: 'Ihre Erstattung von {money} für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ ist fehlgeschlagen: Die Bank hat sie nicht angenommen oder zurückgeschickt.',
        es: 'No se ha podido hacer su reembolso de {money} por {about, select, question {la pregunta} other {«{service}» para}} «{subject}»: el banco no lo ha aceptado o lo ha devuelto.',
      },
      {
        en: 'You do not have to do anything. Customer care has been informed and will contact you.',
        de: 'Sie müssen nichts tun. Der Kundendienst ist informiert und wird sich bei Ihnen melden.',
        es: 'No tiene que hacer nada. Hemos informado a Atención al cliente, que se pondrá en contacto con usted.',
      },
    ],
    action: BUTTONS.openConversation,
  },
  refund_refused: {
    subject: { en: 'Your request for a refund', de: 'Ihr Erstattungsantrag', es: 'Su solicitud de reembolso' },
    paragraphs: [
      {
        en: 'Customer care has looked at your request for a refund concerning “{subject}” and could not grant it.',
        de: 'Der Kundendienst hat Ihren Erstattungsantrag zu „{subject}“ geprüft und konnte ihm nicht stattgeben.',
        es: 'Atención al cliente ha examinado su solicitud de reembolso relativa a «{subject}» y no ha podido concederla.',
      },
      { en: 'The reason: “{reason}”.', de: 'Der Grund: „{reason}“.', es: 'El motivo: «{reason}».' },
    ],
    action: BUTTONS.openConversation,
  },
  rating_reviewed: {
    subject: {
      en: '{resolution, select, dismissed {The rating stands} other {Paid all the same}}: {subject}',
      de: '{resolution, select, dismissed {Die Bewertung bleibt bestehen} other {Dennoch ausgezahlt}}: {subject}',
      es: '{resolution, select, dismissed {La valoración se mantiene} other {Se paga de todos modos}}: {subject}',
    },
    paragraphs: [
      {
        en: 'Customer care has reviewed the low rating of your answer to “{subject}”. {resolution, select, dismissed {The rating stands, so your share of the value is not paid.} other {Your share of the value is paid all the same.}}',
        de: 'Der Kundendienst hat die niedrige Bewertung Ihrer Antwort auf „{subject}“ geprüft. {resolution, select, dismissed {Die Bewertung bleibt bestehen, daher wird Ihr Anteil am Wert nicht ausgezahlt.} other {Ihr Anteil am Wert wird dennoch ausgezahlt.}}',
        es: 'Atención al cliente ha revisado la valoración baja de su respuesta a «{subject}». {resolution, select, dismissed {La valoración se mantiene, por lo que su parte del valor no se paga.} other {Su parte del valor se paga de todos modos.}}',
      },
      {
        en: '{resolution, select, dismissed {If the customer raises the rating, it is paid after all. If you see it differently, please contact expert support.} other {Your Earnings Report shows what has been paid to you.}}',
        de: '{resolution, select, dismissed {Hebt der Kunde die Bewertung an, wird er noch ausgezahlt. Wenn Sie es anders sehen, wenden Sie sich bitte an den Expertendienst.} other {Was Ihnen ausgezahlt wurde, zeigt Ihre Verdienstübersicht.}}',
        es: '{resolution, select, dismissed {Si el cliente sube la valoración, se pagará. Si no está de acuerdo, póngase en contacto con el soporte para expertos.} other {Su informe de ganancias muestra lo que se le ha pagado.}}',
      },
    ],
    action: BUTTONS.openConversation,
  },
  earnings_reversed: {
    subject: {
      en: 'Refunded to the customer: {subject}',
      de: 'Dem Kunden erstattet: {subject}',
      es: 'Reembolsado al cliente: {subject}',
    },
    paragraphs: [
      {
        en: 'The customer has been refunded for {about, select, question {the question} other {the {service} for}} “{subject}”.',
        de: 'Dem Kunden wurde der Preis für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ erstattet.',
        es: 'Se ha reembolsado al cliente {about, select, question {la pregunta} other {«{service}» para}} «{subject}».',
      },
      {
        en: 'Your earnings of {money} for it have been reversed; your Earnings Report shows what remains.',
        de: 'Ihr Verdienst dafür in Höhe von {money} wurde storniert; was Ihnen bleibt, zeigt Ihre Verdienstübersicht.',
        es: 'Se han anulado sus ganancias de {money} por ello; su informe de ganancias muestra lo que queda.',
      },
    ],
    action: BUTTONS.openConversation,
  },
  earnings_disputed: {
    subject: {
      en: '{outcome, select, lost {Dispute lost} other {Payment disputed by the customer}}: {subject}',
      de: '{outcome, select, lost {Anfechtung verloren} other {Zahlung vom Kunden angefochten}}: {subject}',
      es: '{outcome, select, lost {Disputa perdida} other {Pago impugnado por el cliente}}: {subject}',
    },
    paragraphs: [
      {
        en: '{outcome, select, lost {The customer’s bank has decided the dispute: the payment for {about, select, question {the question} other {the {service} for}} “{subject}” stays with the customer.} other {The customer disputes the payment for {about, select, question {the question} other {the {service} for}} “{subject}” with their bank, which has taken it back.}}',
        de: '{outcome, select, lost {Die Bank des Kunden hat entschieden: Die Zahlung für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ bleibt beim Kunden.} other {Der Kunde hat der Zahlung für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ bei seiner Bank widersprochen, und die Bank hat sie zurückgeholt.}}',
        es: '{outcome, select, lost {El banco del cliente ha decidido la disputa: el pago de {about, select, question {la pregunta} other {«{service}» para}} «{subject}» se queda con el cliente.} other {El cliente ha impugnado ante su banco el pago de {about, select, question {la pregunta} other {«{service}» para}} «{subject}», y el banco lo ha retirado.}}',
      },
      {
        en: '{outcome, select, lost {Your earnings of {money} for it are reversed for good. Your Earnings Report shows what remains.} other {Your earnings of {money} for it are withheld until that is decided. Customer care answers the bank with what is documented in the conversation.}}',
        de: '{outcome, select, lost {Ihr Verdienst dafür in Höhe von {money} ist endgültig storniert. Was Ihnen bleibt, zeigt Ihre Verdienstübersicht.} other {Ihr Verdienst dafür in Höhe von {money} wird einbehalten, bis darüber entschieden ist. Der Kundendienst antwortet der Bank mit dem, was in der Unterhaltung belegt ist.}}',
        es: '{outcome, select, lost {Sus ganancias de {money} por ello quedan anuladas definitivamente. Su informe de ganancias muestra lo que queda.} other {Sus ganancias de {money} por ello quedan retenidas hasta que se decida. Atención al cliente responde al banco con lo que consta en la conversación.}}',
      },
    ],
    action: BUTTONS.openConversation,
  },
  earnings_restored: {
    subject: {
      en: 'Your earnings stand again: {subject}',
      de: 'Ihr Verdienst besteht wieder: {subject}',
      es: 'Sus ganancias vuelven a ser suyas: {subject}',
    },
    paragraphs: [
      {
        en: 'The payment for {about, select, question {the question} other {the {service} for}} “{subject}” is with us again.',
        de: 'Die Zahlung für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ ist wieder bei uns.',
        es: 'El pago de {about, select, question {la pregunta} other {«{service}» para}} «{subject}» vuelve a estar con nosotros.',
      },
      {
        en: 'Your earnings of {money} for it stand again; your Earnings Report shows them.',
        de: 'Ihr Verdienst dafür in Höhe von {money} besteht wieder; Ihre Verdienstübersicht zeigt ihn.',
        es: 'Sus ganancias de {money} por ello vuelven a ser suyas; su informe de ganancias las muestra.',
      },
    ],
    action: BUTTONS.openConversation,
  },
  dispute_received: {
    subject: {
      en: 'Your dispute about a payout: {subject}',
      de: 'Ihr Einspruch zu einer Auszahlung: {subject}',
      es: 'Su reclamación sobre un pago: {subject}',
    },
    paragraphs: [
      {
        en: 'We have received your dispute about the payout for “{subject}”. Expert support looks at it{until, select, none {} other { until {until}}} and tells you what comes of it.',
        de: 'Ihr Einspruch zur Auszahlung für „{subject}“ ist bei uns eingegangen. Der Expertendienst prüft ihn{until, select, none {} other { bis {until}}} und teilt Ihnen das Ergebnis mit.',
        es: 'Hemos recibido su reclamación sobre el pago por «{subject}». El soporte para expertos la examina{until, select, none {} other { hasta el {until}}} y le comunicará el resultado.',
      },
    ],
    action: { en: 'See what it is about', de: 'Ansehen, worum es geht', es: 'Ver de qué se trata' },
  },
  dispute_resolved: {
    subject: {
      en: 'Your dispute about a payout: {subject}',
      de: 'Ihr Einspruch zu einer Auszahlung: {subject}',
      es: 'Su reclamación sobre un pago: {subject}',
    },
    paragraphs: [
      {
        en: 'Expert support has looked at your dispute about the payout for “{subject}”: {resolution, select, done {it has been settled} other {there was no reason to change anything}}.',
        de: 'Der Expertendienst hat Ihren Einspruch zur Auszahlung für „{subject}“ geprüft: {resolution, select, done {Die Sache ist geregelt} other {Es gab keinen Grund, etwas zu ändern}}.',
        es: 'El soporte para expertos ha revisado su reclamación sobre el pago por «{subject}»: {resolution, select, done {el asunto está resuelto} other {no había motivo para cambiar nada}}.',
      },
      {
        en: 'Your Earnings Report shows what has been paid to you. If you have further questions, please contact expert support.',
        de: 'Was Ihnen ausgezahlt wurde, zeigt Ihre Verdienstübersicht. Bei weiteren Fragen wenden Sie sich bitte an den Expertendienst.',
        es: 'Su informe de ganancias muestra lo que se le ha pagado. Si tiene más preguntas, póngase en contacto con el soporte para expertos.',
      },
    ],
    action: { en: 'See what it is about', de: 'Ansehen, worum es geht', es: 'Ver de qué se trata' },
  },
};
