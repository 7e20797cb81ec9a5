// What we asked Stripe for and what it answered: our own small, append-only book, shared by all processes. Two documents
// a key at most, one written before the call and one after it; never changed. Of a card only what its customer knows it by is in it.

import type mongoose from 'mongoose';
import type { Card, DeclineReason } from '../domain/payment.ts';
import { insertOnce } from './outcome.ts';
import type { StoreKind } from './store.ts';

/** Written before Stripe is asked to hold or to take money. */
export interface StripeAsked {
  /** our idempotency key */
  readonly key: string;
  readonly kind: 'authorise' | 'capture';
  /** authorise: what is held, on which stored method, of which customer at Stripe; integer minor units */
  readonly hold: {
    readonly method: string;
    readonly customer: string | null;
    readonly amount: number;
    readonly currency: string;
    readonly card?: Card;
  } | null;
  /** capture: the PaymentIntent */
  readonly authorisation: string | null;
  /** unique among the documents that have it: an authorisation is captured under one key */
  readonly once?: string;
  readonly at: Date;
}

/** Written once it is known what became of a key. */
export interface StripeAnswered {
  readonly key: string;
  readonly outcome: 'ok' | DeclineReason;
  /** the PaymentIntent, also of one that was declined; null when none was made. Of `customer-…`: the Customer at Stripe */
  readonly authorisation: string | null;
  readonly at: Date;
}

type Doc = (StripeAsked | StripeAnswered) & { _id: string };

const askedId = (key: string) => `${key} asked`;
const answeredId = (key: string) => `${key} answered`;

export const STRIPE_PAYMENTS = {
  collection: 'stripe_payments',
  indexes: [{ key: { once: 1 }, name: 'once', unique: true, partialFilterExpression: { once: { $type: 'string' } } }],
  open: stripePaymentStore,
} satisfies StoreKind;

function stripePaymentStore(db: mongoose.mongo.Db) {
  const collection = db.collection<Doc>('stripe_payments');
  const add = (doc: Doc): Promise<boolean> => insertOnce(() => collection.insertOne(doc));
  return {
    /** False when its `key` was asked for, or its `once` exists. */
    ask: (asked: StripeAsked): Promise<boolean> => add({ _id: askedId(asked.key), ...asked }),

    /** False when there is an answer for this key: that one stands. */
    answer: (answered: StripeAnswered): Promise<boolean> => add({ _id: answeredId(answered.key), ...answered }),

    async find(key: string): Promise<{ asked: StripeAsked | null; answered: StripeAnswered | null }> {
      const docs = await collection.find({ _id: { $in: [askedId(key), answeredId(key)] } }).toArray();
      return {
        asked: docs.find((doc) => 'kind' in doc) ?? null,
        answered: docs.find((doc) => 'outcome' in doc) ?? null,
      };
    },

    /** The key whose `once` this is, also when the majority does not have it yet. */
    async keyOf(once: string): Promise<string | null> {
      const doc = await collection.findOne(
        { once: { $eq: once, $type: 'string' } },
        { readConcern: { level: 'local' } },
      );
      return doc?.key ?? null;
    },
  };
}
