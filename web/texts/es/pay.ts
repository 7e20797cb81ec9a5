// W7, W9 and the frame of the card.

import type { Texts } from '../texts.ts';

export const pay: Texts['pay'] = {
  card: 'Pago',
  frame: 'Pago',
  cardNotLoaded: 'No se ha podido cargar el formulario de la tarjeta.',
  title: 'Cambiar el medio de pago',
  forQuestion: (price: string) => `Para su pregunta · ${price}`,
  forOffer: (service: string, price: string) => `Para ${service} · ${price}`,
  forLater: 'Esta tarjeta se usará para esta pregunta a partir de ahora.',
  cardNow: 'Hasta ahora:',
  save: 'Guardar e intentarlo de nuevo',
  saving: 'Se está consultando a su banco…',
  posted: 'Su pregunta está publicada.',
  reopened: 'Gracias. La solicitud vuelve a estar abierta.',
  kept: 'Gracias. Esta tarjeta se usará a partir de ahora.',
  toTalk: 'Ir a la conversación',
  refundTitle: 'Pedir un reembolso',
  refundOf: 'Reembolso de',
  refundQuestion: (price: string) => `La pregunta · ${price}`,
  refundOffer: (service: string, price: string) => `${service} · ${price}`,
  refundReason: '¿Qué ha ido mal?',
  refundReasonMissing: 'Diga en pocas palabras qué ha ido mal, por favor.',
  refundSend: 'Enviar a atención al cliente',
  refundPending: 'Atención al cliente tiene su petición de reembolso y responde en un día.',
  refundGranted: 'Se ha concedido el reembolso. El dinero vuelve a su tarjeta.',
  refundRefused: 'Atención al cliente ha rechazado el reembolso:',
  refundDismissed: 'Atención al cliente ha cerrado su petición sin reembolso.',
  refundNotCharged: 'No hay nada que reembolsar: no se ha cobrado nada.',
};
