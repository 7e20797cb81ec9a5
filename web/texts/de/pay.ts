// W7 and the frame of the card.

import type { Texts } from '../texts.ts';

export const pay: Texts['pay'] = {
  card: 'Zahlung',
  frame: 'Zahlung',
  cardNotLoaded: 'Das Kartenformular konnte nicht geladen werden.',
};
