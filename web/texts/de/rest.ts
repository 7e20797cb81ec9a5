export { more } from './more.ts';
export { offer } from './offer.ts';
export { pay } from './pay.ts';
