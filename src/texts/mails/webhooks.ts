// E-mails to admins about webhooks whose receiver does not answer.

import type { MailWords, MailsOf } from './words.ts';

const action = {
  en: 'See the commands for webhooks',
  de: 'Befehle für Webhooks ansehen',
  es: 'Ver los comandos de webhooks',
} as const;
const called = {
  en: '{webhookId, select, none {} other { Its webhookId is {webhookId}.}}',
  de: '{webhookId, select, none {} other { Seine webhookId ist {webhookId}.}}',
  es: '{webhookId, select, none {} other { Su webhookId es {webhookId}.}}',
} as const;

export const WEBHOOK_MAILS: Readonly<Record<MailsOf<'webhook'>, MailWords>> = {
  webhook_failing: {
    subject: {
      en: 'A webhook does not get through: {url}',
      de: 'Ein Webhook kommt nicht an: {url}',
      es: 'Un webhook no llega: {url}',
    },
    paragraphs: [
      {
        en: '{since, select, none {The address “{url}” no longer takes what is sent to it.} other {Since {since} the address “{url}” has taken nothing that was sent to it.}}',
        de: '{since, select, none {Die Adresse „{url}“ nimmt nicht mehr an, was an sie gesendet wird.} other {Seit {since} hat die Adresse „{url}“ nichts angenommen, was an sie gesendet wurde.}}',
        es: '{since, select, none {La dirección «{url}» ya no acepta lo que se le envía.} other {Desde el {since} la dirección «{url}» no ha aceptado nada de lo que se le ha enviado.}}',
      },
      {
        en:
          'It is tried again. If that goes on failing, the webhook is switched off, and you are told. The command webhook.deliveries shows what its receiver answered, and webhook.test tries it at once.' +
          called.en,
        de:
          'Es wird weiter versucht. Wenn das nicht gelingt, wird der Webhook abgeschaltet, und Sie erhalten eine Nachricht. Was der Empfänger geantwortet hat, zeigt der Befehl webhook.deliveries, und webhook.test versucht es sofort.' +
          called.de,
        es:
          'Se sigue intentando. Si continúa fallando, el webhook se desactivará y se le avisará. El comando webhook.deliveries muestra lo que ha respondido el receptor, y webhook.test lo prueba al momento.' +
          called.es,
      },
    ],
    action,
  },
  webhook_off: {
    subject: {
      en: 'A webhook has been switched off: {url}',
      de: 'Ein Webhook wurde abgeschaltet: {url}',
      es: 'Se ha desactivado un webhook: {url}',
    },
    paragraphs: [
      {
        en: '{since, select, none {The address “{url}” took nothing for days.} other {Since {since} the address “{url}” has taken nothing that was sent to it.}} Nothing is sent to it any more.',
        de: '{since, select, none {Die Adresse „{url}“ hat tagelang nichts angenommen.} other {Seit {since} hat die Adresse „{url}“ nichts angenommen, was an sie gesendet wurde.}} Es wird ihr nichts mehr gesendet.',
        es: '{since, select, none {La dirección «{url}» no ha aceptado nada durante días.} other {Desde el {since} la dirección «{url}» no ha aceptado nada de lo que se le ha enviado.}} Ya no se le envía nada.',
      },
      {
        en:
          'Once its receiver answers again, switch it on with webhook.save; what it missed can be sent again with webhook.replay.' +
          called.en,
        de:
          'Sobald der Empfänger wieder antwortet, schalten Sie den Webhook mit webhook.save ein; was ihm entgangen ist, lässt sich mit webhook.replay erneut senden.' +
          called.de,
        es:
          'Cuando el receptor vuelva a responder, actívelo con webhook.save; lo que se ha perdido se puede volver a enviar con webhook.replay.' +
          called.es,
      },
    ],
    action,
  },
};
