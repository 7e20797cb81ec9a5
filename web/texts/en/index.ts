// Every word of the widget, in English: what the other languages must have too.

import { ask } from './ask.ts';
import { common } from './common.ts';
import { more } from './more.ts';
import { offer } from './offer.ts';
import { pay } from './pay.ts';
import { talk } from './talk.ts';

export const texts = { ask, common, more, offer, pay, talk };
