// What questions and offers have in common: a record is replaced as a whole, by version, together with what it owes
// the world (its outbox); its earliest deadline stands in `dueAt` under one index.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { Effect } from '../domain/effects.ts';
import { alike } from './alike.ts';
import type { Change } from './alike.ts';
import { changesIn } from './changed.ts';
import type { Concerned } from './changed.ts';
import { during } from './clock.ts';
import type { Clock } from './clock.ts';
import { inBatches, inPieces } from './batch.ts';
import { insertOnce } from './outcome.ts';
import { owedNotes } from './owed-notes.ts';

export interface Versioned {
  readonly id: string;
  readonly version: number;
  readonly dueAt: Date | null;
}

/** A record and the effects that are not known to be settled. */
export interface Saved<R> {
  readonly record: R;
  readonly outbox: readonly Effect[];
}

/** When a write may happen, by the clock of the database: from the one instant on, and before the other. */
export interface InTime {
  readonly from?: Date | null;
  readonly until?: Date | null;
}

export type Doc<R> = Omit<R, 'id'> & {
  _id: string;
  outbox: readonly Effect[];
  /** when the oldest unsettled effect was written; null when nothing is owed */
  outboxAt: Date | null;
  /** who saved this version of it, when many were saved at once */
  writer?: string;
  /** when this version was saved, by the database's own clock */
  changedAt?: mongoose.mongo.Timestamp;
};

export type Collection<R extends Versioned> = mongoose.mongo.Collection<Doc<R>>;
type Filter<R extends Versioned> = mongoose.mongo.Filter<Doc<R>>;

const AFTER_LOSS_MS = 3; // the winner's write becomes visible to majority reads meanwhile
const READ_BATCH = 200; // ids in one $in
const CLEAR_BATCH = 500;
const SERVER_TIME = new mongoose.mongo.Timestamp({ t: 0, i: 0 }); // MongoDB puts its own in place of an empty one

const CLEARED = { $set: { outbox: [], outboxAt: null } };

