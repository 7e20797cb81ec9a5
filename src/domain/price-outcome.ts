// Rule 5.2: what an automatic offer says about its price. It is derived from the offer at each step and stands on it, because the
// states that follow a request change often, and what they are counted by should not.

import type { Offer } from './offer.ts';
import type { PriceOutcome } from './price.ts';

/** What a customer who did not answer within this has answered, ms. */
export const PRICE_ANSWER_MS = 86_400_000;

/** Null: it does not count, because an expert made the price, or it was kept from an earlier offer that counts. */
export function priceOutcomeOf({ priceOutcome, state, requestedAt, payment }: Offer): PriceOutcome | null {
  if (priceOutcome === null) return null;
  if (requestedAt === null) return state === 'declined' ? 'declined' : 'undecided';
  if (state === 'withdrawn') return 'taken_back';
  if (state !== 'expired') return 'requested';
  // an expert wanted it, and no card could pay it: that says no more than silence does
  const couldNotPay = payment.state === 'capture_failed' || payment.authorisation === null;
  return couldNotPay ? 'undecided' : 'expired';
}
