// Outgoing webhooks: what operators subscribe to, with their sealed secrets, and how their receivers do. One worker at a time
// sends for each, for as long as its lease holds.

import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import type { WrappedKey } from '../domain/private-info.ts';
import { WELL } from '../domain/webhook.ts';
import type { OffReason, Standing, Webhook, WebhookWish } from '../domain/webhook.ts';
import type { Clock } from './clock.ts';
import { freePlace } from './free-place.ts';
import { isDuplicate } from './outcome.ts';
import type { StoreKind } from './store.ts';
import { Subscriptions } from './subscriptions.ts';

/** A secret that signs, encrypted by a key of its own. */
export interface SealedSecret extends WrappedKey {
  /** 1, 2, 3 … of its webhook */
  readonly number: number;
  readonly sealed: Uint8Array;
  readonly createdAt: Date;
  /** until when it signs beside the newer one; null: it is the newest */
  readonly until: Date | null;
}

/** A webhook with the secrets that sign for it, the newest first. */
export interface Signed {
  readonly webhook: Webhook;
  readonly secrets: readonly SealedSecret[];
}

type SecretDoc = Omit<SealedSecret, 'wrapped' | 'sealed'> & {
  wrapped: mongoose.mongo.Binary;
  sealed: mongoose.mongo.Binary;
};
type WebhookDoc = Omit<Webhook, 'id'> & {
  _id: string;
  secrets: SecretDoc[];
  /** one of so many as there may be; of one that was kept by an earlier version there is none */
  place?: number;
  /** until when one worker alone sends, and which */
  leaseUntil: Date;
  leaseBy: string | null;
};

const FREE = new Date(0);

export const WEBHOOKS = {
  collection: 'webhooks',
  indexes: [
    // there are never more than places, whoever adds one at the same time
    { key: { place: 1 }, name: 'place', unique: true, partialFilterExpression: { place: { $type: 'number' } } },
  ],
  open: webhookStore,
} satisfies StoreKind;

