// What becomes of the price of an offer that was paid, and then ended (7.1, 8.4).

import type { Offer, OfferState } from './offer.ts';
import { isRefundUnderWay } from './payment.ts';
import { isTaken } from './returns.ts';

export const REFUND_STATES = ['refunding', 'refunded', 'refund_failed'] as const satisfies readonly OfferState[];

/** Nobody can take it any more, or give it up. */
export const hasEnded = (state: OfferState): boolean => state === 'withdrawn' || state === 'expired';

/** How far the price is on its way back to the customer, whatever the offer's own state; null: it is not, or it was never taken. */
export function refundStateOf({
  state,
  payment,
}: Pick<Offer, 'state' | 'payment'>): (typeof REFUND_STATES)[number] | null {
  if (payment.state === 'refunded' || payment.state === 'refund_failed') return payment.state;
  // what the customer's bank has now it gives back, or we do when we have it again
  const isOwed = hasEnded(state) && isTaken(payment);
  return isOwed || isRefundUnderWay(payment) ? 'refunding' : null;
}
