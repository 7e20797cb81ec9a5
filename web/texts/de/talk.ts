// W3–W4, W12: the conversation and its rating.

import type { Texts } from '../texts.ts';

export const talk: Texts['talk'] = {};
