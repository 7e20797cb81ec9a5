// What the words of an e-mail are, and what the buttons say that several have.

import type { MailTemplate } from '../../domain/mail.ts';
import type { Localized } from '../../domain/people.ts';

export interface MailWords {
  readonly subject: Localized;
  readonly paragraphs: readonly Localized[];
  /** the words on the button; where it leads stands in domain/mail.ts */
  readonly action: Localized;
}

/** The e-mails whose names begin so. */
export type MailsOf<Beginning extends string> = Extract<MailTemplate, `${Beginning}_${string}`>;

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

/** Below every e-mail. */
export const FOOTER: Localized = {
  en: 'This message was sent automatically by Parley. Please do not reply to it.',
  de: 'Diese Nachricht wurde von Parley automatisch gesendet. Bitte antworten Sie nicht darauf.',
  es: 'Parley ha enviado este mensaje automáticamente. Por favor, no responda a él.',
};

/** 6.3: the link to the notification settings. */
export const UNSUBSCRIBE: Localized = {
  en: 'Choose which requests we e-mail you about',
  de: 'Wählen Sie, über welche Anfragen wir Ihnen schreiben',
  es: 'Elija sobre qué solicitudes le escribimos',
};
