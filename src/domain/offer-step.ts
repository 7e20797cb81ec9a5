// Rules 5 to 8: what an event makes of an offer, and what time alone brings about. No I/O, no clock, no settings of its
// own. What only requests know stands in request.ts, what only offers of experts know in expert-offer.ts.

import type { Applied, OfferEffect, Outcome } from './effects.ts';
import { Refusal } from './errors.ts';
import type { Code } from './errors.ts';
import * as expertOffers from './expert-offer.ts';
import { earliest, later, reached } from './instant.ts';
import type { Author } from './message.ts';
import { OFFER_TRANSITIONS, asking, billOfOffer, openOn, stateOf } from './offer.ts';
import type { Offer, OfferEvent, OfferEventType, OfferState } from './offer.ts';
import { expiredEffects, givenUp, notice, paramsForExpert, paramsWith } from './offer-effects.ts';
import { offerHistory } from './offer-history.ts';
import { hasEnded } from './offer-refund.ts';
import { isOfPayment, isUnderWay } from './payment.ts';
import type { Bill, PaymentEvent } from './payment.ts';
import { giveUp, paymentDueAt, stepPayment } from './payment-step.ts';
import type { Policy } from './policy.ts';
import { priceOutcomeOf } from './price-outcome.ts';
import * as requests from './request.ts';
import { isRefundable } from './returns.ts';
import { told, toldOf } from './returns-told.ts';

/**
 * What an offer becomes by an event, and what it then owes. Pure.
 * @throws Refusal `conflict.*` when the state, or what the record says, does not allow it; `not_found` for an expert
 *   who may not know of it (6.1)
 */
export function stepOffer(offer: Offer, event: OfferEvent, now: Date, policy: Policy): Outcome<Offer, OfferEffect> {
  if (!isAllowed(offer, event) || isForeign(offer, event.type)) {
    throw new Refusal(refusalOf(offer, event.type), stateOf(offer));
  }
  const { change, effects } = apply(offer, event, now, policy);
  const next: Offer = { ...offer, ...change, version: offer.version + 1 };
  return {
    next: {
      ...next,
      history: offerHistory(offer, event, now),
      dueAt: deadlineOf(next, now, policy),
      openOn: openOn(next),
      priceOutcome: priceOutcomeOf(next),
    },
    effects: [{ type: 'changed' }, ...effects],
  };
}

/** By the table; of what happens to its payment, the offer itself decides about another card only. */
function isAllowed({ state }: Offer, event: OfferEvent): boolean {
  return event.type in OFFER_TRANSITIONS[state] || (isOfPayment(event) && event.type !== 'authorise');
}

/** What happens to offers of the other origin only: an expert's offer is no request, and has no report (8.2). */
function isForeign(offer: Offer, event: OfferEventType): boolean {
  return (offer.origin === 'expert' ? ONLY_AUTOMATIC : ONLY_BY_EXPERTS).has(event);
}

const ONLY_AUTOMATIC: ReadonlySet<OfferEventType> = new Set([
  'request',
  'remind',
  'overdue',
  'attempt',
  'report_yes',
  'report_no',
]);
const ONLY_BY_EXPERTS: ReadonlySet<OfferEventType> = new Set(['charge', 'unable']);

/** What time alone brings about. */
export type DueOfferEvent = Extract<OfferEvent, { type: 'lapse' | 'expire' | 'resume' | 'remind' | 'overdue' }>;

/** The step that is due now, judged by the record and not by the alarm; null when none is. */
export function dueOffer(offer: Offer, now: Date, policy: Policy): DueOfferEvent | null {
  if (offer.dueAt === null || offer.dueAt > now) return null;
  const expires = asking(offer) || offer.state === 'payment_failed';
  if (expires && reached(offer.expiresAt, now)) return { type: 'expire' };
  if (isUnderWay(offer.payment)) return { type: 'resume' };
  if (offer.state === 'reserved' && reached(offer.reservedUntil, now)) return { type: 'lapse' };
  if (offer.state !== 'accepted') return null;
  if (reached(offer.reportDueAt, now)) return { type: 'overdue' };
  const index = newestReminder(offer, now, policy);
  return index === null ? null : { type: 'remind', index };
}

