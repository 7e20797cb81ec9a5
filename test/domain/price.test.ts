// Rule 5.2, without stores: what is chosen, from what, and what customers of every kind make of it.
import { describe, expect, test } from 'vitest';
import { POINTS, offersTo } from '../../bench/price-simulation.ts';
import type { Demand } from '../../bench/price-simulation.ts';
import { chance, drawRate } from '../../src/domain/chance.ts';
import type { Seed } from '../../src/domain/chance.ts';
import { beliefsAbout, choosePrice, middlePrice, neverRising, standingPrice } from '../../src/domain/price.ts';
import type { PriceEvidence, PriceStatistics } from '../../src/domain/price.ts';
import { priceCurve } from '../../src/domain/price-curve.ts';
import { PRICE_ANSWER_MS, priceOutcomeOf } from '../../src/domain/price-outcome.ts';
import { evidenceOf, together } from '../../src/domain/price-statistics.ts';
import type { ShownPrices } from '../../src/domain/price-statistics.ts';
import { DAY, HOUR, START, at, move, offered, policy, proposed } from './examples.ts';
import {
  EXAMPLES,
  authorise,
  decline,
  declinedCard,
  expire,
  failed,
  from,
  opened,
  reserved,
  withdraw,
} from './offer-examples.ts';

const RULE = policy.price;
const NOTHING: PriceStatistics = { own: [], beside: [] };
const seed = (index: number): Seed => [index, 7, 0, 0];
const seen = (amount: number, accepted: number, refused: number): PriceEvidence => ({ amount, accepted, refused });
const own = (...all: readonly PriceEvidence[]): PriceStatistics => ({ own: all, beside: [] });
const always = (amount: number) => ({ fixed: amount });
const choose = (points: readonly number[], statistics: PriceStatistics, index = 0, rule: Partial<typeof RULE> = {}) =>
  choosePrice(points, statistics, seed(index), { ...RULE, ...rule });
const partOf = (times: number, fits: (index: number) => boolean) =>
  Array.from({ length: times }, (_, index) => fits(index)).filter(Boolean).length / times;

describe('5.2 the middle, when nothing else is known', () => {
  test.each([
    [[3_900], 3_900],
    [[2_900, 3_900, 4_900], 3_900],
    [[4_900, 2_900, 3_900], 3_900],
    [[2_900, 3_900, 4_900, 5_900], 3_900],
    [[900, 10_000], 900],
    [[10_000, 900, 2_000], 2_000],
  ])('5.2 of the points %j is %i', (points, shown) => {
    expect(middlePrice(points)).toBe(shown);
    expect(choose(points, NOTHING)).toEqual({ amount: shown, how: 'fixed' });
  });

  test('5.2 the points stay as they are', () => {
    const points = Object.freeze([3, 1, 2]);
    expect(middlePrice(points)).toBe(2);
    choose(points, own(seen(1, 5, 5)));
    expect(points).toEqual([3, 1, 2]);
  });

  test('5.2 there must be a point', () => {
    expect(() => middlePrice([])).toThrow('at least one price point');
    expect(() => choose([], NOTHING)).toThrow('at least one price point');
  });

  test('5.2 nothing is learned where it is switched off, where one price is fixed, and where there is one only', () => {
    expect(standingPrice(POINTS, 'learned', RULE)).toBeNull();
    expect(standingPrice(POINTS, 'learned', { ...RULE, pricing: 'middle' })).toBe(3_900);
    expect(standingPrice(POINTS, always(4_400), RULE)).toBe(4_400);
    // the switch for all is stronger, and a fixed price that is no point any more is none
    expect(standingPrice(POINTS, always(4_400), { ...RULE, pricing: 'middle' })).toBe(3_900);
    expect(standingPrice(POINTS, always(4_500), RULE)).toBe(3_900);
    expect(standingPrice([700], 'learned', RULE)).toBe(700);
  });
});

