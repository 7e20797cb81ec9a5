// Rule 5.2: which of the allowed price points is shown. It is learned from what was shown before and what became of it: for each
// point a rate is drawn that is as likely as the evidence makes it (Thompson sampling), the rates are made to fall with the price,
// and of the points whose rate is nearly the best the dearest is taken. Nothing about the customer comes in here. Pure.

import { chance, drawRate } from './chance.ts';
import type { Chance, Seed } from './chance.ts';

/** How the price of an automatic offer came about. `kept`: this customer was shown it before, and it counts there. */
export type PriceHow = 'learned' | 'explored' | 'fixed' | 'kept';

/**
 * What an automatic offer says about its price. `undecided`: nobody has said anything; after a day that is a no. `expired`:
 * the customer wanted it, and no expert did: a yes, and a sign that it was too cheap. `taken_back`: requested, and not wanted
 * any more before it was paid: it says nothing, so that nobody moves a price by requests that cost nothing.
 */
export type PriceOutcome = 'undecided' | 'requested' | 'expired' | 'taken_back' | 'declined';

/** `acceptance`: the most customers say yes. `revenue`: an offer brings in most. */
export type PriceObjective = 'acceptance' | 'revenue';

/** What somebody who runs a marketplace says about a category: the price is learned, or always this one (minor units). */
export type Pricing = 'learned' | { readonly fixed: number };

export interface PricePolicy {
  /** `middle`: nothing is learned, anywhere */
  readonly pricing: 'learned' | 'middle';
  readonly objective: PriceObjective;
  /** part of the best rate that a dearer point may lack, 0 to 1 */
  readonly tolerance: number;
  /** part of the offers that show any point, 0 to 1 */
  readonly explore: number;
  /** after which an outcome counts half, ms */
  readonly halfLifeMs: number;
  /** how long a customer is shown the same price for the same service, ms; 0: no longer than the offer */
  readonly keptMs: number;
  /** how long counts are used before they are taken again, ms */
  readonly refreshMs: number;
  /** how long an offer waits for what is not known yet, ms */
  readonly waitMs: number;
}

/** What customers have said to a price, weighed by age. */
export interface PriceEvidence {
  /** minor units */
  readonly amount: number;
  readonly accepted: number;
  readonly refused: number;
}

export interface PriceStatistics {
  /** of this category, service and currency */
  readonly own: readonly PriceEvidence[];
  /** of other categories with the same service and currency, for what is not known here yet */
  readonly beside: readonly PriceEvidence[];
}

export interface ChosenPrice {
  readonly amount: number;
  readonly how: PriceHow;
}

/** The middle of the price points, the lower middle of an even number. Throws on an empty list. */
export function middlePrice(points: readonly number[]): number {
  const sorted = ascending(points);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error('a category needs at least one price point');
  return middle;
}

/** What is shown whatever was learned: nothing is to be learned, or there is nothing to choose; null: it is chosen. */
export function standingPrice(points: readonly number[], category: Pricing, policy: PricePolicy): number | null {
  if (policy.pricing === 'middle' || points.length < 2) return middlePrice(points);
  if (category === 'learned') return null;
  return points.includes(category.fixed) ? category.fixed : middlePrice(points);
}

/** One of the points, the same for the same seed and statistics. The middle while nobody has decided about anything. */
export function choosePrice(
  points: readonly number[],
  statistics: PriceStatistics,
  seed: Seed,
  policy: Pick<PricePolicy, 'objective' | 'tolerance' | 'explore'>,
): ChosenPrice {
  const beliefs = points.length < 2 ? [] : beliefsAbout(points, statistics);
  if (beliefs.length === 0) return { amount: middlePrice(points), how: 'fixed' };
  const next = chance(seed);
  const allowed = ascending(points);
  if (next() < policy.explore) {
    return { amount: allowed[Math.floor(next() * allowed.length)] ?? middlePrice(points), how: 'explored' };
  }
  const rates = drawRates(beliefs, next);
  const open = beliefs.flatMap(({ amount }, at) => (points.includes(amount) ? [{ amount, rate: rates[at] ?? 0 }] : []));
  return { amount: bestOf(open, policy), how: 'learned' };
}

/** What is thought of an amount before a rate is drawn: a beta distribution. */
export interface Belief {
  readonly amount: number;
  readonly accepted: number;
  readonly refused: number;
}

