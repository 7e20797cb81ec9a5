// El formulario de la tarjeta en su marco, y nada más.

import type { CardTexts } from '../card.ts';

export const card: CardTexts = {
  title: 'Pago',
  number: 'Número de tarjeta',
  until: 'Válida hasta (MM/AA)',
  code: 'Código de seguridad',
  testOnly: 'Aquí no se cobra nada. Elija una tarjeta de prueba:',
  works: 'Funciona',
  declined: 'Es rechazada',
  failsLater: 'Falla al cobrar',
  notTestCard: 'No es una tarjeta de prueba. Aquí no se pueden usar tarjetas reales.',
  badDate: 'No es un mes con su año.',
  expired: 'La tarjeta ha caducado.',
  badCode: 'No es un código de seguridad.',
  notLoaded: 'No se ha podido cargar el formulario de la tarjeta. Vuelva a cargar la página.',
  notSaved: 'No se ha podido guardar la tarjeta. Inténtelo de nuevo.',
};
