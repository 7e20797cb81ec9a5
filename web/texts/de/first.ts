import { ask } from './ask.ts';
import { common } from './common.ts';

export const first = { ask, common };
