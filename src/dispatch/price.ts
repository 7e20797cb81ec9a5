// Rule 5.2: the price of an automatic offer. What was learned stands in domain/price.ts; here is when it is asked.

import type { Ctx } from '../context.ts';
import { amountProblem } from '../domain/currency.ts';
import { choosePrice, middlePrice, standingPrice } from '../domain/price.ts';
import type { ChosenPrice } from '../domain/price.ts';
import { priceCurve } from '../domain/price-curve.ts';
import type { CurvePoint } from '../domain/price-curve.ts';
import type { Question } from '../domain/question.ts';
import type { Category } from '../models/category.ts';
import type { Priced } from '../models/offer.ts';
import { countBeside, countPrices } from '../models/price-counts.ts';

/** What the automatic service may cost. A category that an earlier version saved may have points that no card can pay. */
export const payablePoints = ({ pricePoints, currency }: Category): number[] =>
  pricePoints.filter((amount) => amountProblem({ amount, currency }) === null);

/**
 * One of these points, of which there is one at least: what this customer was shown lately for the same service, or what was learned;
 * the middle whenever that is not known. Never rejects.
 */
export async function priceFor(
  ctx: Ctx,
  question: Pick<Question, 'id' | 'customer'>,
  category: Category,
  points: readonly number[],
): Promise<ChosenPrice> {
  const standing = standingPrice(points, category.pricing, ctx.policy.price);
  if (standing !== null) {
    // nothing is chosen, and yet one person is one answer: who learns from it later reads them all
    const shown = await ctx.prices.kept(pricedOf(category), question.customer.id);
    return { amount: standing, how: shown === standing ? 'kept' : 'fixed' };
  }
  const { kept, statistics } = await ctx.prices.known(pricedOf(category), question.customer.id);
  if (typeof kept === 'number' && points.includes(kept)) return { amount: kept, how: 'kept' };
  // whoever may have been shown another price is not given a new one by chance
  if (kept === undefined || statistics === null) return { amount: middlePrice(points), how: 'fixed' };
  return choosePrice(points, statistics, ctx.prices.seed(question.id), ctx.policy.price);
}

export interface Curve {
  readonly service: string;
  readonly currency: string;
  readonly points: readonly CurvePoint[];
  /** of the oldest offer that is counted, or the beginning of the time that is */
  readonly since: Date;
}

/** What has been learned about a category, counted now. */
export async function curveOf({ stores, policy, now }: Ctx, category: Category): Promise<Curve> {
  const priced = pricedOf(category);
  const at = now();
  const { halfLifeMs } = policy.price;
  const counted = await countPrices(stores, priced, at, halfLifeMs);
  const beside = await countBeside(stores, priced, counted, at, halfLifeMs);
  const { shown, own, since } = counted;
  const points = priceCurve(payablePoints(category), shown, { own, beside }, policy.price);
  return { service: priced.service, currency: priced.currency, points, since };
}

const pricedOf = ({ id, automaticService, currency }: Category): Priced => ({
  categoryId: id,
  service: automaticService,
  currency,
});
