// Rules 5 to 8: what an event makes of an offer, and what time alone brings about. No I/O, no clock, no settings of its
// own. What only requests know stands in request.ts, what only offers of experts know in expert-offer.ts.

import type { Effect, Outcome } from './effects.ts';
import { Refusal } from './errors.ts';
import type { Code } from './errors.ts';
import * as expertOffers from './expert-offer.ts';
import { earliest, later, reached } from './instant.ts';
import type { Author } from './message.ts';
import {
  AUTHORISATION_ABANDON_MS,
  OFFER_TRANSITIONS,
  asking,
  assertAuthorising,
  earnerOf,
  openOn,
  stateOf,
} from './offer.ts';
import type { Offer, OfferEvent, OfferEventType, OfferState } from './offer.ts';
import { giveBack, givenBack, givenUp, mailCustomer, notice, subjectOf, told, voidOf } from './offer-effects.ts';
import type { Applied } from './offer-effects.ts';
import { offerHistory } from './offer-history.ts';
import { PAYMENT_RESUME_MS, nextAttempt } from './payment.ts';
import type { DeclineReason, Dispute, Payment, RefundFailure } from './payment.ts';
import type { Policy } from './policy.ts';
import * as requests from './request.ts';
import * as returns from './returns.ts';
import { REFUND_PENDING_MS, earningsTexts, isRefundUnderWay, startRefund } from './returns.ts';
import type { Returning, Taken } from './returns.ts';

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
    next: {
      ...next,
      history: offerHistory(offer, event, now),
      dueAt: deadlineOf(next, now, policy),
      openOn: openOn(next),
    },
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

/** What time alone brings about. */
export type DueOfferEvent = Extract<OfferEvent, { type: 'lapse' | 'expire' | 'resume' | 'remind' | 'overdue' }>;

