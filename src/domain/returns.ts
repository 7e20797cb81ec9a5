// Rules 1.4 and 8.4: what becomes of money after it was taken. It goes back to its customer because it is refunded, or
// because their bank takes it (a dispute, a chargeback); and it comes back, when a refund is refused later or a dispute is
// won. Earnings follow the money: they are reversed when it has gone, and restored when it is here again. These are steps of
// the payment (payment-step.ts); what is told of them stands in returns-told.ts.

import type { PaymentEffect } from './effects.ts';
import { Refusal } from './errors.ts';
import {
  account,
  captureEntry,
  chargebackEntry,
  payoutEntry,
  refundEntry,
  reversalEntry,
  undoneEntry,
} from './ledger.ts';
import type { Entry, Money, Subject } from './ledger.ts';
import { SYSTEM } from './message.ts';
import { isRefundUnderWay } from './payment.ts';
import type { Bill, Dispute, Payment, RefundFailure, Return, Returned } from './payment.ts';

/** What a step makes of the payment, and what it does to the earnings. */
export interface Moved {
  readonly payment: Payment;
  readonly effects: readonly PaymentEffect[];
  /** `lost`: reversed, and the bank has decided that they stay so */
  readonly earnings: 'reversed' | 'restored' | 'lost' | 'untouched';
}

export const NOTHING: Returned = { asked: 0, moves: [], disputes: [] };

/** It was taken, whatever became of it since. */
export const isTaken = ({ state }: Payment): boolean => TAKEN.has(state);

const TAKEN: ReadonlySet<Payment['state']> = new Set([
  'captured',
  'refunding',
  'refund_pending',
  'refunded',
  'refund_failed',
]);

/** The money is here, and can be given back. */
export const isRefundable = (payment: Payment): boolean =>
  (payment.state === 'captured' || payment.state === 'refund_failed') &&
  payment.authorisation !== null &&
  !isChargedBack(payment);

/** The customer's bank has it now. */
export const isChargedBack = (payment: Payment): boolean => standing(payment).some(({ kind }) => kind === 'chargeback');

/** The share that was paid has been taken back. */
export const isReversed = (payment: Payment): boolean => standing(payment).some(({ reversed }) => reversed);

/** How often the provider was asked to give it back. */
export const refundsAsked = ({ returned = NOTHING }: Payment): number => returned.asked;

/** 8.4: the attempt is on disk before the provider is asked, as with every other call. @throws Refusal `conflict.not_captured` */
export function startRefund({ state, payment }: Bill): Payment {
  if (!isRefundable(payment)) throw new Refusal('conflict.not_captured', { state });
  const { returned = NOTHING } = payment;
  return { ...payment, state: 'refunding', returned: { ...returned, asked: returned.asked + 1 } };
}

/** The provider has given it back. */
export function refunded(taken: Bill): Moved {
  return goesBack(taken, 'refunded', { kind: 'refund', amount: taken.subject.money.amount, dispute: null });
}

/** The provider has refused it for good, or the bank has sent it back: it is here (again), and a person has to look. */
export function refundFailed(taken: Bill, reason: RefundFailure): Moved {
  const { payment, subject } = taken;
  const about = subject.offerId ?? subject.questionId;
  const asked = refundsAsked(payment);
  const opened: PaymentEffect = {
    type: 'case',
    opened: {
      key: `refund-failed-${about}-${asked}${payment.state === 'refunded' ? '-later' : ''}`,
      kind: 'refund_failed',
      ...{ questionId: subject.questionId, offerId: subject.offerId, seq: null, openedBy: SYSTEM, reason },
    },
  };
  if (isRefundUnderWay(payment)) {
    return { payment: { ...payment, state: 'refund_failed' }, effects: [opened], earnings: 'untouched' };
  }
  const place = standingPlaces(payment).findLast((at) => movesOf(payment)[at]?.kind === 'refund');
  if (place === undefined) throw stale(taken);
  const back = comesBack(taken, place);
  return { ...back, payment: { ...back.payment, state: 'refund_failed' }, effects: [...back.effects, opened] };
}

