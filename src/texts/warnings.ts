// What the sender of personal data is told, beside the message (9.2).

import type { Localized } from '../domain/people.ts';
import type { PersonalKind } from '../domain/personal-data/personal-data.ts';

/** 9.1: where contact data belongs */
const BOX: Localized = {
  en: 'Please do not share contact data in the conversation: once a premium service has been accepted, the private information box is the place for it.',
  de: 'Bitte geben Sie in der Unterhaltung keine Kontaktdaten weiter: Sobald ein Premium-Dienst angenommen wurde, gehören sie in das Feld für private Angaben.',
  es: 'No comparta datos de contacto en la conversación: cuando se haya aceptado un servicio prémium, su lugar es el cuadro de información privada.',
};

export const WARNING_TEXTS: Readonly<Record<PersonalKind, Localized>> = {
  card: {
    en: 'This looks like the number of a payment card. Only its last four digits were kept. Please never write card numbers here: payments are made with the payment method of your account.',
    de: 'Das sieht nach der Nummer einer Zahlungskarte aus. Nur die letzten vier Ziffern wurden behalten. Bitte schreiben Sie hier niemals Kartennummern: Bezahlt wird mit dem Zahlungsmittel Ihres Kontos.',
    es: 'Esto parece el número de una tarjeta de pago. Solo se han conservado sus cuatro últimas cifras. No escriba nunca aquí números de tarjeta: los pagos se hacen con el medio de pago de su cuenta.',
  },
  email: {
    en: `This looks like an e-mail address. ${BOX.en}`,
    de: `Das sieht nach einer E-Mail-Adresse aus. ${BOX.de}`,
    es: `Esto parece una dirección de correo electrónico. ${BOX.es}`,
  },
  phone: {
    en: `This looks like a telephone number. ${BOX.en}`,
    de: `Das sieht nach einer Telefonnummer aus. ${BOX.de}`,
    es: `Esto parece un número de teléfono. ${BOX.es}`,
  },
  skype: {
    en: `This looks like a Skype name. ${BOX.en}`,
    de: `Das sieht nach einem Skype-Namen aus. ${BOX.de}`,
    es: `Esto parece un nombre de Skype. ${BOX.es}`,
  },
  whatsapp: {
    en: `This looks like a WhatsApp contact. ${BOX.en}`,
    de: `Das sieht nach einem WhatsApp-Kontakt aus. ${BOX.de}`,
    es: `Esto parece un contacto de WhatsApp. ${BOX.es}`,
  },
  telegram: {
    en: `This looks like a Telegram name. ${BOX.en}`,
    de: `Das sieht nach einem Telegram-Namen aus. ${BOX.de}`,
    es: `Esto parece un nombre de Telegram. ${BOX.es}`,
  },
};
