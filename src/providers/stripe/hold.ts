// A PaymentIntent that holds money: made under our key, found by it again, and let go.

import type Stripe from 'stripe';
import type { PaymentAnswer } from '../../context.ts';
import type { Money } from '../../domain/ledger.ts';
import type { Card } from '../../domain/payment.ts';
import type { StripeAsked } from '../../models/stripe-payment.ts';
import { PaymentUnknown } from '../payment-unknown.ts';
import { PAGE, answerOf, freshKey, isHeld, writeDown, stateOf } from './desk.ts';
import type { Desk, Outcome } from './desk.ts';
import { isRefused, isSpent, outcomeOfError, reasonOf } from './errors.ts';

const REMEMBERED_MS = 23 * 60 * 60_000; // Stripe keeps a key for a day at least
const LANDED_MS = 60_000; // whatever was sent so long ago has arrived or never will
const CLOCKS_APART_S = 300; // between Stripe and us

export async function authorise(
  desk: Desk,
  key: string,
  method: string,
  money: Money,
  person: string,
): Promise<PaymentAnswer> {
  const known = await desk.records.find(key);
  if (known.answered !== null) return withCard(answerOf(known.answered), known.asked);
  const asked = known.asked ?? (await askToHold(desk, key, method, money, person));
  if (desk.now().getTime() - asked.at.getTime() > REMEMBERED_MS) {
    const made = await lookUp(desk, asked);
    if (made !== null) return withCard(await writeDown(desk, key, await outcomeOfHold(desk, key, made)), asked);
  }
  return withCard(await writeDown(desk, key, await hold(desk, asked)), asked);
}

/** Asked for a hold, its answer says which card it is on. */
export const withCard = (answer: PaymentAnswer, asked: StripeAsked | null): PaymentAnswer =>
  answer.ok && asked?.hold?.card ? { ...answer, card: asked.hold.card } : answer;

/** The words of the call are kept with its key: the same key with other words would be refused. */
async function askToHold(
  desk: Desk,
  key: string,
  method: string,
  { amount, currency }: Money,
  person: string,
): Promise<StripeAsked> {
  const { customer, card } = await detailsOf(desk, method, person);
  const asked: StripeAsked = {
    key,
    kind: 'authorise',
    hold: { method, customer, amount, currency, ...(card && { card }) },
    authorisation: null,
    at: desk.now(),
  };
  if (await desk.records.ask(asked)) return asked;
  const first = (await desk.records.find(key)).asked;
  if (first === null) throw new PaymentUnknown(key, 'the book cannot be read');
  return first;
}

interface Details {
  /** one that belongs to nobody can be used once */
  readonly customer: string | null;
  /** what its customer knows it by */
  readonly card: Card | null;
}

const UNKNOWN: Details = { customer: null, card: null }; // the call itself will say what is wrong with it

/** A card that was saved here is its person's alone; whose a Customer is that the host has made, the host knows. */
function isOfAnother(customer: Stripe.PaymentMethod['customer'], person: string): boolean {
  if (customer === null || typeof customer === 'string' || 'deleted' in customer) return false;
  const { parley_user: owner } = customer.metadata;
  return owner !== undefined && owner !== person;
}

/** Stripe wants the customer named whose method it is; the card it says by the way. */
async function detailsOf({ stripe }: Desk, method: string, person: string): Promise<Details> {
  try {
    const { customer, card } = await stripe.paymentMethods.retrieve(method, { expand: ['customer'] });
    if (isOfAnother(customer, person)) return UNKNOWN;
    return {
      customer: customer === null || typeof customer === 'string' ? customer : customer.id,
      card: card ? { brand: card.brand, last4: card.last4 } : null,
    };
  } catch (error) {
    if (isRefused(error)) return UNKNOWN;
    throw error;
  }
}

