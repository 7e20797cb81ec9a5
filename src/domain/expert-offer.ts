// Rule 8: what the events of an offer that an expert has made do: charged when it is accepted, nobody else is asked.

import { authoriseEntry, captureEntry, payoutEntry } from './ledger.ts';
import { Refusal } from './errors.ts';
import { SYSTEM } from './message.ts';
import { assertAuthorising, stateOf } from './offer.ts';
import type { Offer } from './offer.ts';
import { letGo, mailCustomer, notice, paramsForCustomer, paramsForExpert, subjectOf } from './offer-effects.ts';
import type { Applied } from './offer-effects.ts';
import type { DeclineReason } from './payment.ts';

/** 8.2: the price is held; taking it is the next step, and on disk before the provider is asked. */
export function charge(offer: Offer, authorisation: string): Applied {
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
export function charged(offer: Offer, now: Date): Applied {
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
export function chargeFailed(offer: Offer, reason: DeclineReason): Applied {
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
      { type: 'withdraw_if_closed' },
    ],
  };
}

/** 8.3: the customer is told, and customer care gets a case. What was paid stays as it is until the case decides. */
export function unable(offer: Offer, reason: string): Applied {
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
