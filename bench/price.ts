// (h) What learning the price is worth (5.2): four kinds of demand, 10,000 offers each, beside the middle price for everybody. And
// what choosing costs with many past offers, all counting included; beside what it may cost.

import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import pino from 'pino';
import { choosePrice } from '../src/domain/price.ts';
import type { PricePolicy } from '../src/domain/price.ts';
import { connectMongo } from '../src/models/mongo.ts';
import { priceCounts } from '../src/models/price-counts.ts';
import type { Bench, Outcome, Row } from './bench.ts';
import { OFFERS, POINTS, always, simulate } from './price-simulation.ts';
import type { Demand, Rule, Sold } from './price-simulation.ts';
import { most, percentile } from './stats.ts';

const RUNS = 10;
const DEMANDS: Readonly<Record<string, Demand>> = {
  steep: [0.32, 0.27, 0.21, 0.15, 0.1],
  flat: [0.22, 0.215, 0.21, 0.2, 0.19],
  cliff: [0.3, 0.295, 0.29, 0.12, 0.08],
  hump: [0.18, 0.22, 0.3, 0.2, 0.12], // a high price looks like quality
};
const STEEP_GAIN = 0.08; // points of acceptance that learning must win where there is something to win
const MOST_LOSS = 0.015; // that it may lose anywhere
const NEAR_BEST = 0.015;
const DEFAULT: Rule = { objective: 'acceptance', tolerance: 0.05, explore: 0.05 };
const RULES: Readonly<Record<string, Rule>> = {
  'tolerance 0': { ...DEFAULT, tolerance: 0 },
  'learned (tolerance 5 %)': DEFAULT,
  'learned for revenue': { ...DEFAULT, objective: 'revenue' },
};

const PAST = [100_000, 1_000_000];
const CHOICES = 2_000;
const ALLOWED_MS = 5; // that an offer may cost
const DAYS = 180;
const DAY_MS = 86_400_000;
const BATCH = 5_000;
const CATEGORY = 'bench';
const PRICED = { categoryId: CATEGORY, service: 'remote', currency: 'USD' };

export async function price(bench: Bench): Promise<Outcome> {
  const facts: string[] = [];
  const worth = Object.entries(DEMANDS).map(([name, demand]) => worthOf(bench, name, demand, facts));
  const costs: Row[] = [];
  for (const past of bench.quick ? [1_000] : PAST) costs.push(await costAt(bench, past, facts));
  return { rows: [...worth, ...costs], violations: [], facts };
}

function worthOf({ quick, say }: Bench, name: string, demand: Demand, facts: string[]): Row {
  const runs = quick ? 1 : RUNS;
  const middle = always(demand, POINTS[2] ?? 0);
  const sold = Object.entries(RULES).map(([rule, one]) => [rule, simulate(demand, one, runs)] as const);
  const [learned = middle] = sold.filter(([rule]) => RULES[rule] === DEFAULT).map(([, one]) => one);
  const all = POINTS.map((amount) => always(demand, amount));
  const best = { acceptance: most(all.map((one) => one.acceptance)), revenue: most(all.map((one) => one.revenue)) };
  const lines: (readonly [string, Sold])[] = [['the middle', middle], ...sold, ['best possible', best]];
  const fact = `h: ${name} demand (${demand.join(', ')}), accepted and earned per offer: ${lines.map(told).join('; ')}`;
  facts.push(fact);
  say(fact);
  const asRatio = (acceptance: number) => Number((acceptance / middle.acceptance).toFixed(3));
  return {
    figure: `h. customers who say yes to a learned price, ${name} demand`,
    unit: '%',
    parley: learned.acceptance * 100,
    baseline: middle.acceptance * 100,
    ratio: learned.acceptance / middle.acceptance,
    noise: null,
    better: 'higher',
    floor: asRatio(middle.acceptance + (name === 'steep' ? STEEP_GAIN : -MOST_LOSS)),
    goal: asRatio(best.acceptance - NEAR_BEST),
    rounds: runs,
    note: `of ${OFFERS.toLocaleString('en')} offers`,
  };
}

