// A day's worth of events at an open console: what its category and its own questions go through, again and again. What it holds in the
// end is what it held in the beginning.

import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import type { Connection } from '../web/client/connection.ts';
import type { Bench } from './bench.ts';
import { heldBy, metricsOf, slowed } from './browser.ts';
import type { Metrics } from './browser.ts';
import { Door, connect, each, range, sleep } from './client.ts';
import { keysIn, windowOf } from './console-page.ts';
import { post, reserved } from './prepare.ts';
import { startParley } from './servers.ts';
import { realLines } from './talk.ts';

const CUSTOMERS = 6;
const KEYS = 60;
const A_MINUTE = 1_000; // events, while keys are measured
const EXCHANGES = 6; // a line of each side
const LOOK_MS = 200;
const REST_MS = 12_000; // what says goodbye has gone
const MINUTE_MS = 60_000;
/** So many times fewer events come before it is looked at what the page holds: until then caches and lists of bounded length fill. */
const WARM_UP = 2;

export interface Day {
  readonly before: Held;
  readonly after: Held;
  /** key → frame, ms */
  readonly keys: readonly number[];
  /** events, and the steps of questions that those of the queue told of */
  readonly heard: number;
  readonly told: number;
  readonly lives: number;
  readonly seconds: number;
}

/** `held`: MB, without what the engine has compiled */
export interface Held extends Metrics {
  readonly held: number;
}

interface Players {
  /** whose console it is, at another connection */
  readonly ada: Connection;
  readonly ben: Connection;
  readonly customers: readonly Connection[];
  /** waits while more has happened than should have by now */
  readonly pace: () => Promise<void>;
}

/** `events`: so many are heard, in so many minutes. */
export async function dayOf(
  { stores, say, quick }: Bench,
  browser: Browser,
  { events, minutes }: { readonly events: number; readonly minutes: number },
): Promise<Day> {
  const { url } = await startParley('gateway', stores, { POLICY_CLAIM: '12h', RATE_DECLINES: '1000000' });
  const door = await Door.at(url);
  const session = await door.login('ada@example.test');
  const [ada, ben] = [
    await connect(url, session.token),
    await connect(url, (await door.login('ben@example.test')).token),
  ];
  const customers = await each(range(CUSTOMERS), CUSTOMERS, async () => connect(url, (await door.visitor()).token));
  door.close();
  const questionId = await post(customers[0]!);
  await ada.call('question.claim', { questionId });
  const { context, page } = await windowOf(browser, session);
  await page.goto(`${url}/expert/queue/${questionId}`);
  await page.locator('.writing textarea').waitFor();

  const pacer = new Pacer(page);
  const players: Players = { ada, ben, customers, pace: () => pacer.wait() };
  let lives = 0;
  const replay = async (count: number, ms: number) => {
    await pacer.begin(count, ms);
    await each(range(CUSTOMERS), CUSTOMERS, async (n) => {
      for (let turn = n; !pacer.isOver; turn += CUSTOMERS, lives += 1) await live(players, customers[n]!, turn);
    });
    return pacer.end();
  };
  await replay(events / WARM_UP, (minutes * MINUTE_MS) / WARM_UP);
  await sleep(REST_MS);
  const before = await heldIn(page);
  const [heardBefore, toldBefore] = await page.evaluate<[number, number]>('[seen.heard, seen.told]');
  const began = performance.now();
  await replay(events, minutes * MINUTE_MS);
  const seconds = (performance.now() - began) / 1_000;
  const [heard, told] = await page.evaluate<[number, number]>('[seen.heard, seen.told]');
  await sleep(REST_MS);
  const after = await heldIn(page);
  say(`x: held ${before.held.toFixed(2)} → ${after.held.toFixed(2)} MB, nodes ${before.nodes} → ${after.nodes}`);

  await slowed(page);
  const going = replay(Infinity, Infinity);
  const keys = await keysIn(page, quick ? KEYS / 10 : KEYS);
  pacer.stop();
  await going;
  await context.close();
  for (const one of [ada, ben, ...customers]) one.close();
  return { before, after, keys, heard: heard - heardBefore, told: told - toldBefore, lives, seconds };
}

const heldIn = async (page: Page): Promise<Held> => ({ ...(await metricsOf(page)), held: await heldBy(page) });

/** Lets as much happen as the page should have heard of by now. */
class Pacer {
  isOver = false;
  readonly #page: Page;
  #from = 0;
  #heard = 0;
  #count = 0;
  #perMs = 0;
  #began = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(page: Page) {
    this.#page = page;
  }

  /** So many in so many ms; without an end: at the rate of a busy day. */
  async begin(count: number, ms: number): Promise<void> {
    this.isOver = false;
    this.#count = count;
    this.#perMs = count === Infinity ? A_MINUTE / MINUTE_MS : count / ms;
    this.#from = this.#heard = await this.#read();
    this.#began = performance.now();
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  async wait(): Promise<void> {
    const due = () => (performance.now() - this.#began) * this.#perMs;
    while (!this.isOver && this.#heard - this.#from > due()) await sleep(LOOK_MS / 4);
  }

  stop(): void {
    this.isOver = true;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    this.#heard = await this.#read();
    if (this.#heard - this.#from >= this.#count) this.isOver = true;
  }

  #read(): Promise<number> {
    return this.#page.evaluate<number>('seen.heard');
  }
}

const lines = realLines();

/** A question from its post to its close: of a colleague, of the expert's own, or with a request. All of them come to their end. */
async function live(players: Players, customer: Connection, turn: number): Promise<void> {
  if (turn % 5 === 4) await requested(players, customer, turn);
  else if (turn % 2 === 0) await others(players, customer);
  else await own(players, customer, turn);
}

async function others({ ben, pace }: Players, customer: Connection): Promise<void> {
  const questionId = await post(customer);
  for (const name of ['question.claim', 'question.release', 'question.claim'] as const) {
    await pace();
    await ben.call(name, { questionId });
  }
  await customer.call('question.close', { questionId });
}

async function own({ ada, pace }: Players, customer: Connection, turn: number): Promise<void> {
  const questionId = await post(customer);
  await customer.call('question.watch', { questionId });
  await ada.call('question.claim', { questionId });
  for (let index = 0; index < EXCHANGES; index += 1) {
    await pace();
    const { message } = await ada.call('message.send', said(questionId, turn + index));
    await customer.call('message.read', { questionId, seq: message.seq });
    await customer.call('typing', { questionId });
    await pace();
    await customer.call('message.send', said(questionId, turn + index + 1));
  }
  await ada.call('message.send', { ...said(questionId, turn), kind: 'answer' });
  await customer.call('question.rate', { questionId, stars: 5 });
  await customer.call('question.close', { questionId });
  await customer.call('question.unwatch', { questionId });
}

/** Kept for the expert or for a colleague, passed, open to all, and taken by the colleague. */
async function requested({ ada, ben, pace }: Players, customer: Connection, turn: number): Promise<void> {
  await pace();
  const first = turn % 2 === 0 ? ada : ben;
  const requestId = await reserved(customer, first);
  await first.call('request.decline', { requestId });
  await pace();
  await ben.call('request.accept', { requestId });
  await ben.call('request.report', { requestId, connected: true });
}

const said = (questionId: string, index: number) => ({
  ...{ questionId, clientId: randomUUID(), body: lines[index % lines.length]!, confirm: true },
});
