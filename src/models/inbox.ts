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

/** What a list shows of a letter. */
export type Listed = Pick<InboxMail, 'id' | 'to' | 'from' | 'subject' | 'preheader' | 'at'>;

export interface Wanted {
  readonly to?: string | undefined;
  /** a part of sender, receiver, subject or text, in any case */
  readonly search?: string | undefined;
  /** not earlier than this */
  readonly after?: Date | undefined;
}

const SHOWN = 200; // whole letters
const LISTED = 500;
const SEARCHED = ['from', 'to', 'subject', 'text'] as const;

export const INBOX = {
  collection: 'inbox',
  indexes: [
    { key: { to: 1, at: -1 }, name: 'to' },
    { key: { at: -1 }, name: 'newest' },
  ],
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

    /** The newest first, without what is in them; `total`: how many there are, also earlier ones. */
    async find({ to, search, after }: Wanted): Promise<{ items: Listed[]; total: number }> {
      const pattern = search?.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      const about = {
        ...(to !== undefined && { to }),
        ...(pattern !== undefined && {
          $or: SEARCHED.map((field) => ({ [field]: { $regex: pattern, $options: 'i' } })),
        }),
      };
      const [docs, total] = await Promise.all([
        collection
          .find({ ...about, ...(after !== undefined && { at: { $gte: after } }) })
          .project<Omit<Listed, 'id'> & { _id: string }>({ to: 1, from: 1, subject: 1, preheader: 1, at: 1 })
          .sort({ at: -1 })
          .limit(LISTED)
          .toArray(),
        collection.countDocuments(about),
      ]);
      return { items: docs.map(({ _id, ...rest }) => ({ id: _id, ...rest })), total };
    },

    async read(id: string): Promise<InboxMail | null> {
      const doc = await collection.findOne({ _id: id });
      if (doc === null) return null;
      const { _id, ...rest } = doc;
      return { id: _id, ...rest };
    },
  };
}
