// A question as it is kept, every state it can be in, and who may do what in it (rule 2). What its events do stands in
// question-step.ts, its rating in rating.ts, the money behind its value in payment.ts.

import { Refusal } from './errors.ts';
import type { Step } from './history.ts';
import { later } from './instant.ts';
import type { Money } from './ledger.ts';
import type { Author } from './message.ts';
import { noPayment } from './payment.ts';
import type { Bill, Card, Payment, PaymentEvent } from './payment.ts';
import type { Locale, Person } from './people.ts';
import type { Policy } from './policy.ts';

export type QuestionState = 'draft' | 'open' | 'claimed' | 'answered' | 'closed';

export interface Rating {
  readonly stars: number;
  readonly by: 'customer' | 'automatic';
}

/** 2.2: the last change of what the queue shows of a question. */
export interface QueueChange {
  /** of the question */
  readonly version: number;
  readonly at: Date;
  /** who held the question until then; null: nobody did */
  readonly left: string | null;
}

export interface Question {
  readonly id: string;
  readonly version: number;
  readonly state: QuestionState;
  readonly categoryId: string;
  readonly subject: string;
  readonly body: string;
  readonly locale: Locale;
  readonly customer: Person;
  /** unique per customer: the same post again is the same question */
  readonly clientId: string;
  readonly value: Money;
  /** 1.3: the expert's share of the value, fixed when posted */
  readonly payout: Money;
  readonly payment: Payment;
  /** what the next charge is tried on: the method posted with, or the one updated to */
  readonly paymentMethod: string;
  /** what that is; null or absent: the provider has not said it */
  readonly card?: Card | null;
  /** the holder of the claim, then of the answer */
  readonly expert: Person | null;
  readonly lockedUntil: Date | null;
  /** 8.1: from when on an expert may offer a premium service; null before the customer's second reply */
  readonly offerAvailableAt: Date | null;
  /** 5.1: when the first expert message was written, and by whom */
  readonly expertWroteAt: Date | null;
  readonly firstExpert: Person | null;
  /** the expert whose answer stands: the one whom the rating pays */
  readonly answeredBy: Person | null;
  /** 4.1: when the last answer was written: reminders count from it */
  readonly answeredAt: Date | null;
  /** 4.2: how many steps of their schedule are behind since then, sent or passed over */
  readonly reminders: number;
  /** 4.1: when the next one is due; null: none is, or something has ended them */
  readonly remindAt: Date | null;
  readonly ratingEnabled: boolean;
  readonly rating: Rating | null;
  /** whose rating it is: the expert of the conversation when it was given */
  readonly ratedExpert: string | null;
  /** 2.5, 7.4: the value has been earned, whether it could be captured yet or not */
  readonly earned: boolean;
  /** the expert who has earned it, whoever answers until it is captured */
  readonly earnedBy: string | null;
  /** the expert whom the captured value was paid to */
  readonly paidTo: string | null;
  readonly comment: string | null;
  readonly createdAt: Date;
  readonly postedAt: Date | null;
  readonly closedAt: Date | null;
  /** every step so far, the oldest first */
  readonly history: readonly QuestionStep[];
  /** the earliest of its deadlines; null when none is left */
  readonly dueAt: Date | null;
  /** 2.8: the newest message known when the record was last saved */
  readonly activeAt: Date;
  /** 2.2: what the queue showed of it last; absent: a draft, or nothing since a version before it was kept */
  readonly queue?: QueueChange;
}

/** What is decided when a question is posted; everything else comes later. */
export type Posted = Pick<
  Question,
  'id' | 'categoryId' | 'subject' | 'body' | 'locale' | 'customer' | 'clientId' | 'value' | 'payout' | 'paymentMethod'
>;

/** 2.1: a draft until its value is authorised. */
export function newQuestion(posted: Posted, now: Date, policy: Policy): Question {
  return {
    ...posted,
    version: 1,
    state: 'draft',
    payment: noPayment(posted.paymentMethod),
    expert: null,
    lockedUntil: null,
    offerAvailableAt: null,
    expertWroteAt: null,
    firstExpert: null,
    answeredBy: null,
    answeredAt: null,
    reminders: 0,
    remindAt: null,
    ratingEnabled: false,
    rating: null,
    ratedExpert: null,
    earned: false,
    earnedBy: null,
    paidTo: null,
    comment: null,
    createdAt: now,
    postedAt: null,
    closedAt: null,
    history: [],
    dueAt: later(now, policy.autoCloseMs),
    activeAt: now,
  };
}

/** What decides who may read and write in the conversation: all that a message needs of its question. */
export type Standing = Pick<
  Question,
  | 'id'
  | 'state'
  | 'categoryId'
  | 'customer'
  | 'expert'
  | 'lockedUntil'
  | 'expertWroteAt'
  | 'answeredBy'
  | 'answeredAt'
  | 'locale'
  | 'offerAvailableAt'
  | 'rating'
>;

