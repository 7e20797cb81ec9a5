// (y) Five experts at their consoles and ten customers at the shop of the demo, all at once in a real browser, by pressing what is there,
// for two minutes: no error, no row that is stale, no request that is listed and taken.

import mongoose from 'mongoose';
import type { Browser } from 'playwright-core';
import { tokens } from '../src/providers/tokens.ts';
import type { Bench, Outcome } from './bench.ts';
import { launch } from './browser.ts';
import { connect, range, sleep } from './client.ts';
import { windowOf } from './console-page.ts';
import { hire } from './prepare.ts';
import { SECRET, startParley } from './servers.ts';
import { customerAt } from './soak-customer.ts';
import { Dice } from './soak-dice.ts';
import { expertAt, goTo } from './soak-expert.ts';
import { consoleLook, widgetLook } from './soak-look.ts';
import type { Look } from './soak-look.ts';
import { Person } from './soak-person.ts';
import { most } from './stats.ts';

const MINUTES = 2;
const QUICK = 8; // so many times shorter
const PHONE = { width: 390, height: 844 };
const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 5_000;
const STALE_MS = 10_000; // of a page on a machine that draws fifteen of them with what cores it has
const AGAIN_MS = 250;
const PATIENCE_MS = 45_000; // for what was begun before the end

/** The demo's times (demo/settings.ts), for people instead of robots. */
const TIMES = {
  ...{ POLICY_RESERVATION: '8s', POLICY_REQUEST_TTL: '25s', POLICY_PAYMENT_UPDATE_TTL: '20s' },
  ...{ POLICY_REPORT_WINDOW: '20s', POLICY_REPORT_REMINDERS: '8s,14s', POLICY_CLAIM: '40s', POLICY_SWEEP: '1s' },
  ...{ POLICY_FRAGMENT_WINDOW: '0s', RATE_DECLINES: '1000000' },
};

interface Present {
  readonly person: Person;
  readonly look: Look;
  readonly live: (isOver: () => boolean) => Promise<void>;
  readonly isExpert: boolean;
}

export async function soak({ stores, quick, minutes, say }: Bench): Promise<Outcome> {
  const { url } = await startParley('gateway', stores, TIMES);
  await startParley('worker', stores, TIMES);
  const browser = await launch();
  const wrong: string[] = [];
  const tell = (what: string) => {
    wrong.push(what);
    say(`y: ${what}`);
  };
  try {
    const experts = await expertsAt(browser, url, { stores, count: quick ? 2 : 5, tell });
    const customers = await customersAt(browser, url, { count: quick ? 3 : 10, tell });
    const all = [...experts, ...customers];
    const watch = new Watch(all, tell);
    const end = performance.now() + ((minutes ?? MINUTES) / (quick ? QUICK : 1)) * 60_000;
    const isOver = () => performance.now() > end;
    await Promise.all([...all.map((one) => lived(one, isOver, end)), watch.during(isOver)]);
    say('y: everybody stops; what every page shows is looked at');
    await watch.everything();
    const facts = factsOf(all, watch, await livedIn(stores.mongodbUri));
    for (const { person } of all) await person.leave();
    return { rows: [], violations: wrong.map((what) => `y: ${what}`), facts };
  } finally {
    await browser.close();
  }
}

/** To its end, or until it is plain that it has none. */
async function lived({ person, live }: Present, isOver: () => boolean, end: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(
      () => {
        person.wrong(`came to no end: ${person.doing}`);
        resolve();
      },
      end + PATIENCE_MS - performance.now(),
    );
  });
  const failed = (error: unknown) => person.wrong(`gave up: ${String(error).replace(/\s+/g, ' ').slice(0, 600)}`);
  await Promise.race([live(isOver).catch(failed), late]);
  clearTimeout(timer);
}

interface Some {
  readonly count: number;
  readonly tell: (what: string) => void;
}

