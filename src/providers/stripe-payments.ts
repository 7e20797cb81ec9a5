// The payment port on Stripe: one PaymentIntent an authorisation, confirmed when it is made and captured by hand.
//
// Every write carries our key as Stripe's idempotency key, and the intent carries it as metadata. Our own book
// (models/stripe-payment) says what was asked before the call, and what became of it after:
//
//   killed before "asked" is written    Stripe has heard of nothing; the next one starts from the beginning
//   killed before or during the call    the next one asks with the same key and the same words: while Stripe remembers the
//                                       key (a day) that is the same call; later it looks for the intent by its metadata
//   killed before "answered" is written the same: an answer is read again, from the replay or from the intent's state
//   killed afterwards                   the book answers, Stripe is not asked
//
// Stripe repeats a stored answer under a key, a broken one (5xx) too. Such a key is spent: the intent itself is looked at,
// and if nothing has happened the call is made under a fresh key, one an hour. An intent that is held twice that way is one
// that no record wants, and is let go by the reconciler (dispatch/reconcile.ts).
//
// Whatever is no clear answer (time-out, broken connection or body, 409, 429, 5xx, a wrong secret) rejects: unknown. What
// Stripe says never leaves this file, because its errors carry cards and people: codes, numbers and request ids do.

import Stripe from 'stripe';
import type { PaymentAnswer, PaymentPort, RefundAnswer, ReturnsSeen } from '../context.ts';
import type { Money } from '../domain/ledger.ts';
import type { DeclineReason, Dispute, ProviderPayment, RefundFailure } from '../domain/payment.ts';
import type { StripeAnswered, StripeAsked } from '../models/stripe-payment.ts';
import { PaymentUnknown } from './payment-unknown.ts';

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

export interface StripeSettings {
  readonly secretKey: string;
  /** `https://api.stripe.com`, or whatever speaks its language */
  readonly apiBase: string;
  readonly records: StripeRecords;
  /** how long a call waits for an answer */
  readonly timeoutMs: number;
  readonly now: () => Date;
}

const REMEMBERED_MS = 23 * 60 * 60_000; // Stripe keeps a key for a day at least
const LANDED_MS = 60_000; // whatever was sent so long ago has arrived or never will
const CLOCKS_APART_S = 300; // between Stripe and us
const FRESH_KEY_MS = 60 * 60_000;
const LISTENS = 2; // times as long as its caller waits: what comes late is noted
const PAGE = 100; // the most that Stripe lists at once

interface Desk {
  readonly stripe: Stripe;
  readonly records: StripeRecords;
  readonly timeoutMs: number;
  readonly now: () => Date;
  /** Calls of this process: who asks for the same key meanwhile waits for the same answer. */
  readonly underWay: Map<string, Promise<PaymentAnswer>>;
}

/** What became of a key. */
interface Outcome {
  readonly outcome: 'ok' | DeclineReason;
  readonly authorisation: string | null;
}

/** The payment port on an account at Stripe. */
export function stripePayments({ secretKey, apiBase, timeoutMs, ...rest }: StripeSettings): PaymentPort {
  const { hostname, port, protocol } = new URL(apiBase);
  const stripe = new Stripe(secretKey, {
    host: hostname,
    port: port === '' ? (protocol === 'http:' ? 80 : 443) : port,
    protocol: protocol === 'http:' ? 'http' : 'https',
    maxNetworkRetries: 1, // with the same key: for a connection that broke, or another process that is asking right now
    timeout: timeoutMs * LISTENS,
    telemetry: false,
  });
  const desk: Desk = { stripe, timeoutMs, ...rest, underWay: new Map() };
  return {
    authorise: (key, method, money) => asking(desk, key, () => authorise(desk, key, method, money)),
    capture: (key, authorisation) => asking(desk, key, () => capture(desk, key, authorisation)),
    void: async (key, authorisation) => {
      await asking(desk, key, () => letGo(desk, key, authorisation));
    },
    refund: (key, authorisation) => within(desk, key, giveBack(desk, key, authorisation)),
    returns: (authorisation) => within(desk, authorisation, returns(desk, authorisation)),
    keyOf: (authorisation) => within(desk, authorisation, keyOf(desk, authorisation)),
    returnedSince: (since) => returnedSince(desk, since),
    find: (key) => within(desk, key, find(desk, key)),
    list: (since) => list(desk, since),
  };
}

/** An answer that comes too late for its caller is noted all the same. */
function asking(desk: Desk, key: string, work: () => Promise<PaymentAnswer>): Promise<PaymentAnswer> {
  const { underWay } = desk;
  const call = underWay.get(key) ?? work().finally(() => underWay.delete(key));
  underWay.set(key, call);
  return within(desk, key, call);
}

