// Rule 2: what an event makes of a question, what time alone brings about, and what is then owed. No I/O, no clock, no
// settings of its own.

import type { Applied, NoticeCode, Outcome, QuestionEffect } from './effects.ts';
import { Refusal } from './errors.ts';
import type { Code } from './errors.ts';
import { earliest, later, reached } from './instant.ts';
import { payoutEntry } from './ledger.ts';
import type { Seen } from './machine.ts';
import { isOfPayment, isUnderWay } from './payment.ts';
import type { PaymentEvent } from './payment.ts';
import { paymentDueAt, stepPayment } from './payment-step.ts';
import type { Person } from './people.ts';
import type { Policy } from './policy.ts';
import {
  QUESTION_TRANSITIONS,
  billOfQuestion,
  conversationExpertOf,
  holderOf,
  isUnused,
  needsPayment,
  stateOf,
} from './question.ts';
import type { Question, QuestionEvent, QuestionEventType, QuestionState } from './question.ts';
import { questionHistory } from './question-history.ts';
import { queueChanged } from './queue.ts';
import * as ratings from './rating.ts';
import { beginReminders, endReminders, nextReminderOf, remind } from './reminder.ts';
import { isRefundable } from './returns.ts';
import { toldOf } from './returns-told.ts';

/**
 * What a question becomes by an event, and what it then owes. Pure.
 * @throws Refusal `conflict.*` when the state, or what the record says, does not allow it
 */
export function stepQuestion(
  question: Question,
  event: QuestionEvent,
  now: Date,
  policy: Policy,
): Outcome<Question, QuestionEffect> {
  const allowed: Partial<Record<QuestionEventType, readonly QuestionState[]>> = QUESTION_TRANSITIONS[question.state];
  if (!allowed[event.type] && !isOfPayment(event)) {
    throw new Refusal(refusalOf(question.state, event.type), stateOf(question));
  }
  const { change, effects } = apply(question, event, now, policy);
  const changed: Question = { ...question, ...change, version: question.version + 1 };
  const next = { ...changed, ...queueChanged(question, changed, now), remindAt: nextReminderOf(changed) };
  const history = questionHistory(question, event, next, now);
  return {
    next: { ...next, history, dueAt: deadlineOf(next, now, policy) },
    effects: [{ type: 'changed' }, ...effects],
  };
}

/**
 * 2.2, 2.8, 4.1 and payments left behind: the step that is due now; null when none is. The record knows the last message only of
 * when it was saved; who has `seen` the conversation knows better.
 */
export function dueQuestion(
  question: Question,
  now: Date,
  policy: Policy,
  seen?: Seen,
): Extract<
  QuestionEvent,
  { type: 'lapse' | 'resume' | 'remind' | 'end_reminders' | 'close' | 'postpone_close' }
> | null {
  if (question.dueAt === null || question.dueAt > now) return null;
  const { state, lockedUntil } = question;
  if (state === 'claimed' && lockedUntil !== null && lockedUntil <= now) return { type: 'lapse' };
  if (state !== 'closed' && closesAt(question, policy) <= now) {
    const activeAt = seen?.activeAt ?? question.activeAt;
    return closesAt({ activeAt }, policy) > now
      ? { type: 'postpone_close', activeAt }
      : { type: 'close', by: 'silence' };
  }
  if (reached(question.remindAt, now)) return { type: seen?.isOver ? 'end_reminders' : 'remind' };
  if (isUnderWay(question.payment)) return { type: 'resume' };
  // saved when it was to close sooner than the settings say now: it is not to be looked at until then
  return state === 'closed' ? null : { type: 'postpone_close', activeAt: question.activeAt };
}

/** From when on a claim has lapsed, whatever else happens to the question; null: never. */
export function questionOvertakenAt({ state, lockedUntil }: Question): Date | null {
  return state === 'claimed' ? lockedUntil : null;
}

function apply(question: Question, event: QuestionEvent, now: Date, policy: Policy): Applied<Question, QuestionEffect> {
  if (isOfPayment(event)) return applyToPayment(question, event, now);
  switch (event.type) {
    case 'claim':
      return claim(question, event.expert, now, policy);
    case 'release':
      return release(question, event.expertId);
    case 'lapse':
      return lapse(question, now);
    case 'write':
      return write(question, event.expert, event.at);
    case 'answer':
      return answer(question, event.expert, event.at, policy);
    case 'replied':
      return replied(question, event.at, policy);
    case 'rate':
      return ratings.rate(question, event, policy);
    case 'rate_automatic':
      return ratings.rateAutomatically(question);
    case 'pay':
      return ratings.pay(question);
    case 'change_method':
      return { change: { paymentMethod: event.method, card: event.card ?? null }, effects: [] };
    case 'remind':
      return remind(question, now, policy);
    case 'end_reminders':
      return endReminders(question, now);
    case 'postpone_close':
      return { change: { activeAt: event.activeAt }, effects: [] };
    case 'close':
      return close(question, event.by, now, policy);
  }
}