async function expertsAt(
  browser: Browser,
  url: string,
  { stores, count, tell }: Some & Pick<Bench, 'stores'>,
): Promise<Present[]> {
  const client = await mongoose.mongo.MongoClient.connect(stores.mongodbUri);
  const hired = await hire(client.db(), count, { category: 'computer', openRequests: true });
  await client.close();
  const { sign } = tokens(SECRET, () => new Date(), { customer: DAY_MS, staff: DAY_MS, staffMost: DAY_MS });
  return Promise.all(
    hired.map(async (userId, index) => {
      const token = await sign({ userId, role: 'expert', tokenVersion: 1 });
      const connection = await connect(url, token);
      const { user } = await connection.call('session.get', {});
      const { page } = await windowOf(browser, { token, user });
      if (index === 0) await page.setViewportSize(PHONE); // one of them is on the way
      const name = `expert ${index + 1}`;
      const person = new Person(name, page, new Dice(index), tell);
      await page.goto(`${url}/expert`);
      const look = consoleLook(name, page, connection);
      return { person, look, live: (isOver: () => boolean) => expertAt(person, isOver), isExpert: true };
    }),
  );
}

async function customersAt(browser: Browser, url: string, { count, tell }: Some): Promise<Present[]> {
  return Promise.all(
    range(count).map(async (index) => {
      const context = await browser.newContext({ locale: 'en-GB', ...(index % 2 === 0 && { viewport: PHONE }) });
      const page = await context.newPage();
      const name = `customer ${index + 1}`;
      const person = new Person(name, page, new Dice(100 + index), tell);
      await page.goto(url);
      const look = widgetLook(name, page, (token) => connect(url, token));
      return { person, look, live: (isOver: () => boolean) => customerAt(person, isOver), isExpert: false };
    }),
  );
}

/** Looks at every page now and then. Pages are a moment behind the server; what is still wrong after some seconds is stale. */
class Watch {
  looks = 0;
  /** ms until what was wrong at first was right */
  readonly behind: number[] = [];
  readonly #all: readonly Present[];
  readonly #tell: (what: string) => void;

  constructor(all: readonly Present[], tell: (what: string) => void) {
    this.#all = all;
    this.#tell = tell;
  }

  async during(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await Promise.all(this.#all.map((one) => this.#at(one)));
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** All lists of all consoles, and all widgets, when nobody does anything any more. */
  async everything(): Promise<void> {
    await Promise.all(
      this.#all.map(async (one) => {
        const { person, isExpert } = one;
        if (!isExpert) return this.#at(one);
        for (const tab of ['Queue', 'Mine'] as const) {
          await goTo(person, tab);
          await this.#at(one);
        }
        await goTo(person, 'Requests');
        for (const view of ['Open', 'Priority', 'Done']) {
          await person.press(person.page.locator('.views').getByRole('button', { name: view }));
          await this.#at(one);
        }
      }),
    );
  }

  async #at({ look }: Present): Promise<void> {
    this.looks += 1;
    const began = performance.now();
    let differ = await look();
    while (differ.length > 0 && performance.now() - began < STALE_MS) {
      await sleep(AGAIN_MS);
      const now = new Set(await look());
      differ = differ.filter((one) => now.has(one));
      if (differ.length === 0) this.behind.push(performance.now() - began);
    }
    for (const one of differ) this.#tell(`stale: ${one}`);
  }
}

/** How many of each there are, by their states. */
async function livedIn(mongodbUri: string): Promise<Readonly<Record<string, Record<string, number>>>> {
  const client = await mongoose.mongo.MongoClient.connect(mongodbUri);
  const lived: Record<string, Record<string, number>> = {};
  for (const name of ['questions', 'offers']) {
    const states = await client
      .db()
      .collection(name)
      .aggregate<{ _id: string; count: number }>([{ $group: { _id: '$state', count: { $sum: 1 } } }])
      .toArray();
    lived[name] = Object.fromEntries(states.map(({ _id, count }) => [_id, count]));
  }
  await client.close();
  return lived;
}

function factsOf(
  all: readonly Present[],
  { looks, behind }: Watch,
  lived: Awaited<ReturnType<typeof livedIn>>,
): string[] {
  const refusals = new Map<string, number>();
  for (const one of all.flatMap(({ person }) => person.refusals)) refusals.set(one, (refusals.get(one) ?? 0) + 1);
  const listed = (counts: Iterable<readonly [string, number]>) =>
    [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
  return [
    `y: ${all.length} people; ${Object.entries(lived)
      .map(([name, states]) => `${name}: ${listed(Object.entries(states))}`)
      .join('; ')}`,
    `y: refused, as it should be: ${listed(refusals) || 'never'}`,
    `y: pages were looked at ${looks} times; ${behind.length} times one was behind the server, ` +
      `${behind.length === 0 ? 0 : most(behind).toFixed(0)} ms at most`,
  ];
}
