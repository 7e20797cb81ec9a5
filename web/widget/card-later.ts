// The frame of the card comes by itself: what is around it can be written into while it is on its way.

import { later } from './later.tsx';

export const CardField = later(async () => (await import('./card-field.tsx')).CardField, { words: ['rest'] });
