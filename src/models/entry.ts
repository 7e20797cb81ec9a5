// The journal (1.4): append-only, one document per movement with all its legs, one key per movement. The database
// itself refuses an entry that does not sum to zero. Balances are sums of entries and stored nowhere.

import type mongoose from 'mongoose';
import type { Entry, Money } from '../domain/ledger.ts';
import { account, assertBalanced } from '../domain/ledger.ts';
import { duplicatesOf } from './outcome.ts';
import { behind } from './outline.ts';
import type { Moment } from './outline.ts';
import type { StoreKind } from './store.ts';

export type BookedEntry = Entry & { readonly at: Date };
/** What was paid for items that are listed in one quarter of an hour. */
export interface PaidThen extends Money {
  readonly at: Date;
  readonly kind: 'question' | 'premium';
}

type EntryDoc = Omit<BookedEntry, 'key'> & { _id: string };

const ALL = 0; // no limit

/** What stands before its key in the id that an entry has in a time line. */
export const ENTRY_IN_LINE = 'entry-';

/** What MongoDB checks on every insert: integer amounts, and legs that sum to zero. */
const ENTRY_VALIDATOR = {
  $and: [
    {
      $jsonSchema: {
        required: ['kind', 'currency', 'legs', 'at', 'questionId'],
        properties: {
          currency: { bsonType: 'string', pattern: '^[A-Z]{3}$' },
          legs: {
            bsonType: 'array',
            minItems: 2,
            items: {
              required: ['account', 'amount'],
              properties: { account: { bsonType: 'string' }, amount: { bsonType: ['int', 'long', 'double'] } },
            },
          },
        },
      },
    },
    { $expr: { $eq: [{ $sum: '$legs.amount' }, 0] } },
    {
      $expr: {
        $allElementsTrue: [{ $map: { input: '$legs', in: { $eq: ['$$this.amount', { $trunc: '$$this.amount' }] } } }],
      },
    },
  ],
};

export const ENTRIES = {
  collection: 'entries',
  indexes: [
    { key: { 'legs.account': 1, at: -1, _id: -1 }, name: 'account' },
    { key: { questionId: 1 }, name: 'question' },
  ],
  validator: ENTRY_VALIDATOR,
  open: entryStore,
} satisfies StoreKind;

