// W1–W2: asking.

import type { Texts } from '../texts.ts';

export const ask: Texts['ask'] = {
  title: 'Pregunte a un experto',
  lead: (time) =>
    time === null
      ? 'Cuéntenos qué necesita. Un experto cualificado le responde aquí.'
      : `Cuéntenos qué necesita. Un experto cualificado le responde aquí, normalmente en ${time}.`,
  nobody: 'Ahora mismo no hay ningún experto en línea. Pregunte igualmente: le enviaremos la respuesta por correo.',
  nothing: 'En este momento no se pueden hacer preguntas aquí. Vuelva más tarde, por favor.',
  category: '¿De qué se trata?',
  choose: 'Elija un tema',
  categoryMissing: 'Elija un tema, por favor.',
  subject: 'En una frase',
  subjectHint: 'Por ejemplo: Mi portátil no arranca.',
  subjectMissing: 'Diga en una frase de qué se trata, por favor.',
  details: 'Detalles',
  detailsHint: '¿Qué ha pasado, qué ha probado y qué espera conseguir?',
  detailsMissing: 'Describa qué ha pasado, por favor.',
  worth: 'Una buena respuesta vale',
  other: 'Otra cantidad',
  otherAmount: 'Su cantidad',
  worthHint: (stars) =>
    `Ahora solo se retiene en su tarjeta. Se cobra únicamente si valora la respuesta con ${stars} estrellas o más, o si contrata un servicio.`,
  amountWrong: 'Indique una cantidad, por favor.',
  amountLeast: (least) => `Como mínimo, ${least}.`,
  email: 'Correo electrónico',
  emailHint: 'Para que no se pierda la respuesta. Opcional.',
  emailWrong: 'Esto no es una dirección de correo.',
  fieldWrong: 'Revise este dato, por favor.',
  payment: 'Pago',
  submit: (amount) => `Preguntar ahora · ${amount} retenidos`,
  submitPlain: 'Preguntar ahora',
  posting: 'Publicando su pregunta…',
  declined: 'Su pregunta aún no se ha publicado. Se conserva como borrador.',
};
