// Rule 5.2: what was shown and what came of it, counted from the offers themselves and kept by this process for a while. Nothing is
// added up anywhere, so nothing can be counted twice. Whoever makes an offer never waits long for it: what was counted before will
// do while it is counted again, and without anything there is the middle price.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { PriceEvidence, PricePolicy, PriceStatistics } from '../domain/price.ts';
import { PRICE_ANSWER_MS } from '../domain/price-outcome.ts';
import { evidenceOf, together } from '../domain/price-statistics.ts';
import type { ShownPrices } from '../domain/price-statistics.ts';
import type { Priced } from './offer.ts';
import type { Stores } from './stores.ts';

type Sources = Pick<Stores, 'offers' | 'questions' | 'categories'>;

const DAY_MS = 86_400_000;
const WINDOW_MS = 180 * DAY_MS; // what is older says little
const NEWEST = 20_000; // more says no more: a rate is known to half a percent by then, and it costs what it costs
const NEWEST_BESIDE = 2_000; // of each other category
const MOST_BESIDE = 20; // categories
const FEW = 500; // decided offers, below which other categories are asked
const BESIDE_MS = DAY_MS; // how long theirs are used
const MOST_QUESTIONS = 50; // of one customer, the newest
const COUNTED_PER_CHOICE = 400; // offers, which take 3 ms at most: what takes longer to count is used for more choices

export interface Counted {
  readonly since: Date;
  readonly shown: readonly ShownPrices[];
  readonly own: readonly PriceEvidence[];
}

export interface KnownPrices {
  /** null: not counted yet, or not in time */
  readonly statistics: PriceStatistics | null;
  /** what this customer was shown for the same lately, minor units; null: nothing. Undefined: nobody knows. */
  readonly kept: number | null | undefined;
}

/** The newest offers of this kind, as they are now. */
export async function countPrices(
  { offers }: Pick<Sources, 'offers'>,
  priced: Priced,
  now: Date,
  halfLifeMs: number,
  limit = NEWEST,
): Promise<Counted> {
  const since = before(now, WINDOW_MS);
  const shown = await offers.shownPrices(priced, { since, unansweredUntil: before(now, PRICE_ANSWER_MS), limit });
  return { since: oldestOf(shown, limit) ?? since, shown, own: evidenceOf(shown, now, halfLifeMs) };
}

/** The same of other categories, for one in which too little was decided; else nothing. */
export async function countBeside(
  sources: Pick<Sources, 'offers' | 'categories'>,
  priced: Priced,
  { shown }: Pick<Counted, 'shown'>,
  now: Date,
  halfLifeMs: number,
): Promise<PriceEvidence[]> {
  if (sizeOf({ shown }) >= FEW) return [];
  const others = (await sources.categories.all()).filter(
    ({ id, automaticService, currency }) =>
      id !== priced.categoryId && automaticService === priced.service && currency === priced.currency,
  );
  const counted = others
    .slice(0, MOST_BESIDE)
    .map(({ id }) => countPrices(sources, { ...priced, categoryId: id }, now, halfLifeMs, NEWEST_BESIDE));
  return together((await Promise.all(counted)).map(({ own }) => own));
}

interface Entry {
  statistics: PriceStatistics | null;
  /** when it was counted last, or tried */
  at: number;
  besideAt: number;
  /** how many choices it has to serve before it is counted again, and has served */
  pays: number;
  served: number;
  counting: Promise<void> | null;
  isWarned: boolean;
}

/** `now`: the clock that is handed in. */
export function priceCounts(sources: Sources, policy: PricePolicy, now: () => Date, log: Logger) {
  const entries = new Map<string, Entry>();
  return {
    /** In time, and at once when it was counted before. Never rejects. */
    async known(priced: Priced, customerId: string): Promise<KnownPrices> {
      const entry = entryOf(priced);
      entry.served += 1;
      if (entry.counting === null && isDue(entry)) entry.counting = count(entry, priced);
      const [shown] = await Promise.all([
        kept(priced, customerId),
        entry.statistics === null ? inTime(entry.counting ?? Promise.resolve(), policy.waitMs) : null,
      ]);
      if (entry.statistics === null) warn(entry, priced, { waitedMs: policy.waitMs });
      return { statistics: entry.statistics, kept: shown };
    },

    kept,
  };

  function entryOf({ categoryId, service, currency }: Priced): Entry {
    const key = `${categoryId} ${service} ${currency}`;
    const fresh = { statistics: null, at: -Infinity, besideAt: -Infinity, pays: 0, served: 0, counting: null };
    const entry = entries.get(key) ?? { ...fresh, isWarned: false };
    entries.set(key, entry);
    return entry;
  }

  function isDue({ at, served, pays }: Entry): boolean {
    return now().getTime() - at >= policy.refreshMs && served >= pays;
  }

  async function count(entry: Entry, priced: Priced): Promise<void> {
    const at = now();
    try {
      const counted = await countPrices(sources, priced, at, policy.halfLifeMs);
      const beside =
        entry.statistics !== null && at.getTime() - entry.besideAt < BESIDE_MS
          ? entry.statistics.beside
          : await countBeside(sources, priced, counted, at, policy.halfLifeMs);
      if (beside !== entry.statistics?.beside) entry.besideAt = at.getTime();
      entry.statistics = { own: counted.own, beside };
      entry.pays = sizeOf(counted) / COUNTED_PER_CHOICE;
      entry.isWarned = false;
    } catch (error) {
      warn(entry, priced, { err: error });
      entry.pays = 0; // what failed is tried again as soon as it is old
    } finally {
      entry.at = at.getTime();
      entry.served = 0;
      entry.counting = null;
    }
  }

  /** What this customer was shown for the same lately, as in `KnownPrices`, in time. Never rejects. */
  function kept(priced: Priced, customerId: string): Promise<KnownPrices['kept']> {
    return inTime(keptFor(priced, customerId), policy.waitMs);
  }

  /** What they were shown for the same, while it is to be kept. */
  async function keptFor(priced: Priced, customerId: string): Promise<number | null> {
    if (policy.keptMs === 0) return null;
    const ids = await sources.questions.writtenIn(customerId, priced.categoryId, MOST_QUESTIONS);
    return sources.offers.priceShown(ids, priced, before(now(), policy.keptMs));
  }

  /** Once until it succeeds again: a store that is away says so itself. */
  function warn(entry: Entry, { categoryId, service }: Priced, why: object): void {
    if (!entry.isWarned) log.warn({ ...why, categoryId, service }, 'prices could not be counted in time');
    entry.isWarned = true;
  }
}

/** What it answers within `ms`; else undefined, whatever becomes of it. */
async function inTime<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  const waiting = new AbortController();
  try {
    return await Promise.race([
      work.catch(() => undefined),
      sleep(ms, undefined, { signal: waiting.signal, ref: false }).catch(() => undefined),
    ]);
  } finally {
    waiting.abort();
  }
}

/** From when on all are counted; null: there are no others. */
function oldestOf(shown: readonly ShownPrices[], limit: number): Date | null {
  if (sizeOf({ shown }) < limit) return null;
  return new Date(Math.min(...shown.map(({ day }) => day.getTime())));
}

const sizeOf = ({ shown }: Pick<Counted, 'shown'>) => shown.reduce((sum, { count }) => sum + count, 0);
const before = (now: Date, ms: number) => new Date(now.getTime() - ms);
