// Whether experts are away (6.1), kept with their accounts under a version of its own: who edits an account in the meantime
// neither loses it nor is refused because of it.

import type mongoose from 'mongoose';
import { AVAILABLE, awayAt } from '../domain/availability.ts';
import type { Availability, Away, Missed } from '../domain/availability.ts';
import { inBatches } from './batch.ts';

/** What one expert let pass. */
export interface MissedBy {
  readonly userId: string;
  readonly missed: readonly Missed[];
}

const READ_BATCH = 1_000; // people in one $in

interface Doc extends mongoose.mongo.Document {
  readonly _id: string;
  readonly availability?: Availability;
}

const field = (name: string) => `$availability.${name}`;
const VERSION = { $ifNull: [field('version'), 0] };
const NEXT = { $add: [VERSION, 1] };
const isAway = (now: Date) => ({
  // NOTE: in MongoDB's order null comes before all instants
  $and: [{ $eq: [{ $type: field('away') }, 'object'] }, isLater(field('away.until'), now)],
});
const isLater = (path: string, now: Date) => ({ $or: [{ $eq: [path, null] }, { $gt: [path, now] }] });
const counted = (missed: unknown) => ({
  $filter: { input: missed, as: 'one', cond: { $gt: ['$$one.at', { $ifNull: [field('answeredAt'), new Date(0)] }] } },
});

export function availabilityIn(db: mongoose.mongo.Db) {
  const collection = db.collection<Doc>('users');
  const readOne = inBatches<string, Availability | null>({
    async run(userIds) {
      const found = collection.find(
        { _id: { $in: [...new Set(userIds)] }, availability: { $type: 'object' } },
        { projection: { availability: 1 } },
      );
      const known = new Map((await found.toArray()).map((doc) => [doc._id, doc.availability ?? null]));
      return userIds.map((id) => known.get(id) ?? null);
    },
    maxBatch: READ_BATCH,
    lanes: 2,
  });
  const asIs = (doc: Doc | null) => (doc === null ? null : (doc.availability ?? AVAILABLE));
  return {
    /** By user id; who has never said anything is not among them. */
    async availabilityOf(userIds: readonly string[]): Promise<ReadonlyMap<string, Availability>> {
      const read = await Promise.all(userIds.map(readOne));
      return new Map(
        read.flatMap((availability, index) =>
          availability === null ? [] : [[userIds[index] as string, availability]],
        ),
      );
    },

    /** What somebody says of themselves: the last word counts. Null when there is no such account. */
    async setAway(userId: string, away: Away | null, now: Date): Promise<Availability | null> {
      // whoever presses is there: hidden pages count from now on
      const hiddenSince = { $cond: [{ $eq: [{ $type: field('hiddenSince') }, 'date'] }, now, null] };
      const doc = await collection.findOneAndUpdate(
        { _id: userId },
        [
          {
            $set: {
              availability: { version: NEXT, away: { $literal: away }, answeredAt: now, missed: [], hiddenSince },
            },
          },
        ],
        { returnDocument: 'after', projection: { availability: 1 } },
      );
      return asIs(doc);
    },

    /** A sign of life: what was missed by then counts no more. It costs a write of those only who have missed something. */
    async noteAnswer(userId: string, at: Date): Promise<void> {
      await collection.updateOne(
        { _id: userId, 'availability.missed.0': { $exists: true } },
        { $max: { 'availability.answeredAt': at } },
      );
    },

    /**
     * Counts what available experts let pass, each of it once; who has missed `most` in a row is away. Answers those who are,
     * as long as what made them so is among these: asked again it answers them again.
     */
    async noteMissed(some: readonly MissedBy[], most: number, now: Date): Promise<ReadonlyMap<string, Availability>> {
      // most of what lapses in numbers is of people who are away already: nothing has to be written then
      const before = await this.availabilityOf(some.map(({ userId }) => userId));
      const here = some.filter(({ userId }) => awayAt(before.get(userId) ?? AVAILABLE, now) === null);
      if (here.length === 0) return awayBecauseOf(some, before);
      const away: Away = { because: 'missed', since: now, until: null };
      await collection.bulkWrite(
        here.map(({ userId, missed }) => {
          const known = { $ifNull: [field('missed'), []] };
          const ids = { $map: { input: known, as: 'one', in: '$$one.offerId' } };
          const fresh = {
            $filter: { input: { $literal: missed }, as: 'one', cond: { $not: { $in: ['$$one.offerId', ids] } } },
          };
          const enough = { $gte: [{ $size: field('missed') }, most] };
          return {
            updateOne: {
              filter: { _id: userId, $expr: { $not: isAway(now) } },
              update: [
                { $set: { 'availability.missed': counted({ $concatArrays: [known, fresh] }) } },
                {
                  $set: {
                    'availability.version': { $cond: [enough, NEXT, VERSION] },
                    'availability.away': { $cond: [enough, { $literal: away }, null] },
                  },
                },
              ],
            },
          };
        }),
        { ordered: false },
      );
      return awayBecauseOf(some, await this.availabilityOf(some.map(({ userId }) => userId)));
    },

    /** Since when none of their pages is seen; null: one is. */
    async noteHidden(userId: string, since: Date | null): Promise<void> {
      const isNoted = { 'availability.hiddenSince': { $type: 'date' } };
      if (since === null) {
        await collection.updateOne({ _id: userId, ...isNoted }, { $set: { 'availability.hiddenSince': null } });
        return;
      }
      await collection.updateOne({ _id: userId, $nor: [isNoted] }, [
        {
          $set: {
            'availability.version': VERSION,
            'availability.away': { $ifNull: [field('away'), null] },
            'availability.hiddenSince': since,
          },
        },
      ]);
    },

    /** Available experts of whom no page has been seen since then. */
    async findHidden(before: Date, now: Date, limit: number): Promise<string[]> {
      const filter = { 'availability.hiddenSince': { $lte: before }, $expr: { $not: isAway(now) } };
      const docs = await collection
        .find(filter, { projection: { _id: 1 } })
        .limit(limit)
        .toArray();
      return docs.map(({ _id }) => _id);
    },

    /** Away because no page has been seen since then. Null: one was, or they have said otherwise in the meantime. */
    async hide(userId: string, before: Date, now: Date): Promise<Availability | null> {
      const away: Away = { because: 'hidden', since: now, until: null };
      const doc = await collection.findOneAndUpdate(
        { _id: userId, 'availability.hiddenSince': { $lte: before }, $expr: { $not: isAway(now) } },
        [
          {
            $set: {
              'availability.version': NEXT,
              'availability.away': { $literal: away },
              'availability.hiddenSince': null,
            },
          },
        ],
        { returnDocument: 'after', projection: { availability: 1 } },
      );
      return asIs(doc);
    },
  };
}

/** Those whom one of these has made away. */
function awayBecauseOf(
  some: readonly MissedBy[],
  found: ReadonlyMap<string, Availability>,
): ReadonlyMap<string, Availability> {
  return new Map(
    some.flatMap(({ userId, missed }): [string, Availability][] => {
      const availability = found.get(userId);
      const last = availability?.missed?.at(-1);
      const isOf = availability?.away?.because === 'missed' && missed.some(({ offerId }) => offerId === last?.offerId);
      return isOf ? [[userId, availability]] : [];
    }),
  );
}
