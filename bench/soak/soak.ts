// (y) Five experts at their consoles and ten customers at the shop of the demo, all at once in a real browser, by pressing what is there,
// for two minutes: no error, no row that is stale, no request that is listed and taken, and the money right in the end.

import mongoose from 'mongoose';
import type { Browser, Page } from 'playwright-core';
import { tokens } from '../../src/providers/tokens.ts';
import type { Bench, Outcome } from '../bench.ts';
import { launch } from '../browser.ts';
import { connect, range } from '../client.ts';
import { windowOf } from '../console-page.ts';
import { hire } from '../prepare.ts';
import { SECRET, startParley } from '../servers.ts';
import { booksOf } from './books.ts';
import { careAt } from './care.ts';
import { customerAt } from './customer.ts';
import { Dice } from './dice.ts';
import { expertAt } from './expert.ts';
import { Lag, spread } from './lag.ts';
import { consoleLook, widgetLook } from './look.ts';
import { Person } from './person.ts';
import { played, recordsOf } from './played.ts';
import { Watch } from './watch.ts';
import type { Present } from './watch.ts';

const MINUTES = 2;
const QUICK = 8; // so many times shorter
const PHONE = { width: 390, height: 844 };
const DAY_MS = 86_400_000;
const PATIENCE_MS = 45_000; // for what was begun before the end

/** The demo's times (demo/settings.ts), for people instead of robots. */
const TIMES = {
  ...{ POLICY_RESERVATION: '8s', POLICY_REQUEST_TTL: '25s', POLICY_PAYMENT_UPDATE_TTL: '20s' },
  ...{ POLICY_REPORT_WINDOW: '25s', POLICY_REPORT_REMINDERS: '8s,14s', POLICY_CLAIM: '60s', POLICY_SWEEP: '1s' },
  ...{ POLICY_FRAGMENT_WINDOW: '0s', POLICY_OFFER_DELAY: '2s', RATE_DECLINES: '1000000' },
};

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
    const lag = await Lag.begin(browser, stores.mongodbUri);
    const experts = await expertsAt(browser, url, { stores, count: quick ? 2 : 5, tell });
    const customers = await customersAt(browser, url, { count: quick ? 3 : 10, tell });
    const all = [...experts, ...customers];
    const watch = new Watch(all, tell);
    const lasts = minutes ?? MINUTES / (quick ? QUICK : 1);
    const end = performance.now() + lasts * 60_000;
    const isOver = () => performance.now() > end;
    await Promise.all([
      ...all.map((one) => lived(one, isOver, end)),
      watch.during(isOver),
      careAt(url, new Dice(200), isOver),
    ]);
    say('y: everybody stops; what every page shows is looked at');
    await watch.everything();
    const records = await recordsOf(stores.mongodbUri);
    const counts = played(
      records,
      all.flatMap(({ person }) => person.done),
    );
    const books = await booksOf(stores, records, watch);
    for (const fault of books.faults) tell(fault);
    if (lasts >= MINUTES) for (const what of neverIn(counts)) tell(`never played: ${what}`);
    const measured = await lag.end(all.map(({ person }) => person.page));
    for (const { person } of all) await person.leave();
    return {
      rows: [],
      violations: wrong.map((what) => `y: ${what}`),
      facts: [...factsOf(all, watch, counts), `examined in the end: ${books.examined}`, ...measured].map(
        (one) => `y: ${one}`,
      ),
    };
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
      await page.emulateMedia({ reducedMotion: 'reduce' });
      if (index === 0) await page.setViewportSize(PHONE); // one of them is on the way
      const name = `expert ${index + 1}`;
      const person = new Person(name, page, new Dice(index), tell);
      await open(page, `${url}/expert`);
      const look = consoleLook(name, page, { connection, userId });
      return { person, look, live: (isOver: () => boolean) => expertAt(person, isOver), isExpert: true };
    }),
  );
}

async function customersAt(browser: Browser, url: string, { count, tell }: Some): Promise<Present[]> {
  return Promise.all(
    range(count).map(async (index) => {
      const context = await browser.newContext({
        locale: 'en-GB',
        reducedMotion: 'reduce',
        ...(index % 2 === 0 && { viewport: PHONE }),
      });
      const page = await context.newPage();
      const name = `customer ${index + 1}`;
      const person = new Person(name, page, new Dice(100 + index), tell);
      await open(page, url);
      const look = widgetLook(name, page, (token) => connect(url, token));
      const walk = { first: index, step: count };
      return { person, look, live: (isOver: () => boolean) => customerAt(person, walk, isOver), isExpert: false };
    }),
  );
}

async function open(page: Page, url: string): Promise<void> {
  await page.addInitScript({ path: new URL('in-page.js', import.meta.url).pathname });
  await page.goto(url);
}

/** Each way has to be gone by somebody. */
const neverIn = (counts: Readonly<Record<string, number>>) => Object.keys(counts).filter((what) => counts[what] === 0);

function factsOf(
  all: readonly Present[],
  { looks, behind }: Watch,
  counts: Readonly<Record<string, number>>,
): string[] {
  const refusals = new Map<string, number>();
  for (const one of all.flatMap(({ person }) => person.refusals)) refusals.set(one, (refusals.get(one) ?? 0) + 1);
  const listed = (some: Iterable<readonly [string, number]>) =>
    [...some].map(([name, count]) => `${name} ${count}`).join(', ');
  return [
    `${all.length} people: ${listed(Object.entries(counts))}`,
    `refused, as it should be: ${listed(refusals) || 'never'}`,
    `presses took ${spread(all.flatMap(({ person }) => person.presses))}`,
    `pages were looked at ${looks.length} times, each in ${spread(looks)}; ${behind.length} times one was behind the server: ${spread(behind)}`,
  ];
}
