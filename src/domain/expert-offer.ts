// Rule 8: what the events of an offer that an expert has made do: charged when it is accepted, nobody else is asked.

import type { Applied, OfferEffect } from './effects.ts';
import { Refusal } from './errors.ts';
import { payoutEntry } from './ledger.ts';
import { SYSTEM } from './message.ts';
import { billOfOffer, stateOf } from './offer.ts';
import type { Offer } from './offer.ts';
import { mailCustomer, notice, paramsForCustomer, paramsForExpert } from './offer-effects.ts';
import { stepPayment } from './payment-step.ts';

/** 8.2: the price is held; taking it is the next step, and on disk before the provider is asked. */
export function charge(offer: Offer, authorisation: string): Applied<Offer, OfferEffect> {
  const bill = billOfOffer(offer);
  const held = stepPayment(bill, { type: 'authorised', authorisation });
  const { payment } = stepPayment({ ...bill, payment: held.payment }, { type: 'take' });
  return { change: { state: 'capturing', payment, acceptedBy: offer.proposedBy }, effects: held.effects };
}

/** 8.2: charged, and in the same decision both shares and the five stars, and there is the box (9.1). There is nothing to report. */
export function charged(offer: Offer, now: Date): Applied<Offer, OfferEffect> {
  const { acceptedBy, customer, payout } = offer;
  if (acceptedBy === null) throw new Refusal('conflict.stale', stateOf(offer));
  return {
    change: { state: 'accepted', acceptedAt: now },
    effects: [
      { type: 'entry', entry: payoutEntry(billOfOffer(offer).subject, acceptedBy.id, payout) },
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
      mailCustomer(offer, 'box_opened', `box-opened-${offer.id}`),
    ],
  };
}

/** 8.2: it stays open, so that the customer can accept it with another card. */
export function chargeFailed(offer: Offer): Applied<Offer, OfferEffect> {
  return {
    change: { state: 'offered', acceptedBy: null },
    effects: [
      notice(offer, offer.customer.id, 'offer.payment_failed'),
      mailCustomer(offer, 'offer_payment_failed', `payment-failed-${offer.id}-${offer.payment.attempt}`),
      { type: 'withdraw_if_closed' },
    ],
  };
}

/** 8.3: the customer is told, and customer care gets a case. What was paid stays as it is until the case decides. */
export function unable(offer: Offer, reason: string): Applied<Offer, OfferEffect> {
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
