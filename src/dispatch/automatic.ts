// Rule 5.1: after the first expert message the customer, and only the customer, is offered the category's automatic
// service, once per question.

import type { Ctx } from '../context.ts';
import { shareOf } from '../domain/ledger.ts';
import { newOffer } from '../domain/offer.ts';
import type { Question } from '../domain/question.ts';
import { automaticOfferId } from '../models/offer.ts';
import { opening } from './follow-ups.ts';
import type { FollowUp } from './follow-ups.ts';
import { OFFER } from './machines.ts';
import { payablePoints, priceFor } from './price.ts';

/** None when there is no service to offer any more. */
export async function automaticOffer(ctx: Ctx, question: Question): Promise<FollowUp[]> {
  const category = await ctx.stores.categories.find(question.categoryId);
  const service = category?.services.find(({ key }) => key === category.automaticService);
  if (!category || !service) return []; // an admin took the service away
  const points = payablePoints(category);
  if (points.length === 0) return [];
  const { amount, how } = await priceFor(ctx, question, category, points);
  const price = { amount, currency: category.currency };
  const offer = newOffer(
    question,
    {
      id: automaticOfferId(question.id),
      origin: 'automatic',
      proposedBy: null,
      clientId: null,
      service: { key: service.key, title: service.title },
      description: service.description,
      pricePoints: points,
      priceHow: how,
      price,
      payout: shareOf(price, ctx.policy.shareBasisPoints),
      shownAt: ctx.now(),
    },
    question.paymentMethod,
  );
  return [opening(OFFER, offer, [{ type: 'changed' }])];
}
