// Rules 6 and 7: what the events of a request do, from being kept for one expert to the fulfillment report.

import type { Applied, NoticeCode, OfferEffect, Params } from './effects.ts';
import { Refusal } from './errors.ts';
import { later, reached } from './instant.ts';
import { SYSTEM } from './message.ts';
import { billOfOffer, stateOf } from './offer.ts';
import type { Offer } from './offer.ts';
import { mailCustomer, notice, paramsForExpert } from './offer-effects.ts';
import { stepPayment } from './payment-step.ts';
import type { Person } from './people.ts';
import { ATTEMPTS_FOR_NO } from './policy.ts';
import type { Policy } from './policy.ts';
import { MOST_ATTEMPTS } from './report.ts';
import type { LoggedAttempt, Report } from './report.ts';
import { isChargedBack, paidOut } from './returns.ts';
import { toldOf } from './returns-told.ts';

/** 5.3, 6.1 */
export function request(
  offer: Offer,
  authorisation: string,
  expertId: string | null,
  now: Date,
  policy: Policy,
): Applied<Offer, OfferEffect> {
  const { payment, effects } = stepPayment(billOfOffer(offer), { type: 'authorised', authorisation });
  const requested: Partial<Offer> = { payment, requestedAt: now, expiresAt: later(now, policy.requestTtlMs) };
  if (expertId === null) {
    const opened = open(offer, null);
    return { change: { ...requested, ...opened.change }, effects: [...effects, ...opened.effects] };
  }
  return {
    change: {
      ...requested,
      state: 'reserved',
      reservedFor: expertId,
      reservedUntil: later(now, policy.reservationMs),
    },
    effects: [
      ...effects,
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

/** 6.4: the race is decided here; what follows is only the money, unless it was taken before (7.1). */
export function win(offer: Offer, expert: Person, now: Date, policy: Policy): Applied<Offer, OfferEffect> {
  if (offer.state === 'reserved' && offer.reservedFor !== expert.id) throw new Refusal('not_found');
  if (reached(offer.expiresAt, now)) throw new Refusal('conflict.expired', stateOf(offer));
  // paid already (7.1), and taken back by the customer's bank since
  if (isChargedBack(offer.payment)) throw new Refusal('conflict.not_open', stateOf(offer));
  if (offer.payment.state === 'captured') {
    const { change, effects } = accept(offer, now, policy, { paid: 'before' });
    return { change: { ...change, acceptedBy: expert }, effects };
  }
  const { payment, effects } = stepPayment(billOfOffer(offer), { type: 'take' });
  return { change: { state: 'capturing', acceptedBy: expert, payment }, effects };
}

/** 6.2: No Thanks. The customer is told on the expert's behalf, and the request opens at once. */
export function pass(offer: Offer, expertId: string): Applied<Offer, OfferEffect> {
  if (offer.reservedFor !== expertId) throw new Refusal('not_found');
  const opened = open(offer, 'request.passed');
  return {
    change: { ...opened.change, passedBy: expertId },
    effects: [mailCustomer(offer, 'request_passed', `passed-${offer.id}`), ...opened.effects],
  };
}

/** 6.2: no reply in time. */
export function lapse(offer: Offer, now: Date): Applied<Offer, OfferEffect> {
  if (!reached(offer.reservedUntil, now)) throw new Refusal('conflict.stale', stateOf(offer));
  return open(offer, 'request.opened');
}

/** 6.3. `told`: what the customer hears. */
function open(offer: Offer, told: NoticeCode | null): Applied<Offer, OfferEffect> {
  const generation = offer.generation + 1;
  return {
    change: { state: 'open', generation, acceptedBy: null },
    effects: [{ type: 'opened', generation, told }],
  };
}

/** 6.5, 7.1: paid: its expert delivers, and reports in time. `more`: that it was paid before, and is not charged again. */
export function accept(offer: Offer, now: Date, policy: Policy, more: Params = {}): Applied<Offer, OfferEffect> {
  return {
    change: {
      state: 'accepted',
      acceptedAt: now,
      reportDueAt: later(now, policy.reportWindowMs),
      reminders: 0,
      report: null,
      attempts: [],
    },
    effects: [
      notice(offer, offer.customer.id, 'request.accepted', more),
      mailCustomer(offer, 'request_accepted', `accepted-${offer.id}-${offer.generation}`, more),
    ],
  };
}

/** 6.5: out of the Request Center; the customer can update the card, the expert is told why. */
export function captureFailed(offer: Offer, now: Date, policy: Policy): Applied<Offer, OfferEffect> {
  const expert = offer.acceptedBy;
  return {
    change: { state: 'payment_failed', expiresAt: later(now, policy.paymentUpdateTtlMs), acceptedBy: null },
    effects: [
      notice(offer, offer.customer.id, 'request.payment_failed'),
      mailCustomer(offer, 'request_payment_failed', `payment-failed-${offer.id}-${offer.payment.attempt}`),
      ...(expert === null ? [] : [notice(offer, expert.id, 'request.capture_failed')]),
      { type: 'withdraw_if_closed' },
    ],
  };
}

/** 6.5: back, and open for all; what is left of the 24 hours since the failure (6.6) goes on. */
export function reopen(offer: Offer, authorisation: string): Applied<Offer, OfferEffect> {
  const { payment, effects } = stepPayment(billOfOffer(offer), { type: 'authorised', authorisation });
  const opened = open(offer, null);
  return { change: { ...opened.change, payment }, effects: [...effects, ...opened.effects] };
}

export function requestAgain(offer: Offer, now: Date, policy: Policy): Applied<Offer, OfferEffect> {
  if (isChargedBack(offer.payment)) {
    throw new Refusal('conflict.not_captured', { ...stateOf(offer), payment: offer.payment.state });
  }
  const opened = open(offer, null);
  return {
    change: { ...opened.change, requestedAt: now, expiresAt: later(now, policy.requestTtlMs), ...notAccepted },
    effects: opened.effects,
  };
}

const notAccepted = { acceptedAt: null, reportDueAt: null, reminders: 0 } as const satisfies Partial<Offer>;

/** 7.2 */
export function remind(offer: Offer, index: number): Applied<Offer, OfferEffect> {
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
export function overdue(offer: Offer, now: Date): Applied<Offer, OfferEffect> {
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

/** 7.1: logged when it happens; what is logged counts for the report. */
export function attempt(offer: Offer, tried: LoggedAttempt): Applied<Offer, OfferEffect> {
  const { attempts = [] } = offer;
  if (attempts.length >= MOST_ATTEMPTS) {
    throw new Refusal('input.invalid', { fields: [{ path: '', reason: 'too_many_attempts' }] });
  }
  return { change: { attempts: [...attempts, tried] }, effects: [] };
}

/** 7.1, 7.4: the premium share, also one that the bank's dispute withholds at once, and five stars for the written conversation. */
export function reportYes(offer: Offer, report: Report): Applied<Offer, OfferEffect> {
  if (offer.acceptedBy === null) throw new Refusal('conflict.stale', stateOf(offer));
  const bill = billOfOffer(offer);
  const earned = { to: offer.acceptedBy.id, share: offer.payout };
  const paid = paidOut(bill, earned.to, earned.share);
  const told = toldOf({ ...bill, paid: earned }, 'disputed', paid, () => paramsForExpert(offer));
  const reported = notice(offer, offer.customer.id, 'request.fulfilled');
  return {
    change: { state: 'fulfilled', report, payment: paid.payment },
    effects: [...paid.effects, { type: 'automatic_rating' }, reported, ...told],
  };
}

/** 7.1: nothing is paid; care calls the customer, who may have it again or take the money back. */
export function reportNo(offer: Offer, report: Report): Applied<Offer, OfferEffect> {
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
