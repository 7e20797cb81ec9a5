// Rules 5 to 8 and everything that moves an offer live in this file: no I/O, no clock, no settings of its own. An
// automatic offer that its customer accepts is a request; it stays the same record. An expert's offer is charged when it
// is accepted and asks nobody else.

import type { Effect, MailTemplate, NoticeCode, Outcome } from './effects.ts';
import { Refusal } from './errors.ts';
import type { Code } from './errors.ts';
import { authoriseEntry, captureEntry, payoutEntry, refundEntry, releaseEntry, reversalEntry } from './ledger.ts';
import type { Money, Subject } from './ledger.ts';
import { SYSTEM } from './message.ts';
import { authoriseKey, nextAttempt, noPayment, refundKey } from './payment.ts';
import type { DeclineReason, Payment } from './payment.ts';
import type { Locale, Person, Service } from './people.ts';
import { ATTEMPTS_FOR_NO } from './policy.ts';
import type { Policy } from './policy.ts';

export type OfferState =
  | 'offered'
  | 'declined'
  | 'withdrawn'
  | 'reserved'
  | 'open'
  | 'capturing'
  | 'payment_failed'
  | 'accepted'
  | 'fulfilled'
  | 'unfulfilled'
  | 'report_overdue'
  | 'unable'
  | 'expired'
  | 'refunded';

/** 8.1: the key of a service that an expert has named in their own words. */
export const OWN_SERVICE = 'own';

/** 7.1: one try to reach the customer. */
export interface Attempt {
  readonly at: Date;
  readonly note: string | null;
}

/** 7.1 */
export interface Report {
  readonly connected: boolean;
  readonly attempts: readonly Attempt[];
  readonly reason: string | null;
  readonly comment: string | null;
  readonly at: Date;
}

export interface Offer {
  readonly id: string;
  readonly version: number;
  readonly state: OfferState;
  readonly origin: 'automatic' | 'expert';
  /** 8.1: the expert who offers it; null when the platform does */
  readonly proposedBy: Person | null;
  /** unique per expert who offers: the same proposal again is the same offer */
  readonly clientId: string | null;
  /** 8.1: its question, while this is the one open offer of an expert there */
  readonly openOn: string | null;
  readonly questionId: string;
  readonly categoryId: string;
  /** the question's subject: Request Center, e-mails and earnings name it */
  readonly subject: string;
  readonly customer: Person;
  /** the customer's language */
  readonly locale: Locale;
  readonly service: Service;
  readonly description: string;
  /** 5.2: the points the price was chosen from, kept with the outcome so that prices can be learned */
  readonly pricePoints: readonly number[];
  readonly price: Money;
  /** 1.3: the share of the expert who delivers it, fixed when shown */
  readonly payout: Money;
  readonly payment: Payment;
  readonly shownAt: Date;
  readonly declinedAt: Date | null;
  readonly requestedAt: Date | null;
  readonly expiresAt: Date | null;
  /** 6.1: the expert who is asked first */
  readonly reservedFor: string | null;
  readonly reservedUntil: Date | null;
  /** 6.2: who pressed No Thanks */
  readonly passedBy: string | null;
  /** grows whenever the request comes (back) into the open */
  readonly generation: number;
  /** the winner of the race, from the moment it is decided */
  readonly acceptedBy: Person | null;
  readonly acceptedAt: Date | null;
  readonly reportDueAt: Date | null;
  /** 7.2: how many of the reminders have gone out or were overtaken */
  readonly reminders: number;
  readonly report: Report | null;
  /** 8.3: why the expert cannot complete it */
  readonly unableReason: string | null;
  /** the earliest of its deadlines; null when none is left */
  readonly dueAt: Date | null;
}

/** What is decided when an offer is shown; everything else comes later. */
export type Shown = Pick<
  Offer,
  | 'id'
  | 'origin'
  | 'proposedBy'
  | 'clientId'
  | 'service'
  | 'description'
  | 'pricePoints'
  | 'price'
  | 'payout'
  | 'shownAt'
>;