async function hold(desk: Desk, asked: StripeAsked): Promise<Outcome> {
  const { key } = asked;
  try {
    return await outcomeOfHold(desk, key, await createIntent(desk, asked, key));
  } catch (error) {
    if (!isSpent(error)) return outcomeOfError(error);
  }
  const made = await lookUp(desk, asked);
  if (made !== null) return outcomeOfHold(desk, key, made);
  assertLanded(desk, asked);
  try {
    return await outcomeOfHold(desk, key, await createIntent(desk, asked, freshKey(desk, key)));
  } catch (error) {
    return outcomeOfError(error);
  }
}

function createIntent({ stripe }: Desk, { key, hold: what }: StripeAsked, idempotencyKey: string) {
  if (what === null) throw new Error(`${key} is no authorisation`);
  const { method, customer, amount, currency } = what;
  return stripe.paymentIntents.create(
    {
      amount,
      currency: currency.toLowerCase(),
      payment_method: method,
      allowed_payment_method_types: ['card'],
      capture_method: 'manual',
      confirm: true,
      // nobody can be sent to their bank's page from here: what needs that is declined
      ...(customer === null ? { error_on_requires_action: true } : { customer, off_session: true }),
      metadata: { parley_key: key, parley_about: key.replace(/^auth-(.+)-\d+$/, '$1') },
    },
    { idempotencyKey },
  );
}

export async function outcomeOfHold(desk: Desk, key: string, intent: Stripe.PaymentIntent): Promise<Outcome> {
  const { id: authorisation, status, last_payment_error: failed } = intent;
  if (status === 'requires_capture' || status === 'succeeded') return { outcome: 'ok', authorisation };
  if (status === 'requires_action' || status === 'requires_confirmation') {
    // declined is declined: nobody may confirm it later
    await cancel(desk, `decline-${key}`, authorisation);
    return { outcome: 'authentication_required', authorisation };
  }
  if (status === 'requires_payment_method' || status === 'canceled') {
    return { outcome: failed === null ? 'processing_error' : reasonOf(failed), authorisation };
  }
  throw new PaymentUnknown(key, status);
}

/** An authorisation that was captured is left alone, one that is unknown holds nothing. */
export async function letGo(desk: Desk, key: string, authorisation: string): Promise<PaymentAnswer> {
  const known = (await desk.records.find(key)).answered;
  if (known !== null) return answerOf(known);
  return writeDown(desk, key, await cancel(desk, key, authorisation));
}

async function cancel(desk: Desk, key: string, authorisation: string): Promise<Outcome> {
  const { stripe } = desk;
  try {
    await stripe.paymentIntents.cancel(authorisation, {}, { idempotencyKey: key });
    return { outcome: 'ok', authorisation };
  } catch (error) {
    if (!isRefused(error) && !isSpent(error)) throw error;
    const intent = await stateOf(desk, authorisation);
    if (intent?.status === 'canceled') return { outcome: 'ok', authorisation };
    if (intent === null || intent.status === 'succeeded') return { outcome: 'processing_error', authorisation };
    if (isRefused(error)) throw error;
  }
  await stripe.paymentIntents.cancel(authorisation, {}, { idempotencyKey: freshKey(desk, key) });
  return { outcome: 'ok', authorisation };
}

/** The intent that was made for a key, found without its id: lists are exact where Stripe's search is late. */
export async function lookUp({ stripe }: Desk, { key, at }: StripeAsked): Promise<Stripe.PaymentIntent | null> {
  const gte = Math.floor(at.getTime() / 1_000) - CLOCKS_APART_S;
  let found: Stripe.PaymentIntent | null = null;
  for await (const intent of stripe.paymentIntents.list({ created: { gte }, limit: PAGE })) {
    if (intent.metadata['parley_key'] !== key) continue;
    if (isHeld(intent) || intent.status === 'succeeded') return intent;
    found = intent;
  }
  return found;
}

/** @throws PaymentUnknown while what was sent may still be on its way */
export function assertLanded(desk: Desk, { key, at }: StripeAsked): void {
  if (desk.now().getTime() - at.getTime() < LANDED_MS) throw new PaymentUnknown(key, 'it may still arrive');
}
