// Rule 5.2: counts of what was shown, made into evidence: what was long ago weighs less. Pure.

import type { PriceEvidence, PriceOutcome } from './price.ts';

/** `unanswered`: not decided for so long that it is a no. `undecided`: it still may be, and says nothing yet. */
export type CountedOutcome = PriceOutcome | 'unanswered';

/** How many offers at this price, shown on this day, came to this. */
export interface ShownPrices {
  /** its beginning */
  readonly day: Date;
  /** minor units */
  readonly amount: number;
  readonly outcome: CountedOutcome;
  readonly count: number;
}

const ANSWERS: Readonly<Record<CountedOutcome, 'accepted' | 'refused' | null>> = {
  requested: 'accepted',
  expired: 'accepted',
  declined: 'refused',
  unanswered: 'refused',
  taken_back: null,
  undecided: null,
};

const DAY_MS = 86_400_000;
const SLOWEST = 500; // offers: a quiet category does not forget faster than it learns

/** `halfLifeMs`: after which an outcome weighs half, unless the newest 500 are older than that. */
export function evidenceOf(shown: readonly ShownPrices[], now: Date, halfLifeMs: number): PriceEvidence[] {
  const decided = shown.flatMap(({ outcome, ...rest }) => {
    const answer = ANSWERS[outcome];
    return answer === null ? [] : [{ ...rest, answer }];
  });
  const halfLife = Math.max(halfLifeMs, ageOfNewest(decided, SLOWEST, now));
  const all = new Map<number, { amount: number; accepted: number; refused: number }>();
  for (const { day, amount, answer, count } of decided) {
    const one = all.get(amount) ?? { amount, accepted: 0, refused: 0 };
    one[answer] += count * 0.5 ** (ageOf(day, now) / halfLife);
    all.set(amount, one);
  }
  return [...all.values()].toSorted((one, other) => one.amount - other.amount);
}

/** Of several categories, as one. */
export function together(all: readonly (readonly PriceEvidence[])[]): PriceEvidence[] {
  const sums = new Map<number, PriceEvidence>();
  for (const { amount, accepted, refused } of all.flat()) {
    const before = sums.get(amount);
    sums.set(amount, {
      amount,
      accepted: accepted + (before?.accepted ?? 0),
      refused: refused + (before?.refused ?? 0),
    });
  }
  return [...sums.values()].toSorted((one, other) => one.amount - other.amount);
}

/** How long ago the newest so many were shown; all of them, when there are fewer. */
function ageOfNewest(shown: readonly Pick<ShownPrices, 'day' | 'count'>[], many: number, now: Date): number {
  let [left, age] = [many, 0];
  for (const { day, count } of shown.toSorted((one, other) => other.day.getTime() - one.day.getTime())) {
    age = ageOf(day, now);
    left -= count;
    if (left <= 0) return age;
  }
  return age;
}

/** From the middle of its day on, ms. */
const ageOf = (day: Date, now: Date) => Math.max(0, now.getTime() - day.getTime() - DAY_MS / 2);
