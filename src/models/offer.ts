// Offers and requests in MongoDB: the lists of the Request Center, and what a question has.

import type mongoose from 'mongoose';
import type { Actor } from '../domain/people.ts';
import { ASKING_STATES } from '../domain/offer.ts';
import type { Offer } from '../domain/offer.ts';
import type { ShownPrices } from '../domain/price-statistics.ts';
import type { Clock } from './clock.ts';
import { DISPUTED_INDEX, undecidedIn } from './disputed.ts';
import { RECORD_INDEXES, recordStore } from './record.ts';
import type { Doc } from './record.ts';
import type { StoreKind } from './store.ts';

const ALL = 0; // no limit: closing takes along, and customers see, also the last one of many
const MOST_HELD = 1_000; // by one expert: far more than anybody can deliver

export type RequestView = 'open' | 'priority' | 'done';

/** The expert whose requests they are. */
type Seeker = Pick<Actor, 'id' | 'categories'>;

/** 5.2: what has a price to be learned; each begins anew. */
export interface Priced {
  readonly categoryId: string;
  /** the key of the service */
  readonly service: string;
  readonly currency: string;
}

/** Which of the offers that were shown are counted. */
export interface PriceRange {
  readonly since: Date;
  /** what was shown until then and has no answer will have none */
  readonly unansweredUntil: Date;
  /** the newest so many */
  readonly limit: number;
}

const LONGEST_COUNT_MS = 5_000;

/** 5.1: the automatic offer's id comes from its question: there is one for each, whoever makes it. */
export const automaticOfferId = (questionId: string) => questionId.replace(/^q_/, 'of_');

export const OFFERS = {
  collection: 'offers',
  indexes: [
    ...RECORD_INDEXES,
    DISPUTED_INDEX,
    { key: { questionId: 1 }, name: 'question' },
    // 8.1: one open offer of an expert per question, whoever proposes at the same time
    { key: { openOn: 1 }, name: 'open_on', unique: true, partialFilterExpression: { openOn: { $type: 'string' } } },
    {
      key: { 'proposedBy.id': 1, clientId: 1 },
      name: 'once',
      unique: true,
      partialFilterExpression: { clientId: { $type: 'string' } },
    },
    { key: { state: 1, categoryId: 1, _id: -1 }, name: 'open' },
    { key: { 'acceptedBy.id': 1, state: 1, _id: -1 }, name: 'accepted' },
    { key: { 'acceptedBy.id': 1, acceptedAt: -1, _id: -1 }, name: 'earnings' },
    // 5.2: all that counting needs stands in it. NOTE: what changes while a request is dispatched does not
    {
      key: { categoryId: 1, 'service.key': 1, 'price.currency': 1, shownAt: 1, 'price.amount': 1, priceOutcome: 1 },
      name: 'prices',
      partialFilterExpression: { priceOutcome: { $type: 'string' } },
    },
  ],
  open: offerStore,
} satisfies StoreKind;

