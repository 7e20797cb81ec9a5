// E-mails about what was written in a conversation, and what is not rated yet (2.6, 3.3, 4, 9.1). They have one subject, so that
// they stand together in a mail program; what is new stands in their first sentence.

import { BUTTONS } from './words.ts';
import type { MailWords, MailsOf } from './words.ts';

const YOUR_QUESTION = {
  en: 'Your question: {subject}',
  de: 'Ihre Frage: {subject}',
  es: 'Su pregunta: {subject}',
} as const;

export const MESSAGE_MAILS: Readonly<
  Record<MailsOf<'answer' | 'message' | 'follow_up' | 'reminder' | 'box'>, MailWords>
> = {
  answer_received: {
    subject: YOUR_QUESTION,
    paragraphs: [
      {
        en: '{count, plural, one {{expert} has answered your question “{subject}”.} other {{expert} has answered your question “{subject}”, in # messages.}}',
        de: '{count, plural, one {{expert} hat Ihre Frage „{subject}“ beantwortet.} other {{expert} hat Ihre Frage „{subject}“ in # Nachrichten beantwortet.}}',
        es: '{count, plural, one {{expert} ha respondido a su pregunta «{subject}».} other {{expert} ha respondido a su pregunta «{subject}» en # mensajes.}}',
      },
    ],
    closing: {
      en: 'If something is unclear, please ask back on the page. Once you have what you need, please rate the answer there.',
      de: 'Wenn etwas unklar ist, fragen Sie bitte auf der Seite nach. Sobald Sie haben, was Sie brauchen, bewerten Sie dort bitte die Antwort.',
      es: 'Si algo no queda claro, pregunte en la página. Cuando tenga lo que necesita, valore allí la respuesta, por favor.',
    },
    action: { en: 'Open the answer', de: 'Antwort öffnen', es: 'Abrir la respuesta' },
  },
  message_received: {
    subject: YOUR_QUESTION,
    paragraphs: [
      {
        en: '{count, plural, one {{expert} has written to you about “{subject}”.} other {{expert} has written # messages to you about “{subject}”.}}',
        de: '{count, plural, one {{expert} hat Ihnen zu „{subject}“ geschrieben.} other {{expert} hat Ihnen zu „{subject}“ # Nachrichten geschrieben.}}',
        es: '{count, plural, one {{expert} le ha escrito sobre «{subject}».} other {{expert} le ha escrito # mensajes sobre «{subject}».}}',
      },
    ],
    closing: {
      en: 'Please reply in the conversation, so that your expert can go on.',
      de: 'Bitte antworten Sie in der Unterhaltung, damit Ihr Experte weitermachen kann.',
      es: 'Responda en la conversación, por favor, para que su experto pueda continuar.',
    },
    action: { en: 'Read and reply', de: 'Lesen und antworten', es: 'Leer y responder' },
  },
  follow_up_received: {
    subject: YOUR_QUESTION,
    paragraphs: [
      {
        en: '{expert} has got back to you about “{subject}”.',
        de: '{expert} hat sich noch einmal zu „{subject}“ bei Ihnen gemeldet.',
        es: '{expert} ha vuelto a escribirle sobre «{subject}».',
      },
    ],
    closing: {
      en: 'If anything is still open, please say so in the conversation.',
      de: 'Wenn noch etwas offen ist, schreiben Sie es bitte in der Unterhaltung.',
      es: 'Si queda algo pendiente, dígalo en la conversación, por favor.',
    },
    action: { en: 'Read and reply', de: 'Lesen und antworten', es: 'Leer y responder' },
  },
  reminder: {
    subject: YOUR_QUESTION,
    paragraphs: [
      {
        en: '{step, select, 1 {{expert} has answered your question “{subject}”. Was it what you needed?} last {We remind you for the last time: the answer of {expert} to your question “{subject}” is not rated yet.} other {The answer of {expert} to your question “{subject}” is still waiting for your rating.}}',
        de: '{step, select, 1 {{expert} hat Ihre Frage „{subject}“ beantwortet. Hat Ihnen das geholfen?} last {Wir erinnern Sie zum letzten Mal: Die Antwort von {expert} auf Ihre Frage „{subject}“ ist noch nicht bewertet.} other {Die Antwort von {expert} auf Ihre Frage „{subject}“ wartet noch auf Ihre Bewertung.}}',
        es: '{step, select, 1 {{expert} ha respondido a su pregunta «{subject}». ¿Era lo que necesitaba?} last {Se lo recordamos por última vez: la respuesta de {expert} a su pregunta «{subject}» todavía no tiene valoración.} other {La respuesta de {expert} a su pregunta «{subject}» sigue esperando su valoración.}}',
      },
      {
        en: 'Please open the page and give it stars, or ask back if something is missing. Opening the page rates nothing.',
        de: 'Bitte öffnen Sie die Seite und vergeben Sie Sterne, oder fragen Sie nach, wenn etwas fehlt. Das Öffnen der Seite bewertet nichts.',
        es: 'Abra la página y valórela con estrellas, o pregunte si falta algo. Abrir la página no valora nada.',
      },
    ],
    action: { en: 'Rate or reply', de: 'Bewerten oder antworten', es: 'Valorar o responder' },
  },
  box_opened: {
    subject: YOUR_QUESTION,
    paragraphs: [
      {
        en: 'For your service “{service}” there is now a box for private information in the conversation “{subject}”.',
        de: 'Für Ihren Dienst „{service}“ gibt es nun in der Unterhaltung „{subject}“ ein Feld für private Angaben.',
        es: 'Para su servicio «{service}» hay ahora un cuadro de información privada en la conversación «{subject}».',
      },
      {
        en: 'Please enter there what the expert needs, a telephone number for example, and not in the messages. Only you, the expert of the service and customer care can read it, and it is destroyed when the question is closed.',
        de: 'Bitte tragen Sie dort und nicht in den Nachrichten ein, was der Experte braucht, zum Beispiel eine Telefonnummer. Nur Sie, der Experte des Dienstes und der Kundendienst können es lesen, und es wird vernichtet, wenn die Frage geschlossen wird.',
        es: 'Escriba allí, y no en los mensajes, lo que el experto necesite, por ejemplo un número de teléfono. Solo usted, el experto del servicio y atención al cliente pueden leerlo, y se destruye cuando se cierra la pregunta.',
      },
    ],
    action: BUTTONS.openConversation,
  },
};
