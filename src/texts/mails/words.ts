// What the words of an e-mail are, and what the buttons say that several have.

import type { MailChoice, MailReason, MailTemplate } from '../../domain/mail.ts';
import type { Localized } from '../../domain/people.ts';

export interface MailWords {
  readonly subject: Localized;
  readonly paragraphs: readonly Localized[];
  /** one line for each request that it lists */
  readonly item?: Localized;
  /** after what it lists */
  readonly closing?: Localized;
  /** the words on the button; where it leads stands in domain/mail.ts */
  readonly action: Localized;
}

/** The e-mails whose names begin so. */
export type MailsOf<Beginning extends string> = Extract<MailTemplate, Beginning | `${Beginning}_${string}`>;

export const BUTTONS = {
  viewRequest: { en: 'View request now', de: 'Anfrage jetzt ansehen', es: 'Ver la solicitud ahora' },
  openRequest: { en: 'Open the request', de: 'Anfrage öffnen', es: 'Abrir la solicitud' },
  openConversation: { en: 'Open the conversation', de: 'Unterhaltung öffnen', es: 'Abrir la conversación' },
  openQuestion: { en: 'Open the question', de: 'Frage öffnen', es: 'Abrir la pregunta' },
  updatePayment: {
    en: 'Update payment method',
    de: 'Zahlungsmittel aktualisieren',
    es: 'Actualizar el medio de pago',
  },
} as const satisfies Readonly<Record<string, Localized>>;

/** Below every e-mail: why one gets it. */
export const WHYS: Readonly<Record<MailReason, Localized>> = {
  own_question: {
    en: 'You get this e-mail because you have asked a question at Parley, and this is about it.',
    de: 'Sie erhalten diese E-Mail, weil Sie bei Parley eine Frage gestellt haben und es um diese geht.',
    es: 'Recibe este correo porque ha hecho una pregunta en Parley y trata de ella.',
  },
  unrated_answer: {
    en: 'You get this e-mail because the answer to your question at Parley is not rated yet. With a rating or a reply the reminders end.',
    de: 'Sie erhalten diese E-Mail, weil die Antwort auf Ihre Frage bei Parley noch nicht bewertet ist. Mit einer Bewertung oder einer Antwort enden die Erinnerungen.',
    es: 'Recibe este correo porque la respuesta a su pregunta en Parley todavía no tiene valoración. Con una valoración o una respuesta terminan los recordatorios.',
  },
  work: {
    en: 'You get this e-mail because you are an expert at Parley, and this is about your work there.',
    de: 'Sie erhalten diese E-Mail, weil Sie Experte bei Parley sind und es um Ihre Arbeit dort geht.',
    es: 'Recibe este correo porque es experto en Parley y trata de su trabajo allí.',
  },
  open_requests: {
    en: 'You get this e-mail because you are an expert at Parley and want to hear of open requests in your categories.',
    de: 'Sie erhalten diese E-Mail, weil Sie Experte bei Parley sind und von offenen Anfragen Ihrer Kategorien erfahren möchten.',
    es: 'Recibe este correo porque es experto en Parley y quiere que se le avise de las solicitudes abiertas de sus categorías.',
  },
  care: {
    en: 'You get this e-mail because you belong to customer care and expert support of Parley.',
    de: 'Sie erhalten diese E-Mail, weil Sie zum Kundendienst und Expertendienst von Parley gehören.',
    es: 'Recibe este correo porque forma parte de atención al cliente y soporte para expertos de Parley.',
  },
  account: {
    en: 'You get this e-mail because this address belongs to an account at Parley, and this is about its safety.',
    de: 'Sie erhalten diese E-Mail, weil diese Adresse zu einem Konto bei Parley gehört und es um dessen Sicherheit geht.',
    es: 'Recibe este correo porque esta dirección pertenece a una cuenta en Parley y trata de su seguridad.',
  },
  webhooks: {
    en: 'You get this e-mail because you administer Parley and its webhooks.',
    de: 'Sie erhalten diese E-Mail, weil Sie Parley und seine Webhooks verwalten.',
    es: 'Recibe este correo porque administra Parley y sus webhooks.',
  },
};

/** Below every e-mail. */
export const FOOTER: Localized = {
  en: 'This message was sent automatically by Parley. Please do not reply to it: nobody reads what is sent to this address.',
  de: 'Diese Nachricht wurde von Parley automatisch gesendet. Bitte antworten Sie nicht darauf: Was an diese Adresse geht, liest niemand.',
  es: 'Parley ha enviado este mensaje automáticamente. Por favor, no responda a él: nadie lee lo que llega a esta dirección.',
};

/** Below the button, for mail programs that do not show one. */
export const FALLBACK: Localized = {
  en: 'If the button does not work, open this address:',
  de: 'Wenn die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse:',
  es: 'Si el botón no funciona, abra esta dirección:',
};

/** After what is quoted, when there is more of it. */
export const MORE: Localized = {
  en: '{more, plural, one {# more message is on the page.} other {# more messages are on the page.}}',
  de: '{more, plural, one {# weitere Nachricht steht auf der Seite.} other {# weitere Nachrichten stehen auf der Seite.}}',
  es: '{more, plural, one {Hay # mensaje más en la página.} other {Hay # mensajes más en la página.}}',
};

/** 6.3: the link that ends such e-mails. */
export const UNSUBSCRIBE: Readonly<Record<MailChoice, Localized>> = {
  openRequests: {
    en: 'No more e-mails about open requests',
    de: 'Keine E-Mails über offene Anfragen mehr',
    es: 'No recibir más correos sobre solicitudes abiertas',
  },
  reminders: {
    en: 'No more reminders',
    de: 'Keine Erinnerungen mehr',
    es: 'No recibir más recordatorios',
  },
};

/** 6.3, 4: the link to the notification settings. */
export const SETTINGS: Readonly<Record<MailChoice, Localized>> = {
  openRequests: {
    en: 'Choose which requests we e-mail you about',
    de: 'Wählen Sie, über welche Anfragen wir Ihnen schreiben',
    es: 'Elija sobre qué solicitudes le escribimos',
  },
  reminders: {
    en: 'Choose when we e-mail you',
    de: 'Wählen Sie, wann wir Ihnen schreiben',
    es: 'Elija cuándo le escribimos',
  },
};
