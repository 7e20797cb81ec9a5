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
// Stripe says never leaves this folder, because its errors carry cards and people: codes, numbers and request ids do.

import Stripe from 'stripe';
import type { PaymentAnswer, PaymentPort } from '../../context.ts';
import { PaymentUnknown } from '../payment-unknown.ts';
import { capture, ended } from './capture.ts';
import { answerOf, isHeld, writeDown, stateOf } from './desk.ts';
import type { Desk, StripeRecords } from './desk.ts';
import { withoutWords } from './errors.ts';
import { assertLanded, authorise, letGo, lookUp, outcomeOfHold, withCard } from './hold.ts';
import { list, returnedSince } from './list.ts';
import { giveBack, returns } from './refund.ts';
import { setup, setupKey } from './setup.ts';

export interface StripeSettings {
  readonly secretKey: string;
  /** `https://api.stripe.com`, or whatever speaks its language */
  readonly apiBase: string;
  readonly records: StripeRecords;
  /** how long a call waits for an answer */
  readonly timeoutMs: number;
  readonly now: () => Date;
}

const LISTENS = 2; // times as long as its caller waits: what comes late is noted

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
    setup: (person) => within(desk, setupKey(person), setup(desk, person)),
    authorise: (key, ...what) => asking(desk, key, () => authorise(desk, key, ...what)),
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

async function keyOf(desk: Desk, authorisation: string): Promise<string | null> {
  return (await stateOf(desk, authorisation))?.metadata['parley_key'] ?? null;
}

async function find(desk: Desk, key: string): Promise<PaymentAnswer | null> {
  const { asked, answered } = await desk.records.find(key);
  if (answered !== null) return withCard(answerOf(answered), asked);
  if (asked === null) return null;
  if (asked.authorisation !== null) {
    const intent = await stateOf(desk, asked.authorisation);
    return isHeld(intent) ? null : writeDown(desk, key, ended(key, asked.authorisation, intent));
  }
  const made = await lookUp(desk, asked);
  if (made !== null) return withCard(await writeDown(desk, key, await outcomeOfHold(desk, key, made)), asked);
  assertLanded(desk, asked);
  return null;
}
