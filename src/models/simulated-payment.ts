// What the simulated payment provider remembers: its own books, shared by all processes, append-only.

import type mongoose from 'mongoose';
import type { DeclineReason } from '../domain/payment.ts';
import { insertOnce } from './outcome.ts';
import type { StoreKind } from './store.ts';

/** One call that was decided. Records are only ever added. */
export interface SimulatedPayment {
  /** idempotency key of the call: unique */
  readonly key: string;
  readonly kind: 'authorise' | 'capture' | 'void' | 'refund';
  /** of the authorisation, like amount and currency; empty when there is no such authorisation */
  readonly method: string;
  /** integer minor units */
  readonly amount: number;
  readonly currency: string;
  readonly authorisation: string;
  readonly outcome: 'ok' | DeclineReason;
  /**
   * Unique among the records that have it; absent, not null, in all others. An authorisation ends once, captured or
   * void, and is refunded once, whichever keys are used.
   */
  readonly once?: string;
  readonly at: Date;
}

export const SIMULATED_PAYMENTS = {
  collection: 'simulated_payments',
  indexes: [
    { key: { authorisation: 1 }, name: 'authorisation' },
    { key: { once: 1 }, name: 'once', unique: true, partialFilterExpression: { once: { $type: 'string' } } },
  ],
  open: simulatedPaymentStore,
} satisfies StoreKind;

function simulatedPaymentStore(db: mongoose.mongo.Db) {
  const collection = db.collection<Omit<SimulatedPayment, 'key'> & { _id: string }>('simulated_payments');
  return {
    /** False when its `key` or its `once` exists. */
    async insert({ key, ...rest }: SimulatedPayment): Promise<boolean> {
      return insertOnce(() => collection.insertOne({ _id: key, ...rest }));
    },
    async find(key: string): Promise<SimulatedPayment | null> {
      const doc = await collection.findOne({ _id: key });
      if (doc === null) return null;
      const { _id, ...rest } = doc;
      return { key: _id, ...rest };
    },
    async byAuthorisation(authorisation: string): Promise<SimulatedPayment[]> {
      const docs = await collection.find({ authorisation }).toArray();
      return docs.map(({ _id, ...rest }) => ({ key: _id, ...rest }));
    },
    /** Those of one authorisation one after the other. */
    async *all(since?: Date): AsyncIterable<SimulatedPayment> {
      const cursor = collection.find(since === undefined ? {} : { at: { $gte: since } }).sort({ authorisation: 1 });
      for await (const { _id, ...rest } of cursor) yield { key: _id, ...rest };
    },
  };
}
