// A payment provider without money, for development and tests: it knows Stripe's test methods, some that misbehave, and
// forgets nothing, because its records are shared by all processes. An answer is what was recorded, never what was
// computed: whoever comes second, from whichever process, finds the record of the first.

import { setTimeout as sleep } from 'node:timers/promises';
import type { PaymentAnswer, PaymentPort, ProviderPayment } from '../context.ts';
import type { Money } from '../domain/ledger.ts';
import type { DeclineReason } from '../domain/payment.ts';
import { PaymentUnknown } from './payment-unknown.ts';

/** One call that was decided. Records are only ever added. */
export interface SimulatedPayment {
  /** idempotency key of the call: unique */
  readonly key: string;
  readonly kind: 'authorise' | 'capture' | 'void' | 'refund';
  /** of the authorisation, like amount and currency; empty when there is no such authorisation */
  readonly method: string;
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

/** Where the records are kept, by all processes together. */
export interface PaymentRecords {
  /** Adds a record, in one atomic step; false when its `key` or its `once` exists. */
  insert(record: SimulatedPayment): Promise<boolean>;
  find(key: string): Promise<SimulatedPayment | null>;
  byAuthorisation(authorisation: string): Promise<readonly SimulatedPayment[]>;
  /** All records since an instant or ever, those of one authorisation one after the other. */
  all(since?: Date): AsyncIterable<SimulatedPayment>;
}

export interface SimulatedSettings {
  readonly records: PaymentRecords;
  /** how long a call waits for an answer */
  readonly timeoutMs: number;
  /** how long `pm_card_visa_late` takes to answer a capture */
  readonly lateMs: number;
  /** stands for the provider's webhooks: the outcome of this key is announced, perhaps not for the first time */
  readonly onNotice?: (key: string) => void;
  readonly now?: () => Date;
}

interface Behaviour {
  readonly authorise: 'ok' | DeclineReason;
  readonly capture: 'ok' | DeclineReason;
  /** how a capture is answered, after it has been recorded */
  readonly answer: 'at_once' | 'late' | 'never' | 'twice';
}

const works: Behaviour = { authorise: 'ok', capture: 'ok', answer: 'at_once' };

const METHODS: ReadonlyMap<string, Behaviour> = new Map([
  ['pm_card_visa', works],
  ['pm_card_chargeDeclined', { ...works, authorise: 'card_declined' }],
  ['pm_card_chargeDeclinedInsufficientFunds', { ...works, authorise: 'insufficient_funds' }],
  ['pm_card_chargeDeclinedExpiredCard', { ...works, authorise: 'expired_card' }],
  ['pm_card_chargeCustomerFail', { ...works, capture: 'card_declined' }],
  ['pm_card_visa_late', { ...works, answer: 'late' }],
  ['pm_card_visa_twice', { ...works, answer: 'twice' }],
  ['pm_card_visa_never', { ...works, answer: 'never' }],
]);

const UNKNOWN_METHOD: Behaviour = { authorise: 'processing_error', capture: 'processing_error', answer: 'at_once' };

/** The payment port on simulated money. */
export function simulatedPayments(settings: SimulatedSettings): PaymentPort {
  const { records } = settings;
  return {
    authorise: (key, method, money) => authorise(settings, key, method, money),
    capture: (key, authorisation) => capture(settings, key, authorisation),
    void: (key, authorisation) => voidAuthorisation(settings, key, authorisation),
    refund: (key, authorisation) => refund(settings, key, authorisation),
    find: async (key) => {
      const record = await records.find(key);
      return record === null ? null : answerOf(record);
    },
    list: (since) => list(records, since),
  };
}

async function authorise(settings: SimulatedSettings, key: string, method: string, money: Money) {
  const record: SimulatedPayment = {
    key,
    kind: 'authorise',
    method,
    amount: money.amount,
    currency: money.currency,
    authorisation: `sim_${key}`,
    outcome: behaviourOf(method).authorise,
    at: timeOf(settings),
  };
  return answerOf(await recordOnce(settings.records, record));
}

/** Decided and recorded first, answered as the method's behaviour has it. */
async function capture(settings: SimulatedSettings, key: string, authorisation: string): Promise<PaymentAnswer> {
  const { records } = settings;
  const known = await records.find(key);
  if (known !== null) return answerOf(known);
  const record = await decideCapture(settings, key, authorisation);
  await answerAs(behaviourOf(record.method).answer, settings, key);
  return answerOf(record);
}

async function decideCapture(settings: SimulatedSettings, key: string, authorisation: string) {
  const { records } = settings;
  const held = await heldBy(records, authorisation);
  const refused: SimulatedPayment = {
    key,
    kind: 'capture',
    method: held?.method ?? '',
    amount: held?.amount ?? 0,
    currency: held?.currency ?? '',
    authorisation,
    outcome: 'processing_error',
    at: timeOf(settings),
  };
  if (held === null) return recordOnce(records, refused);
  const { capture: outcome } = behaviourOf(held.method);
  if (outcome !== 'ok') return recordOnce(records, { ...refused, outcome });
  const taken: SimulatedPayment = { ...refused, outcome, once: endOf(authorisation) };
  if (await records.insert(taken)) return taken;
  // the same key, a moment ago; or the authorisation has ended before, by another key or by a void
  return recordOnce(records, refused);
}

/** A captured authorisation is left alone, an unknown one holds nothing. */
async function voidAuthorisation(settings: SimulatedSettings, key: string, authorisation: string): Promise<void> {
  const held = await heldBy(settings.records, authorisation);
  if (held === null) return;
  await settings.records.insert({ ...held, key, kind: 'void', once: endOf(authorisation), at: timeOf(settings) });
}

/** @throws Error when nothing was captured: whoever asks for that has lost count of the money */
async function refund(settings: SimulatedSettings, key: string, authorisation: string): Promise<void> {
  const records = await settings.records.byAuthorisation(authorisation);
  const taken = records.find(({ kind, outcome }) => kind === 'capture' && outcome === 'ok');
  if (taken === undefined) throw new Error(`nothing was captured that ${key} could refund`);
  await settings.records.insert({
    ...taken,
    key,
    kind: 'refund',
    once: `refund ${authorisation}`,
    at: timeOf(settings),
  });
}

async function* list(records: PaymentRecords, since: Date | undefined): AsyncIterable<ProviderPayment> {
  let together: SimulatedPayment[] = [];
  for await (const record of records.all(since)) {
    if (together[0] !== undefined && together[0].authorisation !== record.authorisation) {
      yield* listed(together);
      together = [];
    }
    together.push(record);
  }
  yield* listed(together);
}

/** What the records of one authorisation come to; nothing when it is older than the list, or never was one. */
function listed(records: readonly SimulatedPayment[]): ProviderPayment[] {
  const made = records.find(({ kind }) => kind === 'authorise');
  if (made === undefined) return [];
  const { key, authorisation, amount, currency } = made;
  const did = (wanted: SimulatedPayment['kind']) =>
    records.some(({ kind, outcome }) => kind === wanted && outcome === 'ok');
  const captured = did('capture');
  const state = captured ? 'captured' : did('void') ? 'released' : made.outcome === 'ok' ? 'held' : 'declined';
  return [{ key, authorisation, money: { amount, currency }, state, refunded: did('refund') ? amount : 0 }];
}

/** The record that stands under this key: the given one, or the one of whoever was first. */
async function recordOnce(records: PaymentRecords, record: SimulatedPayment): Promise<SimulatedPayment> {
  if (await records.insert(record)) return record;
  const first = await records.find(record.key);
  if (first === null) throw new Error(`the records of ${record.key} are not readable`);
  return first;
}

async function heldBy(records: PaymentRecords, authorisation: string): Promise<SimulatedPayment | null> {
  const all = await records.byAuthorisation(authorisation);
  return all.find(({ kind, outcome }) => kind === 'authorise' && outcome === 'ok') ?? null;
}

async function answerAs(how: Behaviour['answer'], settings: SimulatedSettings, key: string): Promise<void> {
  const { lateMs, timeoutMs } = settings;
  if (how === 'twice') announceTwice(settings, key);
  if (how !== 'late' && how !== 'never') return;
  const answersAfter = how === 'late' ? lateMs : Infinity;
  await sleep(Math.min(answersAfter, timeoutMs));
  if (answersAfter > timeoutMs) throw new PaymentUnknown(key);
}

/** After the answer, as webhooks are. */
function announceTwice({ onNotice }: SimulatedSettings, key: string): void {
  if (onNotice === undefined) return;
  setImmediate(() => {
    onNotice(key);
    setImmediate(onNotice, key);
  });
}

function answerOf({ outcome, authorisation }: SimulatedPayment): PaymentAnswer {
  return outcome === 'ok' ? { ok: true, authorisation } : { ok: false, reason: outcome };
}

const behaviourOf = (method: string) => METHODS.get(method) ?? UNKNOWN_METHOD;
const timeOf = ({ now }: SimulatedSettings) => now?.() ?? new Date();
/** a captured authorisation cannot be voided, nor a voided one captured */
const endOf = (authorisation: string) => `end ${authorisation}`;
