// What every call to Stripe needs: the account, our own book, and how an answer is written down.

import Stripe from 'stripe';
import type { PaymentAnswer } from '../../context.ts';
import type { DeclineReason } from '../../domain/payment.ts';
import type { StripeAnswered, StripeAsked } from '../../models/stripe-payment.ts';

/** Where it is kept what was asked and answered, by all processes together. */
export interface StripeRecords {
  /** False when its `key` was asked for, or its `once` exists. */
  ask(asked: StripeAsked): Promise<boolean>;
  /** False when there is an answer already: that one stands. */
  answer(answered: StripeAnswered): Promise<boolean>;
  find(key: string): Promise<{ asked: StripeAsked | null; answered: StripeAnswered | null }>;
  /** The key whose `once` this is; null: it cannot be read (yet). */
  keyOf(once: string): Promise<string | null>;
}

const FRESH_KEY_MS = 60 * 60_000;
export const PAGE = 100; // the most that Stripe lists at once

export interface Desk {
  readonly stripe: Stripe;
  readonly records: StripeRecords;
  readonly timeoutMs: number;
  readonly now: () => Date;
  /** Calls of this process: who asks for the same key meanwhile waits for the same answer. */
  readonly underWay: Map<string, Promise<PaymentAnswer>>;
}

/** What became of a key. */
export interface Outcome {
  readonly outcome: 'ok' | DeclineReason;
  readonly authorisation: string | null;
}

export async function stateOf({ stripe }: Desk, authorisation: string): Promise<Stripe.PaymentIntent | null> {
  try {
    return await stripe.paymentIntents.retrieve(authorisation);
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 404) return null;
    throw error;
  }
}

export const isHeld = (intent: Stripe.PaymentIntent | null) => intent?.status === 'requires_capture';

/** Writes down what became of a key; whoever has written it down before is right. */
export async function writeDown(desk: Desk, key: string, outcome: Outcome): Promise<PaymentAnswer> {
  const answered = { key, ...outcome, at: desk.now() };
  if (await desk.records.answer(answered)) return answerOf(answered);
  return answerOf((await desk.records.find(key)).answered ?? answered);
}

export function answerOf({ outcome, authorisation }: Outcome): PaymentAnswer {
  if (outcome !== 'ok') return { ok: false, reason: outcome };
  return { ok: true, authorisation: authorisation ?? '' };
}

export function freshKey(desk: Desk, key: string): string {
  return `${key}/${Math.floor(desk.now().getTime() / FRESH_KEY_MS)}`;
}