/** The step that is due now, judged by the record and not by the alarm; null when none is. */
export function dueOffer(offer: Offer, now: Date, policy: Policy): DueOfferEvent | null {
  if (offer.dueAt === null || offer.dueAt > now) return null;
  if (offer.state === 'capturing' || isRefundUnderWay(offer.payment)) return { type: 'resume' };
  if (asking(offer) && reached(offer.expiresAt, now)) return { type: 'expire' };
  if (offer.state === 'payment_failed' && reached(offer.expiresAt, now)) return { type: 'expire' };
  if (offer.payment.state === 'authorising') return { type: 'resume' };
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

function apply(offer: Offer, event: OfferEvent, now: Date, policy: Policy): Applied {
  switch (event.type) {
    case 'authorise':
      return authorise(offer, event.method);
    case 'authorisation_failed':
      return authorisationFailed(offer, event.reason);
    case 'abandon':
      return abandon(offer, event.authorisation);
    case 'request':
      return requests.request(offer, event.authorisation, event.expertId, now, policy);
    case 'decline':
      return decline(offer);
    case 'charge':
      return expertOffers.charge(offer, event.authorisation);
    case 'unable':
      return expertOffers.unable(offer, event.reason);
    case 'win':
      return requests.win(offer, event.expert, now);
    case 'pass':
      return requests.pass(offer, event.expertId);
    case 'lapse':
      return requests.lapse(offer, now);
    case 'withdraw':
      return withdraw(offer);
    case 'expire':
      return expire(offer, now);
    case 'resume':
      return resume(offer);
    case 'captured':
      return offer.origin === 'expert' ? expertOffers.charged(offer, now) : requests.captured(offer, now, policy);
    case 'capture_failed':
      return offer.origin === 'expert'
        ? expertOffers.chargeFailed(offer, event.reason)
        : requests.captureFailed(offer, event.reason, now, policy);
    case 'reopen':
      return requests.reopen(offer, event.authorisation);
    case 'request_again':
      return requests.requestAgain(offer, now, policy);
    case 'remind':
      return requests.remind(offer, event.index);
    case 'overdue':
      return requests.overdue(offer, now);
    case 'report_yes':
      assertInTime(offer, event.author);
      return requests.reportYes(offer, event.report);
    case 'report_no':
      assertInTime(offer, event.author);
      return requests.reportNo(offer, event.report);
    case 'refund':
      return refund(offer);
    case 'refunded':
      return refunded(offer);
    case 'refund_pending':
      return refundPending(offer);
    case 'refund_failed':
      return refundFailed(offer, event.reason);
    case 'disputed':
      return disputed(offer, event.dispute);
  }
}

/** 7.2: once it is overdue, only expert support settles it. */
function assertInTime(offer: Offer, author: Author | undefined): void {
  if (offer.state === 'report_overdue' && author?.role === 'expert') {
    throw new Refusal('conflict.report_overdue', stateOf(offer));
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

/** 5.3: the X; an expert hears that the customer does not want it (8.2). */
function decline(offer: Offer): Applied {
  const expert = offer.proposedBy;
  return {
    change: { state: 'declined', payment: givenBack(offer) },
    effects: [...giveBack(offer), ...(expert === null ? [] : [notice(offer, expert.id, 'offer.declined')])],
  };
}

/** 6.8; and 7.1: who could not be reached takes the money back instead. */
function withdraw(offer: Offer): Applied {
  const payment = givenBack(offer);
  // taken back by the customer's bank already: there is nothing to refund
  if (offer.state === 'unfulfilled' && payment === offer.payment) startRefund(payment, stateOf(offer));
  const state = offer.state === 'unfulfilled' ? 'refunding' : 'withdrawn';
  return { change: { state, payment }, effects: [...giveBack(offer), ...givenUp(offer)] };
}

/** 6.6 */
function expire(offer: Offer, now: Date): Applied {
  if (!reached(offer.expiresAt, now)) throw new Refusal('conflict.stale', stateOf(offer));
  return {
    change: { state: 'expired', payment: givenBack(offer) },
    effects: [
      ...giveBack(offer),
      ...givenUp(offer),
      notice(offer, offer.customer.id, 'request.expired'),
      mailCustomer(offer, 'request_expired', `expired-${offer.id}`),
    ],
  };
}

/** I3: whoever takes this step asks with the same key; the next to ask waits for its turn. */
function resume(offer: Offer): Applied {
  if (offer.state !== 'capturing' && !isRefundUnderWay(offer.payment)) assertAuthorising(offer);
  return { change: {}, effects: [{ type: 'ask_provider' }] };
}

/** 8.4: the whole price shall go back. Nobody is told before it has. */
function refund(offer: Offer): Applied {
  const payment = startRefund(offer.payment, stateOf(offer));
  return { change: { state: settledAs(offer, 'refunding'), payment }, effects: givenUp(offer) };
}

/** 8.4: it has gone back. The expert is told: what they earned is reversed, or nothing will be paid. */
function refunded(offer: Offer): Applied {
  const { acceptedBy, customer, price, payout } = offer;
  const { payment, effects, earnings } = returns.refunded(takenOf(offer));
  const expert =
    acceptedBy !== null && earnings === 'untouched' && earnerOf(offer) === null
      ? told(offer, acceptedBy.id, 'request.refunded', 'request_refunded', payout)
      : earningsTold(offer, earnings, 'refund');
  return {
    change: { state: settledAs(offer, 'refunded'), payment },
    effects: [...effects, ...told(offer, customer.id, 'refund.granted', 'refund_granted', price), ...expert],
  };
}

function refundPending(offer: Offer): Applied {
  if (offer.payment.state !== 'refunding') throw new Refusal('conflict.stale', stateOf(offer));
  return { change: { payment: { ...offer.payment, state: 'refund_pending' } }, effects: [] };
}

function refundFailed(offer: Offer, reason: RefundFailure): Applied {
  const { payment, effects, earnings } = returns.refundFailed(takenOf(offer), reason);
  const customer = told(offer, offer.customer.id, 'refund.failed', 'refund_failed', offer.price);
  return {
    change: { state: settledAs(offer, 'refund_failed'), payment },
    effects: [...effects, ...customer, ...earningsTold(offer, earnings, 'refund')],
  };
}

function disputed(offer: Offer, dispute: Dispute): Applied {
  const { payment, effects, earnings } = returns.disputed(takenOf(offer), dispute);
  return { change: { payment }, effects: [...effects, ...earningsTold(offer, earnings, 'dispute')] };
}

function earningsTold(offer: Offer, earnings: Returning['earnings'], why: 'refund' | 'dispute'): Effect[] {
  const expert = earnerOf(offer);
  const [code, template] = earningsTexts(earnings, why);
  return expert === null || code === null ? [] : told(offer, expert.id, code, template, offer.payout);
}

/** What had come to an end before the money was given back ended as it did. */
function settledAs({ state }: Offer, as: OfferState): OfferState {
  return state === 'withdrawn' || state === 'expired' ? state : as;
}

const takenOf = (offer: Offer): Taken => {
  const expert = earnerOf(offer);
  return {
    state: offer.state,
    subject: subjectOf(offer),
    payment: offer.payment,
    paid: expert === null ? null : { to: expert.id, share: offer.payout },
  };
};

function deadlineOf(offer: Offer, now: Date, policy: Policy): Date | null {
  if (offer.payment.state === 'refunding') return later(now, PAYMENT_RESUME_MS);
  if (offer.payment.state === 'refund_pending') return later(now, REFUND_PENDING_MS);
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
      return later(now, PAYMENT_RESUME_MS);
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
  if (event === 'refund') return 'conflict.not_captured';
  if (state === 'expired') return 'conflict.expired';
  if (event === 'pass') return 'conflict.not_reserved';
  if (event === 'report_yes' || event === 'report_no' || event === 'unable') return 'conflict.not_accepted';
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
