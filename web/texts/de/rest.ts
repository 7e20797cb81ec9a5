import { more } from './more.ts';
import { offer } from './offer.ts';
import { pay } from './pay.ts';

export const rest = { more, offer, pay };