describe('5.2 what is chosen', { timeout: 600_000 }, () => {
  const statistics = own(seen(2_900, 60, 140), seen(3_900, 50, 150), seen(4_900, 4, 60));

  test('5.2 always an allowed point, the same for the same seed, as often as the curve says', () => {
    const times = 10_000;
    const chosen = Array.from({ length: times }, (_, index) => choose(POINTS, statistics, index));
    expect(chosen.filter(({ amount }) => !POINTS.includes(amount))).toEqual([]);
    expect(Array.from({ length: 200 }, (_, index) => choose(POINTS, statistics, index))).toEqual(chosen.slice(0, 200));
    for (const { amount, share } of priceCurve(POINTS, [], statistics, RULE)) {
      const part = chosen.filter((one) => one.amount === amount).length / times;
      const sigma = Math.sqrt(share * (1 - share) * (1 / times + 1 / 1_000)); // the curve rests on a thousand draws
      expect(Math.abs(part - share)).toBeLessThanOrEqual(3 * sigma);
    }
  });

  test('5.2 some are explored for ever, each point as often', () => {
    const certain = own(...POINTS.map((amount, index) => seen(amount, 100_000 - 20_000 * index, 20_000 * index + 1)));
    const chosen = Array.from({ length: 10_000 }, (_, index) => choose(POINTS, certain, index));
    const explored = chosen.filter(({ how }) => how === 'explored');
    expect(Math.abs(explored.length - 500)).toBeLessThanOrEqual(3 * Math.sqrt(475));
    for (const point of POINTS) {
      const part = explored.filter(({ amount }) => amount === point).length / explored.length;
      expect(Math.abs(part - 0.2)).toBeLessThanOrEqual(3 * Math.sqrt(0.16 / explored.length));
    }
    expect(chosen.filter(({ how, amount }) => how === 'learned' && amount !== 2_900)).toEqual([]);
  });

  test('5.2 the dearest of those that are nearly as good as the best; for revenue the one that brings in most', () => {
    const known = own(seen(2_900, 30_000, 70_000), seen(3_900, 29_000, 71_000), seen(4_900, 20_000, 80_000));
    const most = (rule: Partial<typeof RULE>) =>
      choose([2_900, 3_900, 4_900], known, 1, { explore: 0, ...rule }).amount;
    expect(most({})).toBe(3_900);
    expect(most({ tolerance: 0 })).toBe(2_900);
    expect(most({ objective: 'revenue' })).toBe(3_900);
    expect(most({ tolerance: 0.5 })).toBe(4_900);
  });

  test.each<[string, readonly PriceEvidence[]]>([
    ['all declined', POINTS.map((amount) => seen(amount, 0, 500))],
    ['all accepted', POINTS.map((amount) => seen(amount, 500, 0))],
    ['hardly anything', [seen(3_900, 0, 1e-9)]],
    ['more than anybody has', POINTS.map((amount) => seen(amount, 1e12, 1e12))],
    ['at prices that are no points any more', [seen(1_000, 5, 5), seen(9_000, 1, 9)]],
    ['no numbers', [seen(3_900, NaN, NaN), seen(NaN, 1, 1), seen(2_900, -5, 1), seen(4_900, Infinity, 1)]],
  ])('5.2 an allowed point, after %s', (_name, evidence) => {
    for (let index = 0; index < 300; index += 1) {
      expect(POINTS).toContain(choose(POINTS, own(...evidence), index).amount);
    }
  });

  test('5.2 when all accept, the dearest; a hundred unsorted points are as good as five', () => {
    const learned = (points: readonly number[], statistics: PriceStatistics) =>
      partOf(300, (index) => choose(points, statistics, index, { explore: 0 }).amount === Math.max(...points));
    expect(learned(POINTS, own(...POINTS.map((amount) => seen(amount, 500, 0))))).toBeGreaterThan(0.95);
    const hundred = Array.from({ length: 100 }, (_, index) => 1_000 + ((index * 37) % 100) * 10);
    const all = own(...hundred.map((amount) => seen(amount, 900, 100)));
    expect(partOf(300, (index) => hundred.includes(choose(hundred, all, index).amount))).toBe(1);
    expect(partOf(300, (index) => choose(hundred, all, index, { explore: 0 }).amount >= 1_900)).toBeGreaterThan(0.8);
  });

  test('5.2 what nobody was shown is thought of as its neighbours are; a category without answers as others are', () => {
    const added = beliefsAbout([2_900, 3_400, 3_900], own(seen(2_900, 400, 600), seen(3_900, 200, 800)));
    const rate = ({ accepted, refused }: { accepted: number; refused: number }) => accepted / (accepted + refused);
    expect(added.map(rate)[1]).toBeCloseTo(0.3, 2);
    expect(added[1]!.accepted + added[1]!.refused).toBe(4);
    const other = beliefsAbout([2_900, 3_900], { own: [], beside: [seen(2_900, 4_000, 6_000), seen(3_900, 8, 32)] });
    expect(other.map(rate)).toEqual([expect.closeTo(0.4, 2), expect.closeTo(9 / 44, 5)]);
    expect(other.map(({ accepted, refused }) => accepted + refused)).toEqual([
      expect.closeTo(60, 9), // however many customers there are elsewhere
      expect.closeTo(14, 9),
    ]);
    expect(choose([2_900, 3_900], { own: [], beside: [seen(2_900, 40, 60)] }).how).not.toBe('fixed');
  });

  test('5.2 rates never rise with the price', () => {
    const rates = (...all: readonly (readonly [number, number])[]) =>
      neverRising(all.map(([rate, weight]) => ({ rate, weight })));
    expect(rates([0.3, 1], [0.2, 1], [0.1, 1])).toEqual([0.3, 0.2, 0.1]);
    expect(rates([0.1, 1], [0.3, 3])).toEqual([expect.closeTo(0.25, 9), expect.closeTo(0.25, 9)]);
    expect(rates([0.5, 1], [0.1, 1], [0.3, 1], [0.2, 1])).toEqual([0.5, 0.2, 0.2, 0.2]);
    for (let index = 0; index < 500; index += 1) {
      const next = chance(seed(index));
      const drawn = Array.from({ length: 8 }, () => ({ rate: next(), weight: 1 + next() }));
      const fitted = neverRising(drawn);
      expect(fitted).toEqual(fitted.toSorted((one, other) => other - one));
      const mass = (all: readonly number[]) => all.reduce((sum, rate, at) => sum + rate * (drawn[at]?.weight ?? 0), 0);
      expect(mass(fitted)).toBeCloseTo(mass(drawn.map(({ rate }) => rate)), 9);
    }
  });

  test('5.2 drawn rates are those of the beta distribution, also of tiny evidence', () => {
    for (const [accepted, refused] of [
      [1, 3],
      [0.3, 0.9],
      [40, 160],
    ] as const) {
      const next = chance([accepted, refused, 5, 9]);
      const rates = Array.from({ length: 20_000 }, () => drawRate(next, accepted, refused));
      const sum = accepted + refused;
      const variance = (accepted * refused) / (sum * sum * (sum + 1));
      const mean = rates.reduce((total, rate) => total + rate, 0) / rates.length;
      const spread = rates.reduce((total, rate) => total + (rate - mean) ** 2, 0) / rates.length;
      expect(rates.filter((rate) => !(rate >= 0 && rate <= 1))).toEqual([]);
      expect(Math.abs(mean - accepted / sum)).toBeLessThanOrEqual(3 * Math.sqrt(variance / rates.length));
      expect(spread / variance).toBeCloseTo(1, 1);
    }
  });
});

