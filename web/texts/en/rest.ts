// The words of what few need at once.

export { more } from './more.ts';
export { offer } from './offer.ts';
export { pay } from './pay.ts';