const told = ([name, { acceptance, revenue }]: readonly [string, Sold]) =>
  `${name} ${(acceptance * 100).toFixed(1)} %, ${Math.round(revenue)} ¢`;

/** The port of the product on its own store, asked as often as there are offers; every choice pays for its part of the counting. */
async function costAt({ stores, say }: Bench, past: number, facts: string[]): Promise<Row> {
  const mongo = await connectMongo(stores.mongodbUri);
  const counts: number[] = [];
  try {
    await fill(stores.mongodbUri, past, mongo.now());
    say(`h: ${past} past offers are there`);
    const { offers } = mongo.stores;
    const timed: typeof offers = {
      ...offers,
      async shownPrices(priced, range) {
        const began = performance.now();
        const shown = await offers.shownPrices(priced, range);
        counts.push(performance.now() - began);
        return shown;
      },
    };
    // counted again as soon as the choices since have paid for it: no rate of offers makes it dearer
    const policy: PricePolicy = { ...DEFAULT, ...TIMES };
    const { known } = priceCounts({ ...mongo.stores, offers: timed }, policy, mongo.now, pino({ enabled: false }));
    const first = await timedChoice(known, 0, policy);
    const choices: number[] = [];
    for (let index = 1; index <= CHOICES; index += 1) choices.push(await timedChoice(known, index, policy));
    const each = (sum(choices) + sum(counts)) / CHOICES;
    facts.push(
      `h: ${past.toLocaleString('en')} past offers: counted ${counts.length} times for ${CHOICES} choices, ${percentile(counts, 50).toFixed(0)} ms each; the very first choice took ${first.toFixed(0)} ms, the others ${percentile(choices, 50).toFixed(1)} and ${percentile(choices, 99).toFixed(1)} ms (median, p99), what their customer was shown before looked up`,
    );
    return {
      ...{ figure: 'h. choosing a price, its part of the counting included', unit: 'ms', parley: each },
      ...{ baseline: ALLOWED_MS, ratio: each / ALLOWED_MS, noise: null, better: 'lower', floor: 1, goal: 0.8 },
      ...{ rounds: 1, note: `at ${past.toLocaleString('en')} past offers; beside it what is allowed` },
    };
  } finally {
    await mongo.close();
  }
}

const TIMES = {
  pricing: 'learned',
  halfLifeMs: 30 * DAY_MS,
  keptMs: 30 * DAY_MS,
  refreshMs: 0,
  waitMs: 10_000,
} as const;

async function timedChoice(known: ReturnType<typeof priceCounts>['known'], index: number, rule: Rule): Promise<number> {
  const began = performance.now();
  const { statistics } = await known(PRICED, `u_${index}`);
  if (statistics === null) throw new Error('prices were not counted');
  choosePrice(POINTS, statistics, [index, 0, 0, 0], rule);
  return performance.now() - began;
}

/** As many offers as there are to be in all, over half a year. */
async function fill(uri: string, past: number, now: Date): Promise<void> {
  const client = await mongoose.mongo.MongoClient.connect(uri);
  try {
    const offers = client.db().collection<{ _id: string }>('offers');
    const before = await offers.countDocuments();
    for (let from = before; from < past; from += BATCH) {
      const docs = Array.from({ length: Math.min(BATCH, past - from) }, () => ({
        ...{ _id: `of_${randomUUID()}`, questionId: `q_${randomUUID()}`, state: 'declined', origin: 'automatic' },
        ...{ categoryId: CATEGORY, service: { key: PRICED.service }, customer: { id: 'u_1' }, outboxAt: null },
        price: { amount: POINTS[Math.floor(Math.random() * POINTS.length)], currency: PRICED.currency },
        priceOutcome: Math.random() < 0.2 ? 'requested' : 'declined',
        shownAt: new Date(now.getTime() - Math.random() * DAYS * DAY_MS),
      }));
      await offers.insertMany(docs, { ordered: false });
    }
  } finally {
    await client.close();
  }
}

const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);
