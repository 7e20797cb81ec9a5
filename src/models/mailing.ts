// Open requests that the experts of a category are still to be written to about (6.3). One is as many letters as there are experts,
// so whoever owes it only notes it; a worker makes the letters (dispatch/mailing.ts).

import type mongoose from 'mongoose';
import type { Params } from '../domain/effects.ts';
import type { MailTemplate } from '../domain/mail.ts';
import { OWED_INDEXES, owedStore } from './owed.ts';
import type { StoreKind } from './store.ts';

export interface MailingWork {
  /** of its letters: with the person it is the key of each */
  readonly key: string;
  readonly categoryId: string;
  /** whoever is not written to; null: everybody is */
  readonly except: string | null;
  readonly template: MailTemplate;
  readonly params: Params;
  /** to whom next: 0 to those who are nearest */
  readonly ring: number;
}

export const OWED_MAILINGS = {
  collection: 'mailings',
  indexes: OWED_INDEXES,
  open: mailingStore,
} satisfies StoreKind;

function mailingStore(db: mongoose.mongo.Db) {
  return owedStore<MailingWork>(db, 'mailings');
}