/**
 * From when on time goes first, whatever else happens to the offer; null: never. What it decides about is money, so the
 * write of any other event happens before this instant by the clock of the database, or not at all.
 */
export function offerOvertakenAt(offer: Offer): Date | null {
  switch (offer.state) {
    case 'reserved':
      return earliest(offer.reservedUntil, offer.expiresAt);
    case 'open':
    case 'payment_failed':
      return offer.expiresAt;
    case 'accepted':
      return offer.origin === 'expert' ? null : offer.reportDueAt;
    default:
      return null;
  }
}

function apply(offer: Offer, event: OfferEvent, now: Date, policy: Policy): Applied<Offer, OfferEffect> {
  if (isOfPayment(event)) return applyToPayment(offer, event, now, policy);
  switch (event.type) {
    case 'request':
      return requests.request(offer, event.authorisation, event.expertId, now, policy);
    case 'decline':
      return decline(offer);
    case 'charge':
      return expertOffers.charge(offer, event.authorisation);
    case 'unable':
      return expertOffers.unable(offer, event.reason);
    case 'win':
      return requests.win(offer, event.expert, now, policy);
    case 'pass':
      return requests.pass(offer, event.expertId);
    case 'lapse':
      return requests.lapse(offer, now);
    case 'withdraw':
      return withdraw(offer);
    case 'expire':
      return expire(offer, now);
    case 'reopen':
      return requests.reopen(offer, event.authorisation);
    case 'request_again':
      return requests.requestAgain(offer, now, policy);
    case 'remind':
      return requests.remind(offer, event.index);
    case 'overdue':
      return requests.overdue(offer, now);
    case 'attempt':
      return requests.attempt(offer, event.attempt);
    case 'report_yes':
      assertInTime(offer, event.author);
      return requests.reportYes(offer, event.report);
    case 'report_no':
      assertInTime(offer, event.author);
      return requests.reportNo(offer, event.report);
  }
}

/** 6.5, 8.2, 8.4: the money behind the price moves, and the offer answers. */
function applyToPayment(offer: Offer, event: PaymentEvent, now: Date, policy: Policy): Applied<Offer, OfferEffect> {
  const bill = billOfOffer(offer);
  const moved = stepPayment(bill, event);
  const paid: Offer = { ...offer, payment: moved.payment };
  const { change, effects } = answerPayment(paid, bill, event, now, policy);
  const both = toldOf(bill, event.type, moved, (sum) => paramsWith(offer, sum));
  return { change: { payment: moved.payment, ...change }, effects: [...moved.effects, ...both, ...effects] };
}

/** What an offer does about its payment, as it is now; `bill`: as it was before. */
function answerPayment(
  offer: Offer,
  bill: Bill,
  { type }: PaymentEvent,
  now: Date,
  policy: Policy,
): Applied<Offer, OfferEffect> {
  const isExperts = offer.origin === 'expert';
  switch (type) {
    case 'captured':
      return isExperts ? expertOffers.charged(offer, now) : requests.accept(offer, now, policy);
    case 'capture_failed':
      return isExperts ? expertOffers.chargeFailed(offer) : requests.captureFailed(offer, now, policy);
    case 'refund':
      return { change: { state: settledAs(offer, 'refunding') }, effects: givenUp(offer) };
    case 'refunded':
      return { change: { state: settledAs(offer, 'refunded') }, effects: nothingEarned(offer, bill) };
    case 'refund_failed':
      return { change: { state: settledAs(offer, 'refund_failed') }, effects: [] };
    case 'disputed':
      return { change: isOwedBack(offer, bill) ? { payment: giveUp(billOfOffer(offer)).payment } : {}, effects: [] };
    default:
      return { change: {}, effects: [] };
  }
}