/** 5.1, 8.1: a new offer in a conversation. `method`: the payment method it would be tried on. */
export function newOffer(about: AboutQuestion, shown: Shown, method: string): Offer {
  const { id: questionId, categoryId, subject, customer, locale } = about;
  const opened = { state: 'offered', origin: shown.origin, questionId } as const;
  return {
    ...shown,
    ...opened,
    version: 1,
    categoryId,
    subject,
    customer,
    locale,
    openOn: openOn(opened),
    payment: noPayment(method),
    declinedAt: null,
    requestedAt: null,
    expiresAt: null,
    reservedFor: null,
    reservedUntil: null,
    passedBy: null,
    generation: 0,
    acceptedBy: null,
    acceptedAt: null,
    reportDueAt: null,
    reminders: 0,
    report: null,
    unableReason: null,
    dueAt: null,
  };
}

/** What an offer takes along of its question. */
export type AboutQuestion = Pick<Offer, 'categoryId' | 'subject' | 'customer' | 'locale'> & { readonly id: string };

export type OfferEvent =
  /** the customer accepts it; their payment method is tried */
  | { readonly type: 'authorise'; readonly method: string }
  | { readonly type: 'authorisation_failed'; readonly reason: DeclineReason }
  /** nobody knows any more why the authorisation was asked for */
  | { readonly type: 'abandon'; readonly authorisation: string | null }
  /** 6.1: authorised; kept for `expertId`, or open at once when the conversation has no expert now */
  | { readonly type: 'request'; readonly authorisation: string; readonly expertId: string | null }
  | { readonly type: 'decline' }
  /** 8.2: an expert's offer, authorised: the price is taken at once */
  | { readonly type: 'charge'; readonly authorisation: string }
  /** 8.3 */
  | { readonly type: 'unable'; readonly reason: string }
  | { readonly type: 'win'; readonly expert: Person }
  | { readonly type: 'pass'; readonly expertId: string }
  | { readonly type: 'lapse' }
  | { readonly type: 'withdraw' }
  | { readonly type: 'expire' }
  /** the provider has not answered for long */
  | { readonly type: 'resume' }
  | { readonly type: 'captured' }
  | { readonly type: 'capture_failed'; readonly reason: DeclineReason }
  /** 6.5: another card, authorised */
  | { readonly type: 'reopen'; readonly authorisation: string }
  /** 7.1: the customer wants it again after nobody could connect; it is paid already */
  | { readonly type: 'request_again' }
  /** 7.2: reminders up to this index are overtaken */
  | { readonly type: 'remind'; readonly index: number }
  | { readonly type: 'overdue' }
  | { readonly type: 'report_yes'; readonly report: Report }
  | { readonly type: 'report_no'; readonly report: Report }
  /** 8.4 */
  | { readonly type: 'refund' };

export type OfferEventType = OfferEvent['type'];

/** Every event that a state takes, and the states it may lead to. An event that is not listed changes nothing. */
export const OFFER_TRANSITIONS = {
  offered: {
    authorise: ['offered'],
    authorisation_failed: ['offered'],
    abandon: ['offered'],
    resume: ['offered'],
    request: ['reserved', 'open'],
    charge: ['capturing'],
    decline: ['declined'],
    withdraw: ['withdrawn'],
  },
  declined: {},
  withdrawn: {},
  reserved: { win: ['capturing'], pass: ['open'], lapse: ['open'], withdraw: ['withdrawn'], expire: ['expired'] },
  open: { win: ['capturing'], withdraw: ['withdrawn'], expire: ['expired'], refund: ['refunded'] },
  capturing: { resume: ['capturing'], captured: ['accepted'], capture_failed: ['payment_failed', 'offered'] },
  payment_failed: {
    authorise: ['payment_failed'],
    authorisation_failed: ['payment_failed'],
    abandon: ['payment_failed'],
    resume: ['payment_failed'],
    reopen: ['open'],
    withdraw: ['withdrawn'],
    expire: ['expired'],
  },
  accepted: {
    remind: ['accepted'],
    overdue: ['report_overdue'],
    report_yes: ['fulfilled'],
    report_no: ['unfulfilled'],
    unable: ['unable'],
    refund: ['refunded'],
  },
  fulfilled: { refund: ['refunded'] },
  unfulfilled: { request_again: ['open'], withdraw: ['refunded'], refund: ['refunded'] },
  report_overdue: { report_yes: ['fulfilled'], report_no: ['unfulfilled'], refund: ['refunded'] },
  unable: { refund: ['refunded'] },
  expired: {},
  refunded: {},
} as const satisfies Record<OfferState, Partial<Record<OfferEventType, readonly OfferState[]>>>;

export const OFFER_STATES = Object.keys(OFFER_TRANSITIONS) as OfferState[];