export function recordStore<R extends Versioned>(collection: Collection<R>, clock: Clock) {
  const toDoc = (record: R, outbox: readonly Effect[], now: Date): Doc<R> => {
    const { id, ...rest } = record;
    return { ...rest, _id: id, outbox, outboxAt: outbox.length > 0 ? now : null, changedAt: SERVER_TIME };
  };
  const byId = (id: string) => ({ _id: id }) as Filter<R>; // a generic filter is beyond the driver's types
  const readOne = inBatches<string, Saved<R> | null>({
    run: async (ids) => {
      const docs = await collection.find({ _id: { $in: [...new Set(ids)] } } as unknown as Filter<R>).toArray();
      const found = new Map(docs.map((doc) => [String(doc._id), withoutCleared(fromDoc<R>(doc as Doc<R>))]));
      return ids.map((id) => found.get(id) ?? null);
    },
    maxBatch: READ_BATCH,
    lanes: 2,
  });
  /** Who saved these versions, when many were saved at once. */
  const writers = new WeakMap<R, string>();
  const { noting, withoutCleared } = owedNotes<Saved<R>>();
  const clearOne = inBatches<R, void>({
    run: async (records) => {
      await collection.bulkWrite(
        records.map((record) => ({
          updateOne: {
            // a later save took the effects along and settles them itself
            filter: { ...byId(record.id), version: record.version },
            update: CLEARED as unknown as mongoose.mongo.UpdateFilter<Doc<R>>,
          },
        })),
        { ordered: false, writeConcern: { w: 1 } }, // lost with a crash: the sweep settles once more
      );
      return records.map(() => undefined);
    },
    maxBatch: CLEAR_BATCH,
    lanes: 1,
  });

  return {
    /** Reads that come together share a round trip. */
    read: readOne,

    /** False when the record exists already. */
    async insert(record: R, outbox: readonly Effect[], now: Date): Promise<boolean> {
      const doc = toDoc(record, outbox, now) as mongoose.mongo.OptionalUnlessRequiredId<Doc<R>>;
      return insertOnce(() => collection.insertOne(doc));
    },

    /**
     * The one conditional write of a transition: false when somebody else moved the record first, or when the database
     * writes it outside of its time.
     */
    async save(
      next: R,
      outbox: readonly Effect[],
      now: Date,
      { from = null, until = null }: InTime = {},
    ): Promise<boolean> {
      const filter = { ...byId(next.id), version: next.version - 1, ...during(clock, from, until) };
      const doc = toDoc(next, outbox, now) as unknown as mongoose.mongo.WithoutId<Doc<R>>;
      const result = await collection.replaceOne(filter, doc);
      if (result.modifiedCount === 1) return true;
      if (from !== null || until !== null) clock.doubt();
      await sleep(AFTER_LOSS_MS);
      return false;
    },

    /**
     * Many transitions that time brings about, in one round trip, none before `now` by the clock of the database. Answers
     * the records that are known to be saved. When somebody else moved one of them first it may be missing although it
     * was saved; its effects went along into the later version.
     */
    async saveMany(batch: readonly Change<R>[], now: Date): Promise<R[]> {
      if (batch.length === 0) return [];
      const writer = randomUUID();
      for (const { next } of batch) writers.set(next, writer);
      const result = await collection.bulkWrite(
        alike(batch).map(({ ids, version, changes, outbox }) => ({
          updateMany: {
            filter: { _id: { $in: ids }, version, ...during(clock, now, null) } as unknown as Filter<R>,
            update: [
              {
                $set: { ...changes, outbox: { $literal: outbox }, outboxAt: now, writer, changedAt: '$$CLUSTER_TIME' },
              },
            ],
          },
        })),
        { ordered: false },
      );
      if (result.modifiedCount === batch.length) return batch.map(({ next }) => next);
      clock.doubt();
      const ours = await writtenBy(
        writer,
        batch.map(({ next }) => next.id),
      );
      return batch.map(({ next }) => next).filter(({ id }) => ours.has(id));
    },

    /** Nothing of these versions is owed any more. Not awaited by callers' answers. */
    async clearOutbox(records: readonly R[]): Promise<void> {
      await noting(
        records.map((record) => ({ record, outbox: [] })),
        () => clear(records),
      );
    },

    /** The rest of what these versions owed: all else is settled, and never settled again because of the rest. */
    async stillOwe(some: readonly Saved<R>[]): Promise<void> {
      const updates = some.map(({ record, outbox }) => ({
        updateOne: {
          // nothing once somebody else has settled it to the end: what is put back then no sweep would find
          filter: { ...byId(record.id), version: record.version, outboxAt: { $type: 'date' } },
          update: { $set: { outbox } } as unknown as mongoose.mongo.UpdateFilter<Doc<R>>,
        },
      }));
      if (updates.length === 0) return;
      await noting(some, async () => {
        const { matchedCount } = await collection.bulkWrite(updates, { ordered: false });
        return matchedCount === updates.length;
      });
    },

    // its documents have more than is read of them here
    ...changesIn(collection as unknown as mongoose.mongo.Collection<Concerned>),

    /** Of these, those that stand as they are here: what the others owed then went along with whoever moved them. */
    async unmoved(some: readonly Saved<R>[]): Promise<Saved<R>[]> {
      const filter = { _id: { $in: some.map(({ record }) => record.id) } } as unknown as Filter<R>;
      const docs = await collection.find(filter, { projection: { version: 1 } }).toArray();
      const versions = new Map(docs.map((doc) => [String(doc._id), (doc as unknown as Versioned).version]));
      return some.filter(({ record }) => (versions.get(record.id) ?? record.version) <= record.version);
    },

    /** Records whose effects somebody began to settle before `before` and did not finish, the oldest first, as `due`. */
    unsettled: (before: Date, batchSize: number) => inOrderOf('outboxAt', before, batchSize),

    /** Records with a deadline at or before `now`, the oldest first, read while others are worked on. */
    due: (now: Date, batchSize: number) => inOrderOf('dueAt', now, batchSize),

    /** Records with a deadline in (from, to] that owe nothing, the earliest first. */
    async dueWithin(from: Date, to: Date, limit: number): Promise<Saved<R>[]> {
      return many(
        { dueAt: { $gt: from, $lte: to, $type: 'date' }, outboxAt: null } as unknown as Filter<R>,
        { dueAt: 1 },
        limit,
      );
    },

    /** Every record, in the order of their ids. */
    async *all(): AsyncIterable<Saved<R>> {
      const cursor = collection.find({} as Filter<R>).sort({ _id: 1 });
      for await (const doc of cursor) yield withoutCleared(fromDoc<R>(doc as Doc<R>));
    },

    /** Deadlines in (from, to], for alarms. */
    async dueBetween(from: Date, to: Date): Promise<Date[]> {
      const filter = { dueAt: { $gt: from, $lte: to, $type: 'date' } } as unknown as Filter<R>;
      const docs = await collection.find(filter, { projection: { _id: 0, dueAt: 1 } }).toArray();
      return docs.flatMap((doc) => (doc.dueAt instanceof Date ? [doc.dueAt] : []));
    },

    many,
  };

  async function* inOrderOf(field: 'dueAt' | 'outboxAt', until: Date, batchSize: number): AsyncIterable<Saved<R>[]> {
    const cursor = collection
      .find({ [field]: { $lte: until, $type: 'date' } } as unknown as Filter<R>, { batchSize })
      .sort({ [field]: 1 });
    yield* inPieces(cursor, batchSize, (doc) => fromDoc<R>(doc as Doc<R>));
  }

  async function many(filter: Filter<R>, sort: Record<string, 1 | -1>, limit: number): Promise<Saved<R>[]> {
    const docs = await collection.find(filter).sort(sort).limit(limit).toArray();
    return docs.map((doc) => fromDoc<R>(doc as Doc<R>));
  }

  /** Records that were saved together are cleared together. */
  async function clear(records: readonly R[]): Promise<void> {
    const writer = records[0] && writers.get(records[0]);
    // one alone goes with others that are cleared at the same time
    if (writer === undefined || records.length === 1 || records.some((record) => writers.get(record) !== writer)) {
      await Promise.all(records.map(clearOne));
      return;
    }
    // NOTE: whoever saves one of them afterwards is another writer
    const filter = { _id: { $in: records.map(({ id }) => id) }, writer } as unknown as Filter<R>;
    await collection.updateMany(filter, CLEARED as unknown as mongoose.mongo.UpdateFilter<Doc<R>>, {
      writeConcern: { w: 1 },
    });
  }

  async function writtenBy(writer: string, ids: string[]): Promise<ReadonlySet<string>> {
    const filter = { _id: { $in: ids }, writer } as unknown as Filter<R>;
    const docs = await collection.find(filter, { projection: { _id: 1 } }).toArray();
    return new Set(docs.map((doc) => String(doc._id)));
  }
}

function fromDoc<R extends Versioned>(doc: Doc<R>): Saved<R> {
  const { _id, outbox, outboxAt: _outboxAt, writer: _writer, changedAt: _changedAt, ...rest } = doc;
  return { record: { id: _id, ...rest } as unknown as R, outbox };
}

export const RECORD_INDEXES: readonly mongoose.mongo.IndexDescription[] = [
  { key: { dueAt: 1 }, name: 'due', partialFilterExpression: { dueAt: { $type: 'date' } } },
  {
    key: { changedAt: 1 },
    name: 'changed',
    partialFilterExpression: { changedAt: { $type: 'timestamp' } },
  },
  { key: { outboxAt: 1 }, name: 'owed', partialFilterExpression: { outboxAt: { $type: 'date' } } },
];
