// W7 and the frame of the card.

import type { Texts } from '../texts.ts';

export const pay: Texts['pay'] = {
  card: 'Pago',
  frame: 'Pago',
  cardNotLoaded: 'No se ha podido cargar el formulario de la tarjeta.',
};
