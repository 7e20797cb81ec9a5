// W1–W2: asking.

import type { Texts } from '../texts.ts';

export const ask: Texts['ask'] = {};