/** It says nothing of a dispute that the record does not know. */
export const isKnown = ({ returned = NOTHING }: Payment, dispute: Dispute): boolean =>
  returned.disputes.some((one) => one.id === dispute.id && isSame(one, dispute));

/**
 * A dispute was opened, has moved or is over. Its case has the provider's deadline and ends with it: the case of an inquiry when
 * that becomes a chargeback, which has one of its own, because it has another deadline and moves money.
 */
export function disputed(taken: Bill, dispute: Dispute): Moved {
  const { payment, subject } = taken;
  const { returned = NOTHING } = payment;
  const before = returned.disputes.find(({ id }) => id === dispute.id);
  if (isKnown(payment, dispute)) throw stale(taken);
  const over = dispute.state === 'won' || dispute.state === 'lost';
  const escalates = before?.state === 'inquiry' && (dispute.state === 'open' || dispute.state === 'lost');
  const escalated = escalates || before?.escalated === true;
  const others = returned.disputes.filter(({ id }) => id !== dispute.id);
  const disputes = [...others, { ...dispute, ...(escalated && { escalated }) }];
  const noted: Payment = { ...payment, returned: { ...returned, disputes } };
  const first = `dispute-${dispute.id}`;
  const key = escalated ? `${first}-escalated` : first;
  const { questionId, offerId } = subject;
  const opened: PaymentEffect = {
    type: 'case',
    opened: {
      ...{ key, kind: 'chargeback', questionId, offerId, seq: null, openedBy: SYSTEM, reason: dispute.reason },
      ...(dispute.dueBy !== null && { respondBy: dispute.dueBy }),
    },
  };
  const moved = moneyMoved({ ...taken, payment: noted }, dispute);
  const isLost = dispute.state === 'lost' && before?.state !== 'lost';
  return {
    ...moved,
    ...(isLost && isReversedBy(moved.payment, dispute.id) && { earnings: 'lost' }),
    effects: [
      ...moved.effects,
      ...(before === undefined || escalates ? [opened] : []),
      ...(escalates ? [{ type: 'case_ended', key: first, resolution: 'done' } as const] : []),
      ...(over ? [{ type: 'case_ended', key, resolution: dispute.state } as const] : []),
    ],
  };
}

/** 7.1: a share that is earned while the bank has the money is earned and taken back in the same step. */
export function paidOut({ payment, subject }: Pick<Bill, 'subject' | 'payment'>, to: string, share: Money): Moved {
  const payout: PaymentEffect = { type: 'entry', entry: payoutEntry(subject, to, share) };
  const place = standingPlaces(payment)[0];
  if (place === undefined) return { payment, effects: [payout], earnings: 'untouched' };
  const reversal: PaymentEffect = { type: 'entry', entry: reversalEntry(subject, to, share, place + 1) };
  return {
    payment: withMove(payment, place, { reversed: true }),
    effects: [payout, reversal],
    earnings: isLostAt(payment, place) ? 'lost' : 'reversed',
  };
}

/** All entries that stand behind money that was taken, from its capture on: what the journal must have, and nothing else. */
export function entriesOf({ subject, payment, paid }: Pick<Bill, 'subject' | 'payment' | 'paid'>): Entry[] {
  const payout = paid === null ? [] : [payoutEntry(subject, paid.to, paid.share)];
  const moves = movesOf(payment).flatMap((move, place) => {
    const gone = goneEntry(subject, move, place);
    const reversal = move.reversed && paid !== null ? [reversalEntry(subject, paid.to, paid.share, place + 1)] : [];
    const all = [gone, ...reversal];
    return move.undone ? [...all, ...all.map(undoneEntry)] : all;
  });
  return [captureEntry(subject), ...payout, ...moves];
}

/** What the provider has given back or lost of it by these entries, by kind; smallest unit. */
export function sentBack(entries: readonly Entry[], kind: Return['kind']): number {
  return entries
    .filter((entry) => entry.kind === kind || entry.kind === `${kind}_undone`)
    .flatMap(({ legs }) => legs.filter((leg) => leg.account === account.provider))
    .reduce((sum, { amount }) => sum - amount, 0);
}

