// A payment provider without money, for development and tests: it knows Stripe's test methods, some that misbehave, and
// forgets nothing, because its records are shared by all processes. An answer is what was recorded, never what was
// computed: whoever comes second, from whichever process, finds the record of the first.

import { setTimeout as sleep } from 'node:timers/promises';
import type { PaymentAnswer, PaymentPort, RefundAnswer, ReturnsSeen } from '../context.ts';
import type { Money } from '../domain/ledger.ts';
import type { Dispute, ProviderPayment } from '../domain/payment.ts';
import type { SimulatedPayment } from '../models/simulated-payment.ts';
import { PaymentUnknown } from './payment-unknown.ts';
import { behaviourOf, cardOf } from './simulated-methods.ts';
import type { Behaviour } from './simulated-methods.ts';

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
  /** the same of money that went back: the key that its authorisation was asked for with */
  readonly onReturn?: (key: string) => void;
  readonly now?: () => Date;
}

const EVIDENCE_MS = 7 * 24 * 60 * 60_000; // how long a dispute waits for evidence

/** The payment port on simulated money. */
export function simulatedPayments(settings: SimulatedSettings): PaymentPort {
  const { records } = settings;
  return {
    setup: () => Promise.resolve(null), // its cards are names
    authorise: (key, method, money) => authorise(settings, key, method, money),
    capture: (key, authorisation) => capture(settings, key, authorisation),
    void: (key, authorisation) => voidAuthorisation(settings, key, authorisation),
    refund: (key, authorisation) => refund(settings, key, authorisation),
    find: async (key) => {
      const record = await records.find(key);
      return record === null ? null : answerOf(record);
    },
    returns: (authorisation) => returns(settings, authorisation),
    keyOf: async (authorisation) => (await madeBy(records, authorisation))?.key ?? null,
    returnedSince: (since) => returnedSince(records, since),
    list: (since) => list(settings, since),
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
  if (await records.insert(taken)) {
    if (behaviourOf(held.method).dispute !== 'none') announceLater(settings, authorisation, 2);
    return taken;
  }
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
async function refund(settings: SimulatedSettings, key: string, authorisation: string): Promise<RefundAnswer> {
  const before = await settings.records.byAuthorisation(authorisation);
  const taken = captureAmong(before);
  if (taken === undefined) throw new Error(`nothing was captured that ${key} could refund`);
  const { refund: how } = behaviourOf(taken.method);
  const record: SimulatedPayment = {
    ...taken,
    key,
    kind: 'refund',
    outcome: how === 'refused' || disputeOf(taken, settings)?.taken === true ? 'card_declined' : 'ok',
    once: `refund ${authorisation} ${failuresAmong(before, settings)}`,
    at: timeOf(settings),
  };
  if ((await settings.records.find(key)) === null && (await settings.records.insert(record)) && how !== 'ok') {
    announceLater(settings, authorisation, 1);
  }
  const all = await settings.records.byAuthorisation(authorisation);
  // under this key, or under another one that was first: it is given back once
  const made = all.find((one) => one.key === key) ?? all.findLast(({ kind }) => kind === 'refund') ?? record;
  return refundAnswer(made, taken, settings);
}

/** What has become of a refund by now. A method that fails does so once: the next refund goes through. */
function refundAnswer(made: SimulatedPayment, taken: SimulatedPayment, settings: SimulatedSettings): RefundAnswer {
  const { refund: how } = behaviourOf(made.method);
  const isOver = timeOf(settings).getTime() >= made.at.getTime() + settings.lateMs;
  if (made.outcome !== 'ok') {
    return { state: 'failed', reason: disputeOf(taken, settings)?.taken === true ? 'disputed' : 'refused' };
  }
  if (how === 'pending' && !isOver) return { state: 'pending' };
  const isFirst = made.once?.endsWith(' 0') === true;
  return how === 'fails_later' && isFirst && isOver ? { state: 'failed', reason: 'card_closed' } : { state: 'done' };
}

function failuresAmong(records: readonly SimulatedPayment[], settings: SimulatedSettings): number {
  const taken = captureAmong(records);
  if (taken === undefined) return 0;
  return records
    .filter(({ kind }) => kind === 'refund')
    .filter((made) => refundAnswer(made, taken, settings).state === 'failed').length;
}

async function returns(settings: SimulatedSettings, authorisation: string): Promise<ReturnsSeen> {
  return returnsAmong(await settings.records.byAuthorisation(authorisation), settings);
}

function returnsAmong(records: readonly SimulatedPayment[], settings: SimulatedSettings): ReturnsSeen {
  const taken = captureAmong(records);
  if (taken === undefined) return { refunds: [], disputes: [] };
  const refunds = records
    .filter(({ kind }) => kind === 'refund')
    .toSorted((one, other) => one.at.getTime() - other.at.getTime())
    .map((made) => {
      const answer = refundAnswer(made, taken, settings);
      const reason = answer.state === 'failed' ? answer.reason : null;
      return { state: answer.state, reason, amount: made.amount };
    });
  const dispute = disputeOf(taken, settings);
  return { refunds, disputes: dispute === null ? [] : [dispute] };
}

/** The dispute about a capture as it stands by now. */
function disputeOf(taken: SimulatedPayment, settings: SimulatedSettings): Dispute | null {
  const { dispute: how } = behaviourOf(taken.method);
  const age = timeOf(settings).getTime() - taken.at.getTime();
  if (how === 'none' || age < settings.lateMs) return null;
  const isOver = (how === 'won' || how === 'lost') && age >= 2 * settings.lateMs;
  const state = how === 'inquiry' ? 'inquiry' : isOver ? how : 'open';
  return {
    id: `dp_${taken.authorisation}`,
    reason: 'fraudulent',
    state,
    amount: taken.amount,
    taken: state === 'open' || state === 'lost',
    dueBy: new Date(taken.at.getTime() + EVIDENCE_MS),
  };
}

const captureAmong = (records: readonly SimulatedPayment[]): SimulatedPayment | undefined =>
  records.find(({ kind, outcome }) => kind === 'capture' && outcome === 'ok');

async function madeBy(records: PaymentRecords, authorisation: string): Promise<SimulatedPayment | null> {
  return (await records.byAuthorisation(authorisation)).find(({ kind }) => kind === 'authorise') ?? null;
}

async function* returnedSince(records: PaymentRecords, since: Date): AsyncIterable<string> {
  const seen = new Set<string>();
  for await (const { kind, authorisation, method } of records.all(since)) {
    const mayReturn = kind === 'refund' || (kind === 'capture' && behaviourOf(method).dispute !== 'none');
    if (!mayReturn || seen.has(authorisation)) continue;
    seen.add(authorisation);
    const made = await madeBy(records, authorisation);
    if (made !== null) yield made.key;
  }
}

/** As webhooks are: nobody is told again when this process has gone by then; the hourly look finds it. */
function announceLater({ records, onReturn, lateMs }: SimulatedSettings, authorisation: string, times: number): void {
  if (onReturn === undefined) return;
  for (let time = 1; time <= times; time += 1) {
    setTimeout(
      () => {
        madeBy(records, authorisation).then(
          (made) => {
            if (made !== null) onReturn(made.key);
          },
          () => undefined, // its books are away, as if the notice were lost
        );
      },
      time * lateMs + 1,
    ).unref();
  }
}

async function* list(settings: SimulatedSettings, since: Date | undefined): AsyncIterable<ProviderPayment> {
  const { records } = settings;
  let together: SimulatedPayment[] = [];
  for await (const record of records.all(since)) {
    if (together[0] !== undefined && together[0].authorisation !== record.authorisation) {
      yield* listed(together, settings);
      together = [];
    }
    together.push(record);
  }
  yield* listed(together, settings);
}

/** What the records of one authorisation come to; nothing when it is older than the list, or never was one. */
function listed(records: readonly SimulatedPayment[], settings: SimulatedSettings): ProviderPayment[] {
  const made = records.find(({ kind }) => kind === 'authorise');
  if (made === undefined) return [];
  const { key, authorisation, amount, currency } = made;
  const did = (wanted: SimulatedPayment['kind']) =>
    records.some(({ kind, outcome }) => kind === wanted && outcome === 'ok');
  const captured = did('capture');
  const state = captured ? 'captured' : did('void') ? 'released' : made.outcome === 'ok' ? 'held' : 'declined';
  const { refunds, disputes } = returnsAmong(records, settings);
  const refunded = refunds.filter((one) => one.state !== 'failed').reduce((sum, one) => sum + one.amount, 0);
  const chargedBack = disputes.filter(({ taken }) => taken).reduce((sum, one) => sum + one.amount, 0);
  return [{ key, authorisation, money: { amount, currency }, state, refunded, chargedBack }];
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

function answerOf({ kind, method, outcome, authorisation }: SimulatedPayment): PaymentAnswer {
  if (outcome !== 'ok') return { ok: false, reason: outcome };
  return { ok: true, authorisation, ...(kind === 'authorise' && { card: cardOf(method) }) };
}

const timeOf = ({ now }: SimulatedSettings) => now?.() ?? new Date();

/** a captured authorisation cannot be voided, nor a voided one captured */
const endOf = (authorisation: string) => `end ${authorisation}`;
