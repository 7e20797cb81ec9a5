// The events of Stripe that were looked at, by their ids: one that is delivered again is not looked at again.

import type mongoose from 'mongoose';
import { insertOnce } from './outcome.ts';
import type { StoreKind } from './store.ts';

const KEPT_S = 30 * 24 * 60 * 60; // Stripe delivers an event again for three days, by hand for a month

export const STRIPE_EVENTS = {
  collection: 'stripe_events',
  indexes: [{ key: { at: 1 }, name: 'kept', expireAfterSeconds: KEPT_S }],
  open: stripeEventStore,
} satisfies StoreKind;

function stripeEventStore(db: mongoose.mongo.Db) {
  const collection = db.collection<{ _id: string; at: Date }>('stripe_events');
  return {
    async isKnown(id: string): Promise<boolean> {
      return (await collection.findOne({ _id: id }, { projection: { _id: 1 } })) !== null;
    },
    async note(id: string, at: Date): Promise<void> {
      await insertOnce(() => collection.insertOne({ _id: id, at }));
    },
  };
}
