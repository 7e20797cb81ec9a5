// Rule 2: what an event makes of a question, when, and what it then owes. No I/O, no clock, no settings of its own.

import type { Effect, MailTemplate, NoticeCode, Outcome } from './effects.ts';
import { Refusal } from './errors.ts';
import type { Code } from './errors.ts';
import { earliest } from './instant.ts';
import { authoriseEntry, captureEntry, payoutEntry, releaseEntry } from './ledger.ts';
import type { Money, Subject } from './ledger.ts';
import type { Seen } from './machine.ts';
import { SYSTEM } from './message.ts';
import { PAYMENT_RESUME_MS, authoriseKey, nextAttempt } from './payment.ts';
import type { DeclineReason, Dispute, Payment, RefundFailure } from './payment.ts';
import type { Person } from './people.ts';
import type { Policy } from './policy.ts';
import {
  QUESTION_TRANSITIONS,
  conversationExpertOf,
  holderOf,
  isUnused,
  needsPayment,
  paymentUnderWay,
  stateOf,
} from './question.ts';
import type { Question, QuestionEvent, QuestionEventType, QuestionState, Rating } from './question.ts';
import { questionHistory } from './question-history.ts';
import * as returns from './returns.ts';
import { REFUND_PENDING_MS, earningsTexts, isRefundUnderWay, startRefund, timed } from './returns.ts';
import type { Returning, Taken } from './returns.ts';

/**
 * What a question becomes by an event, and what it then owes. Pure.
 * @throws Refusal `conflict.*` when the state, or what the record says, does not allow it
 */
export function stepQuestion(question: Question, event: QuestionEvent, now: Date, policy: Policy): Outcome<Question> {
  const allowed: Partial<Record<QuestionEventType, readonly QuestionState[]>> = QUESTION_TRANSITIONS[question.state];
  if (!allowed[event.type]) throw new Refusal(refusalOf(question.state, event.type), stateOf(question));
  const { change, effects } = apply(question, event, now, policy);
  const next: Question = { ...question, ...change, version: question.version + 1 };
  const history = questionHistory(question, event, next, now);
  return {
    next: { ...next, history, dueAt: deadlineOf(next, now, policy) },
    effects: [{ type: 'changed' }, ...effects],
  };
}

/**
 * 2.2, 2.8 and payments left behind: the step that is due now; null when none is. The record knows the last message only of
 * when it was saved; who has `seen` the conversation knows better.
 */
export function dueQuestion(
  question: Question,
  now: Date,
  policy: Policy,
  seen?: Seen,
): Extract<QuestionEvent, { type: 'lapse' | 'resume' | 'close' | 'postpone_close' }> | null {
  if (question.dueAt === null || question.dueAt > now) return null;
  const { state, lockedUntil } = question;
  if (state === 'claimed' && lockedUntil !== null && lockedUntil <= now) return { type: 'lapse' };
  if (state !== 'closed' && closesAt(question, policy) <= now) {
    const activeAt = seen?.lastMessageAt ?? question.activeAt;
    return closesAt({ activeAt }, policy) > now
      ? { type: 'postpone_close', activeAt }
      : { type: 'close', by: 'silence' };
  }
  return paymentUnderWay(question) || isRefundUnderWay(question.payment) ? { type: 'resume' } : null;
}

/** From when on a claim has lapsed, whatever else happens to the question; null: never. */
export function questionOvertakenAt({ state, lockedUntil }: Question): Date | null {
  return state === 'claimed' ? lockedUntil : null;
}

function subjectOf(question: Question): Subject {
  return { questionId: question.id, offerId: null, customerId: question.customer.id, money: question.value };
}

interface Applied {
  readonly change: Partial<Question>;
  readonly effects: readonly Effect[];
}

function apply(question: Question, event: QuestionEvent, now: Date, policy: Policy): Applied {
  switch (event.type) {
    case 'authorise':
      return authorise(question, event.method);
    case 'authorised':
      return authorised(question, event.authorisation, now);
    case 'authorisation_failed':
      return authorisationFailed(question, event.reason);
    case 'claim':
      return claim(question, event.expert, now, policy);
    case 'release':
      return release(question, event.expertId);
    case 'lapse':
      return lapse(question, now);
    case 'write':
      return write(question, event.expert, event.at);
    case 'answer':
      return answer(question, event.expert, event.at);
    case 'replied':
      return replied(question, event.at, policy);
    case 'rate':
      return rate(question, event, policy);
    case 'rate_automatic':
      return rateAutomatically(question);
    case 'pay':
      return pay(question);
    case 'captured':
      return captured(question);
    case 'capture_failed':
      return captureFailed(question, event.reason);
    case 'refund':
      return startedRefund(question);
    case 'refunded':
      return refunded(question);
    case 'refund_pending':
      return refundPending(question);
    case 'refund_failed':
      return refundFailed(question, event.reason);
    case 'disputed':
      return disputed(question, event.dispute);
    case 'change_method':
      return { change: { paymentMethod: event.method }, effects: [] };
    case 'resume':
      return resume(question);
    case 'postpone_close':
      return { change: { activeAt: event.activeAt }, effects: [] };
    case 'let_go':
      return letGoUnused(question);
    case 'close':
      return close(question, event.by, now, policy);
  }
}

