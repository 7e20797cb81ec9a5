// W7 and the frame of the card.

import type { Texts } from '../texts.ts';

export const pay: Texts['pay'] = {};
