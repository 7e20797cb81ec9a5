// E-mails about requests and their reports (6, 7).

import { BUTTONS } from './words.ts';
import type { MailWords, MailsOf } from './words.ts';

export const REQUEST_MAILS: Readonly<Record<MailsOf<'request' | 'report'>, MailWords>> = {
  request_reserved: {
    subject: { en: '{requested} {subject}', de: '{requested} {subject}', es: '{requested} {subject}' },
    paragraphs: [
      {
        en: 'The customer of your conversation “{subject}” has requested {service}, and you are asked first.',
        de: 'Der Kunde Ihrer Unterhaltung „{subject}“ hat „{service}“ angefragt, und Sie werden zuerst gefragt.',
        es: 'El cliente de su conversación «{subject}» ha solicitado «{service}», y se le pregunta primero a usted.',
      },
      { en: 'You would earn {money}.', de: 'Sie würden {money} verdienen.', es: 'Usted ganaría {money}.' },
      {
        en: '{until, select, none {It is kept for you for a few minutes; the page shows the time that is left.} other {It is kept for you until {until}.}} After that it opens to all experts of the category.',
        de: '{until, select, none {Die Anfrage ist einige Minuten lang für Sie reserviert; die Seite zeigt die verbleibende Zeit.} other {Die Anfrage ist bis {until} für Sie reserviert.}} Danach steht sie allen Experten der Kategorie offen.',
        es: '{until, select, none {La solicitud se le reserva durante unos minutos; la página muestra el tiempo restante.} other {La solicitud se le reserva hasta el {until}.}} Después se abre a todos los expertos de la categoría.',
      },
      {
        en: 'Open the page and choose Accept or No Thanks. Opening it accepts nothing, and you keep the written question either way.',
        de: 'Öffnen Sie die Seite und wählen Sie „Diese Anfrage annehmen“ oder „Nein danke“. Das Öffnen allein nimmt nichts an, und die schriftliche Frage behalten Sie in jedem Fall.',
        es: 'Abra la página y elija «Aceptar esta solicitud» o «No, gracias». Abrirla no acepta nada, y en cualquier caso conserva la pregunta escrita.',
      },
    ],
    action: BUTTONS.viewRequest,
  },
  request_open: {
    subject: { en: '{requested} {subject}', de: '{requested} {subject}', es: '{requested} {subject}' },
    paragraphs: [
      {
        en: 'A customer has requested {service}: “{subject}”.',
        de: 'Ein Kunde hat „{service}“ angefragt: „{subject}“.',
        es: 'Un cliente ha solicitado «{service}»: «{subject}».',
      },
      { en: 'You would earn {money}.', de: 'Sie würden {money} verdienen.', es: 'Usted ganaría {money}.' },
      {
        en: 'The first expert who accepts gets it. Opening the page accepts nothing: you can review the conversation first.',
        de: 'Wer zuerst annimmt, bekommt die Anfrage. Das Öffnen der Seite nimmt nichts an: Sie können sich vorher die Unterhaltung ansehen.',
        es: 'La obtiene el primer experto que acepte. Abrir la página no acepta nada: antes puede revisar la conversación.',
      },
    ],
    action: BUTTONS.viewRequest,
  },
  request_digest: {
    subject: {
      en: '{count, plural, one {# open request in your categories} other {# open requests in your categories}}',
      de: '{count, plural, one {# offene Anfrage in Ihren Kategorien} other {# offene Anfragen in Ihren Kategorien}}',
      es: '{count, plural, one {# solicitud abierta en sus categorías} other {# solicitudes abiertas en sus categorías}}',
    },
    paragraphs: [
      {
        en: '{count, plural, one {A request is waiting for an expert.} other {# requests are waiting for an expert.}}',
        de: '{count, plural, one {Eine Anfrage wartet auf einen Experten.} other {# Anfragen warten auf einen Experten.}}',
        es: '{count, plural, one {Una solicitud espera a un experto.} other {# solicitudes esperan a un experto.}}',
      },
    ],
    item: {
      en: '{requested} {subject}: you would earn {money}',
      de: '{requested} {subject}: Sie würden {money} verdienen',
      es: '{requested} {subject}: usted ganaría {money}',
    },
    closing: {
      en: 'The first expert who accepts gets it. Opening a page accepts nothing: you can review the conversation first.',
      de: 'Wer zuerst annimmt, bekommt die Anfrage. Das Öffnen einer Seite nimmt nichts an: Sie können sich vorher die Unterhaltung ansehen.',
      es: 'La obtiene el primer experto que acepte. Abrir una página no acepta nada: antes puede revisar la conversación.',
    },
    action: { en: 'Open the newest request', de: 'Neueste Anfrage öffnen', es: 'Abrir la solicitud más reciente' },
  },
  request_passed: {
    subject: {
      en: 'Your {service} request is open to all experts',
      de: 'Ihre Anfrage „{service}“ steht allen Experten offen',
      es: 'Su solicitud de «{service}» está abierta a todos los expertos',
    },
    paragraphs: [
      {
        en: 'Your expert thanks you for the {service} request about “{subject}”, but cannot take it on personally.',
        de: 'Ihr Experte dankt Ihnen für die Anfrage „{service}“ zu „{subject}“, kann sie aber nicht selbst übernehmen.',
        es: 'Su experto le agradece la solicitud de «{service}» para «{subject}», pero no puede encargarse personalmente.',
      },
      {
        en: 'It is now open to all experts of the category. We will tell you as soon as one of them accepts; until then you can withdraw it.',
        de: 'Sie steht nun allen Experten der Kategorie offen. Wir sagen Ihnen Bescheid, sobald jemand sie annimmt; bis dahin können Sie sie zurückziehen.',
        es: 'Ahora está abierta a todos los expertos de la categoría. Le avisaremos en cuanto uno de ellos la acepte; hasta entonces puede retirarla.',
      },
      {
        en: 'Your written conversation goes on as before.',
        de: 'Ihre schriftliche Unterhaltung geht weiter wie bisher.',
        es: 'Su conversación escrita continúa como antes.',
      },
    ],
    action: BUTTONS.openConversation,
  },
  request_accepted: {
    subject: {
      en: 'Your {service} request has been accepted',
      de: 'Ihre Anfrage „{service}“ wurde angenommen',
      es: 'Su solicitud de «{service}» ha sido aceptada',
    },
    paragraphs: [
      {
        en: 'An expert has accepted your {service} request about “{subject}”. {paid, select, before {It is paid already; nothing more is charged.} other {You have been charged {money}.}}',
        de: 'Ein Experte hat Ihre Anfrage „{service}“ zu „{subject}“ angenommen. {paid, select, before {Sie ist bereits bezahlt, es wird nichts weiter berechnet.} other {Ihr Zahlungsmittel wurde mit {money} belastet.}}',
        es: 'Un experto ha aceptado su solicitud de «{service}» para «{subject}». {paid, select, before {Ya está pagada; no se le cobra nada más.} other {Le hemos cobrado {money}.}}',
      },
      {
        en: 'Please open the conversation: the expert will get in touch with you there.',
        de: 'Bitte öffnen Sie die Unterhaltung: Dort meldet sich der Experte bei Ihnen.',
        es: 'Abra la conversación: el experto se pondrá en contacto con usted allí.',
      },
    ],
    action: BUTTONS.openConversation,
  },
  request_payment_failed: {
    subject: {
      en: 'The payment for your {service} request did not go through',
      de: 'Die Zahlung für Ihre Anfrage „{service}“ ist fehlgeschlagen',
      es: 'El pago de su solicitud de «{service}» no se ha realizado',
    },
    paragraphs: [
      {
        en: 'An expert wanted to accept your {service} request about “{subject}”, but the payment of {money} did not go through.',
        de: 'Ein Experte wollte Ihre Anfrage „{service}“ zu „{subject}“ annehmen, aber die Zahlung von {money} ist fehlgeschlagen.',
        es: 'Un experto quería aceptar su solicitud de «{service}» para «{subject}», pero el pago de {money} no se ha realizado.',
      },
      {
        en: 'Please update your payment method: the request is then open to all experts of the category again. Otherwise it expires.',
        de: 'Bitte aktualisieren Sie Ihr Zahlungsmittel: Dann steht die Anfrage wieder allen Experten der Kategorie offen. Andernfalls läuft sie ab.',
        es: 'Actualice su medio de pago: la solicitud se abrirá de nuevo a todos los expertos de la categoría. De lo contrario, caducará.',
      },
    ],
    action: BUTTONS.updatePayment,
  },
  request_expired: {
    subject: {
      en: 'Your {service} request has expired',
      de: 'Ihre Anfrage „{service}“ ist abgelaufen',
      es: 'Su solicitud de «{service}» ha caducado',
    },
    paragraphs: [
      {
        en: 'Your {service} request about “{subject}” was not accepted in time and has expired. {refundState, select, none {You are not charged for it.} other {What you had paid for it, {money}, is on its way back to you.}}',
        de: 'Ihre Anfrage „{service}“ zu „{subject}“ wurde nicht rechtzeitig angenommen und ist abgelaufen. {refundState, select, none {Ihnen wird dafür nichts berechnet.} other {Was Sie dafür bezahlt hatten, {money}, ist auf dem Weg zurück zu Ihnen.}}',
        es: 'Su solicitud de «{service}» para «{subject}» no se ha aceptado a tiempo y ha caducado. {refundState, select, none {No se le cobra nada por ella.} other {Le devolvemos lo que había pagado por ella: {money}.}}',
      },
      {
        en: 'Your written conversation with your expert goes on.',
        de: 'Ihre schriftliche Unterhaltung mit Ihrem Experten geht weiter.',
        es: 'Su conversación escrita con su experto continúa.',
      },
    ],
    action: BUTTONS.openConversation,
  },
  request_unfulfilled: {
    subject: {
      en: 'Your expert could not reach you',
      de: 'Ihr Experte konnte Sie nicht erreichen',
      es: 'Su experto no ha podido contactar con usted',
    },
    paragraphs: [
      {
        en: 'The expert for your {service} about “{subject}” tried several times and could not connect with you.',
        de: 'Der Experte für „{service}“ zu „{subject}“ hat es mehrmals versucht, aber es kam keine Verbindung mit Ihnen zustande.',
        es: 'El experto de «{service}» para «{subject}» lo ha intentado varias veces y no ha podido conectar con usted.',
      },
      {
        en: 'You choose what happens next: reopen the request, at no further charge, or have {money} refunded. Customer care will contact you as well.',
        de: 'Sie entscheiden, wie es weitergeht: Öffnen Sie die Anfrage ohne weitere Kosten erneut oder lassen Sie sich {money} erstatten. Auch der Kundendienst wird sich bei Ihnen melden.',
        es: 'Usted elige cómo continuar: volver a abrir la solicitud, sin ningún cargo adicional, o pedir que le reembolsemos {money}. Atención al cliente también se pondrá en contacto con usted.',
      },
    ],
    action: {
      en: 'Reopen or get a refund',
      de: 'Erneut öffnen oder Geld zurück',
      es: 'Volver a abrir o pedir el reembolso',
    },
  },
  request_refunded: {
    subject: {
      en: 'Refunded to the customer: {subject}',
      de: 'Dem Kunden erstattet: {subject}',
      es: 'Reembolsado al cliente: {subject}',
    },
    paragraphs: [
      {
        en: 'The customer has been refunded for the {service} for “{subject}”, which you had accepted.',
        de: 'Dem Kunden wurde der Preis für „{service}“ zu „{subject}“ erstattet. Diese Anfrage hatten Sie angenommen.',
        es: 'Se ha reembolsado al cliente «{service}» para «{subject}», que usted había aceptado.',
      },
      {
        en: 'Nothing had been paid to you for it, and nothing will be. There is nothing left to report.',
        de: 'Ihnen war dafür nichts ausgezahlt worden, und es wird auch nichts ausgezahlt. Zu berichten gibt es nichts mehr.',
        es: 'A usted no se le había pagado nada por ello, y no se le pagará nada. Ya no hay nada de lo que informar.',
      },
    ],
    action: BUTTONS.openRequest,
  },
  report_reminder: {
    subject: {
      en: '{accepted} {subject}: please send your report',
      de: '{accepted} {subject}: Bitte senden Sie Ihren Bericht',
      es: '{accepted} {subject}: envíe su informe',
    },
    paragraphs: [
      {
        en: 'You accepted the {service} for “{subject}” and have not reported on it yet: were you able to connect?',
        de: 'Sie haben „{service}“ zu „{subject}“ angenommen und noch nicht darüber berichtet: Kam eine Verbindung zustande?',
        es: 'Usted aceptó «{service}» para «{subject}» y todavía no ha enviado su informe: ¿fue posible conectar?',
      },
      {
        en: '{until, select, none {Please report in time} other {Please report until {until}}}: your share of {money} is paid with the report, and nothing is paid without it.',
        de: '{until, select, none {Bitte berichten Sie rechtzeitig} other {Bitte berichten Sie bis {until}}}: Ihr Anteil von {money} wird mit dem Bericht ausgezahlt, ohne Bericht wird nichts ausgezahlt.',
        es: '{until, select, none {Envíe su informe a tiempo} other {Envíe su informe hasta el {until}}}: su parte de {money} se paga con el informe, y sin él no se paga nada.',
      },
    ],
    action: { en: 'Report now', de: 'Jetzt berichten', es: 'Informar ahora' },
  },
  report_overdue: {
    subject: {
      en: 'Report overdue: {subject}',
      de: 'Bericht überfällig: {subject}',
      es: 'Informe fuera de plazo: {subject}',
    },
    paragraphs: [
      {
        en: 'The expert who accepted the {service} for “{subject}” has not sent the fulfillment report in time. Nothing has been paid.',
        de: 'Der Experte, der „{service}“ zu „{subject}“ angenommen hat, hat nicht rechtzeitig berichtet. Es wurde nichts ausgezahlt.',
        es: 'El experto que aceptó «{service}» para «{subject}» no ha enviado a tiempo el informe de cumplimiento. No se ha pagado nada.',
      },
      {
        en: 'Expert support can still settle it.',
        de: 'Der Expertendienst kann es noch klären.',
        es: 'El soporte para expertos aún puede resolverlo.',
      },
    ],
    action: BUTTONS.openRequest,
  },
};
