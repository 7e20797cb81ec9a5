// What has happened to a record, in the names that operators subscribe to; and what is said about it. Names stay what they
// are: receivers of many years know them.

import type { Case } from './case.ts';
import type { Step } from './history.ts';
import type { Message } from './message.ts';
import type { Offer, OfferEventType } from './offer.ts';
import type { Payment, PaymentState } from './payment.ts';
import type { Person } from './people.ts';
import type { Question, QuestionEventType } from './question.ts';
import type { WebhookEvent } from './webhook.ts';

/** What operators may hear of a kind of record. */
export interface Outward<R> {
  /** What every delivery says: where to look. `version` and `state` are put beside it as they were then. */
  thin(record: R): ThinData;
  /** What is added for who wants more, with the record as it is; never its private information, cards, or notes of staff. */
  full(record: R): FullData;
}

/** The same of what goes through steps. */
export interface Stepwise<R> extends Outward<R> {
  /** What a step was for them, if anything; `before`: null for a new record. */
  happened(before: R | null, next: R): WebhookEvent[];
}

export type ThinData = Readonly<Record<string, string | number | null>>;
export type FullData = Readonly<Record<string, unknown>>;

const OF_QUESTION: Partial<Record<QuestionEventType, WebhookEvent>> = {
  claim: 'question.claimed',
  release: 'question.released',
  lapse: 'question.released',
  answer: 'question.answered',
  rate: 'question.rated',
  rate_automatic: 'question.rated',
  close: 'question.closed',
};

export const QUESTION_OUTWARD: Stepwise<Question> = {
  happened(before, next) {
    if (before === null) return []; // a draft, until its value is held
    const isPosted = before.state === 'draft' && next.state === 'open';
    // 7.4: a service that was fulfilled leaves a rating that was given already as it is
    const isOther = before.rating !== next.rating;
    const named = namedAs(OF_QUESTION, stepOf(before, next)).filter((name) => name !== 'question.rated' || isOther);
    return [...(isPosted ? (['question.posted'] as const) : []), ...named, ...paymentEvents(before, next)];
  },
  thin: ({ id }) => ({ questionId: id }),
  full({ subject, categoryId, customer, expert, value, payout, rating, payment }) {
    const about = { subject, category: categoryId, value, payout, rating, payment: paymentOf(payment) };
    return { ...about, customer: personOf(customer), expert: expert && personOf(expert) };
  },
};

const OF_OFFER: Partial<Record<OfferEventType, WebhookEvent>> = {
  capture_failed: 'offer.payment_failed',
  decline: 'offer.declined',
  withdraw: 'offer.withdrawn',
  unable: 'offer.unable',
};

/** Of an automatic offer that its customer has accepted (6). */
const OF_REQUEST: Partial<Record<OfferEventType, WebhookEvent>> = {
  request: 'request.requested',
  request_again: 'request.requested',
  capture_failed: 'request.payment_failed',
  withdraw: 'request.withdrawn',
  expire: 'request.expired',
  report_yes: 'request.fulfilled',
  report_no: 'request.unfulfilled',
  overdue: 'request.overdue',
};

export const OFFER_OUTWARD: Stepwise<Offer> = {
  happened(before, next) {
    if (before === null) return ['offer.created'];
    const isRequest = next.origin === 'automatic' && next.requestedAt !== null;
    const becomes = (state: Offer['state']) => before.state !== state && next.state === state;
    const named = namedAs(isRequest ? OF_REQUEST : OF_OFFER, stepOf(before, next));
    if (isRequest && becomes('open')) named.push('request.opened');
    if (becomes('accepted')) named.push(isRequest ? 'request.accepted' : 'offer.accepted');
    return [...named, ...paymentEvents(before, next)];
  },
  thin: ({ id, questionId }) => ({ offerId: id, questionId }),
  full({ origin, subject, categoryId, service, price, payout, customer, proposedBy, acceptedBy, payment }) {
    const about = { origin, subject, category: categoryId, service: { key: service.key, title: service.title.en } };
    const people = { customer: personOf(customer), proposedBy: proposedBy && personOf(proposedBy) };
    const paid = { price, payout, payment: paymentOf(payment) };
    return { ...about, ...people, acceptedBy: acceptedBy && personOf(acceptedBy), ...paid };
  },
};

export const CASE_OUTWARD: Stepwise<Case> = {
  happened(before, next) {
    if (before === null) return ['case.opened'];
    if (before.resolved === null && next.resolved !== null) return ['case.resolved'];
    return !before.overdue && next.overdue ? ['case.overdue'] : [];
  },
  thin: ({ id, questionId, offerId, kind }) => ({ caseId: id, questionId, offerId, kind }),
  full({ subject, customer, respondBy, overdue, resolved }) {
    const about = { subject, customer: personOf(customer), dueAt: respondBy.toISOString(), overdue };
    return { ...about, resolution: resolved && resolved.resolution };
  },
};

export const MESSAGE_OUTWARD: Outward<Message> = {
  thin: ({ questionId, seq, kind, by }) => ({ questionId, seq, kind, authorId: by.id, authorRole: by.role }),
  full: ({ by }) => ({ author: personOf(by) }),
};

/** 9.2: what was said, for who has asked for it: nothing when it was redacted meanwhile. */
export const textOf = ({ body, redactedAt }: Message): FullData => ({ body, redacted: redactedAt !== undefined });

interface Paid {
  readonly payment: Payment;
  readonly history: readonly Step<string>[];
}

/** The event that a step was, as far as it is remembered. */
const stepOf = <What extends string>(
  before: { readonly history: readonly Step<What>[] },
  next: { readonly history: readonly Step<What>[] },
): What | undefined => (next.history === before.history ? undefined : next.history.at(-1)?.what);

const namedAs = <What extends string>(names: Partial<Record<What, WebhookEvent>>, step: What | undefined) => {
  const name = step && names[step];
  return name === undefined ? [] : [name];
};

const OF_PAYMENT: Partial<Record<PaymentState, WebhookEvent>> = {
  authorised: 'payment.authorised',
  captured: 'payment.captured',
  declined: 'payment.failed',
  capture_failed: 'payment.failed',
  released: 'payment.released',
  refunded: 'payment.refunded',
  refund_failed: 'payment.refund_failed',
};

function paymentEvents(before: Paid, next: Paid): WebhookEvent[] {
  const [from, to] = [before.payment.state, next.payment.state];
  const moved = from === to ? undefined : OF_PAYMENT[to];
  // 2.1, 8.2: what was earned already, or is accepted by it, is taken in the write that says it is held
  const isHeld = from === 'authorising' && to === 'capturing';
  const isDisputed = stepOf(before, next) === 'disputed';
  return [
    ...(isHeld ? (['payment.authorised'] as const) : []),
    ...(moved === undefined ? [] : [moved]),
    ...(isDisputed ? (['payment.disputed'] as const) : []),
  ];
}

const personOf = ({ id, name }: Person) => ({ id, name });
const paymentOf = ({ state, reason }: Payment) => ({ state, reason });