/** @throws PaymentUnknown when it takes too long, and instead of every error of Stripe's */
async function within<T>(desk: Desk, key: string, call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new PaymentUnknown(key, 'no answer in time'));
    }, desk.timeoutMs);
  });
  try {
    return await Promise.race([call, tooLate]);
  } catch (error) {
    throw withoutWords(error, key);
  } finally {
    clearTimeout(timer);
  }
}

async function authorise(desk: Desk, key: string, method: string, money: Money): Promise<PaymentAnswer> {
  const known = await desk.records.find(key);
  if (known.answered !== null) return answerOf(known.answered);
  const asked = known.asked ?? (await askToHold(desk, key, method, money));
  if (desk.now().getTime() - asked.at.getTime() > REMEMBERED_MS) {
    const made = await lookUp(desk, asked);
    if (made !== null) return noted(desk, key, await outcomeOfHold(desk, key, made));
  }
  return noted(desk, key, await hold(desk, asked));
}

/** The words of the call are kept with its key: the same key with other words would be refused. */
async function askToHold(desk: Desk, key: string, method: string, { amount, currency }: Money): Promise<StripeAsked> {
  const customer = await customerOf(desk, method);
  const asked: StripeAsked = {
    key,
    kind: 'authorise',
    hold: { method, customer, amount, currency },
    authorisation: null,
    at: desk.now(),
  };
  if (await desk.records.ask(asked)) return asked;
  const first = (await desk.records.find(key)).asked;
  if (first === null) throw new PaymentUnknown(key, 'the book cannot be read');
  return first;
}