const CURVES: Readonly<Record<string, { demand: Demand; right: readonly number[]; best: number }>> = {
  steep: { demand: [0.32, 0.27, 0.21, 0.15, 0.1], right: [2_900], best: 0.32 },
  flat: { demand: [0.22, 0.215, 0.21, 0.2, 0.19], right: [2_900, 3_400, 3_900, 4_400], best: 0.22 },
  cliff: { demand: [0.3, 0.295, 0.29, 0.12, 0.08], right: [2_900, 3_400, 3_900], best: 0.3 },
  hump: { demand: [0.18, 0.22, 0.3, 0.2, 0.12], right: [3_900], best: 0.3 },
};

// many choices: on a busy machine they take their time
describe('5.2 what customers teach', { timeout: 600_000 }, () => {
  test.each(Object.entries(CURVES))(
    '5.2 of a %s demand, the right prices are found',
    (_name, { demand, right, best }) => {
      const [count, late] = [6_000, 1_500];
      const shown = [0, 1, 2].flatMap((run) => [...offersTo(demand, RULE, run, count)].slice(-late));
      const found = shown.filter(({ amount }) => right.includes(amount)).length / shown.length;
      expect(found).toBeGreaterThanOrEqual(0.8);
      // what these prices are worth, rather than what luck made of it
      const acceptance =
        shown.reduce((sum, { amount }) => sum + (demand[POINTS.indexOf(amount)] ?? 0), 0) / shown.length;
      const given = right.length > 1 ? best * RULE.tolerance : 0; // up for the dearer of several
      expect(best - acceptance).toBeLessThanOrEqual(0.015 + given);
    },
  );

  test('5.2 when demand turns round, half of the choices have followed within two half-lives', () => {
    const [perDay, before, after] = [50, 120, 60];
    const shown: ShownPrices[] = [];
    const likes = { cheap: [0.3, 0.05], dear: [0.3, 0.3] } as const; // whoever pays more pays less as well
    const points = [2_900, 4_900];
    const customer = chance(seed(1));
    let [late, lateDear] = [0, 0];
    for (let day = 0; day < before + after; day += 1) {
      const now = at(day * DAY + DAY);
      const statistics = own(...evidenceOf(shown, now, RULE.halfLifeMs));
      const today = new Map<string, number>();
      for (let offer = 0; offer < perDay; offer += 1) {
        const { amount } = choose(points, statistics, day * perDay + offer);
        const demand = day < before ? likes.cheap : likes.dear;
        const isYes = customer() < demand[points.indexOf(amount)]!;
        const key = `${amount} ${isYes ? 'requested' : 'declined'}`;
        today.set(key, (today.get(key) ?? 0) + 1);
        if (day === before + after - 1) [late, lateDear] = [late + 1, lateDear + (amount === 4_900 ? 1 : 0)];
      }
      for (const [key, count] of today) {
        const [amount = '', outcome = ''] = key.split(' ');
        shown.push({ day: at(day * DAY), amount: Number(amount), outcome: outcome as ShownPrices['outcome'], count });
      }
    }
    expect(lateDear / late).toBeGreaterThanOrEqual(0.5);
  });

  test('5.2 who declines again and again moves nothing: an offer that was kept does not count', () => {
    const kept = { ...offered, priceHow: 'kept', priceOutcome: null } as const;
    expect(move(kept, decline).next.priceOutcome).toBeNull();
    expect(move(kept, ...reserved).next.priceOutcome).toBeNull();
  });
});