/** A capture that nobody has answered is asked about again after this, ms: longer than any call may take. */
export const CAPTURE_RESUME_MS = 15_000;

/** An authorisation whose caller is gone is undone after this, ms. */
export const AUTHORISATION_ABANDON_MS = 60_000;

/** Requests that experts may still be asked about. */
export const ASKING_STATES = ['reserved', 'open'] as const satisfies readonly OfferState[];

/**
 * What an offer becomes by an event, and what it then owes. Pure.
 * @throws Refusal `conflict.*` when the state, or what the record says, does not allow it; `not_found` for an expert
 *   who may not know of it (6.1)
 */
export function stepOffer(offer: Offer, event: OfferEvent, now: Date, policy: Policy): Outcome<Offer> {
  const allowed: Partial<Record<OfferEventType, readonly OfferState[]>> = OFFER_TRANSITIONS[offer.state];
  if (!allowed[event.type] || isForeign(offer, event.type)) {
    throw new Refusal(refusalOf(offer, event.type), stateOf(offer));
  }
  const { change, effects } = apply(offer, event, now, policy);
  const next: Offer = { ...offer, ...change, version: offer.version + 1 };
  return {
    next: { ...next, dueAt: deadlineOf(next, now, policy), openOn: openOn(next) },
    effects: [{ type: 'changed' }, ...effects],
  };
}

/** What happens to offers of the other origin only: an expert's offer is no request, and has no report (8.2). */
function isForeign(offer: Offer, event: OfferEventType): boolean {
  return (offer.origin === 'expert' ? ONLY_AUTOMATIC : ONLY_BY_EXPERTS).has(event);
}

const ONLY_AUTOMATIC: ReadonlySet<OfferEventType> = new Set([
  'request',
  'remind',
  'overdue',
  'report_yes',
  'report_no',
]);
const ONLY_BY_EXPERTS: ReadonlySet<OfferEventType> = new Set(['charge', 'unable']);

/** 8.1 */
function openOn({ origin, state, questionId }: Pick<Offer, 'origin' | 'state' | 'questionId'>): string | null {
  return origin === 'expert' && (state === 'offered' || state === 'capturing') ? questionId : null;
}

/** What time alone brings about. */
export type DueOfferEvent = Extract<OfferEvent, { type: 'lapse' | 'expire' | 'resume' | 'remind' | 'overdue' }>;

/** The step that is due now, judged by the record and not by the alarm; null when none is. */
export function dueOffer(offer: Offer, now: Date, policy: Policy): DueOfferEvent | null {
  if (offer.dueAt === null || offer.dueAt > now) return null;
  if (offer.state === 'capturing') return { type: 'resume' };
  if (asking(offer) && reached(offer.expiresAt, now)) return { type: 'expire' };
  if (offer.state === 'payment_failed' && reached(offer.expiresAt, now)) return { type: 'expire' };
  if (offer.payment.state === 'authorising') return { type: 'resume' };
  if (offer.state === 'reserved' && reached(offer.reservedUntil, now)) return { type: 'lapse' };
  if (offer.state !== 'accepted') return null;
  if (reached(offer.reportDueAt, now)) return { type: 'overdue' };
  const index = newestReminder(offer, now, policy);
  return index === null ? null : { type: 'remind', index };
}

function subjectOf(offer: Offer): Subject {
  return { questionId: offer.questionId, offerId: offer.id, customerId: offer.customer.id, money: offer.price };
}

/** 6.4: has somebody won it? */
export function isTaken(offer: Offer): boolean {
  return offer.acceptedBy !== null && !asking(offer) && offer.state !== 'payment_failed';
}

interface Applied {
  readonly change: Partial<Offer>;
  readonly effects: readonly Effect[];
}

