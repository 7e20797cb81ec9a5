// What somebody was told in a line (models/notice.ts keeps it for them): the same words about the same thing stand once.

import type { NoticeCode, Params } from './effects.ts';

export interface Notice {
  /** what it says, about what: told again, it is the same */
  readonly key: string;
  readonly at: Date;
  readonly code: NoticeCode;
  readonly params: Params;
}