describe('5.2 what an offer says about its price', () => {
  test.each([
    ['offered', offered, 'undecided'],
    ['declined', from(decline), 'declined'],
    ['taken back with the question, and never requested', from(withdraw), 'undecided'],
    ['requested', from(...reserved), 'requested'],
    ['requested and expired: no expert wanted it', from(...opened, [expire, at(DAY)]), 'expired'],
    ['won, and not paid by any card until it expires', from(...failed, [expire, at(DAY)]), 'undecided'],
    ['not paid by another card either', from(...failed, authorise, declinedCard, [expire, at(DAY)]), 'undecided'],
    ['requested and taken back, which costs nothing', from(...reserved, withdraw), 'taken_back'],
    ['an expert’s own', proposed, null],
  ])('5.2 %s', (_name, offer, outcome) => {
    expect(offer.priceOutcome).toBe(outcome);
  });

  test('5.2 a request that somebody won says yes, whatever became of it; what is dispatched changes nothing', () => {
    for (const [name, offer] of Object.entries(EXAMPLES)) {
      expect([name, priceOutcomeOf(offer)]).toEqual([name, offer.priceOutcome]);
      if (offer.origin === 'automatic' && offer.acceptedAt !== null && offer.requestedAt !== null)
        expect([name, offer.priceOutcome]).toEqual([name, 'requested']);
    }
    expect(from(...opened).priceOutcome).toBe(from(...reserved).priceOutcome);
  });

  test('5.2 answers weigh half after a half-life; a quiet category forgets as slowly as it learns', () => {
    const shown = (daysAgo: number, count: number, outcome: ShownPrices['outcome'] = 'requested'): ShownPrices => ({
      day: at(-daysAgo * DAY - DAY / 2),
      amount: 3_900,
      outcome,
      count,
    });
    const busy = evidenceOf([shown(0, 1_000, 'declined'), shown(30, 100)], START, 30 * DAY);
    expect(busy).toEqual([{ amount: 3_900, accepted: expect.closeTo(50, 6), refused: expect.closeTo(1_000, 6) }]);
    const quiet = evidenceOf([shown(0, 10, 'declined'), shown(120, 100)], START, 30 * DAY);
    expect(quiet[0]?.accepted).toBeCloseTo(50, 6); // as old as all there is
    const said = evidenceOf([shown(0, 1, 'undecided'), shown(0, 2, 'taken_back'), shown(0, 4, 'expired')], START, DAY);
    expect(said).toEqual([{ amount: 3_900, accepted: 4, refused: 0 }]);
    expect(evidenceOf([shown(0, 3, 'unanswered')], START, DAY)).toEqual([{ amount: 3_900, accepted: 0, refused: 3 }]);
    expect(PRICE_ANSWER_MS).toBe(24 * HOUR);
    expect(together([busy, said])).toEqual([
      { amount: 3_900, accepted: expect.closeTo(54, 6), refused: expect.closeTo(1_000, 6) },
    ]);
  });
});