/** 8.4: who was to earn it is told that nothing will be paid. */
function nothingEarned(offer: Offer, bill: Bill): OfferEffect[] {
  if (offer.acceptedBy === null || bill.paid !== null) return [];
  const text = { code: 'request.refunded', template: 'request_refunded' } as const;
  return told(bill, offer.acceptedBy.id, text, paramsForExpert(offer));
}

/** It came to an end while its customer's bank had the money, which could not be given back then and is here now. */
function isOwedBack({ state, payment }: Offer, before: Bill): boolean {
  // NOTE: whether a refund that has failed is tried again a person decides, in its case
  return hasEnded(state) && payment.state === 'captured' && isRefundable(payment) && !isRefundable(before.payment);
}

/** What had come to an end before the money was given back ended as it did. */
function settledAs({ state }: Offer, as: OfferState): OfferState {
  return hasEnded(state) ? state : as;
}

/** 7.2: once it is overdue, only expert support settles it. */
function assertInTime(offer: Offer, author: Author | undefined): void {
  if (offer.state === 'report_overdue' && author?.role === 'expert') {
    throw new Refusal('conflict.report_overdue', stateOf(offer));
  }
}

/** 5.3: the X; an expert hears that the customer does not want it (8.2). */
function decline(offer: Offer): Applied<Offer, OfferEffect> {
  const expert = offer.proposedBy;
  const { payment, effects } = giveUp(billOfOffer(offer));
  return {
    change: { state: 'declined', payment },
    effects: [...effects, ...(expert === null ? [] : [notice(offer, expert.id, 'offer.declined')])],
  };
}

/** 6.8; and 7.1: who could not be reached takes the money back instead. */
function withdraw(offer: Offer): Applied<Offer, OfferEffect> {
  const bill = billOfOffer(offer);
  const isUnfulfilled = offer.state === 'unfulfilled';
  const { payment, effects } = isUnfulfilled ? stepPayment(bill, { type: 'refund' }) : giveUp(bill);
  const state = isUnfulfilled ? 'refunding' : 'withdrawn';
  return { change: { state, payment }, effects: [...effects, ...givenUp(offer)] };
}

/** 6.6 */
function expire(offer: Offer, now: Date): Applied<Offer, OfferEffect> {
  if (!reached(offer.expiresAt, now)) throw new Refusal('conflict.stale', stateOf(offer));
  const { payment, effects } = giveUp(billOfOffer(offer));
  const expired = { state: 'expired', payment } as const;
  return { change: expired, effects: [...effects, ...givenUp(offer), ...expiredEffects({ ...offer, ...expired })] };
}

function deadlineOf(offer: Offer, now: Date, policy: Policy): Date | null {
  return earliest(paymentDueAt(billOfOffer(offer), now), ownDeadlineOf(offer, policy));
}

function ownDeadlineOf(offer: Offer, policy: Policy): Date | null {
  switch (offer.state) {
    case 'reserved':
      return earliest(offer.reservedUntil, offer.expiresAt);
    case 'open':
    case 'payment_failed':
      return offer.expiresAt;
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

function refusalOf({ state, origin }: Offer, event: OfferEventType): Code {
  if (event === 'win') return refusedWin(state);
  if (state === 'expired') return 'conflict.expired';
  if (event === 'pass') return 'conflict.not_reserved';
  if (event === 'attempt' && state === 'report_overdue') return 'conflict.report_overdue';
  if (event === 'attempt' || event === 'report_yes' || event === 'report_no' || event === 'unable')
    return 'conflict.not_accepted';
  if (event === 'authorise' && state === 'capturing') return 'conflict.payment_pending';
  if (event === 'withdraw' && origin === 'expert') return 'conflict.not_offered';
  if (event === 'withdraw') return TAKEN.has(state) ? 'conflict.already_accepted' : 'conflict.not_open';
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
  'refunding',
  'refund_failed',
]);

/** 6.4: what a loser hears. */
function refusedWin(state: OfferState): Code {
  if (TAKEN.has(state) || state === 'refunded') return 'conflict.already_accepted';
  return state === 'expired' ? 'conflict.expired' : 'conflict.not_open';
}
