// The development inbox: the letters that would have been sent.

import type mongoose from 'mongoose';
import type { StoreKind } from './store.ts';

/** A letter as the development inbox keeps it. */
export interface InboxMail {
  /** the mail's idempotency key: the same letter again is the same letter */
  readonly id: string;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  /** what a mail program shows beside the subject; absent in letters of earlier versions, as are the headers */
  readonly preheader?: string;
  /** as they would travel: one a line, or folded */
  readonly headers?: string;
  readonly text: string;
  readonly html: string;
  readonly at: Date;
}

const SHOWN = 200;

export const INBOX = {
  collection: 'inbox',
  indexes: [{ key: { to: 1, at: -1 }, name: 'to' }],
  open: inboxStore,
} satisfies StoreKind;

function inboxStore(db: mongoose.mongo.Db) {
  const collection = db.collection<Omit<InboxMail, 'id'> & { _id: string }>('inbox');
  return {
    async save({ id, ...rest }: InboxMail): Promise<void> {
      await collection.replaceOne({ _id: id }, rest, { upsert: true });
    },

    /** The newest first; only of one address when given. */
    async list(to?: string): Promise<InboxMail[]> {
      const docs = await collection
        .find(to === undefined ? {} : { to })
        .sort({ at: -1 })
        .limit(SHOWN)
        .toArray();
      return docs.map(({ _id, ...rest }) => ({ id: _id, ...rest }));
    },
  };
}
