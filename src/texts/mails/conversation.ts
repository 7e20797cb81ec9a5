// E-mails about a question and what its expert offers (8.1).

import { BUTTONS } from './words.ts';
import type { MailWords, MailsOf } from './words.ts';

export const CONVERSATION_MAILS: Readonly<Record<MailsOf<'question' | 'offer'>, MailWords>> = {
  question_payment_failed: {
    subject: {
      en: 'The payment for your question did not go through',
      de: 'Die Zahlung für Ihre Frage ist fehlgeschlagen',
      es: 'El pago de su pregunta no se ha realizado',
    },
    paragraphs: [
      {
        en: 'The payment for your question “{subject}” did not go through.',
        de: 'Die Zahlung für Ihre Frage „{subject}“ ist fehlgeschlagen.',
        es: 'El pago de su pregunta «{subject}» no se ha realizado.',
      },
      {
        en: 'Please update your payment method, so that your expert can be paid for the answer.',
        de: 'Bitte aktualisieren Sie Ihr Zahlungsmittel, damit Ihr Experte für die Antwort bezahlt werden kann.',
        es: 'Actualice su medio de pago para que se pueda pagar a su experto por la respuesta.',
      },
    ],
    action: BUTTONS.updatePayment,
  },
  offer_proposed: {
    subject: {
      en: 'An offer from your expert: {service}',
      de: 'Ein Angebot Ihres Experten: {service}',
      es: 'Una oferta de su experto: {service}',
    },
    paragraphs: [
      {
        en: 'Your expert in the conversation “{subject}” offers you a premium service: “{service}” for {money}.',
        de: 'Ihr Experte in der Unterhaltung „{subject}“ bietet Ihnen einen Premium-Dienst an: „{service}“ für {money}.',
        es: 'Su experto en la conversación «{subject}» le ofrece un servicio prémium: «{service}» por {money}.',
      },
      {
        en: 'You are charged only if you accept it. Please open the conversation to read what is included.',
        de: 'Ihr Zahlungsmittel wird nur belastet, wenn Sie das Angebot annehmen. Was enthalten ist, lesen Sie in der Unterhaltung.',
        es: 'Solo se le cobra si lo acepta. Abra la conversación para leer qué incluye.',
      },
    ],
    action: BUTTONS.openConversation,
  },
  offer_accepted: {
    subject: { en: 'Accepted: {service}', de: 'Angenommen: {service}', es: 'Oferta aceptada: {service}' },
    paragraphs: [
      {
        en: 'The customer of your conversation “{subject}” has accepted your offer “{service}” and has been charged.',
        de: 'Der Kunde Ihrer Unterhaltung „{subject}“ hat Ihr Angebot „{service}“ angenommen, und sein Zahlungsmittel wurde belastet.',
        es: 'El cliente de su conversación «{subject}» ha aceptado su oferta «{service}» y se le ha cobrado.',
      },
      {
        en: 'You have earned {money}. Please open the conversation and begin.',
        de: 'Sie haben {money} verdient. Bitte öffnen Sie die Unterhaltung und beginnen Sie.',
        es: 'Usted ha ganado {money}. Abra la conversación y comience, por favor.',
      },
    ],
    action: BUTTONS.openConversation,
  },
  offer_payment_failed: {
    subject: {
      en: 'The payment for “{service}” did not go through',
      de: 'Die Zahlung für „{service}“ ist fehlgeschlagen',
      es: 'El pago de «{service}» no se ha realizado',
    },
    paragraphs: [
      {
        en: 'You accepted the offer “{service}”, but the payment of {money} did not go through.',
        de: 'Sie haben das Angebot „{service}“ angenommen, aber die Zahlung von {money} ist fehlgeschlagen.',
        es: 'Usted ha aceptado la oferta «{service}», pero el pago de {money} no se ha realizado.',
      },
      {
        en: 'The offer is still open: please update your payment method and accept it again.',
        de: 'Das Angebot besteht weiterhin: Bitte aktualisieren Sie Ihr Zahlungsmittel und nehmen Sie es noch einmal an.',
        es: 'La oferta sigue abierta: actualice su medio de pago y acéptela de nuevo.',
      },
    ],
    action: BUTTONS.updatePayment,
  },
  offer_unable: {
    subject: {
      en: 'Your expert is unable to complete “{service}”',
      de: 'Ihr Experte kann „{service}“ nicht zu Ende führen',
      es: 'Su experto no puede completar «{service}»',
    },
    paragraphs: [
      {
        en: 'Your expert in the conversation “{subject}” is unable to complete “{service}”. The reason: “{reason}”.',
        de: 'Ihr Experte in der Unterhaltung „{subject}“ kann „{service}“ nicht zu Ende führen. Der Grund: „{reason}“.',
        es: 'Su experto en la conversación «{subject}» no puede completar «{service}». El motivo: «{reason}».',
      },
      {
        en: 'Customer care has been informed and will contact you. You can also ask for a refund of {money} in the conversation.',
        de: 'Der Kundendienst ist informiert und wird sich bei Ihnen melden. Sie können in der Unterhaltung auch eine Erstattung von {money} beantragen.',
        es: 'Atención al cliente está al corriente y se pondrá en contacto con usted. También puede pedir en la conversación un reembolso de {money}.',
      },
    ],
    action: BUTTONS.openConversation,
  },
};
