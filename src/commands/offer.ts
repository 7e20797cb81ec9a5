// What the customer does with an offer (5.3).

import { z } from 'zod';
import type { Actor, Ctx } from '../context.ts';
import { decline, request } from '../dispatch/route.ts';
import { Refusal } from '../domain/errors.ts';
import type { Offer } from '../domain/offer.ts';
import { command } from './command.ts';
import { Id } from './fields.ts';
import { findFor } from './question.ts';
import { OfferView, offerView } from './views.ts';

const Target = z.strictObject({ offerId: Id });
const One = z.strictObject({ offer: OfferView });

export const offer = {
  'offer.accept': command({
    summary:
      'Accepts an offer: the price is authorised and the request starts (5.3). Again after "could not connect" (7.1).',
    who: ['customer'],
    input: Target,
    output: One,
    run: async (ctx, actor, { offerId }) => {
      const found = await ownOffer(ctx, actor, offerId);
      const asked = await findFor(ctx, actor, found.questionId);
      return { offer: offerView(await request(ctx, asked, found), 'customer', actor.locale) };
    },
  }),

  'offer.decline': command({
    summary: 'Closes the offer with X; the conversation goes on (5.3).',
    who: ['customer'],
    input: Target,
    output: One,
    run: async (ctx, actor, { offerId }) => {
      await ownOffer(ctx, actor, offerId);
      return { offer: offerView(await decline(ctx, offerId), 'customer', actor.locale) };
    },
  }),
};

/** @throws Refusal `not_found` unless it was made to this customer */
export async function ownOffer(ctx: Ctx, actor: Actor, offerId: string): Promise<Offer> {
  const saved = await ctx.stores.offers.read(offerId);
  if (saved?.record.customer.id !== actor.id) throw new Refusal('not_found');
  return saved.record;
}