function apply(offer: Offer, event: OfferEvent, now: Date, policy: Policy): Applied {
  switch (event.type) {
    case 'authorise':
      return authorise(offer, event.method);
    case 'authorisation_failed':
      return authorisationFailed(offer, event.reason);
    case 'abandon':
      return abandon(offer, event.authorisation);
    case 'request':
      return request(offer, event.authorisation, event.expertId, now, policy);
    case 'decline':
      return decline(offer, now);
    case 'charge':
      return charge(offer, event.authorisation);
    case 'unable':
      return unable(offer, event.reason);
    case 'win':
      return win(offer, event.expert, now);
    case 'pass':
      return pass(offer, event.expertId);
    case 'lapse':
      return lapse(offer, now);
    case 'withdraw':
      return withdraw(offer);
    case 'expire':
      return expire(offer, now);
    case 'resume':
      return resume(offer);
    case 'captured':
      return offer.origin === 'expert' ? charged(offer, now) : captured(offer, now, policy);
    case 'capture_failed':
      return offer.origin === 'expert'
        ? chargeFailed(offer, event.reason)
        : captureFailed(offer, event.reason, now, policy);
    case 'reopen':
      return reopen(offer, event.authorisation);
    case 'request_again':
      return requestAgain(offer, now, policy);
    case 'remind':
      return remind(offer, event.index);
    case 'overdue':
      return overdue(offer, now);
    case 'report_yes':
      return reportYes(offer, event.report);
    case 'report_no':
      return reportNo(offer, event.report);
    case 'refund':
      return refund(offer);
  }
}

/** 5.3: the attempt is on disk before the provider is asked. */
function authorise(offer: Offer, method: string): Applied {
  if (offer.payment.state === 'authorising') throw new Refusal('conflict.payment_pending', stateOf(offer));
  return { change: { payment: nextAttempt(offer.payment, method) }, effects: [] };
}

function authorisationFailed(offer: Offer, reason: DeclineReason): Applied {
  assertAuthorising(offer);
  return { change: { payment: { ...offer.payment, state: 'declined', reason } }, effects: [] };
}

function abandon(offer: Offer, authorisation: string | null): Applied {
  assertAuthorising(offer);
  const payment: Payment = { ...offer.payment, state: 'released', authorisation: null };
  return { change: { payment }, effects: authorisation === null ? [] : [voidOf(offer, authorisation)] };
}

/** 5.3, 6.1 */
function request(offer: Offer, authorisation: string, expertId: string | null, now: Date, policy: Policy): Applied {
  assertAuthorising(offer);
  const requested: Partial<Offer> = {
    payment: { ...offer.payment, state: 'authorised', authorisation },
    requestedAt: now,
    expiresAt: later(now, policy.requestTtlMs),
  };
  const entry: Effect = { type: 'entry', entry: authoriseEntry(subjectOf(offer), offer.payment.attempt) };
  if (expertId === null) {
    const opened = open(offer, null);
    return { change: { ...requested, ...opened.change }, effects: [entry, ...opened.effects] };
  }
  return {
    change: {
      ...requested,
      state: 'reserved',
      reservedFor: expertId,
      reservedUntil: later(now, policy.reservationMs),
    },
    effects: [
      entry,
      {
        type: 'mail',
        key: `reserved-${offer.id}`,
        to: expertId,
        template: 'request_reserved',
        params: { ...paramsForExpert(offer), until: later(now, policy.reservationMs).toISOString() },
        ifAway: true,
      },
    ],
  };
}

/** 5.3: the X; an expert hears that the customer does not want it (8.2). */
function decline(offer: Offer, now: Date): Applied {
  const expert = offer.proposedBy;
  return {
    change: { state: 'declined', declinedAt: now, payment: givenBack(offer.payment) },
    effects: [...giveBack(offer), ...(expert === null ? [] : [notice(offer, expert.id, 'offer.declined')])],
  };
}

/** 8.1: what an expert's new offer owes. */
export function proposedEffects(offer: Offer): Effect[] {
  return [
    { type: 'changed' },
    notice(offer, offer.customer.id, 'offer.proposed'),
    mailCustomer(offer, 'offer_proposed', `proposed-${offer.id}`),
  ];
}

/** 8.2: the price is held; taking it is the next step, and on disk before the provider is asked. */
function charge(offer: Offer, authorisation: string): Applied {
  assertAuthorising(offer);
  return {
    change: {
      state: 'capturing',
      payment: { ...offer.payment, state: 'authorised', authorisation },
      acceptedBy: offer.proposedBy,
    },
    effects: [{ type: 'entry', entry: authoriseEntry(subjectOf(offer), offer.payment.attempt) }],
  };
}

