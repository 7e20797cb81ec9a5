// E-mails that are owed.

import type mongoose from 'mongoose';
import type { Params } from '../domain/effects.ts';
import type { MailTemplate } from '../domain/mail.ts';
import { OWED_INDEXES, owedStore } from './owed.ts';
import type { Owed } from './owed.ts';
import type { StoreKind } from './store.ts';

interface MailWork {
  /** a user's id */
  readonly to: string;
  readonly template: MailTemplate;
  readonly params: Params;
}

export type OwedMail = Owed<MailWork>;

export const OWED_MAILS = {
  collection: 'mails',
  indexes: OWED_INDEXES,
  open: (db: mongoose.mongo.Db) => owedStore<MailWork>(db, 'mails'),
} satisfies StoreKind;