const FIRST_GUESS = { accepted: 1, refused: 3 }; // a rate of a quarter, as sure as four customers make it
const SURE_OF = FIRST_GUESS.accepted + FIRST_GUESS.refused;
const SUREST_BESIDE = 60; // customers elsewhere never weigh more than as many here
const BESIDE_PART = 4; // of four customers elsewhere one counts

/**
 * About all points, and what else was shown here: it says something about its neighbours. By price, the cheapest first. Empty
 * while there is no evidence of anything.
 */
export function beliefsAbout(points: readonly number[], statistics: PriceStatistics): readonly Belief[] {
  const [own, beside] = [byAmount(statistics.own), byAmount(statistics.beside)];
  const seen = ascending([...new Set([...own.keys(), ...beside.keys()])]);
  if (seen.length === 0) return [];
  const rateOf = (amount: number | undefined): number[] => {
    const both = [own.get(amount ?? NaN), beside.get(amount ?? NaN)].flatMap((one) => one ?? []);
    return both.length === 0 ? [] : [guessed(sum(both, 'accepted'), sum(both, 'refused'))];
  };
  return ascending([...new Set([...points, ...own.keys()])]).map((amount) => {
    const [here, there] = [own.get(amount), beside.get(amount)];
    const neighbours = [seen.findLast((one) => one < amount), seen.find((one) => one > amount)].flatMap(rateOf);
    const mean = there
      ? guessed(there.accepted, there.refused)
      : here || neighbours.length === 0
        ? FIRST_GUESS.accepted / SURE_OF
        : neighbours.reduce((total, rate) => total + rate, 0) / neighbours.length;
    const elsewhere = there ? there.accepted + there.refused : 0;
    const weight = Math.min(SUREST_BESIDE, elsewhere / BESIDE_PART + SURE_OF);
    return {
      amount,
      accepted: mean * weight + (here?.accepted ?? 0),
      refused: (1 - mean) * weight + (here?.refused ?? 0),
    };
  });
}

/** How many of a hundred might say yes to each, drawn once; it never rises with the price. `beliefs`: by price. */
export function drawRates(beliefs: readonly Belief[], next: Chance): readonly number[] {
  const drawn = beliefs.map(({ accepted, refused }) => ({
    rate: drawRate(next, accepted, refused),
    weight: accepted + refused,
  }));
  return neverRising(drawn);
}

/** The nearest list that never rises (pool adjacent violators): what would rise is as its neighbours are together. */
export function neverRising(values: readonly { readonly rate: number; readonly weight: number }[]): readonly number[] {
  const blocks: { rate: number; weight: number; size: number }[] = [];
  for (const { rate, weight } of values) {
    let last = { rate, weight, size: 1 };
    for (let before = blocks.at(-1); before !== undefined && before.rate < last.rate; before = blocks.at(-1)) {
      blocks.pop();
      const both = before.weight + last.weight;
      last = {
        rate: (before.rate * before.weight + last.rate * last.weight) / both,
        weight: both,
        size: before.size + last.size,
      };
    }
    blocks.push(last);
  }
  return blocks.flatMap(({ rate, size }) => Array<number>(size).fill(rate));
}

/** `open`: by price, the cheapest first; not empty. */
function bestOf(
  open: readonly { readonly amount: number; readonly rate: number }[],
  { objective, tolerance }: Pick<PricePolicy, 'objective' | 'tolerance'>,
): number {
  const worth = ({ amount, rate }: (typeof open)[number]) => (objective === 'revenue' ? amount * rate : rate);
  const best = Math.max(...open.map(worth));
  const enough = objective === 'revenue' ? best : best * (1 - tolerance);
  return open.findLast((one) => worth(one) >= enough)?.amount ?? middlePrice(open.map(({ amount }) => amount));
}

/** What is no evidence is left out, whatever it is. */
function byAmount(all: readonly PriceEvidence[]): ReadonlyMap<number, PriceEvidence> {
  const sound = all.filter(({ amount, accepted, refused }) => amount > 0 && accepted >= 0 && refused >= 0);
  const decided = sound.filter(({ accepted, refused }) => accepted + refused > 0 && accepted + refused < Infinity);
  return new Map(decided.map((one) => [one.amount, one]));
}

const guessed = (accepted: number, refused: number) =>
  (accepted + FIRST_GUESS.accepted) / (accepted + refused + SURE_OF);
const sum = (all: readonly PriceEvidence[], field: 'accepted' | 'refused') =>
  all.reduce((total, one) => total + one[field], 0);
const ascending = (amounts: readonly number[]) => amounts.toSorted((one, other) => one - other);