const stale = ({ state }: Bill) => new Refusal('conflict.stale', { state });

function moneyMoved(taken: Bill, { id, amount, taken: isTaken }: Dispute): Moved {
  const { payment } = taken;
  const place = standingPlaces(payment).find((at) => movesOf(payment)[at]?.dispute === id);
  if (isTaken === (place !== undefined)) return { payment, effects: [], earnings: 'untouched' };
  if (place !== undefined) return comesBack(taken, place);
  return goesBack(taken, payment.state, { kind: 'chargeback', amount, dispute: id });
}

/** Out of our hands: what was earned with it is reversed, once. */
function goesBack(
  { subject, payment, paid }: Bill,
  state: Payment['state'],
  gone: Pick<Return, 'kind' | 'amount' | 'dispute'>,
): Moved {
  const { returned = NOTHING } = payment;
  const place = returned.moves.length;
  const reversed = paid !== null && !isReversed(payment);
  const move: Return = { ...gone, reversed, undone: false };
  const entries = [
    ...(reversed ? [reversalEntry(subject, paid.to, paid.share, place + 1)] : []),
    goneEntry(subject, move, place),
  ];
  return {
    payment: { ...payment, state, returned: { ...returned, moves: [...returned.moves, move] } },
    effects: entries.map((entry) => ({ type: 'entry', entry })),
    earnings: reversed ? 'reversed' : 'untouched',
  };
}

/** Here again. While it is away for another reason as well, that one takes the earnings over. */
function comesBack({ subject, payment, paid }: Bill, place: number): Moved {
  const move = movesOf(payment)[place];
  if (move === undefined) throw new Error(`there is no return ${place}`);
  const undone = withMove(payment, place, { undone: true });
  const entries = [goneEntry(subject, move, place)];
  const reversed = move.reversed && paid !== null;
  if (reversed) entries.push(reversalEntry(subject, paid.to, paid.share, place + 1));
  const effects: PaymentEffect[] = entries.map((entry) => ({ type: 'entry', entry: undoneEntry(entry) }));
  const other = standingPlaces(undone)[0];
  if (!reversed || other === undefined) {
    return { payment: undone, effects, earnings: reversed ? 'restored' : 'untouched' };
  }
  effects.push({ type: 'entry', entry: reversalEntry(subject, paid.to, paid.share, other + 1) });
  return { payment: withMove(undone, other, { reversed: true }), effects, earnings: 'untouched' };
}

function goneEntry(subject: Subject, { kind, amount }: Return, place: number): Entry {
  return kind === 'refund' ? refundEntry(subject, place + 1) : chargebackEntry(subject, amount, place + 1);
}

function withMove(payment: Payment, place: number, change: Partial<Return>): Payment {
  const { returned = NOTHING } = payment;
  const moves = returned.moves.map((move, index) => (index === place ? { ...move, ...change } : move));
  return { ...payment, returned: { ...returned, moves } };
}

const movesOf = ({ returned = NOTHING }: Payment): readonly Return[] => returned.moves;
const standing = (payment: Payment): Return[] => movesOf(payment).filter(({ undone }) => !undone);
const standingPlaces = (payment: Payment): number[] =>
  movesOf(payment).flatMap(({ undone }, place) => (undone ? [] : [place]));

const isReversedBy = (payment: Payment, id: string): boolean =>
  standing(payment).some(({ dispute, reversed }) => dispute === id && reversed);

/** Whether the bank has decided that what went at this place does not come again. */
function isLostAt({ returned = NOTHING }: Payment, place: number): boolean {
  return returned.disputes.some(({ id, state }) => id === returned.moves[place]?.dispute && state === 'lost');
}

function isSame(one: Dispute, other: Dispute): boolean {
  const said = ({ state, taken, amount, dueBy }: Dispute) => JSON.stringify([state, taken, amount, dueBy]);
  return said(one) === said(other);
}
