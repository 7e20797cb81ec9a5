// The words of what is seen first, in English: what the other languages must have too.

import { ask } from './ask.ts';
import { common } from './common.ts';

export const first = { ask, common };
