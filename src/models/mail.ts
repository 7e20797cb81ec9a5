// E-mails that are owed: one document per key, sent once; and the development inbox.

import type mongoose from 'mongoose';
import type { Params } from '../domain/effects.ts';
import type { MailTemplate } from '../domain/mail.ts';
import { duplicatesOf } from './outcome.ts';
import type { StoreKind } from './store.ts';

export interface OwedMail {
  /** idempotency key */
  readonly id: string;
  readonly to: string;
  readonly template: MailTemplate;
  readonly params: Params;
  readonly attempts: number;
  readonly state: 'pending' | 'sent' | 'failed';
  readonly dueAt: Date | null;
}

type MailDoc = Omit<OwedMail, 'id'> & { _id: string; at: Date };

/** A letter as the development inbox keeps it. */
export interface InboxMail {
  /** the mail's idempotency key: the same letter again is the same letter */
  readonly id: string;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly at: Date;
}

const INBOX_SHOWN = 200;

export const OWED_MAILS = {
  collection: 'mails',
  indexes: [{ key: { dueAt: 1 }, name: 'due', partialFilterExpression: { dueAt: { $type: 'date' } } }],
  beside: [{ collection: 'inbox', indexes: [{ key: { to: 1, at: -1 }, name: 'to' }] }],
  open: mailStore,
} satisfies StoreKind;

function mailStore(db: mongoose.mongo.Db) {
  const mails = db.collection<MailDoc>('mails');
  const inbox = db.collection<Omit<InboxMail, 'id'> & { _id: string }>('inbox');
  return {
    /** Owes each mail once, however often it is asked for. */
    async owe(owed: readonly Pick<OwedMail, 'id' | 'to' | 'template' | 'params'>[], now: Date): Promise<void> {
      if (owed.length === 0) return;
      const docs = owed.map(({ id, ...rest }) => ({
        _id: id,
        ...rest,
        attempts: 0,
        state: 'pending' as const,
        dueAt: now,
        at: now,
      }));
      try {
        await mails.insertMany(docs, { ordered: false });
      } catch (error) {
        if (duplicatesOf(error, docs.length) === null) throw error;
      }
    },

    async due(now: Date, limit: number): Promise<OwedMail[]> {
      const docs = await mails
        .find({ dueAt: { $lte: now, $type: 'date' } })
        .sort({ dueAt: 1 })
        .limit(limit)
        .toArray();
      return docs.map(({ _id, ...rest }) => ({ id: _id, ...rest }));
    },

    /** Takes a mail to send it; false when another worker has it. Comes back at `retryAt` unless settled. */
    async claim(mail: OwedMail, retryAt: Date): Promise<boolean> {
      const result = await mails.updateOne(
        { _id: mail.id, dueAt: mail.dueAt },
        { $set: { dueAt: retryAt }, $inc: { attempts: 1 } },
      );
      return result.modifiedCount === 1;
    },

    async settle(id: string, state: 'sent' | 'failed'): Promise<void> {
      await mails.updateOne({ _id: id }, { $set: { state, dueAt: null } });
    },

    inbox: {
      async save(mail: InboxMail): Promise<void> {
        const { id, ...rest } = mail;
        await inbox.replaceOne({ _id: id }, rest, { upsert: true });
      },
      /** The newest first; only of one address when given. */
      async list(to?: string): Promise<InboxMail[]> {
        const docs = await inbox
          .find(to === undefined ? {} : { to })
          .sort({ at: -1 })
          .limit(INBOX_SHOWN)
          .toArray();
        return docs.map(({ _id, ...rest }) => ({ id: _id, ...rest }));
      },
    },
  };
}
