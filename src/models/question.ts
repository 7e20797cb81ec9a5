// Questions in MongoDB: scoped look-ups and lists.

import type mongoose from 'mongoose';
import type { Actor } from '../domain/people.ts';
import type { Question, QuestionState, Rating, Standing } from '../domain/question.ts';
import { inBatches } from './batch.ts';
import type { Changed } from './changed.ts';
import type { Clock } from './clock.ts';
import { DISPUTED_INDEX, undecidedIn } from './disputed.ts';
import { RECORD_INDEXES, recordStore } from './record.ts';
import type { Doc, Saved } from './record.ts';
import type { StoreKind } from './store.ts';

/** 2.5: an expert's ratings of one kind, summed up. */
export interface Ratings {
  readonly by: Rating['by'];
  readonly count: number;
  /** of all of them together */
  readonly stars: number;
}

export interface QuestionListFilter {
  readonly view: 'mine' | 'open' | 'all';
  readonly categoryId?: string | undefined;
  readonly state?: QuestionState | undefined;
  /** the last id of the page before */
  readonly before?: string | undefined;
  readonly limit: number;
}

export interface ActivityFilter extends Pick<QuestionListFilter, 'categoryId' | 'state' | 'limit'> {
  /** the last one of the page before */
  readonly before?: { at: Date; id: string } | undefined;
}

export interface Active {
  readonly question: Question;
  readonly activeAt: Date;
}

export const QUESTIONS = {
  collection: 'questions',
  indexes: [
    ...RECORD_INDEXES,
    DISPUTED_INDEX,
    { key: { 'customer.id': 1, clientId: 1 }, name: 'once', unique: true },
    { key: { 'customer.id': 1, _id: -1 }, name: 'customer' },
    { key: { 'expert.id': 1, _id: -1 }, name: 'expert' },
    { key: { 'answeredBy.id': 1, _id: -1 }, name: 'answered_by' },
    { key: { state: 1, categoryId: 1, _id: -1 }, name: 'open' },
    {
      key: { categoryId: 1, 'queue.at': 1 },
      name: 'queue',
      partialFilterExpression: { 'queue.at': { $type: 'date' } },
    },
    // all that the public average needs stands in it
    {
      key: { ratedExpert: 1, 'rating.by': 1, 'rating.stars': 1 },
      name: 'ratings',
      partialFilterExpression: { ratedExpert: { $type: 'string' } },
    },
  ],
  open: questionStore,
} satisfies StoreKind;