/** 2.1: the attempt is on disk before the provider is asked. */
function authorise(question: Question, method: string): Applied {
  if (paymentUnderWay(question)) throw new Refusal('conflict.payment_pending', stateOf(question));
  if (!needsPayment(question)) throw new Refusal('conflict.stale', stateOf(question));
  return { change: { payment: nextAttempt(question.payment, method) }, effects: [] };
}

function resume(question: Question): Applied {
  if (!paymentUnderWay(question) && !isRefundUnderWay(question.payment)) {
    throw new Refusal('conflict.stale', stateOf(question));
  }
  return { change: {}, effects: [{ type: 'ask_provider' }] };
}

function authorised(question: Question, authorisation: string, now: Date): Applied {
  if (question.payment.state !== 'authorising') throw new Refusal('conflict.stale', stateOf(question));
  const payment: Payment = { ...question.payment, state: 'authorised', authorisation };
  const entry: Effect = { type: 'entry', entry: authoriseEntry(subjectOf(question), payment.attempt) };
  if (question.state === 'draft') {
    return { change: { payment, state: 'open', postedAt: now, activeAt: now }, effects: [entry] };
  }
  if (isUnused({ ...question, payment })) return { change: { payment }, effects: [entry, { type: 'unused_value' }] };
  // another card after a capture that failed: what the rating earned is asked for again
  return { change: { payment: question.earned ? { ...payment, state: 'capturing' } : payment }, effects: [entry] };
}

function authorisationFailed(question: Question, reason: DeclineReason): Applied {
  if (question.payment.state !== 'authorising') throw new Refusal('conflict.stale', stateOf(question));
  return { change: { payment: { ...question.payment, state: 'declined', reason } }, effects: [] };
}

/** 2.2: taking an open question, taking over a lapsed one, or holding one's own for longer. */
function claim(question: Question, expert: Person, now: Date, policy: Policy): Applied {
  const holder = holderOf(question, now);
  if (holder !== null && holder.id !== expert.id) throw new Refusal('conflict.claimed', stateOf(question));
  if (question.state === 'answered') return { change: {}, effects: [] };
  const lockedUntil = new Date(now.getTime() + policy.claimMs);
  return { change: { state: 'claimed', expert, lockedUntil }, effects: [] };
}

function release(question: Question, expertId: string): Applied {
  if (question.expert?.id !== expertId) throw new Refusal('conflict.not_claimed', stateOf(question));
  return { change: { state: 'open', expert: null, lockedUntil: null }, effects: [] };
}

function lapse(question: Question, now: Date): Applied {
  if (question.lockedUntil === null || question.lockedUntil > now || question.expert === null) {
    throw new Refusal('conflict.stale', stateOf(question));
  }
  return {
    change: { state: 'open', expert: null, lockedUntil: null },
    effects: [notice(question.expert.id, 'question.claim_lapsed', question)],
  };
}

/** 5.1: the first message of an expert brings the automatic offer. It stands, also when the claim has lapsed since. */
function write(question: Question, expert: Person, at: Date): Applied {
  if (question.expertWroteAt !== null) return { change: {}, effects: [] };
  const change = { expertWroteAt: at, firstExpert: expert, activeAt: at };
  return { change, effects: [{ type: 'automatic_offer' }] };
}

/** 8.1: the button appears a while after the customer's second reply, once and for good. */
function replied(question: Question, at: Date, policy: Policy): Applied {
  if (question.offerAvailableAt !== null) return { change: {}, effects: [] };
  return { change: { offerAvailableAt: new Date(at.getTime() + policy.offerDelayMs) }, effects: [] };
}

/** 2.4: the answer is complete, the rating is open, the expert keeps the question unless another one holds it by now. */
function answer(question: Question, expert: Person, at: Date): Applied {
  const first = write(question, expert, at);
  const keeps = question.expert === null || question.expert.id === expert.id;
  return {
    change: {
      ...first.change,
      ...(keeps && { state: 'answered', expert, lockedUntil: null }),
      ...((keeps || question.answeredBy === null) && { answeredBy: expert }),
      ratingEnabled: true,
      activeAt: at,
    },
    effects: [...first.effects, notice(question.customer.id, 'question.answered', question)],
  };
}