/** 8.2: charged, and in the same decision both shares and the five stars. There is nothing to report. */
function charged(offer: Offer, now: Date): Applied {
  const { acceptedBy, customer, payout } = offer;
  if (acceptedBy === null) throw new Refusal('conflict.stale', stateOf(offer));
  return {
    change: { state: 'accepted', payment: { ...offer.payment, state: 'captured', reason: null }, acceptedAt: now },
    effects: [
      { type: 'entry', entry: captureEntry(subjectOf(offer)) },
      { type: 'entry', entry: payoutEntry(subjectOf(offer), acceptedBy.id, payout) },
      { type: 'automatic_rating' },
      notice(offer, customer.id, 'offer.charged'),
      notice(offer, acceptedBy.id, 'offer.accepted'),
      {
        type: 'mail',
        key: `offer-accepted-${offer.id}`,
        to: acceptedBy.id,
        template: 'offer_accepted',
        params: paramsForExpert(offer),
        ifAway: true,
      },
    ],
  };
}

/** 8.2: it stays open, so that the customer can accept it with another card. */
function chargeFailed(offer: Offer, reason: DeclineReason): Applied {
  return {
    change: {
      state: 'offered',
      payment: { ...offer.payment, state: 'capture_failed', reason },
      acceptedBy: null,
    },
    effects: [
      ...letGo(offer),
      notice(offer, offer.customer.id, 'offer.payment_failed'),
      mailCustomer(offer, 'offer_payment_failed', `payment-failed-${offer.id}-${offer.payment.attempt}`),
    ],
  };
}

/** 8.3: the customer is told, and customer care gets a case. What was paid stays as it is until the case decides. */
function unable(offer: Offer, reason: string): Applied {
  const params = { ...paramsForCustomer(offer), reason };
  return {
    change: { state: 'unable', unableReason: reason },
    effects: [
      { type: 'notice', to: offer.customer.id, code: 'offer.unable', params },
      {
        type: 'mail',
        key: `unable-${offer.id}`,
        to: offer.customer.id,
        template: 'offer_unable',
        params,
        ifAway: false,
      },
      {
        type: 'mail_admins',
        key: `unable-${offer.id}`,
        template: 'care_unable_to_complete',
        params: { ...paramsForExpert(offer), reason },
      },
      {
        type: 'case',
        opened: {
          key: `unable-${offer.id}`,
          kind: 'unable_to_complete',
          questionId: offer.questionId,
          offerId: offer.id,
          seq: null,
          openedBy: offer.acceptedBy === null ? SYSTEM : { ...offer.acceptedBy, role: 'expert' },
          reason,
        },
      },
    ],
  };
}

/** 6.4: the race is decided here; what follows is only the money. */
function win(offer: Offer, expert: Person, now: Date): Applied {
  if (offer.state === 'reserved' && offer.reservedFor !== expert.id) throw new Refusal('not_found');
  if (reached(offer.expiresAt, now)) throw new Refusal('conflict.expired', stateOf(offer));
  return { change: { state: 'capturing', acceptedBy: expert }, effects: [] };
}

/** 6.2: No Thanks. The customer is told on the expert's behalf, and the request opens at once. */
function pass(offer: Offer, expertId: string): Applied {
  if (offer.reservedFor !== expertId) throw new Refusal('not_found');
  const opened = open(offer, 'request.passed');
  return {
    change: { ...opened.change, passedBy: expertId },
    effects: [mailCustomer(offer, 'request_passed', `passed-${offer.id}`), ...opened.effects],
  };
}

/** 6.2: no reply in time. */
function lapse(offer: Offer, now: Date): Applied {
  if (!reached(offer.reservedUntil, now)) throw new Refusal('conflict.stale', stateOf(offer));
  return open(offer, 'request.opened');
}

/** 6.3. `told`: what the customer hears. */
function open(offer: Offer, told: NoticeCode | null): Applied {
  const generation = offer.generation + 1;
  return {
    change: { state: 'open', generation, acceptedBy: null },
    effects: [{ type: 'opened', generation, told }],
  };
}

/** 6.3: every eligible expert who wants it is told; whoever has said No Thanks is not asked again. */
export function openedEffects(offer: Offer, { generation, told }: Extract<Effect, { type: 'opened' }>): Effect[] {
  const mail: Effect = {
    type: 'mail_experts',
    key: `open-${offer.id}-${generation}`,
    categoryId: offer.categoryId,
    except: offer.passedBy,
    template: 'request_open',
    params: paramsForExpert(offer),
  };
  return told === null ? [mail] : [notice(offer, offer.customer.id, told), mail];
}

/** 6.8; and 7.1: who could not be reached takes the money back instead. */
function withdraw(offer: Offer): Applied {
  const state = offer.state === 'unfulfilled' ? 'refunded' : 'withdrawn';
  return { change: { state, payment: givenBack(offer.payment) }, effects: giveBack(offer) };
}