/** Stripe wants the customer named whose method it is; one that belongs to nobody can be used once. */
async function customerOf({ stripe }: Desk, method: string): Promise<string | null> {
  try {
    const { customer } = await stripe.paymentMethods.retrieve(method);
    return customer === null ? null : typeof customer === 'string' ? customer : customer.id;
  } catch (error) {
    if (isRefused(error)) return null; // the call itself will say what is wrong with it
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

async function outcomeOfHold(desk: Desk, key: string, intent: Stripe.PaymentIntent): Promise<Outcome> {
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

async function capture(desk: Desk, key: string, authorisation: string): Promise<PaymentAnswer> {
  const known = await desk.records.find(key);
  if (known.answered !== null) return answerOf(known.answered);
  const once = `capture ${authorisation}`;
  const ours = { key, kind: 'capture', hold: null, authorisation, once } as const;
  if (known.asked === null && (await desk.records.ask({ ...ours, at: desk.now() }))) {
    return noted(desk, key, await take(desk, key, authorisation));
  }
  const first = await desk.records.find(key);
  if (first.answered !== null) return answerOf(first.answered);
  if (first.asked === null) {
    const taker = await desk.records.keyOf(once);
    // another process has asked under this very key, a moment ago: only it knows what becomes of it
    if (taker === null || taker === key) throw new PaymentUnknown(key, 'the book cannot be read');
    return noted(desk, key, { outcome: 'processing_error', authorisation }); // it is captured, or was to be, under another key
  }
  const intent = await stateOf(desk, authorisation);
  return noted(desk, key, isHeld(intent) ? await take(desk, key, authorisation) : ended(key, authorisation, intent));
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
function ended(key: string, authorisation: string, intent: Stripe.PaymentIntent | null): Outcome {
  if (intent?.status === 'succeeded') return { outcome: 'ok', authorisation };
  if (intent?.status === 'processing') throw new PaymentUnknown(key, 'processing');
  const failed = intent?.last_payment_error ?? null;
  return { outcome: failed === null ? 'processing_error' : reasonOf(failed), authorisation };
}

/** An authorisation that was captured is left alone, one that is unknown holds nothing. */
async function letGo(desk: Desk, key: string, authorisation: string): Promise<PaymentAnswer> {
  const known = (await desk.records.find(key)).answered;
  if (known !== null) return answerOf(known);
  return noted(desk, key, await cancel(desk, key, authorisation));
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

/**
 * A refund is asked about at Stripe each time, by the key that it carries: it can fail days after it was made, and a stored
 * answer would not know. @throws Error when nothing was captured: whoever asks for that has lost count of the money
 */
async function giveBack(desk: Desk, key: string, authorisation: string): Promise<RefundAnswer> {
  const before = await refundsOf(desk, authorisation);
  const made = before.find(({ metadata }) => metadata?.['parley_key'] === key);
  if (made !== undefined) return answerOfRefund(made);
  const intent = await stateOf(desk, authorisation);
  if (intent?.status !== 'succeeded') throw new Error(`nothing was captured that ${key} could refund`);
  if (sumOf(before) >= intent.amount_received) return { state: 'done' }; // under another key, or by hand
  try {
    return answerOfRefund(await refund(desk, key, authorisation, key));
  } catch (error) {
    if (isSpent(error)) return answerOfRefund(await refund(desk, key, authorisation, freshKey(desk, key)));
    if (!isRefused(error)) throw error;
    const since = await refundsOf(desk, authorisation);
    const other = since.find(({ metadata }) => metadata?.['parley_key'] === key);
    if (other !== undefined) return answerOfRefund(other);
    if (sumOf(since) >= intent.amount_received) return { state: 'done' };
    return { state: 'failed', reason: REFUND_FAILURES.get(codeOf(error)) ?? 'refused' };
  }
}

/** In full: whatever of it has not been given back yet. */
function refund({ stripe }: Desk, key: string, authorisation: string, idempotencyKey: string): Promise<Stripe.Refund> {
  return stripe.refunds.create(
    { payment_intent: authorisation, reason: 'requested_by_customer', metadata: { parley_key: key } },
    { idempotencyKey },
  );
}

/** The oldest first. */
async function refundsOf({ stripe }: Desk, authorisation: string): Promise<Stripe.Refund[]> {
  const found: Stripe.Refund[] = [];
  for await (const one of stripe.refunds.list({ payment_intent: authorisation, limit: PAGE })) found.push(one);
  return found.reverse();
}

async function returns(desk: Desk, authorisation: string): Promise<ReturnsSeen> {
  const refunds = await refundsOf(desk, authorisation);
  const disputes: Stripe.Dispute[] = [];
  for await (const one of desk.stripe.disputes.list({ payment_intent: authorisation, limit: PAGE })) disputes.push(one);
  return {
    refunds: refunds.map((one) => {
      const answer = answerOfRefund(one);
      return { state: answer.state, reason: answer.state === 'failed' ? answer.reason : null, amount: one.amount };
    }),
    disputes: disputes.reverse().map(disputeOf),
  };
}

function answerOfRefund({ status, failure_reason: reason }: Stripe.Refund): RefundAnswer {
  if (status === 'succeeded') return { state: 'done' };
  if (status !== 'failed' && status !== 'canceled') return { state: 'pending' };
  return { state: 'failed', reason: REFUND_FAILURES.get(reason ?? '') ?? 'refused' };
}

/** Of a refund that failed, and of one that was refused at once. */
const REFUND_FAILURES: ReadonlyMap<string, RefundFailure> = new Map([
  ['lost_or_stolen_card', 'card_closed'],
  ['expired_or_canceled_card', 'card_closed'],
  ['charge_for_pending_refund_disputed', 'disputed'],
  ['charge_disputed', 'disputed'],
  ['insufficient_funds', 'insufficient_funds'],
  ['balance_insufficient', 'insufficient_funds'],
]);

function codeOf(error: unknown): string {
  return error instanceof Stripe.errors.StripeError ? (error.code ?? '') : '';
}

const sumOf = (refunds: readonly Stripe.Refund[]): number =>
  refunds.filter((one) => answerOfRefund(one).state !== 'failed').reduce((sum, { amount }) => sum + amount, 0);

/** Whether the bank has the money is what the balance says: an inquiry takes none, and a won dispute has given it back. */
function disputeOf({
  id,
  reason,
  status,
  amount,
  balance_transactions: moved,
  evidence_details,
}: Stripe.Dispute): Dispute {
  const dueBy = evidence_details.due_by;
  return {
    id,
    reason,
    state: disputeStateOf(status),
    amount,
    taken: moved.reduce((sum, one) => sum + one.amount, 0) < 0,
    dueBy: dueBy === null ? null : new Date(dueBy * 1_000),
  };
}

function disputeStateOf(status: string): Dispute['state'] {
  if (status === 'lost') return 'lost';
  if (status === 'won' || status === 'warning_closed' || status === 'prevented') return 'won';
  return status.startsWith('warning_') ? 'inquiry' : 'open';
}

async function keyOf(desk: Desk, authorisation: string): Promise<string | null> {
  return (await stateOf(desk, authorisation))?.metadata['parley_key'] ?? null;
}

async function* returnedSince({ stripe }: Desk, since: Date): AsyncIterable<string> {
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

async function find(desk: Desk, key: string): Promise<PaymentAnswer | null> {
  const { asked, answered } = await desk.records.find(key);
  if (answered !== null) return answerOf(answered);
  if (asked === null) return null;
  if (asked.authorisation !== null) {
    const intent = await stateOf(desk, asked.authorisation);
    return isHeld(intent) ? null : noted(desk, key, ended(key, asked.authorisation, intent));
  }
  const made = await lookUp(desk, asked);
  if (made !== null) return noted(desk, key, await outcomeOfHold(desk, key, made));
  assertLanded(desk, asked);
  return null;
}

/** The intent that was made for a key, found without its id: lists are exact where Stripe's search is late. */
async function lookUp({ stripe }: Desk, { key, at }: StripeAsked): Promise<Stripe.PaymentIntent | null> {
  const gte = Math.floor(at.getTime() / 1_000) - CLOCKS_APART_S;
  let found: Stripe.PaymentIntent | null = null;
  for await (const intent of stripe.paymentIntents.list({ created: { gte }, limit: PAGE })) {
    if (intent.metadata['parley_key'] !== key) continue;
    if (isHeld(intent) || intent.status === 'succeeded') return intent;
    found = intent;
  }
  return found;
}

async function stateOf({ stripe }: Desk, authorisation: string): Promise<Stripe.PaymentIntent | null> {
  try {
    return await stripe.paymentIntents.retrieve(authorisation);
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 404) return null;
    throw error;
  }
}

async function* list({ stripe }: Desk, since: Date | undefined): AsyncIterable<ProviderPayment> {
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

const isHeld = (intent: Stripe.PaymentIntent | null) => intent?.status === 'requires_capture';

/** Writes down what became of a key; whoever has written it down before is right. */
async function noted(desk: Desk, key: string, outcome: Outcome): Promise<PaymentAnswer> {
  const answered = { key, ...outcome, at: desk.now() };
  if (await desk.records.answer(answered)) return answerOf(answered);
  return answerOf((await desk.records.find(key)).answered ?? answered);
}

function answerOf({ outcome, authorisation }: Outcome): PaymentAnswer {
  if (outcome !== 'ok') return { ok: false, reason: outcome };
  return { ok: true, authorisation: authorisation ?? '' };
}

/** A clear no; everything else is thrown on. */
function outcomeOfError(error: unknown, authorisation?: string): Outcome {
  if (error instanceof Stripe.errors.StripeCardError) {
    return { outcome: reasonOf(error), authorisation: authorisation ?? error.payment_intent?.id ?? null };
  }
  if (isRefused(error)) return { outcome: 'processing_error', authorisation: authorisation ?? null };
  throw error;
}

/** Stripe understood the call and did nothing: a state, a method or an amount that does not allow it. */
function isRefused(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.code !== 'idempotency_key_in_use';
}

/** This key only ever repeats a broken answer, or was used with other words by an older version of us. */
function isSpent(error: unknown): boolean {
  if (error instanceof Stripe.errors.StripeIdempotencyError) return error.code !== 'idempotency_key_in_use';
  if (!(error instanceof Stripe.errors.StripeAPIError) || (error.statusCode ?? 0) < 500) return false;
  return error.headers?.['idempotent-replayed'] === 'true';
}

function freshKey(desk: Desk, key: string): string {
  return `${key}/${Math.floor(desk.now().getTime() / FRESH_KEY_MS)}`;
}

/** @throws PaymentUnknown while what was sent may still be on its way */
function assertLanded(desk: Desk, { key, at }: StripeAsked): void {
  if (desk.now().getTime() - at.getTime() < LANDED_MS) throw new PaymentUnknown(key, 'it may still arrive');
}

const REASONS: ReadonlyMap<string, DeclineReason> = new Map([
  ['expired_card', 'expired_card'],
  ['insufficient_funds', 'insufficient_funds'],
  ['processing_error', 'processing_error'],
  ['authentication_required', 'authentication_required'],
  ['authentication_not_handled', 'authentication_required'],
  ['payment_intent_authentication_failure', 'authentication_required'],
]);

/** Stripe has a code, and the bank behind it a finer one. What they mean in words is between them. */
function reasonOf({ code, decline_code: finer }: { code?: string; decline_code?: string }): DeclineReason {
  return REASONS.get(finer ?? '') ?? REASONS.get(code ?? '') ?? 'card_declined';
}

/** An error without anything that Stripe said about a card or a person. */
function withoutWords(error: unknown, key: string): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  const facts = [error.type, error.code, error.statusCode, error.requestId];
  return new PaymentUnknown(key, facts.filter((fact) => fact !== undefined).join(' '));
}
