// Rule 5.1: after the first expert message the customer, and only the customer, is offered the category's automatic
// service, once per question.

import type { Ctx } from '../context.ts';
import { amountProblem } from '../domain/currency.ts';
import { shareOf } from '../domain/ledger.ts';
import { newOffer } from '../domain/offer.ts';
import { middlePrice } from '../domain/price.ts';
import type { Question } from '../domain/question.ts';
import { opening } from './follow-ups.ts';
import type { FollowUp } from './follow-ups.ts';
import { OFFER } from './machines.ts';

/** The automatic offer's id comes from its question: there is one for each, whoever makes it. */
const automaticOfferId = (questionId: string) => questionId.replace(/^q_/, 'of_');

/** None when there is no service to offer any more. */
export async function automaticOffer(ctx: Ctx, question: Question): Promise<FollowUp[]> {
  const category = await ctx.stores.categories.find(question.categoryId);
  const service = category?.services.find(({ key }) => key === category.automaticService);
  if (!category || !service) return []; // an admin took the service away
  const { currency } = category;
  // a category that an earlier version saved may have points that no card can pay
  const points = category.pricePoints.filter((amount) => amountProblem({ amount, currency }) === null);
  if (points.length === 0) return [];
  const price = { amount: middlePrice(points), currency };
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
      price,
      payout: shareOf(price, ctx.policy.shareBasisPoints),
      shownAt: ctx.now(),
    },
    question.paymentMethod,
  );
  return [opening(OFFER, offer, [{ type: 'changed' }])];
}
