// A category with 2,000 open questions: the list comes soon, one can write beside it, and go through all of it.

import mongoose from 'mongoose';
import type { Browser, Page } from 'playwright-core';
import { tokens } from '../src/providers/tokens.ts';
import type { Bench } from './bench.ts';
import { metricsOf, slowed } from './browser.ts';
import { Door, connect, each, range } from './client.ts';
import { keysIn, windowOf } from './console-page.ts';
import { hire, post } from './prepare.ts';
import { SECRET, startParley } from './servers.ts';

const WAITING = 2_000;
const CUSTOMERS = 20;
const CATEGORY = 'law';
const KEYS = 20;
const SCROLLS = 20;
const SCROLLED_MS = 3_000;
const DAY_MS = 86_400_000;

export interface Crowded {
  readonly waiting: number;
  /** page opened → list drawn, ms */
  readonly first: number;
  /** key → frame, ms: with one page of the list, and with all of it */
  readonly keys: readonly number[];
  readonly keysAll: readonly number[];
  /** "Show more" → drawn, ms */
  readonly pages: readonly number[];
  /** while it is scrolled, ms */
  readonly frames: readonly number[];
  readonly nodes: number;
  readonly nodesAll: number;
  readonly rows: number;
}

/** `less`: so many times fewer. */
export async function crowded({ stores, say }: Bench, browser: Browser, less: number): Promise<Crowded> {
  const { url } = await startParley('gateway', stores, { POLICY_CLAIM: '12h' });
  const client = await mongoose.mongo.MongoClient.connect(stores.mongodbUri);
  const [userId = ''] = await hire(client.db(), 1, { category: CATEGORY, openRequests: false });
  await client.close();
  const door = await Door.at(url);
  const waiting = WAITING / less;
  await each(range(CUSTOMERS), CUSTOMERS, async () => {
    const customer = await connect(url, (await door.visitor()).token);
    for (let asked = 0; asked < waiting / CUSTOMERS; asked += 1) await post(customer, CATEGORY);
    customer.close();
  });
  door.close();
  say(`x: ${waiting} questions wait`);
  const { sign } = tokens(SECRET, () => new Date(), { customer: DAY_MS, staff: DAY_MS, staffMost: DAY_MS });
  const token = await sign({ userId, role: 'expert', tokenVersion: 1 });
  const me = await connect(url, token);
  const { user } = await me.call('session.get', {});
  me.close();
  const { context, page } = await windowOf(browser, { token, user });
  await slowed(page);
  await page.goto(`${url}/expert`);
  const first = await page.evaluate<number>('seen.drawn(".rows .row")');
  await page.locator('.row-foot button').first().click();
  await page.locator('.writing textarea').waitFor();
  await page.goto(page.url().replace('/mine/', '/queue/')); // the same, beside the queue
  await page.evaluate('seen.drawn(".rows .row")');
  const keys = await keysIn(page, KEYS);
  const { nodes } = await metricsOf(page);
  const pages = await allPages(page);
  const rows = await page.locator('.rows .row').count();
  await page.locator('.list-body').hover();
  const scrolling = page.evaluate<number[]>(`seen.frames(${SCROLLED_MS})`);
  for (let time = 0; time < SCROLLS; time += 1) await page.mouse.wheel(0, 600);
  const frames = await scrolling;
  const keysAll = await keysIn(page, KEYS);
  const { nodes: nodesAll } = await metricsOf(page);
  await context.close();
  return { waiting, first, keys, keysAll, pages, frames, nodes, nodesAll, rows };
}

/** To the end of the list; ms of each. */
async function allPages(page: Page): Promise<number[]> {
  const took: number[] = [];
  for (;;) {
    const ms = await page.evaluate<number | null>('seen.more()');
    if (ms === null) return took;
    took.push(ms);
  }
}
