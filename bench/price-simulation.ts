// What learning the price (5.2) is worth: made-up customers whose part that says yes at each price is known, so that what the
// rule of the product makes of them can be compared with the middle price and with the best possible.

import { chance } from '../src/domain/chance.ts';
import type { Seed } from '../src/domain/chance.ts';
import { choosePrice } from '../src/domain/price.ts';
import type { PricePolicy } from '../src/domain/price.ts';

/** The part of customers who say yes, by price point. */
export type Demand = readonly number[];
export type Rule = Pick<PricePolicy, 'objective' | 'tolerance' | 'explore'>;

export interface Sold {
  /** part of the offers that were accepted */
  readonly acceptance: number;
  /** per offer, minor units */
  readonly revenue: number;
}

export const POINTS = [2_900, 3_400, 3_900, 4_400, 4_900];
export const OFFERS = 10_000;
const LATE = 20; // offers that are shown before the answer to one is counted

export interface Shown {
  readonly amount: number;
  readonly accepted: boolean;
}

/** Offers one after the other, each learned from those before it; the same for the same `run`. */
export function* offersTo(demand: Demand, rule: Rule, run: number, count = OFFERS): Generator<Shown> {
  const customer = chance([run, 3, 0, 0]);
  const counts = POINTS.map((amount) => ({ amount, accepted: 0, refused: 0 }));
  const late: Shown[] = [];
  for (let offer = 0; offer < count; offer += 1) {
    const seed: Seed = [run, 4, offer, 0];
    const { amount } = choosePrice(POINTS, { own: counts, beside: [] }, seed, rule);
    const shown = { amount, accepted: customer() < (demand[POINTS.indexOf(amount)] ?? 0) };
    late.push(shown);
    yield shown;
    if (late.length > LATE) note(counts, late.shift());
  }
}

/** On average over so many runs. */
export function simulate(demand: Demand, rule: Rule, runs: number): Sold {
  let [accepted, revenue] = [0, 0];
  for (let run = 0; run < runs; run += 1) {
    for (const shown of offersTo(demand, rule, run)) {
      if (!shown.accepted) continue;
      accepted += 1;
      revenue += shown.amount;
    }
  }
  return { acceptance: accepted / (runs * OFFERS), revenue: revenue / (runs * OFFERS) };
}

/** One price for everybody, which needs no simulation. */
export function always(demand: Demand, amount: number): Sold {
  const acceptance = demand[POINTS.indexOf(amount)] ?? 0;
  return { acceptance, revenue: acceptance * amount };
}

function note(counts: { amount: number; accepted: number; refused: number }[], shown: Shown | undefined): void {
  const count = counts.find(({ amount }) => amount === shown?.amount);
  if (count) count[shown?.accepted === true ? 'accepted' : 'refused'] += 1;
}
