// E-mails that are owed, and what became of them: the mail log.

import type mongoose from 'mongoose';
import type { Params } from '../domain/effects.ts';
import type { MailTemplate } from '../domain/mail.ts';
import { MAILS } from '../domain/mail.ts';
import type { Urgency } from '../domain/notify.ts';
import { OWED_INDEXES, fromDoc, owedStore } from './owed.ts';
import type { Owed, OwedDoc, OwedState, Owing } from './owed.ts';
import type { StoreKind } from './store.ts';

export interface MailWork {
  /** a user's id */
  readonly to: string;
  readonly template: MailTemplate;
  readonly params: Params;
  /** the questions, requests and offers that it is about: their ids */
  readonly about: readonly string[];
  /** only to who is not connected */
  readonly ifAway?: true;
  /** an admin wants it sent now: it waits for no hour */
  readonly hurried?: true;
  /** and whatever has become of its reason */
  readonly forced?: true;
  /** 2.6: up to which message it tells, once it was built */
  readonly upTo?: number;
}

export type OwedMail = Owed<MailWork>;
export type NewMail = Omit<MailWork, 'about' | 'upTo'> & Owing;

export interface MailFilter {
  readonly to?: string | undefined;
  readonly state?: OwedState | undefined;
  readonly about?: string | undefined;
  /** of the last one on the page before */
  readonly before?: { readonly at: Date; readonly id: string } | undefined;
}

type MailDoc = OwedDoc & MailWork;

const LANE_OF: Readonly<Record<Urgency, number>> = { urgent: 0, soon: 1, later: 2 };
export const URGENT_LANES = [LANE_OF.urgent] as const;
export const OTHER_LANES = [LANE_OF.soon, LANE_OF.later] as const;

export const OWED_MAILS = {
  collection: 'mails',
  indexes: [
    ...OWED_INDEXES,
    { key: { at: -1, _id: -1 }, name: 'newest' },
    { key: { to: 1, at: -1 }, name: 'to' },
    { key: { to: 1, takenAt: -1 }, name: 'taken', partialFilterExpression: { takenAt: { $type: 'date' } } },
    { key: { about: 1, at: -1 }, name: 'about' },
    { key: { state: 1, at: -1 }, name: 'state' },
  ],
  open: mailStore,
} satisfies StoreKind;

function mailStore(db: mongoose.mongo.Db) {
  const owed = owedStore<MailWork>(db, 'mails');
  const collection = db.collection<MailDoc>('mails');
  return {
    ...owed,

    /** Owes each once, in the lane of its urgency. */
    owe: (mails: readonly NewMail[], now: Date): Promise<void> =>
      owed.owe(
        mails.map((mail) => ({ ...mail, about: aboutOf(mail.params), lane: LANE_OF[MAILS[mail.template].urgency] })),
        now,
      ),

    /** When letters that can wait a little were handed over to them since, or are being, before this one; the newest first. */
    async takenBefore({ id, to, takenAt }: OwedMail, since: Date, limit: number): Promise<Date[]> {
      const others = {
        to,
        takenAt: { $gt: since, $lte: takenAt ?? since, $type: 'date' as const },
        lane: LANE_OF.soon,
        state: { $in: ['pending' as const, 'sent' as const] },
        $or: [{ takenAt: { $ne: takenAt } }, { _id: { $lt: id } }], // of two at once one is before the other
      };
      const docs = await collection
        .find(others, { projection: { takenAt: 1 } })
        .sort({ takenAt: -1 })
        .limit(limit)
        .toArray();
      return docs.map((doc) => doc.takenAt ?? since);
    },

    /**
     * 2.6: up to which message of a conversation they were told by letters that began at this one or earlier; 0: none did. A later
     * letter, which went out while an earlier one had failed, tells nothing of what that one is about.
     */
    async toldUpTo(to: string, questionId: string, from: number): Promise<number> {
      const told = { about: questionId, to, state: 'sent', upTo: { $gt: 0 }, 'params.seq': { $lte: from } } as const;
      const [doc] = await collection
        .find(told, { projection: { upTo: 1 } })
        .sort({ upTo: -1 })
        .limit(1)
        .toArray();
      return doc?.upTo ?? 0;
    },

    /** 2.6: what it is going to tell. */
    async tells(id: string, template: MailTemplate, upTo: number): Promise<void> {
      await collection.updateOne({ _id: id }, { $set: { template, upTo } });
    },

    /** What waits goes out now, whatever it waits for; false when it does not wait any more. */
    async hasten(id: string, isForced: boolean, now: Date): Promise<boolean> {
      const waiting = { _id: id, dueAt: { $type: 'date' as const } };
      const hastened = await collection.updateOne(waiting, {
        $set: { dueAt: now, hurried: true, ...(isForced && { forced: true }) },
      });
      return hastened.matchedCount === 1;
    },

    async find(id: string): Promise<OwedMail | null> {
      const doc = await collection.findOne({ _id: id });
      return doc === null ? null : fromDoc<MailWork>(doc);
    },

    /** The newest first. */
    async list({ to, state, about, before }: MailFilter, limit: number): Promise<OwedMail[]> {
      const filter = {
        ...(to !== undefined && { to }),
        ...(state !== undefined && { state }),
        ...(about !== undefined && { about }),
        ...(before !== undefined && { $or: [{ at: { $lt: before.at } }, { at: before.at, _id: { $lt: before.id } }] }),
      };
      const docs = await collection.find(filter).sort({ at: -1, _id: -1 }).limit(limit).toArray();
      return docs.map((doc) => fromDoc<MailWork>(doc));
    },
  };
}

const AGAIN = '-again-';

/** The key of a letter that is sent once more; `nonce`: the same one again is the same letter. */
export const keyAgain = (id: string, nonce: string) => `${firstKey(id)}${AGAIN}${nonce}`;

/** The key that it was owed under first, however often it was sent anew. */
export const firstKey = (id: string) => id.split(AGAIN)[0] ?? id;

const aboutOf = ({ questionId, offerId }: Params): string[] =>
  [questionId, offerId].filter((id): id is string => typeof id === 'string');