function questionStore(db: mongoose.mongo.Db, clock: Clock) {
  const collection = db.collection<Doc<Question>>('questions');
  const records = recordStore<Question>(collection, clock);
  const readStanding = inBatches<string, Standing | null>({
    run: async (ids) => {
      const docs = await collection.find({ _id: { $in: [...new Set(ids)] } }, { projection: STANDING }).toArray();
      const found = new Map(docs.map((doc) => [doc._id, standingOf(doc)]));
      return ids.map((id) => found.get(id) ?? null);
    },
    maxBatch: READ_BATCH,
    gatherMs: GATHER_MS,
    lanes: 1, // 2.3: messages are looked up in the order they were sent in, and so written in it
  });
  return {
    ...records,
    ...undecidedIn(collection),

    /** What a message needs of its question: a small part of the record, read together with those of other messages. */
    findStanding: readStanding,

    /** As of every record; who delivers a service in it, its offers know. */
    async changedSince(since: mongoose.mongo.Timestamp, limit: number): Promise<Changed[]> {
      const changes = await records.changedSince(since, limit);
      if (changes.length === 0) return changes;
      const taken = await db
        .collection<{ questionId: string; acceptedBy: { id: string } }>('offers')
        .find({ questionId: { $in: changes.map(({ id }) => id) }, 'acceptedBy.id': { $type: 'string' } })
        .project<{ questionId: string; acceptedBy: { id: string } }>({ _id: 0, questionId: 1, 'acceptedBy.id': 1 })
        .toArray();
      if (taken.length === 0) return changes;
      return changes.map((one) => {
        const winners = taken.filter(({ questionId }) => questionId === one.id).map(({ acceptedBy }) => acceptedBy.id);
        return { ...one, expertIds: [...one.expertIds, ...winners] };
      });
    },

    /** 2.2: of these categories, what has come into the queue or left it since then, the oldest change first. */
    async queueChangedSince(categoryIds: readonly string[], since: Date, limit: number): Promise<Question[]> {
      const filter = { categoryId: { $in: [...categoryIds] }, 'queue.at': { $gt: since, $type: 'date' } } as const;
      const found = await records.many(filter, { 'queue.at': 1 }, limit);
      return found.map(({ record }) => record);
    },

    async findByClientId(customerId: string, clientId: string): Promise<Saved<Question> | null> {
      const [found] = await records.many({ 'customer.id': customerId, clientId }, { _id: -1 }, 1);
      return found ?? null;
    },

    /** 5.2: the newest questions of this customer in which an expert has written: those that an offer was made in. */
    async writtenIn(customerId: string, categoryId: string, limit: number): Promise<string[]> {
      const found = await collection
        .find({ 'customer.id': customerId, categoryId, expertWroteAt: { $type: 'date' } })
        .sort({ _id: -1 })
        .limit(limit)
        .project<{ _id: string }>({ _id: 1 })
        .toArray();
      return found.map(({ _id }) => _id);
    },

    /** All questions of this customer. */
    async idsOf(customerId: string): Promise<string[]> {
      const found = await collection.find({ 'customer.id': customerId }, { projection: { _id: 1 } }).toArray();
      return found.map(({ _id }) => _id);
    },

    /** 2.2: what this expert holds outside the categories they keep; `answered`: also answers without a rating. */
    async heldBy(expertId: string, keeps: readonly string[], answered: boolean): Promise<Question[]> {
      const claimed = { state: 'claimed', categoryId: { $nin: [...keeps] } } as const;
      const unrated = { state: 'answered', rating: null } as const;
      const filter = { 'expert.id': expertId, $or: [claimed, ...(answered ? [unrated] : [])] };
      return (await records.many(filter, { _id: 1 }, MOST_HELD)).map(({ record }) => record);
    },

    /** The ratings that stand for this expert, by who gave them. */
    async ratingsOf(expertId: string): Promise<Ratings[]> {
      const sums = collection.aggregate<{ _id: Rating['by']; count: number; stars: number }>([
        { $match: { ratedExpert: { $eq: expertId, $type: 'string' } } },
        { $group: { _id: '$rating.by', count: { $sum: 1 }, stars: { $sum: '$rating.stars' } } },
      ]);
      return (await sums.toArray()).map(({ _id: by, ...sum }) => ({ by, ...sum }));
    },

    /** How long the customers of a category who posted since then waited for an expert's first words, ms; of the newest. */
    async firstReplies(categoryId: string, since: Date): Promise<number[]> {
      const waits = collection.aggregate<{ wait: number }>([
        { $match: { state: { $in: ['claimed', 'answered', 'closed'] }, categoryId } },
        { $sort: { _id: -1 } },
        { $limit: MOST_MEASURED },
        { $match: { postedAt: { $gte: since }, expertWroteAt: { $type: 'date' } } },
        { $project: { _id: 0, wait: { $subtract: ['$expertWroteAt', '$postedAt'] } } },
      ]);
      return (await waits.toArray()).map(({ wait }) => wait);
    },

    /** Newest first. `mine`: asked, held or answered by the actor; `open`: to claim in the actor's categories. */
    async list(actor: Actor, filter: QuestionListFilter): Promise<Question[]> {
      const scope = scopeOf(actor, filter.view);
      const found = await records.many(
        {
          $and: [scope, narrowed(filter), filter.before === undefined ? {} : { _id: { $lt: filter.before } }],
        },
        { _id: -1 },
        filter.limit,
      );
      return found.map(({ record }) => record);
    },

    /**
     * One's own, those first in which something was written last: of the newest `MOST_SORTED` that one has. When somebody wrote
     * is known by the messages alone, so that writing one changes nothing here.
     */
    async listByActivity(actor: Actor, filter: ActivityFilter): Promise<Active[]> {
      const { before, limit } = filter;
      const isClosed = { $eq: ['$state', 'closed'] };
      const sorted = collection.aggregate<{ _id: string; activeAt: Date }>([
        { $match: { $and: [scopeOf(actor, 'mine'), narrowed(filter)] } },
        { $sort: { _id: -1 } },
        { $limit: MOST_SORTED },
        { $project: { state: 1, closedAt: 1, postedAt: 1, createdAt: 1, from: placeIn(''), to: placeIn(':') } },
        {
          $lookup: {
            from: 'messages',
            // nothing is written after the end, so there is nothing to look for
            let: { from: '$from', to: { $cond: [isClosed, '$from', '$to'] } },
            pipeline: [
              { $match: { $expr: { $and: [{ $gt: ['$_id', '$$from'] }, { $lt: ['$_id', '$$to'] }] } } },
              { $sort: { _id: -1 } },
              { $limit: 1 },
              { $project: { at: 1 } },
            ],
            as: 'last',
          },
        },
        { $set: { activeAt: { $ifNull: [{ $first: '$last.at' }, '$closedAt', '$postedAt', '$createdAt'] } } },
        {
          $match:
            before === undefined
              ? {}
              : { $or: [{ activeAt: { $lt: before.at } }, { activeAt: before.at, _id: { $lt: before.id } }] },
        },
        { $sort: { activeAt: -1, _id: -1 } },
        { $limit: limit },
        { $project: { activeAt: 1 } },
      ]);
      const found = (await sorted.toArray()).map(async ({ _id, activeAt }) => {
        const saved = await records.read(_id);
        return saved === null ? [] : [{ question: saved.record, activeAt }];
      });
      return (await Promise.all(found)).flat();
    },
  };
}