/** 6.6 */
function expire(offer: Offer, now: Date): Applied {
  if (!reached(offer.expiresAt, now)) throw new Refusal('conflict.stale', stateOf(offer));
  return {
    change: { state: 'expired', payment: givenBack(offer.payment) },
    effects: [
      ...giveBack(offer),
      notice(offer, offer.customer.id, 'request.expired'),
      mailCustomer(offer, 'request_expired', `expired-${offer.id}`),
    ],
  };
}

/** I3: whoever takes this step asks with the same key; the next to ask waits for its turn. */
function resume(offer: Offer): Applied {
  if (offer.state !== 'capturing') assertAuthorising(offer);
  return { change: {}, effects: [{ type: 'ask_provider' }] };
}

function captured(offer: Offer, now: Date, policy: Policy): Applied {
  return {
    change: {
      state: 'accepted',
      payment: { ...offer.payment, state: 'captured' },
      acceptedAt: now,
      reportDueAt: later(now, policy.reportWindowMs),
      reminders: 0,
      report: null,
    },
    effects: [
      { type: 'entry', entry: captureEntry(subjectOf(offer)) },
      notice(offer, offer.customer.id, 'request.accepted'),
      mailCustomer(offer, 'request_accepted', `accepted-${offer.id}-${offer.generation}`),
    ],
  };
}

/** 6.5: out of the Request Center; the customer can update the card, the expert is told why. */
function captureFailed(offer: Offer, reason: DeclineReason, now: Date, policy: Policy): Applied {
  const expert = offer.acceptedBy;
  return {
    change: {
      state: 'payment_failed',
      payment: { ...offer.payment, state: 'capture_failed', reason },
      expiresAt: later(now, policy.paymentUpdateTtlMs),
      acceptedBy: null,
    },
    effects: [
      ...letGo(offer),
      notice(offer, offer.customer.id, 'request.payment_failed'),
      mailCustomer(offer, 'request_payment_failed', `payment-failed-${offer.id}-${offer.payment.attempt}`),
      ...(expert === null ? [] : [notice(offer, expert.id, 'request.capture_failed')]),
    ],
  };
}

/** The hold of a capture that failed. */
function letGo(offer: Offer): Effect[] {
  const { authorisation, attempt } = offer.payment;
  return [
    ...(authorisation === null ? [] : [voidOf(offer, authorisation)]),
    { type: 'entry', entry: releaseEntry(subjectOf(offer), attempt) },
  ];
}

/** 6.5: back, and open for all; 6.6 counts from the request and not from the failure again. */
function reopen(offer: Offer, authorisation: string): Applied {
  assertAuthorising(offer);
  const opened = open(offer, null);
  return {
    change: { ...opened.change, payment: { ...offer.payment, state: 'authorised', authorisation } },
    effects: [{ type: 'entry', entry: authoriseEntry(subjectOf(offer), offer.payment.attempt) }, ...opened.effects],
  };
}

function requestAgain(offer: Offer, now: Date, policy: Policy): Applied {
  const opened = open(offer, null);
  return {
    change: { ...opened.change, requestedAt: now, expiresAt: later(now, policy.requestTtlMs), ...notAccepted },
    effects: opened.effects,
  };
}

const notAccepted = { acceptedAt: null, reportDueAt: null, reminders: 0 } as const satisfies Partial<Offer>;

/** 7.2 */
function remind(offer: Offer, index: number): Applied {
  const { acceptedBy, reportDueAt } = offer;
  if (acceptedBy === null || reportDueAt === null || index < offer.reminders) {
    throw new Refusal('conflict.stale', stateOf(offer));
  }
  return {
    change: { reminders: index + 1 },
    effects: [
      {
        type: 'mail',
        key: `report-reminder-${offer.id}-${offer.generation}-${index}`,
        to: acceptedBy.id,
        template: 'report_reminder',
        params: { ...paramsForExpert(offer), until: reportDueAt.toISOString() },
        ifAway: false,
      },
    ],
  };
}

/** 7.2 */
function overdue(offer: Offer, now: Date): Applied {
  if (offer.acceptedBy === null || !reached(offer.reportDueAt, now)) {
    throw new Refusal('conflict.stale', stateOf(offer));
  }
  return {
    change: { state: 'report_overdue' },
    effects: [
      notice(offer, offer.acceptedBy.id, 'request.report_overdue'),
      {
        type: 'mail_admins',
        key: `report-overdue-${offer.id}-${offer.generation}`,
        template: 'report_overdue',
        params: paramsForExpert(offer),
      },
    ],
  };
}

