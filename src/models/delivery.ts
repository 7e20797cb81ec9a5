// What is owed to the receivers of webhooks, and the log of what was tried: one document for each webhook and event. It says
// where to look and nothing of anybody; what is said beside it is read when it is sent.

import { createHash } from 'node:crypto';
import type mongoose from 'mongoose';
import type { TEST_EVENT, WebhookEvent } from '../domain/webhook.ts';
import type { ThinData } from '../domain/webhook-event.ts';
import { inBatches } from './batch.ts';
import { duplicatesOf, insertOnce } from './outcome.ts';
import type { StoreKind } from './store.ts';

export interface Try {
  readonly at: Date;
  readonly ms: number;
  /** null: there was no answer */
  readonly status: number | null;
  /** why not, in a word; null when it succeeded */
  readonly error: string | null;
  /** the beginning of an answer that was no success */
  readonly answer: string | null;
}

export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;

export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface Delivery {
  readonly id: string;
  readonly webhookId: string;
  /** the same for all webhooks, and for all tries */
  readonly eventId: string;
  readonly event: WebhookEvent | typeof TEST_EVENT;
  /** events of one question are sent one after the other; null: it is about none */
  readonly questionId: string | null;
  /** when it happened */
  readonly at: Date;
  readonly data: ThinData;
  readonly state: DeliveryState;
  /** since it was owed, or asked for again */
  readonly tries: number;
  /** the newest ones, the oldest of them first */
  readonly log: readonly Try[];
  /** null: settled */
  readonly dueAt: Date | null;
}

/** What is owed when it happens. */
export type NewDelivery = Omit<Delivery, 'id' | 'state' | 'tries' | 'log'>;

type DeliveryDoc = Omit<Delivery, 'id'> & {
  _id: string;
  /** from when on it is no longer kept; null while it is pending */
  keptUntil: Date | null;
};

const MOST_TRIES = 20; // in the log
const OWED_AT_ONCE = 500;

export const DELIVERIES = {
  collection: 'deliveries',
  indexes: [
    {
      key: { webhookId: 1, at: 1, dueAt: 1, questionId: 1 },
      name: 'due',
      partialFilterExpression: { dueAt: { $type: 'date' } },
    },
    { key: { webhookId: 1, at: -1, _id: -1 }, name: 'log' },
    { key: { webhookId: 1, state: 1, at: -1, _id: -1 }, name: 'log_by_state' },
    { key: { keptUntil: 1 }, name: 'kept', expireAfterSeconds: 0 },
  ],
  open: deliveryStore,
} satisfies StoreKind;

function deliveryStore(db: mongoose.mongo.Db) {
  const collection = db.collection<DeliveryDoc>('deliveries');
  const oweOne = inBatches<readonly NewDelivery[], void>({
    async run(some) {
      const docs = some.flat().map(toDoc);
      try {
        await collection.insertMany(docs, { ordered: false });
      } catch (error) {
        if (duplicatesOf(error, docs.length) === null) throw error; // else they are owed already
      }
      return some.map(() => undefined);
    },
    maxBatch: OWED_AT_ONCE,
    lanes: 2,
  });

  return {
    /** Owes each once, however often it is asked for: by webhook and event. */
    async owe(some: readonly NewDelivery[]): Promise<void> {
      if (some.length > 0) await oweOne(some);
    },

    /** What is due for this webhook, the oldest event first, but not of these questions. */
    async due(webhookId: string, now: Date, besides: readonly (string | null)[], limit: number): Promise<Delivery[]> {
      const docs = await collection
        .find({ webhookId, dueAt: { $lte: now, $type: 'date' }, questionId: { $nin: [...besides] } })
        .sort({ at: 1 })
        .limit(limit)
        .toArray();
      return docs.map(fromDoc);
    },

    /** How it ended, or when it is tried again. False when it was settled, or asked for anew, meanwhile. */
    async settle({ id, tries }: Delivery, one: Try, state: DeliveryState, dueAt: Date | null, keptUntil: Date | null) {
      const result = await collection.updateOne(
        { _id: id, state: 'pending', tries },
        {
          $set: { state, dueAt, keptUntil },
          $inc: { tries: 1 },
          $push: { log: { $each: [one], $slice: -MOST_TRIES } },
        },
      );
      return result.modifiedCount === 1;
    },

    /** Something that was sent before it was written down: the test of a webhook. */
    async note(delivery: Omit<Delivery, 'id'>, keptUntil: Date): Promise<Delivery> {
      const doc = { _id: deliveryId(delivery), ...delivery, keptUntil };
      await insertOnce(() => collection.insertOne(doc));
      return fromDoc(doc);
    },

    /** All that waits for another try is due now. */
    async hasten(webhookId: string, now: Date): Promise<void> {
      await collection.updateMany({ webhookId, dueAt: { $gt: now, $type: 'date' } }, { $set: { dueAt: now } });
    },

    /** Sends one again, whatever became of it, with tries of its own. False when it is not there. */
    async replay(id: string, now: Date): Promise<boolean> {
      return (await collection.updateOne({ _id: id }, { $set: again(now) })).matchedCount === 1;
    },

    /** The same of those that ended so, of what happened since then: the oldest `limit`. Answers how many. */
    async replaySince(webhookId: string, state: DeliveryState, since: Date, now: Date, limit: number): Promise<number> {
      const found = await collection
        .find({ webhookId, state, at: { $gte: since } }, { projection: { _id: 1 } })
        .sort({ at: 1 })
        .limit(limit)
        .toArray();
      const ids = found.map(({ _id }) => _id);
      return (await collection.updateMany({ _id: { $in: ids }, state }, { $set: again(now) })).matchedCount;
    },

    /** The newest event first. */
    async list(
      webhookId: string,
      state: DeliveryState | undefined,
      before: { at: Date; id: string } | undefined,
      limit: number,
    ): Promise<Delivery[]> {
      const further = before && { $or: [{ at: { $lt: before.at } }, { at: before.at, _id: { $lt: before.id } }] };
      const docs = await collection
        .find({ webhookId, ...(state && { state }), ...further })
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .toArray();
      return docs.map(fromDoc);
    },

    /** How many wait; no more than `most` are counted. */
    async waiting(webhookId: string, most: number): Promise<number> {
      return collection.countDocuments({ webhookId, dueAt: { $type: 'date' } }, { limit: most });
    },

    async removeOf(webhookId: string): Promise<void> {
      await collection.deleteMany({ webhookId });
    },
  };
}

const again = (now: Date) => ({ state: 'pending' as const, tries: 0, dueAt: now, keptUntil: null });

function toDoc(delivery: NewDelivery): DeliveryDoc {
  return { _id: deliveryId(delivery), ...delivery, state: 'pending', tries: 0, log: [], keptUntil: null };
}

function fromDoc({ _id, keptUntil: _kept, ...rest }: DeliveryDoc): Delivery {
  return { id: _id, ...rest };
}

const deliveryId = ({ webhookId, eventId }: NewDelivery) => idOf('dl', `${webhookId}/${eventId}`);

/** What happened by this step of a record: whoever settles it, however often, says the same. */
export const eventIdOf = (event: string, record: string, step: number) => idOf('evt', `${event}/${record}/${step}`);

/** In a UUID's form, as all ids have. */
function idOf(prefix: string, key: string): string {
  const digest = createHash('sha256').update(key).digest('hex');
  const parts = [digest.slice(0, 8), digest.slice(8, 12), digest.slice(12, 16), digest.slice(16, 20)];
  return `${prefix}_${parts.join('-')}-${digest.slice(20, 32)}`;
}