function entryStore(db: mongoose.mongo.Db) {
  const collection = db.collection<EntryDoc>('entries');
  return {
    /** Books each entry once, however often it is asked for. */
    async book(entries: readonly Entry[], at: Date): Promise<void> {
      if (entries.length === 0) return;
      entries.forEach(assertBalanced);
      const docs = entries.map(({ key, ...rest }) => ({ _id: key, ...rest, at }));
      try {
        await collection.insertMany(docs, { ordered: false });
      } catch (error) {
        if (duplicatesOf(error, docs.length) === null) throw error;
      }
    },

    async find(key: string): Promise<BookedEntry | null> {
      const doc = await collection.findOne({ _id: key });
      return doc === null ? null : fromDoc(doc);
    },

    /** The payouts of question values to an expert, the newest first; `before` is the last one of the page before. */
    async valuesPaidTo(
      expertId: string,
      range: { from?: Date | undefined; to?: Date | undefined; before?: { at: Date; id: string } | undefined },
      limit: number,
    ): Promise<BookedEntry[]> {
      const at = { ...(range.from && { $gte: range.from }), ...(range.to && { $lt: range.to }) };
      const { before } = range;
      const docs = await collection
        .find({
          'legs.account': account.payable(expertId),
          kind: 'payout',
          offerId: null,
          ...(Object.keys(at).length > 0 && { at }),
          ...(before && { $or: [{ at: { $lt: before.at } }, { at: before.at, _id: { $lt: before.id } }] }),
        })
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .toArray();
      return docs.map(fromDoc);
    },

    /** Movements about a question and its offers, the oldest first: all, or the first behind a moment of its time line. */
    async ofQuestion(questionId: string, after: Moment | null = null, limit = ALL): Promise<BookedEntry[]> {
      const found = collection.find({ questionId, ...behind(after, ENTRY_IN_LINE) });
      return (await found.sort({ at: 1, _id: 1 }).limit(limit).toArray()).map(fromDoc);
    },

    /** Every entry, in the order of their keys. */
    async *all(): AsyncIterable<BookedEntry> {
      for await (const doc of collection.find().sort({ _id: 1 })) yield fromDoc(doc);
    },

    /** Every movement on this account about these questions and their offers. */
    async paidAbout(name: string, questionIds: readonly string[]): Promise<BookedEntry[]> {
      const about = { questionId: { $in: [...questionIds] }, 'legs.account': name };
      return (await collection.find(about).toArray()).map(fromDoc);
    },

    async findAll(keys: readonly string[]): Promise<BookedEntry[]> {
      return (await collection.find({ _id: { $in: [...keys] } }).toArray()).map(fromDoc);
    },

    /**
     * What was paid to an expert per currency, of the items that the Earnings Report lists in [from, to): a service is
     * listed at its acceptance, a question when it was paid; what was reversed counts where the item is listed (8.4).
     */
    async totalsPaidTo(expertId: string, { from, to }: { from?: Date | undefined; to?: Date | undefined }) {
      const name = account.payable(expertId);
      const sums = await collection
        .aggregate<{ _id: string; amount: number }>([
          { $match: { 'legs.account': name } },
          ...(from === undefined && to === undefined ? [] : listedIn({ from, to })),
          { $unwind: '$legs' },
          { $match: { 'legs.account': name } },
          { $group: { _id: '$currency', amount: { $sum: '$legs.amount' } } },
          { $sort: { _id: 1 } },
        ])
        .toArray();
      return sums.map(({ _id, amount }) => ({ currency: _id, amount: -amount }));
    },

    /** The same, by the time at which the items are listed, in quarters of an hour, and by kind; in no particular order. */
    async paidToByTime(expertId: string, range: { from: Date; to: Date }): Promise<PaidThen[]> {
      const name = account.payable(expertId);
      // every offset of a time zone is a multiple of it
      const at = { $dateTrunc: { date: '$listedAt', unit: 'minute', binSize: 15 } };
      const kind = { $cond: [{ $eq: ['$offerId', null] }, 'question', 'premium'] };
      const sums = await collection
        .aggregate<{ _id: Omit<PaidThen, 'amount'>; amount: number }>([
          { $match: { 'legs.account': name } },
          ...listedIn(range),
          { $unwind: '$legs' },
          { $match: { 'legs.account': name } },
          { $group: { _id: { at, kind, currency: '$currency' }, amount: { $sum: '$legs.amount' } } },
        ])
        .toArray();
      return sums.map(({ _id, amount }) => ({ ..._id, amount: -amount }));
    },
  };
}

/** Entries about items that are listed in [from, to). */
function listedIn({ from, to }: { from?: Date | undefined; to?: Date | undefined }): mongoose.mongo.Document[] {
  const listedAt = { ...(from && { $gte: from }), ...(to && { $lt: to }) };
  return [
    { $lookup: { from: 'offers', localField: 'offerId', foreignField: '_id', as: 'offer' } },
    { $set: { paidKey: { $concat: ['payout-', { $ifNull: ['$offerId', '$questionId'] }] } } },
    { $lookup: { from: 'entries', localField: 'paidKey', foreignField: '_id', as: 'paid' } },
    { $set: { listedAt: { $ifNull: [{ $first: '$offer.acceptedAt' }, { $first: '$paid.at' }, '$at'] } } },
    { $match: { listedAt } },
  ];
}

function fromDoc(doc: EntryDoc): BookedEntry {
  const { _id, ...rest } = doc;
  return { key: _id, ...rest };
}