function offerStore(db: mongoose.mongo.Db, clock: Clock) {
  const collection = db.collection<Doc<Offer>>('offers');
  const records = recordStore<Offer>(collection, clock);
  return {
    ...records,
    ...undecidedIn(collection),

    /** All offers of a question, the oldest first. */
    async ofQuestion(questionId: string): Promise<Offer[]> {
      const found = await records.many({ questionId }, { _id: 1 }, ALL);
      return found.map(({ record }) => record);
    },

    /** 8.1: what this expert proposed under this clientId before. */
    async findProposal(expertId: string, clientId: string): Promise<Offer | null> {
      const [found] = await records.many(
        { 'proposedBy.id': expertId, clientId: { $eq: clientId, $type: 'string' } },
        {},
        1,
      );
      return found?.record ?? null;
    },

    /** 8.1: how many this expert has proposed in this question, whatever became of them; `most` at most. */
    countProposed: (questionId: string, expertId: string, most: number): Promise<number> =>
      collection.countDocuments({ questionId, 'proposedBy.id': expertId }, { limit: most }),

    /** 8.1: the open offer of an expert in this question. */
    async openOn(questionId: string): Promise<Offer | null> {
      const [found] = await records.many({ openOn: { $eq: questionId, $type: 'string' } }, {}, 1);
      return found?.record ?? null;
    },

    /** 6.1: requests that wait for this expert outside the categories they keep. */
    async reservedFor(expertId: string, keeps: readonly string[]): Promise<Offer[]> {
      const filter = { state: 'reserved', reservedFor: expertId, categoryId: { $nin: [...keeps] } } as const;
      return (await records.many(filter, { _id: 1 }, MOST_HELD)).map(({ record }) => record);
    },

    /** 6.8: requests in these questions that wait for an expert, or for another card. */
    async waitingIn(questionIds: readonly string[]): Promise<Offer[]> {
      const filter = {
        questionId: { $in: [...questionIds] },
        state: { $in: [...ASKING_STATES, 'payment_failed'] },
      } as const;
      return (await records.many(filter, { _id: 1 }, ALL)).map(({ record }) => record);
    },

    /** 8.1: what this expert has offered and nobody has decided about. */
    async openOf(expertId: string): Promise<Offer[]> {
      const filter = { 'proposedBy.id': expertId, openOn: { $type: 'string' } } as const;
      return (await records.many(filter, { _id: 1 }, MOST_HELD)).map(({ record }) => record);
    },

    /**
     * 5.2: the prices that were shown, and what came of them, by day; in no particular order. Those that were kept from an
     * earlier offer of the same customer count there.
     */
    async shownPrices(priced: Priced, { since, unansweredUntil, limit }: PriceRange): Promise<ShownPrices[]> {
      const isUnanswered = {
        $and: [{ $eq: ['$priceOutcome', 'undecided'] }, { $lte: ['$shownAt', unansweredUntil] }],
      };
      const groups = collection.aggregate<{ _id: Omit<ShownPrices, 'count'>; count: number }>(
        [
          { $match: { ...learnedAs(priced), shownAt: { $gte: since } } },
          { $sort: { shownAt: -1 } },
          { $limit: limit },
          {
            $group: {
              _id: {
                day: { $dateTrunc: { date: '$shownAt', unit: 'day' } },
                amount: '$price.amount',
                outcome: { $cond: [isUnanswered, 'unanswered', '$priceOutcome'] },
              },
              count: { $sum: 1 },
            },
          },
        ],
        { maxTimeMS: LONGEST_COUNT_MS },
      );
      return (await groups.toArray()).map(({ _id, count }) => ({ ..._id, count }));
    },

    /** 5.2: what was shown last, since then, for one of these questions, and counted; null: nothing. */
    async priceShown(questionIds: readonly string[], priced: Priced, since: Date): Promise<number | null> {
      const [found] = await collection
        .find({ _id: { $in: questionIds.map(automaticOfferId) }, ...learnedAs(priced), shownAt: { $gte: since } })
        .sort({ shownAt: -1 })
        .limit(1)
        .maxTimeMS(LONGEST_COUNT_MS)
        .project<Pick<Offer, 'price'>>({ price: 1 })
        .toArray();
      return found?.price.amount ?? null;
    },

    /** 6.3, 7.3: what this expert may accept now, has accepted and not reported, or is done with. Newest first. */
    async list(expert: Seeker, view: RequestView, before: string | undefined, limit: number): Promise<Offer[]> {
      const page = before === undefined ? {} : { _id: { $lt: before } };
      const found = await records.many({ $and: [scopeOf(expert, view), page] }, { _id: -1 }, limit);
      return found.map(({ record }) => record);
    },

    /** How many a view has, `most` at most. */
    count: (expert: Seeker, view: RequestView, most: number): Promise<number> =>
      collection.countDocuments(scopeOf(expert, view), { limit: most }),

    /** 7.5: every service this expert accepted, the newest first. */
    async acceptedBy(
      expertId: string,
      range: { from?: Date | undefined; to?: Date | undefined; before?: { at: Date; id: string } | undefined },
      limit: number,
    ): Promise<Offer[]> {
      const at = { ...(range.from && { $gte: range.from }), ...(range.to && { $lt: range.to }) };
      const before = range.before;
      const found = await records.many(
        {
          'acceptedBy.id': expertId,
          acceptedAt: { $type: 'date', ...at },
          ...(before && {
            $or: [{ acceptedAt: { $lt: before.at } }, { acceptedAt: before.at, _id: { $lt: before.id } }],
          }),
        },
        { acceptedAt: -1, _id: -1 },
        limit,
      );
      return found.map(({ record }) => record);
    },
  };
}

const learnedAs = ({ categoryId, service, currency }: Priced) =>
  ({
    ...{ categoryId, 'service.key': service, 'price.currency': currency },
    priceOutcome: { $type: 'string' },
  }) as const;

function scopeOf(expert: Seeker, view: RequestView): mongoose.mongo.Filter<Doc<Offer>> {
  switch (view) {
    case 'open':
      return {
        $or: [
          { state: 'open', categoryId: { $in: [...expert.categories] } },
          { state: 'reserved', reservedFor: expert.id },
        ],
      };
    case 'priority':
      return { 'acceptedBy.id': expert.id, origin: 'automatic', state: 'accepted' };
    case 'done':
      return {
        'acceptedBy.id': expert.id,
        origin: 'automatic',
        state: { $in: ['fulfilled', 'unfulfilled', 'report_overdue', 'refunding', 'refunded', 'refund_failed'] },
      };
  }
}