/** 2.5: from three stars on (a setting) it pays; a rating can be raised, never lowered, an automatic one neither. */
function rate(
  question: Question,
  { stars, comment }: Extract<QuestionEvent, { type: 'rate' }>,
  policy: Policy,
): Applied {
  if (!question.ratingEnabled) throw new Refusal('conflict.not_answered', stateOf(question));
  const before = question.rating?.stars ?? 0;
  if (stars < before) throw new Refusal('conflict.rating_lowered', { ...stateOf(question), stars: before });
  const isSame = stars === before && question.rating?.by === 'customer';
  const said = comment ?? question.comment;
  const change = { ...(isSame ? {} : rated(question, { stars, by: 'customer' })), comment: said };
  if (stars >= policy.payingStars)
    return { change: { ...change, ...earned(question, conversationExpertOf(question)?.id) }, effects: [] };
  const mail: Effect = {
    type: 'mail_admins',
    key: `care-low-rating-${question.id}-${stars}`,
    template: 'care_low_rating',
    params: { questionId: question.id, subject: question.subject, stars },
  };
  return { change, effects: [mail, lowRatingCase(question, said)] };
}

function rated(question: Question, rating: Rating): Partial<Question> {
  return { rating, ratedExpert: conversationExpertOf(question)?.id ?? null };
}

/** 2.5: one for each question, whatever the stars: a rating raised to another low one is the same matter. */
function lowRatingCase({ id }: Question, reason: string | null): Effect {
  const about = { questionId: id, offerId: null, seq: null };
  return {
    type: 'case',
    opened: { key: `low-rating-${id}`, kind: 'low_rating', ...about, openedBy: SYSTEM, reason },
  };
}

/** 7.4: a fulfilled service earns the written conversation five stars; what the customer said stays the customer's. */
function rateAutomatically(question: Question): Applied {
  const given = question.rating === null ? rated(question, { stars: 5, by: 'automatic' }) : {};
  return { change: { ...given, ...earned(question, conversationExpertOf(question)?.id) }, effects: [] };
}

/** 2.5: what the rating did not earn, customer care grants. */
function pay(question: Question): Applied {
  if (question.rating === null) throw new Refusal('conflict.not_answered', stateOf(question));
  return { change: earned(question, question.ratedExpert), effects: [] };
}

/** The value is captured once, however often it is earned (I16). */
function earned(question: Question, by: string | null = null): Partial<Question> {
  const { payment } = question;
  const earnedBy = question.earned ? question.earnedBy : by;
  return {
    earned: true,
    earnedBy,
    ...(payment.state === 'authorised' && { payment: { ...payment, state: 'capturing' } }),
  };
}

function captured(question: Question): Applied {
  if (question.payment.state !== 'capturing') throw new Refusal('conflict.stale', stateOf(question));
  const effects: Effect[] = [{ type: 'entry', entry: captureEntry(subjectOf(question)) }];
  const paidTo = question.earnedBy ?? conversationExpertOf(question)?.id ?? null;
  if (paidTo !== null) {
    effects.push({ type: 'entry', entry: payoutEntry(subjectOf(question), paidTo, question.payout) });
  }
  return { change: { payment: { ...question.payment, state: 'captured' }, paidTo }, effects };
}

/** 8.4: the whole value shall go back. Nobody is told before it has. */
function startedRefund(question: Question): Applied {
  const stand = { ...stateOf(question), payment: question.payment.state };
  return { change: { payment: startRefund(question.payment, stand) }, effects: [] };
}

/** 8.4: the whole value has gone back; whoever earned it is told. What is refunded can neither be earned nor taken again. */
function refunded(question: Question): Applied {
  const { payment, effects, earnings } = returns.refunded(takenOf(question));
  const customer = told(question, question.customer.id, 'refund.granted', 'refund_granted', question.value);
  return { change: { payment }, effects: [...effects, ...customer, ...earningsTold(question, earnings, 'refund')] };
}

function refundPending(question: Question): Applied {
  if (question.payment.state !== 'refunding') throw new Refusal('conflict.stale', stateOf(question));
  return { change: { payment: { ...question.payment, state: 'refund_pending' } }, effects: [] };
}

function refundFailed(question: Question, reason: RefundFailure): Applied {
  const { payment, effects, earnings } = returns.refundFailed(takenOf(question), reason);
  const customer = told(question, question.customer.id, 'refund.failed', 'refund_failed', question.value);
  return { change: { payment }, effects: [...effects, ...customer, ...earningsTold(question, earnings, 'refund')] };
}

function disputed(question: Question, dispute: Dispute): Applied {
  const { payment, effects, earnings } = returns.disputed(takenOf(question), dispute);
  return { change: { payment }, effects: [...effects, ...earningsTold(question, earnings, 'dispute')] };
}

