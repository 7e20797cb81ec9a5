// Rule 6.8: closing a question takes along what nobody has accepted yet.

import type { Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import { SYSTEM } from '../domain/message.ts';
import { OFFER_TRANSITIONS } from '../domain/offer.ts';
import type { OfferState } from '../domain/offer.ts';
import { changeOffer } from './commit.ts';

/** An accepted service goes on, and one that could not be delivered keeps its choice of 7.1. */
const WITHDRAWN_BY_CLOSING: ReadonlySet<OfferState> = new Set(
  (Object.keys(OFFER_TRANSITIONS) as OfferState[]).filter(
    (state) => 'withdraw' in OFFER_TRANSITIONS[state] && state !== 'unfulfilled',
  ),
);

export async function withdrawOffers(ctx: Ctx, questionId: string): Promise<void> {
  const offers = await ctx.stores.offers.ofQuestion(questionId);
  for (const offer of offers) {
    if (WITHDRAWN_BY_CLOSING.has(offer.state)) await withdrawUnlessMoved(ctx, offer.id);
  }
}

/** Somebody may accept it, or it may expire, in this very moment: then that stands. */
async function withdrawUnlessMoved(ctx: Ctx, offerId: string): Promise<void> {
  try {
    await changeOffer(ctx, offerId, { type: 'withdraw', author: SYSTEM });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