const MOST_MEASURED = 100; // questions of a category that a wait is told by
const MOST_SORTED = 1_000; // of one person
/** The bounds of the places of a question's messages (append.ts), from its `_id`. */
const placeIn = (end: string) => ({ $concat: ['$_id', '/', end] });

function narrowed({ categoryId, state }: Pick<QuestionListFilter, 'categoryId' | 'state'>) {
  return { ...(categoryId !== undefined && { categoryId }), ...(state !== undefined && { state }) };
}

const GATHER_MS = 4; // what is looked up together is written together
const READ_BATCH = 200; // ids in one $in
const MOST_HELD = 1_000; // by one expert: far more than anybody can answer

const STANDING = {
  state: 1,
  categoryId: 1,
  customer: 1,
  expert: 1,
  lockedUntil: 1,
  expertWroteAt: 1,
  answeredBy: 1,
  answeredAt: 1,
  locale: 1,
  offerAvailableAt: 1,
  rating: 1,
} as const satisfies Partial<Record<keyof Question, 1>>;

function standingOf(doc: Doc<Question>): Standing {
  const { _id, ...rest } = doc;
  return { id: _id, ...rest };
}

function scopeOf(actor: Actor, view: QuestionListFilter['view']): mongoose.mongo.Filter<Doc<Question>> {
  if (actor.role === 'customer') return { 'customer.id': actor.id };
  if (actor.role === 'admin') return view === 'open' ? { state: 'open' } : {};
  const own = { categoryId: { $in: [...actor.categories] } };
  if (view === 'mine') return { $or: [{ 'expert.id': actor.id }, { 'answeredBy.id': actor.id, ...own }] };
  return view === 'open' ? { state: 'open', ...own } : { state: { $ne: 'draft' }, ...own };
}