function earningsTold(question: Question, earnings: Returning['earnings'], why: 'refund' | 'dispute'): Effect[] {
  const { paidTo, payout } = question;
  const [code, template] = earningsTexts(earnings, why);
  return paidTo === null || code === null ? [] : told(question, paidTo, code, template, payout);
}

const takenOf = (question: Question): Taken => ({
  state: question.state,
  subject: subjectOf(question),
  payment: question.payment,
  paid: question.paidTo === null ? null : { to: question.paidTo, share: question.payout },
});

/** A notice for who is there, and an e-mail to keep: one for each time. */
function told(question: Question, to: string, code: NoticeCode, template: MailTemplate, money: Money): Effect[] {
  const params = { questionId: question.id, subject: question.subject, ...money };
  return [
    { type: 'notice', to, code, params },
    { type: 'mail', key: timed(`${template}-${question.id}`, question.payment), to, template, params, ifAway: false },
  ];
}

function captureFailed(question: Question, reason: DeclineReason): Applied {
  if (question.payment.state !== 'capturing') throw new Refusal('conflict.stale', stateOf(question));
  const { attempt, authorisation } = question.payment;
  const back = authorisation === null ? [] : letGo(question, question.payment, authorisation).effects;
  return {
    change: { payment: { ...question.payment, state: 'capture_failed', reason } },
    effects: [
      ...back,
      notice(question.customer.id, 'question.payment_failed', question),
      {
        type: 'mail',
        key: `question-payment-failed-${question.id}-${attempt}`,
        to: question.customer.id,
        template: 'question_payment_failed',
        params: { questionId: question.id, subject: question.subject },
        ifAway: true,
      },
    ],
  };
}

/** 2.8, 6.8, 9.1. The value is held while an answer waits for its rating, or a service for its report (7.4). */
function close(question: Question, by: 'customer' | 'admin' | 'silence', now: Date, policy: Policy): Applied {
  if (by === 'silence' && closesAt(question, policy) > now) {
    throw new Refusal('conflict.stale', stateOf(question));
  }
  const effects: Effect[] = [
    { type: 'withdraw_offers' },
    { type: 'end_conversation' },
    { type: 'destroy_private_info' },
  ];
  if (isUnused({ ...question, state: 'closed' })) effects.push({ type: 'unused_value' });
  if (question.expert !== null) effects.push(notice(question.expert.id, 'question.closed', question));
  if (by !== 'customer') effects.push(notice(question.customer.id, 'question.closed', question));
  return { change: { state: 'closed', closedAt: now, lockedUntil: null }, effects };
}

function letGoUnused(question: Question): Applied {
  const { authorisation } = question.payment;
  if (!isUnused(question) || authorisation === null) throw new Refusal('conflict.stale', stateOf(question));
  return letGo(question, question.payment, authorisation);
}

/** The hold on the customer's card ends unused. */
function letGo(question: Question, payment: Payment, authorisation: string): Applied {
  return {
    change: { payment: { ...payment, state: 'released' } },
    effects: [
      { type: 'void', authorisation, key: `void-${authoriseKey(question.id, payment)}` },
      { type: 'entry', entry: releaseEntry(subjectOf(question), payment.attempt) },
    ],
  };
}

function deadlineOf(question: Question, now: Date, policy: Policy): Date | null {
  const deadlines: Date[] = [];
  if (paymentUnderWay(question) || question.payment.state === 'refunding') {
    deadlines.push(new Date(now.getTime() + PAYMENT_RESUME_MS));
  }
  if (question.payment.state === 'refund_pending') deadlines.push(new Date(now.getTime() + REFUND_PENDING_MS));
  if (question.state === 'claimed' && question.lockedUntil !== null) deadlines.push(question.lockedUntil);
  if (question.state !== 'closed') deadlines.push(closesAt(question, policy));
  return deadlines.reduce(earliest, null);
}

const closesAt = ({ activeAt }: Pick<Question, 'activeAt'>, policy: Policy) =>
  new Date(activeAt.getTime() + policy.autoCloseMs);

const notice = (to: string, code: Extract<Effect, { type: 'notice' }>['code'], question: Question): Effect => ({
  type: 'notice',
  to,
  code,
  params: { questionId: question.id, subject: question.subject },
});

function refusalOf(state: QuestionState, event: QuestionEventType): Code {
  if (state === 'closed') return 'conflict.closed';
  if (state === 'draft') return 'conflict.draft';
  if (event === 'refund') return 'conflict.not_captured';
  if (event === 'release' || event === 'write' || event === 'answer') return 'conflict.not_claimed';
  return 'conflict.stale';
}