/** 2.1, 2.5, 8.4: the money behind the value moves, and the question answers. */
function applyToPayment(question: Question, event: PaymentEvent, now: Date): Applied<Question, QuestionEffect> {
  assertWanted(question, event);
  const bill = billOfQuestion(question);
  const moved = stepPayment(bill, event);
  const paid: Question = { ...question, payment: moved.payment };
  const { change, effects } = answerPayment(paid, event, now);
  const told = toldOf(bill, event.type, moved, (sum) => ({ ...aboutOf(question), ...sum }));
  // the next service is charged to what is shown: the card that has worked
  const known =
    event.type === 'authorised' ? { paymentMethod: moved.payment.method, ...(event.card && { card: event.card }) } : {};
  return { change: { payment: moved.payment, ...known, ...change }, effects: [...moved.effects, ...effects, ...told] };
}

/** A value is tried while it lacks a payment, let go when nothing can earn it any more (2.8, 7.4), given back if it is here. */
function assertWanted(question: Question, { type }: PaymentEvent): void {
  const { payment } = question;
  const isPaid = type === 'authorise' && !isUnderWay(payment) && !needsPayment(question);
  if (isPaid || (type === 'let_go' && !isUnused(question))) throw new Refusal('conflict.stale', stateOf(question));
  if (type === 'refund' && !isRefundable(payment)) {
    throw new Refusal('conflict.not_captured', { ...stateOf(question), payment: payment.state });
  }
}

/** What a question does about its payment, as it is now. */
function answerPayment(question: Question, event: PaymentEvent, now: Date): Applied<Question, QuestionEffect> {
  switch (event.type) {
    case 'authorised':
      return held(question, now);
    case 'captured':
      return taken(question);
    case 'capture_failed':
      return { change: {}, effects: [...paymentFailed(question), ...granted(question)] };
    case 'authorisation_failed':
      return { change: {}, effects: event.unattended === true ? paymentFailed(question) : [] };
    default:
      return { change: {}, effects: [] };
  }
}

/** 2.1: a draft is posted; another card after a capture that failed: what was earned is taken. */
function held(question: Question, now: Date): Applied<Question, QuestionEffect> {
  if (question.state === 'draft') return { change: { state: 'open', postedAt: now, activeAt: now }, effects: [] };
  if (isUnused(question)) return { change: {}, effects: [{ type: 'unused_value' }] };
  if (!question.earned) return { change: {}, effects: [] };
  return { change: { payment: stepPayment(billOfQuestion(question), { type: 'take' }).payment }, effects: [] };
}

/** 2.5: the share of whoever has earned it. */
function taken(question: Question): Applied<Question, QuestionEffect> {
  const paidTo = question.earnedBy ?? conversationExpertOf(question)?.id ?? null;
  if (paidTo === null) return { change: { paidTo }, effects: [] };
  const entry = payoutEntry(billOfQuestion(question).subject, paidTo, question.payout);
  return { change: { paidTo }, effects: [{ type: 'entry', entry }, ...granted({ ...question, paidTo })] };
}

/** 2.5: what care had promised is kept now, or not yet. */
const granted = (question: Question) => (ratings.isGranted(question) ? ratings.grantedEffects(question) : []);

/** 2.1: their rating stands; they can pay with another card. */
function paymentFailed(question: Question): QuestionEffect[] {
  const { id, customer, payment } = question;
  return [
    notice(customer.id, 'question.payment_failed', question),
    {
      type: 'mail',
      key: `question-payment-failed-${id}-${payment.attempt}`,
      to: customer.id,
      template: 'question_payment_failed',
      params: aboutOf(question),
      ifAway: true,
    },
  ];
}

/** 2.2: taking an open question, taking over a lapsed one, or holding one's own for longer. */
function claim(question: Question, expert: Person, now: Date, policy: Policy): Applied<Question, QuestionEffect> {
  const holder = holderOf(question, now);
  if (holder !== null && holder.id !== expert.id) throw new Refusal('conflict.claimed', stateOf(question));
  if (question.state === 'answered') return { change: {}, effects: [] };
  const lockedUntil = new Date(now.getTime() + policy.claimMs);
  return { change: { state: 'claimed', expert, lockedUntil }, effects: [] };
}

