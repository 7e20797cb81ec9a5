// The newest notices of each person, for whoever was not connected when they were told: one document each, so that there are never
// more than so many, and what a batch tells one person is one write. Gone of themselves when nothing was told for a while.

import { createHash } from 'node:crypto';
import type mongoose from 'mongoose';
import { later } from '../domain/instant.ts';
import type { Notice } from '../domain/notice.ts';
import { inBatches } from './batch.ts';
import { isOutage } from './outcome.ts';
import type { StoreKind } from './store.ts';

interface NoticesDoc {
  /** whose they are */
  readonly _id: string;
  /** the oldest first */
  readonly notices: readonly Notice[];
  readonly endsAt: Date;
}

export type Told = Omit<Notice, 'key'>;

interface Keeping {
  readonly told: ReadonlyMap<string, readonly Told[]>;
  readonly now: Date;
}

const KEPT_TOGETHER = 100; // each may be of hundreds of people
const LANES = 3;
const PATIENCE_MS = 1_000;
const MOST_KEPT = 200; // of one person
const KEPT_MS = 30 * 86_400_000;

export const NOTICES = {
  collection: 'notices',
  indexes: [{ key: { endsAt: 1 }, name: 'ended', expireAfterSeconds: 0 }],
  open: noticeStore,
} satisfies StoreKind;

function noticeStore(db: mongoose.mongo.Db) {
  const collection = db.collection<NoticesDoc>('notices');
  async function write(some: readonly Keeping[]): Promise<void> {
    const writes = some.flatMap(({ told, now }) =>
      [...told].map(([userId, notices]) => ({
        updateOne: { filter: { _id: userId }, update: [{ $set: added(notices, now) }], upsert: true },
      })),
    );
    await collection.bulkWrite(writes, { ordered: false });
  }

  const keepOne = inBatches<Keeping, void>({
    async run(batch) {
      try {
        await write(batch);
      } catch (error) {
        if (batch.length === 1 || isOutage(error)) throw error;
        return batch.map((one) => write([one])); // what cannot be kept is kept back alone
      }
      return batch.map(() => undefined);
    },
    maxBatch: KEPT_TOGETHER,
    lanes: LANES,
    patienceMs: PATIENCE_MS,
  });

  return {
    /** Keeps what these people were told, the oldest first. Repeatable: the same words are kept once, at their last time. */
    async keep(told: ReadonlyMap<string, readonly Told[]>, now: Date): Promise<void> {
      if (told.size > 0) await keepOne({ told, now });
    },

    /** The newest first, of the last 30 days; `before` is the last one of the page before. */
    async list(
      userId: string,
      now: Date,
      before: Pick<Notice, 'key' | 'at'> | undefined,
      limit: number,
    ): Promise<Notice[]> {
      const doc = await collection.findOne({ _id: userId });
      const kept = (doc?.notices ?? []).filter(({ at }) => at.getTime() > now.getTime() - KEPT_MS).toReversed();
      const isOlder = ({ at, key }: Notice) =>
        before === undefined || at < before.at || (at.getTime() === before.at.getTime() && key < before.key);
      return kept.filter(isOlder).slice(0, limit);
    },
  };
}

/** What stays of the document, and what comes to it. */
function added(told: readonly Told[], now: Date) {
  const notices = new Map(told.map((one) => [keyOf(one), { key: keyOf(one), ...one }]));
  const isNew = { $in: ['$$one.key', [...notices.keys()]] };
  const isOver = { $lte: ['$$one.at', later(now, -KEPT_MS)] };
  const before = { $ifNull: ['$notices', []] };
  const stay = { $filter: { input: before, as: 'one', cond: { $not: [{ $or: [isNew, isOver] }] } } };
  // NOTE: what people have written may look like an expression
  const all = { $concatArrays: [stay, { $literal: [...notices.values()] }] };
  return {
    notices: { $slice: [{ $sortArray: { input: all, sortBy: { at: 1, key: 1 } } }, -MOST_KEPT] },
    endsAt: { $literal: later(now, KEPT_MS) },
  };
}

const keyOf = ({ code, params }: Told): string =>
  createHash('sha256')
    .update(JSON.stringify([code, Object.entries(params).sort(([one], [other]) => (one < other ? -1 : 1))]))
    .digest('base64url')
    .slice(0, 22);