/** 7.1, 7.4: the premium share, and five stars for the written conversation. */
function reportYes(offer: Offer, report: Report): Applied {
  if (offer.acceptedBy === null) throw new Refusal('conflict.stale', stateOf(offer));
  return {
    change: { state: 'fulfilled', report },
    effects: [
      { type: 'entry', entry: payoutEntry(subjectOf(offer), offer.acceptedBy.id, offer.payout) },
      { type: 'automatic_rating' },
      notice(offer, offer.customer.id, 'request.fulfilled'),
    ],
  };
}

/** 7.1: nothing is paid; care calls the customer, who may have it again or take the money back. */
function reportNo(offer: Offer, report: Report): Applied {
  if (report.attempts.length < ATTEMPTS_FOR_NO) {
    throw new Refusal('policy.attempts_missing', { needed: ATTEMPTS_FOR_NO, logged: report.attempts.length });
  }
  return {
    change: { state: 'unfulfilled', report },
    effects: [
      {
        type: 'mail_admins',
        key: `not-connected-${offer.id}-${offer.generation}`,
        template: 'care_not_connected',
        params: paramsForExpert(offer),
      },
      {
        type: 'case',
        opened: {
          key: `not-connected-${offer.id}-${offer.generation}`,
          kind: 'not_connected',
          questionId: offer.questionId,
          offerId: offer.id,
          seq: null,
          openedBy: SYSTEM,
          reason: report.reason,
        },
      },
      notice(offer, offer.customer.id, 'request.unfulfilled'),
      mailCustomer(offer, 'request_unfulfilled', `unfulfilled-${offer.id}-${offer.generation}`),
    ],
  };
}

/** 8.4: the whole price goes back. The expert is told: what they earned is reversed, or nothing will be paid. */
function refund(offer: Offer): Applied {
  const { payment, acceptedBy, customer, price, payout } = offer;
  if (payment.state !== 'captured') throw new Refusal('conflict.not_captured', stateOf(offer));
  const effects: Effect[] = [
    ...giveBack(offer),
    ...told(offer, customer.id, 'refund.granted', 'refund_granted', price),
  ];
  if (acceptedBy !== null && isPaidOut(offer)) {
    effects.push({ type: 'entry', entry: reversalEntry(subjectOf(offer), acceptedBy.id, payout) });
    effects.push(...told(offer, acceptedBy.id, 'earnings.reversed', 'earnings_reversed', payout));
  } else if (acceptedBy !== null) {
    effects.push(...told(offer, acceptedBy.id, 'request.refunded', 'request_refunded', payout));
  }
  return { change: { state: 'refunded', payment: givenBack(payment) }, effects };
}

/** 7.1, 8.2: has the expert's share been paid? */
export const isPaidOut = ({ origin, state }: Pick<Offer, 'origin' | 'state'>) =>
  state === 'fulfilled' || (origin === 'expert' && (state === 'accepted' || state === 'unable'));

/** A notice for who is there, and an e-mail to keep. */
function told(offer: Offer, to: string, code: NoticeCode, template: MailTemplate, money: Money): Effect[] {
  const params = paramsWith(offer, money);
  return [
    { type: 'notice', to, code, params },
    { type: 'mail', key: `${template}-${offer.id}`, to, template, params, ifAway: false },
  ];
}

/** What is held is let go, what was taken is given back, what is under way is looked for. */
function giveBack(offer: Offer): Effect[] {
  const { state, authorisation, attempt } = offer.payment;
  if (state === 'authorising') return [{ type: 'ask_provider' }];
  if (authorisation === null) return [];
  if (state === 'authorised') {
    return [voidOf(offer, authorisation), { type: 'entry', entry: releaseEntry(subjectOf(offer), attempt) }];
  }
  if (state === 'captured') {
    return [
      { type: 'refund', authorisation, key: refundKey(offer.id) },
      { type: 'entry', entry: refundEntry(subjectOf(offer)) },
    ];
  }
  return [];
}

function givenBack(payment: Payment): Payment {
  if (payment.state === 'captured') return { ...payment, state: 'refunded' };
  const held = payment.state === 'authorised' || payment.state === 'authorising';
  return held ? { ...payment, state: 'released' } : payment;
}