function release(question: Question, expertId: string): Applied<Question, QuestionEffect> {
  if (question.expert?.id !== expertId) throw new Refusal('conflict.not_claimed', stateOf(question));
  return { change: { state: 'open', expert: null, lockedUntil: null }, effects: [] };
}

function lapse(question: Question, now: Date): Applied<Question, QuestionEffect> {
  if (question.lockedUntil === null || question.lockedUntil > now || question.expert === null) {
    throw new Refusal('conflict.stale', stateOf(question));
  }
  return {
    change: { state: 'open', expert: null, lockedUntil: null },
    effects: [notice(question.expert.id, 'question.claim_lapsed', question)],
  };
}

/** 5.1: the first message of an expert brings the automatic offer. It stands, also when the claim has lapsed since. */
function write(question: Question, expert: Person, at: Date): Applied<Question, QuestionEffect> {
  if (question.expertWroteAt !== null) return { change: {}, effects: [] };
  const change = { expertWroteAt: at, firstExpert: expert, activeAt: at };
  return { change, effects: [{ type: 'automatic_offer' }] };
}

/** 8.1: the button appears a while after the customer's second reply, once and for good. */
function replied(question: Question, at: Date, policy: Policy): Applied<Question, QuestionEffect> {
  if (question.offerAvailableAt !== null) return { change: {}, effects: [] };
  return { change: { offerAvailableAt: new Date(at.getTime() + policy.offerDelayMs) }, effects: [] };
}

/** 2.4: the answer is complete, the rating is open, the expert keeps the question unless another one holds it by now. */
function answer(question: Question, expert: Person, at: Date, policy: Policy): Applied<Question, QuestionEffect> {
  const first = write(question, expert, at);
  const isFurther = question.state === 'answered' && question.answeredBy?.id === expert.id;
  const keeps = question.expert === null || question.expert.id === expert.id;
  return {
    change: {
      ...first.change,
      ...(keeps && { state: 'answered', expert, lockedUntil: null }),
      ...beginReminders(question, at, policy),
      ...((keeps || question.answeredBy === null) && { answeredBy: expert }),
      ratingEnabled: true,
      activeAt: at,
    },
    effects: [...first.effects, ...(isFurther ? [] : [notice(question.customer.id, 'question.answered', question)])],
  };
}

/** 2.8, 6.8, 9.1. The value is held while an answer waits for its rating, or a service for its report (7.4). */
function close(
  question: Question,
  by: 'customer' | 'admin' | 'silence',
  now: Date,
  policy: Policy,
): Applied<Question, QuestionEffect> {
  if (by === 'silence' && closesAt(question, policy) > now) {
    throw new Refusal('conflict.stale', stateOf(question));
  }
  const effects: QuestionEffect[] = [
    { type: 'withdraw_offers' },
    { type: 'end_conversation' },
    { type: 'destroy_private_info' },
  ];
  if (isUnused({ ...question, state: 'closed' })) effects.push({ type: 'unused_value' });
  if (question.expert !== null) effects.push(notice(question.expert.id, 'question.closed', question));
  if (by !== 'customer') effects.push(notice(question.customer.id, 'question.closed', question));
  return { change: { state: 'closed', closedAt: now, lockedUntil: null }, effects };
}

function deadlineOf(question: Question, now: Date, policy: Policy): Date | null {
  const { state, lockedUntil } = question;
  const claimEnds = state === 'claimed' ? lockedUntil : null;
  const closes = state === 'closed' ? null : closesAt(question, policy);
  const own = earliest(earliest(claimEnds, closes), question.remindAt);
  return earliest(paymentDueAt(billOfQuestion(question), now), own);
}

const closesAt = ({ activeAt }: Pick<Question, 'activeAt'>, policy: Policy) => later(activeAt, policy.autoCloseMs);

const notice = (to: string, code: NoticeCode, question: Question): QuestionEffect => ({
  type: 'notice',
  to,
  code,
  params: aboutOf(question),
});

const aboutOf = ({ id, subject }: Question) => ({ questionId: id, subject });

function refusalOf(state: QuestionState, event: QuestionEventType): Code {
  if (state === 'closed') return 'conflict.closed';
  if (state === 'draft') return 'conflict.draft';
  if (event === 'release' || event === 'write' || event === 'answer') return 'conflict.not_claimed';
  return 'conflict.stale';
}