/** What can happen to a question. `author`: who did it, when it is somebody else than usual. */
export type QuestionEvent =
  /** the payment of its value */
  | Exclude<PaymentEvent, { type: 'abandon' | 'take' }>
  | { readonly type: 'claim'; readonly expert: Person }
  | { readonly type: 'release'; readonly expertId: string; readonly author?: Author }
  | { readonly type: 'lapse' }
  /** an expert's message stands in the conversation */
  | { readonly type: 'write'; readonly expert: Person; readonly at: Date }
  | { readonly type: 'answer'; readonly expert: Person; readonly at: Date }
  /** 8.1: the customer has replied twice */
  | { readonly type: 'replied'; readonly at: Date }
  | { readonly type: 'rate'; readonly stars: number; readonly comment: string | null }
  | { readonly type: 'rate_automatic' }
  /** 2.5: customer care pays although the rating is low */
  | { readonly type: 'pay' }
  | { readonly type: 'change_method'; readonly method: string; readonly card?: Card | null }
  /** 4.1: a reminder is due */
  | { readonly type: 'remind' }
  /** 4.2: the customer has replied, or has no address any more: the conversation and the account know, the record does not */
  | { readonly type: 'end_reminders' }
  /** 2.8: the conversation moved on since the record was saved */
  | { readonly type: 'postpone_close'; readonly activeAt: Date }
  | { readonly type: 'close'; readonly by: 'customer' | 'admin' | 'silence'; readonly author?: Author };

export type QuestionEventType = QuestionEvent['type'];

export interface QuestionStep extends Step<QuestionEventType> {
  /** 2.5 */
  readonly stars?: number;
}

/**
 * Every event that a state takes, and the states it may lead to. An event that is not listed changes nothing, but for those
 * of the payment: what its own table takes keeps the state.
 */
export const QUESTION_TRANSITIONS = {
  draft: { authorised: ['open'], change_method: ['draft'], close: ['closed'], postpone_close: ['draft'] },
  open: {
    change_method: ['open'],
    claim: ['claimed'],
    write: ['open'],
    answer: ['answered'],
    replied: ['open'],
    rate: ['open'],
    rate_automatic: ['open'],
    pay: ['open'],
    remind: ['open'],
    end_reminders: ['open'],
    postpone_close: ['open'],
    close: ['closed'],
  },
  claimed: {
    change_method: ['claimed'],
    claim: ['claimed'],
    release: ['open'],
    lapse: ['open'],
    write: ['claimed'],
    answer: ['answered', 'claimed'],
    replied: ['claimed'],
    rate: ['claimed'],
    rate_automatic: ['claimed'],
    pay: ['claimed'],
    remind: ['claimed'],
    end_reminders: ['claimed'],
    postpone_close: ['claimed'],
    close: ['closed'],
  },
  answered: {
    change_method: ['answered'],
    claim: ['answered'],
    release: ['open'],
    write: ['answered'],
    answer: ['answered'],
    replied: ['answered'],
    rate: ['answered'],
    rate_automatic: ['answered'],
    pay: ['answered'],
    remind: ['answered'],
    end_reminders: ['answered'],
    postpone_close: ['answered'],
    close: ['closed'],
  },
  closed: { change_method: ['closed'], rate: ['closed'], rate_automatic: ['closed'], pay: ['closed'] },
} as const satisfies Record<QuestionState, Partial<Record<QuestionEventType, readonly QuestionState[]>>>;

export const QUESTION_STATES = Object.keys(QUESTION_TRANSITIONS) as QuestionState[];

/**
 * 2.2: may this expert write in the conversation now?
 * @throws Refusal `conflict.claimed` (somebody else holds it), `conflict.not_claimed`, or as `assertOpenForMessages`
 */
export function assertExpertMayWrite(question: Standing, expertId: string, now: Date): void {
  assertOpenForMessages(question);
  const holds = holderOf(question, now);
  if (holds === null) throw new Refusal('conflict.not_claimed', stateOf(question));
  if (holds.id !== expertId) throw new Refusal('conflict.claimed', stateOf(question));
}

/**
 * 2.8: a closed question takes no messages, a draft has no conversation yet.
 * @throws Refusal `conflict.closed` or `conflict.draft`
 */
export function assertOpenForMessages(question: Pick<Question, 'state'>): void {
  if (question.state === 'closed') throw new Refusal('conflict.closed', stateOf(question));
  if (question.state === 'draft') throw new Refusal('conflict.draft', stateOf(question));
}

/** The expert who holds the question now: an answer holds it for good, a claim until it lapses. */
export function holderOf(question: Standing, now: Date): Person | null {
  if (question.state === 'answered') return question.expert;
  if (question.state !== 'claimed' || question.lockedUntil === null || question.lockedUntil <= now) return null;
  return question.expert;
}

/** 7.4: the expert of the written conversation: whose answer stands, who holds it, or who wrote in it first. */
export function conversationExpertOf(question: Question): Person | null {
  return question.answeredBy ?? question.expert ?? question.firstExpert;
}

/** Is there a value to authorise: never tried, declined, or failed at capture? */
export function needsPayment(question: Question): boolean {
  if (question.payment.state === 'capture_failed') return true;
  const { state } = question.payment;
  return (question.state === 'draft' && (state === 'none' || state === 'declined')) || reauthorising(question);
}

/** A second card that was declined leaves a capture that still has to be made up for. */
function reauthorising(question: Question): boolean {
  return question.payment.state === 'declined' && question.postedAt !== null;
}

/** Closed, with a hold that no rating can earn: only a service that is under way still can (7.4). */
export function isUnused({ state, payment, ratingEnabled, earned: isEarned }: Question): boolean {
  return state === 'closed' && payment.state === 'authorised' && !ratingEnabled && !isEarned;
}

/** What its payment is for. Whoever posted it waits for an expert: a hold that nobody attends to is made all the same. */
export const billOfQuestion = ({ id, state, customer, value, payment, paidTo, payout }: Question): Bill => ({
  state,
  subject: { questionId: id, offerId: null, customerId: customer.id, money: value },
  payment,
  paid: paidTo === null ? null : { to: paidTo, share: payout },
  unattended: 'finish',
});

export const stateOf = (question: Pick<Question, 'state'>) => ({ state: question.state });