function voidOf(offer: Offer, authorisation: string): Effect {
  return { type: 'void', authorisation, key: `void-${authoriseKey(offer.id, offer.payment)}` };
}

function deadlineOf(offer: Offer, now: Date, policy: Policy): Date | null {
  switch (offer.state) {
    case 'offered':
      return offer.payment.state === 'authorising' ? later(now, AUTHORISATION_ABANDON_MS) : null;
    case 'reserved':
      return earliest(offer.reservedUntil, offer.expiresAt);
    case 'open':
      return offer.expiresAt;
    case 'payment_failed':
      return earliest(
        offer.expiresAt,
        offer.payment.state === 'authorising' ? later(now, AUTHORISATION_ABANDON_MS) : null,
      );
    case 'capturing':
      return later(now, CAPTURE_RESUME_MS);
    case 'accepted':
      if (offer.origin === 'expert') return null;
      return earliest(reminderAt(offer, offer.reminders, policy), offer.reportDueAt);
    default:
      return null;
  }
}

function reminderAt(offer: Offer, index: number, policy: Policy): Date | null {
  const after = policy.reportRemindersMs[index];
  return after === undefined || offer.acceptedAt === null ? null : later(offer.acceptedAt, after);
}

/** After an outage only the newest due reminder goes out. */
function newestReminder(offer: Offer, now: Date, policy: Policy): number | null {
  let newest: number | null = null;
  for (let index = offer.reminders; reached(reminderAt(offer, index, policy), now); index += 1) newest = index;
  return newest;
}

const later = (from: Date, ms: number) => new Date(from.getTime() + ms);
const reached = (at: Date | null, now: Date) => at !== null && at <= now;

function earliest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}

function asking(offer: Offer): boolean {
  return offer.state === 'reserved' || offer.state === 'open';
}

function assertAuthorising(offer: Offer): void {
  if (offer.payment.state !== 'authorising') throw new Refusal('conflict.stale', stateOf(offer));
}

const notice = (offer: Offer, to: string, code: NoticeCode): Effect => ({
  type: 'notice',
  to,
  code,
  params: to === offer.customer.id ? paramsForCustomer(offer) : paramsForExpert(offer),
});

const mailCustomer = (offer: Offer, template: Extract<Effect, { type: 'mail' }>['template'], key: string): Effect => ({
  type: 'mail',
  key,
  to: offer.customer.id,
  template,
  params: paramsForCustomer(offer),
  ifAway: true,
});

/** What texts to experts and admins about an offer may name: their own part, never the customer's card (minor units). */
const paramsForExpert = (offer: Offer) => paramsWith(offer, offer.payout);

/** What texts to the customer may name: the price, never the payout (minor units). */
const paramsForCustomer = (offer: Offer) => paramsWith(offer, offer.price);

const paramsWith = (offer: Offer, money: Money) => ({
  offerId: offer.id,
  questionId: offer.questionId,
  subject: offer.subject,
  service: offer.service.key,
  ...(offer.service.key === OWN_SERVICE && { title: offer.service.title[offer.locale] }),
  amount: money.amount,
  currency: money.currency,
});

const stateOf = (offer: Offer) => ({ state: offer.state });

function refusalOf({ state, origin }: Offer, event: OfferEventType): Code {
  if (event === 'win') return refusedWin(state);
  if (event === 'refund') return 'conflict.not_captured';
  if (state === 'expired') return 'conflict.expired';
  if (event === 'pass') return 'conflict.not_reserved';
  if (event === 'report_yes' || event === 'report_no' || event === 'unable') return 'conflict.not_accepted';
  if (event === 'authorise' && state === 'capturing') return 'conflict.payment_pending';
  if (event === 'withdraw' && origin === 'expert') return 'conflict.not_offered';
  if (event === 'withdraw' && TAKEN.has(state)) return 'conflict.already_accepted';
  if (event === 'authorise' || event === 'request' || event === 'charge' || event === 'decline') {
    return 'conflict.not_offered';
  }
  return 'conflict.stale';
}

const TAKEN: ReadonlySet<OfferState> = new Set([
  'capturing',
  'accepted',
  'fulfilled',
  'unfulfilled',
  'report_overdue',
  'unable',
]);

/** 6.4: what a loser hears. */
function refusedWin(state: OfferState): Code {
  if (TAKEN.has(state) || state === 'refunded') return 'conflict.already_accepted';
  return state === 'expired' ? 'conflict.expired' : 'conflict.not_open';
}