describe('5.2 the curve', () => {
  const day = at(-DAY);
  const shown: ShownPrices[] = [
    { day, amount: 2_900, outcome: 'requested', count: 30 },
    { day, amount: 2_900, outcome: 'expired', count: 5 },
    { day, amount: 2_900, outcome: 'declined', count: 60 },
    { day, amount: 2_900, outcome: 'unanswered', count: 5 },
    { day, amount: 2_900, outcome: 'undecided', count: 7 },
    { day, amount: 2_900, outcome: 'taken_back', count: 2 },
    { day, amount: 5_500, outcome: 'declined', count: 3 },
  ];
  const curve = priceCurve(POINTS, shown, own(...evidenceOf(shown, START, 30 * DAY)), RULE);

  test('5.2 counts what was shown, also at prices that are no points any more', () => {
    expect(curve.map(({ amount }) => amount)).toEqual([...POINTS, 5_500]);
    expect(curve[0]).toMatchObject({
      ...{ allowed: true, shown: 109, requested: 30, expired: 5, declined: 60 },
      ...{ unanswered: 5, undecided: 7, takenBack: 2 },
    });
    expect(curve[5]).toMatchObject({ allowed: false, shown: 3, declined: 3, share: 0 });
  });

  test('5.2 says what is likely and how sure that is, and shares out the next offers', () => {
    for (const { likely, low, high } of curve) {
      expect(low).toBeLessThan(likely!);
      expect(likely).toBeLessThan(high!);
    }
    expect(curve[0]?.likely).toBeCloseTo(0.35, 1);
    const width = (at: number) => curve[at]!.high! - curve[at]!.low!;
    expect(width(0)).toBeLessThan(width(2)); // nobody was shown the middle yet
    expect(curve.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    const nothing = priceCurve(POINTS, [], NOTHING, RULE);
    expect(nothing.map(({ likely, low, high, share }) => [likely, low, high, share])).toEqual(
      POINTS.map((amount) => [null, null, null, amount === 3_900 ? 1 : 0]),
    );
  });
});
