// W5–W6: what is offered, and how far it is.

import type { Texts } from '../texts.ts';

export const offer: Texts['offer'] = {};
