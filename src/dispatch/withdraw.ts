// Rule 6.8: closing a question takes along what nobody has accepted yet.

import type { Ctx } from '../context.ts';
import { SYSTEM } from '../domain/message.ts';
import { OFFER_TRANSITIONS } from '../domain/offer.ts';
import type { OfferState } from '../domain/offer.ts';
import { changeOffer, unlessMoved } from './commit.ts';

/** An accepted service goes on, and one that could not be delivered keeps its choice of 7.1. */
const WITHDRAWN_BY_CLOSING: ReadonlySet<OfferState> = new Set(
  (Object.keys(OFFER_TRANSITIONS) as OfferState[]).filter(
    (state) => 'withdraw' in OFFER_TRANSITIONS[state] && state !== 'unfulfilled',
  ),
);

export async function withdrawOffers(ctx: Ctx, questionId: string): Promise<void> {
  const offers = await ctx.stores.offers.ofQuestion(questionId);
  for (const offer of offers) {
    if (WITHDRAWN_BY_CLOSING.has(offer.state))
      await unlessMoved(changeOffer(ctx, offer.id, { type: 'withdraw', author: SYSTEM }));
  }
}

/** What comes back to its customer after closing has looked for it. */
export async function withdrawIfClosed(ctx: Ctx, questionId: string): Promise<void> {
  const question = await ctx.stores.questions.read(questionId);
  if (question?.record.state === 'closed') await withdrawOffers(ctx, questionId);
}
