// What takes a letter away.

import type { Mail, MailAnswer } from '../../context.ts';
import type { Written } from './letter.ts';

export interface Carrier {
  /** Rejects when it may work later. */
  carry(written: Written, mail: Mail): Promise<MailAnswer>;
  close(): void;
}

/** Our letters have no files and no pictures: whatever would make the library read one is a mistake. */
export const NOTHING_FETCHED = { disableFileAccess: true, disableUrlAccess: true };
