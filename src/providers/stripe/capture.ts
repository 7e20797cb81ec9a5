// Taking what a PaymentIntent holds, once.

import type Stripe from 'stripe';
import type { PaymentAnswer } from '../../context.ts';
import { PaymentUnknown } from '../payment-unknown.ts';
import { answerOf, freshKey, isHeld, writeDown, stateOf } from './desk.ts';
import type { Desk, Outcome } from './desk.ts';
import { isRefused, isSpent, outcomeOfError, reasonOf } from './errors.ts';

export async function capture(desk: Desk, key: string, authorisation: string): Promise<PaymentAnswer> {
  const known = await desk.records.find(key);
  if (known.answered !== null) return answerOf(known.answered);
  const once = `capture ${authorisation}`;
  const ours = { key, kind: 'capture', hold: null, authorisation, once } as const;
  if (known.asked === null && (await desk.records.ask({ ...ours, at: desk.now() }))) {
    return writeDown(desk, key, await take(desk, key, authorisation));
  }
  const first = await desk.records.find(key);
  if (first.answered !== null) return answerOf(first.answered);
  if (first.asked === null) {
    const taker = await desk.records.keyOf(once);
    // another process has asked under this very key, a moment ago: only it knows what becomes of it
    if (taker === null || taker === key) throw new PaymentUnknown(key, 'the book cannot be read');
    return writeDown(desk, key, { outcome: 'processing_error', authorisation }); // it is captured, or was to be, under another key
  }
  const intent = await stateOf(desk, authorisation);
  return writeDown(
    desk,
    key,
    isHeld(intent) ? await take(desk, key, authorisation) : ended(key, authorisation, intent),
  );
}

async function take(desk: Desk, key: string, authorisation: string): Promise<Outcome> {
  const { stripe } = desk;
  try {
    return ended(key, authorisation, await stripe.paymentIntents.capture(authorisation, {}, { idempotencyKey: key }));
  } catch (error) {
    if (!isRefused(error) && !isSpent(error)) return outcomeOfError(error, authorisation);
    const intent = await stateOf(desk, authorisation);
    if (isRefused(error) || !isHeld(intent)) return ended(key, authorisation, intent);
  }
  try {
    const fresh = { idempotencyKey: freshKey(desk, key) };
    return ended(key, authorisation, await stripe.paymentIntents.capture(authorisation, {}, fresh));
  } catch (error) {
    return outcomeOfError(error, authorisation);
  }
}

/** What a capture has come to, judged by the intent; null: there is none. */
export function ended(key: string, authorisation: string, intent: Stripe.PaymentIntent | null): Outcome {
  if (intent?.status === 'succeeded') return { outcome: 'ok', authorisation };
  if (intent?.status === 'processing') throw new PaymentUnknown(key, 'processing');
  const failed = intent?.last_payment_error ?? null;
  return { outcome: failed === null ? 'processing_error' : reasonOf(failed), authorisation };
}
