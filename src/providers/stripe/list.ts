// Stripe's own list of what was authorised through us, and of what went back.

import type Stripe from 'stripe';
import type { ProviderPayment } from '../../domain/payment.ts';
import { PAGE } from './desk.ts';
import type { Desk } from './desk.ts';
import { withoutWords } from './errors.ts';
import { answerOfRefund, disputeOf } from './refund.ts';

export async function* returnedSince({ stripe }: Desk, since: Date): AsyncIterable<string> {
  const asked = {
    created: { gte: Math.floor(since.getTime() / 1_000) },
    limit: PAGE,
    expand: ['data.payment_intent'],
  };
  const seen = new Set<string>();
  try {
    for (const all of [stripe.refunds.list(asked), stripe.disputes.list(asked)]) {
      for await (const { payment_intent: intent } of all) {
        const key = intent === null || typeof intent === 'string' ? undefined : intent.metadata['parley_key'];
        if (key === undefined || seen.has(key)) continue;
        seen.add(key);
        yield key;
      }
    }
  } catch (error) {
    throw withoutWords(error, 'its list');
  }
}

export async function* list({ stripe }: Desk, since: Date | undefined): AsyncIterable<ProviderPayment> {
  const created = since && { gte: Math.floor(since.getTime() / 1_000) };
  const asked = { limit: PAGE, ...(created !== undefined && { created }) };
  try {
    // before the payments: what goes back while they are read is found the next time
    const back = await wentBack(stripe, asked);
    for await (const intent of stripe.paymentIntents.list(asked)) {
      const key = intent.metadata['parley_key'];
      if (key !== undefined && key !== '') yield listed(key, intent, back.get(intent.id));
    }
  } catch (error) {
    throw withoutWords(error, 'its list');
  }
}

interface WentBack {
  refunded: number;
  chargedBack: number;
}

/** By intent. Letting a hold go is a refund in Stripe's words for a charge, but no refund of its own. */
async function wentBack(stripe: Stripe, asked: { limit: number }): Promise<ReadonlyMap<string, WentBack>> {
  const sums = new Map<string, WentBack>();
  const add = (intent: string | Stripe.PaymentIntent | null, refunded: number, chargedBack: number) => {
    if (intent === null) return;
    const id = typeof intent === 'string' ? intent : intent.id;
    const sum = sums.get(id) ?? { refunded: 0, chargedBack: 0 };
    sums.set(id, { refunded: sum.refunded + refunded, chargedBack: sum.chargedBack + chargedBack });
  };
  for await (const one of stripe.refunds.list(asked)) {
    if (answerOfRefund(one).state !== 'failed') add(one.payment_intent, one.amount, 0);
  }
  for await (const one of stripe.disputes.list(asked)) {
    if (disputeOf(one).taken) add(one.payment_intent, 0, one.amount);
  }
  return sums;
}

function listed(
  key: string,
  intent: Stripe.PaymentIntent,
  { refunded, chargedBack }: WentBack = { refunded: 0, chargedBack: 0 },
): ProviderPayment {
  const captured = intent.status === 'succeeded';
  const amount = captured ? intent.amount_received : intent.amount;
  return {
    key,
    authorisation: intent.id,
    money: { amount, currency: intent.currency.toUpperCase() },
    state: STATES.get(intent.status) ?? 'unknown',
    refunded: captured ? refunded : 0,
    chargedBack,
  };
}

const STATES: ReadonlyMap<string, ProviderPayment['state']> = new Map([
  ['requires_capture', 'held'],
  ['succeeded', 'captured'],
  ['canceled', 'released'],
  ['requires_payment_method', 'declined'],
]);
