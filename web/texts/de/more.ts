// W8–W11, W14: the box, refunds, history, settings, the page of a question.

import type { Texts } from '../texts.ts';

export const more: Texts['more'] = {};