function webhookStore(db: mongoose.mongo.Db, clock: Clock) {
  const collection = db.collection<WebhookDoc>('webhooks');
  const active = new Subscriptions(async () => {
    const docs = await collection.find({ active: true }, { projection: { events: 1 } }).toArray();
    return docs.map(({ _id, events }) => ({ id: _id, events }));
  });
  const me = randomUUID();
  const isFree = () => ({ $expr: { $lte: ['$leaseUntil', clock.inFilter()] } });

  return {
    /** What is subscribed to now; known anew within a moment, and asked for once in a while only. */
    subscriptions: () => active.known(),
    /** Resolves when every process knows what was saved before. */
    knownEverywhere: () => active.knownEverywhere(),

    async find(id: string): Promise<Signed | null> {
      const doc = await collection.findOne({ _id: id });
      return doc === null ? null : fromDoc(doc);
    },

    /** The oldest first. */
    async all(): Promise<Signed[]> {
      return (await collection.find().sort({ createdAt: 1, _id: 1 }).toArray()).map(fromDoc);
    },

    /** Adds one of at most `max`. `there`: there is one of this id; `full`: no place is free. */
    async insert({ id, ...webhook }: Webhook, secret: SealedSecret, max: number): Promise<'added' | 'there' | 'full'> {
      for (;;) {
        const others = await collection.find().project<Pick<WebhookDoc, '_id' | 'place'>>({ place: 1 }).toArray();
        if (others.some(({ _id }) => _id === id)) return 'there';
        if (others.length >= max) return 'full';
        const place = freePlace(others);
        const doc = { _id: id, ...webhook, place, secrets: [toDoc(secret)], leaseUntil: FREE, leaseBy: null };
        try {
          await collection.insertOne(doc);
          return 'added';
        } catch (error) {
          if (!isDuplicate(error)) throw error; // otherwise somebody else was first
        } finally {
          active.forget();
        }
      }
    },

    /** Replaces version n by n + 1; null when that is not the next one. Whoever is switched on begins anew. */
    async change(id: string, version: number, wish: WebhookWish, now: Date): Promise<Webhook | null> {
      const anew = wish.active ? { ...WELL, off: null } : { off: { why: 'admin' as const, at: now } };
      const doc = await collection.findOneAndUpdate(
        { _id: id, version },
        { $set: { ...wish, ...anew, version: version + 1 } },
        { returnDocument: 'after' },
      );
      active.forget();
      return doc === null ? null : fromDoc(doc).webhook;
    },

    /** Replaces the secrets that were read by these. False when somebody else was first. */
    async rotate(id: string, version: number, secrets: readonly SealedSecret[]): Promise<boolean> {
      const update = { $set: { secrets: secrets.map(toDoc) }, $inc: { version: 1 } };
      return (await collection.updateOne({ _id: id, version }, update)).modifiedCount === 1;
    },

    /** The same secret in another wrapping; false when it was replaced or wrapped anew meanwhile. */
    async rewrap(id: string, { number, kek }: SealedSecret, next: WrappedKey): Promise<boolean> {
      const result = await collection.updateOne(
        { _id: id, secrets: { $elemMatch: { number, kek } } },
        {
          $set: { 'secrets.$.kek': next.kek, 'secrets.$.wrapped': new mongoose.mongo.Binary(next.wrapped) },
          $inc: { version: 1 }, // whoever has read the old wrapping writes nothing
        },
      );
      return result.modifiedCount === 1;
    },

    async remove(id: string): Promise<boolean> {
      return (await collection.deleteOne({ _id: id })).deletedCount === 1;
    },

    /** Takes it for this process, or keeps it; null while another one has it, when it is off, paused or gone. */
    async lease(id: string, ms: number): Promise<Signed | null> {
      const now = clock.inFilter();
      const doc = await collection.findOneAndUpdate(
        {
          ...{ _id: id, active: true },
          $and: [{ $or: [{ leaseBy: me }, isFree()] }, { $expr: { $lte: [{ $ifNull: ['$pausedUntil', FREE] }, now] } }],
        },
        [{ $set: { leaseBy: me, leaseUntil: { $add: [now, ms] } } }],
        { returnDocument: 'after' },
      );
      return doc === null ? null : fromDoc(doc);
    },

    /** Others may take it. */
    async release(id: string): Promise<void> {
      await collection.updateOne({ _id: id, leaseBy: me }, { $set: { leaseBy: null, leaseUntil: FREE } });
    },

    /** How its receiver does now. False when it has done otherwise meanwhile, or is off. */
    async note(id: string, { failures, failingSince }: Standing, next: Standing): Promise<boolean> {
      const standing = { _id: id, active: true, failures, failingSince };
      return (await collection.updateOne(standing, { $set: { ...next } })).modifiedCount === 1;
    },

    /** Nothing is sent any more until an admin switches it on. Repeatable. `version`: unless it was changed since. */
    async switchOff(id: string, why: OffReason, at: Date, version?: number): Promise<void> {
      await collection.updateOne(
        { _id: id, active: true, ...(version !== undefined && { version }) },
        { $set: { active: false, off: { why, at } }, $inc: { version: 1 } },
      );
      active.forget();
    },
  };
}

function toDoc({ wrapped, sealed, ...rest }: SealedSecret): SecretDoc {
  return { ...rest, wrapped: new mongoose.mongo.Binary(wrapped), sealed: new mongoose.mongo.Binary(sealed) };
}

function fromDoc(doc: WebhookDoc): Signed {
  const { _id, secrets, place: _place, leaseUntil: _until, leaseBy: _by, ...rest } = doc;
  return {
    webhook: { id: _id, ...rest },
    secrets: secrets.map(({ wrapped, sealed, ...one }) => ({
      ...one,
      wrapped: wrapped.buffer,
      sealed: sealed.buffer,
    })),
  };
}
