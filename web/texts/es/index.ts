import { ask } from './ask.ts';
import { common } from './common.ts';
import { more } from './more.ts';
import { offer } from './offer.ts';
import { pay } from './pay.ts';
import { talk } from './talk.ts';
import type { Texts } from '../texts.ts';

export const texts: Texts = { ask, common, more, offer, pay, talk };
