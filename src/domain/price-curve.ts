// Rule 5.2, for whoever runs a marketplace: what has been learned about the prices of a service, and how sure that is. Pure.

import { chance } from './chance.ts';
import { beliefsAbout, choosePrice, drawRates } from './price.ts';
import type { PricePolicy, PriceStatistics } from './price.ts';
import type { ShownPrices } from './price-statistics.ts';

export interface CurvePoint {
  /** minor units */
  readonly amount: number;
  /** false: it was shown before, and is no point of the category any more */
  readonly allowed: boolean;
  /** all that were shown: the sum of the next six */
  readonly shown: number;
  /** a yes, whatever became of the request later */
  readonly requested: number;
  /** a yes as well, to which no expert said yes */
  readonly expired: number;
  readonly declined: number;
  /** for a day: a no */
  readonly unanswered: number;
  /** not answered yet: not counted */
  readonly undecided: number;
  /** requested and not wanted any more: not counted */
  readonly takenBack: number;
  /** the part of customers who would say yes, and between what it lies nine times of ten; null: nothing is known yet */
  readonly likely: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** the part of the next offers that would show it, all of them together 1 */
  readonly share: number;
}

const DRAWS = 1_000;
const MOST_LOW = 0.05;

/** `points`: that are allowed now. By price, the cheapest first; what was shown and is no point any more among them. */
export function priceCurve(
  points: readonly number[],
  shown: readonly ShownPrices[],
  statistics: PriceStatistics,
  policy: Pick<PricePolicy, 'objective' | 'tolerance' | 'explore'>,
): CurvePoint[] {
  const beliefs = beliefsAbout(points, statistics);
  const draws = Array.from({ length: DRAWS }, (_, index) => drawRates(beliefs, chance([index, 1, 0, 0])));
  const chosen = Array.from(
    { length: DRAWS },
    (_, index) => choosePrice(points, statistics, [index, 2, 0, 0], policy).amount,
  );
  const amounts = [...new Set([...points, ...shown.map(({ amount }) => amount)])].toSorted((a, b) => a - b);
  return amounts.map((amount) => {
    const count = (...outcomes: readonly ShownPrices['outcome'][]) =>
      shown
        .filter((one) => one.amount === amount && outcomes.includes(one.outcome))
        .reduce((total, one) => total + one.count, 0);
    const counted = {
      requested: count('requested'),
      expired: count('expired'),
      declined: count('declined'),
      unanswered: count('unanswered'),
      undecided: count('undecided'),
      takenBack: count('taken_back'),
    };
    const at = beliefs.findIndex((one) => one.amount === amount);
    return {
      amount,
      allowed: points.includes(amount),
      shown: Object.values(counted).reduce((total, one) => total + one, 0),
      ...counted,
      ...intervalOf(draws.flatMap((rates) => rates[at] ?? [])),
      share: chosen.filter((one) => one === amount).length / DRAWS,
    };
  });
}

function intervalOf(rates: readonly number[]): Pick<CurvePoint, 'likely' | 'low' | 'high'> {
  if (rates.length === 0) return { likely: null, low: null, high: null };
  const sorted = rates.toSorted((one, other) => one - other);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? null;
  const likely = rates.reduce((total, rate) => total + rate, 0) / rates.length;
  return { likely, low: at(MOST_LOW), high: at(1 - MOST_LOW) };
}
