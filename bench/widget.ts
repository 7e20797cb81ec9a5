// (w) What the widget costs a browser whose CPU is slowed fourfold, beside what is allowed (decision 114): from the press on the launcher
// to the first typed letter, then a conversation of 1,000 lines, and a panel that is opened and closed again and again.

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import type { Bench, Outcome, Row } from './bench.ts';
import { allowed, launch, metricsOf, slowed, SLOWER, until } from './browser.ts';
import type { Metrics } from './browser.ts';
import { Door, connect, each, range, sleep } from './client.ts';
import { post } from './prepare.ts';
import { ROOT, startParley } from './servers.ts';
import { median, noiseOf } from './stats.ts';
import { realLines } from './talk.ts';

const PHONE = { width: 390, height: 844 };
const ROUNDS = 7;
const LINES = 1_000;
const AT_A_TIME = 10;
const KEYS = 20;
const INCOMING = 15;
const TIMES = 30;
const WARM_UP = 5; // of opening and closing: what is made once is not a leak
const REST_MS = 500;
const PATIENCE_MS = 180_000; // a thousand lines are drawn one after the other

/** What is allowed, in the units of the figures. */
const MOST = { letter: 1_000, launcher: 600, heap: 4, nodes: 3_000, key: 50, incoming: 250, growth: 1.05 };

const HEAD = '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>A shop</title>';
/** What one must at least do to be typed into. */
const BARE = `${HEAD}<button class="launcher" style="position:fixed;inset:auto 20px 20px auto;block-size:48px">Ask</button>
<script>document.querySelector('button').onclick = () => document.body.append(document.createElement('textarea'));</script>`;
const host = (chat: string, own = '') => `${HEAD}<h1>A shop</h1>${own}<script async src="${chat}/widget.js"></script>`;

export async function widget(bench: Bench): Promise<Outcome> {
  const { stores, quick, say } = bench;
  const shop = await openShop();
  const { url } = await startParley('gateway', stores, { POLICY_CLAIM: '12h', ALLOWED_ORIGINS: shop.url });
  const browser = await launch();
  try {
    const letters: Letter[] = [];
    for (let round = quick ? 2 : ROUNDS; round > 0; round -= 1) {
      const bare = [await letterOn(browser, shop.with(BARE)), await letterOn(browser, shop.with(BARE))] as const;
      const own = await letterOn(browser, shop.with(host(url)));
      letters.push({ ...own, bare });
      say(`w: letter ${own.letter.toFixed(0)}, bare ${bare.map(({ letter }) => letter.toFixed(0)).join(' and ')} ms`);
    }
    const talk = await conversation(browser, shop, url, quick);
    const panel = await opening(browser, shop.with(host(url)), quick);
    return { rows: rowsOf(letters, talk, panel), violations: [], facts: factsOf(letters, talk, panel) };
  } finally {
    await browser.close();
    shop.close();
  }
}

interface Shop {
  readonly url: string;
  /** what it shows from now on; answers where */
  with(html: string): string;
  close(): void;
}

/** The page of somebody else, at an origin of its own. */
async function openShop(): Promise<Shop> {
  let shown = '';
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8').end(shown);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP, so this is no string
  return {
    url,
    with(html) {
      shown = html;
      return url;
    },
    close: () => server.close().closeAllConnections(),
  };
}

interface Typed {
  /** ms from the press to the letter on the screen */
  readonly letter: number;
  /** ms from the navigation until there is something to press */
  readonly launcher: number;
  /** of the page until then: the longest task, ms, and how much of it was moved */
  readonly longest: number;
  readonly shift: number;
}

interface Letter extends Typed {
  readonly bare: readonly [Typed, Typed];
}

/** A browser that has never been here. */
async function letterOn(browser: Browser, url: string): Promise<Typed> {
  const { context, page } = await opened(browser);
  try {
    await slowed(page);
    await page.goto(url);
    const launcher = Number(await page.evaluate('seen.launcher()'));
    const [longest, shift] = await page.evaluate<[number, number]>('[seen.longest, seen.shift]');
    await sleep(REST_MS);
    const { x, y, width, height } = (await page.locator('.launcher').boundingBox())!;
    await page.mouse.click(x + width / 2, y + height / 2);
    await page.evaluate("seen.into('textarea')");
    await page.keyboard.press('a');
    await until(page, 'seen.typed > 0');
    return { letter: Number(await page.evaluate('seen.typed')), launcher, longest, shift };
  } finally {
    await context.close();
  }
}

interface Talked {
  readonly heap: number;
  readonly nodes: number;
  readonly key: number;
  readonly incoming: number;
}

/** Somebody has the conversation open while it grows; then they write, and a line comes now and then. */
async function conversation(browser: Browser, shop: Shop, url: string, quick: boolean): Promise<Talked> {
  const door = await Door.at(url);
  const customer = await door.visitor();
  const cora = await connect(url, customer.token);
  const ada = await connect(url, (await door.login('ada@example.test')).token);
  const questionId = await post(cora);
  cora.close();
  door.close();
  await ada.call('question.claim', { questionId });
  const lines = realLines();
  const say = (index: number) =>
    ada.call('message.send', {
      ...{ questionId, clientId: randomUUID(), body: `${lines[index % lines.length]!} (${index})`, confirm: true },
    });
  const kept = { 'parley.session': JSON.stringify(customer), 'parley.left': questionId };
  const { context, page } = await opened(browser, kept);
  try {
    await page.goto(shop.with(host(url, '<parley-chat open></parley-chat>')));
    await until(page, "seen.has('.composer textarea')");
    const many = quick ? LINES / 10 : LINES;
    await each(range(many), AT_A_TIME, say);
    await until(page, `seen.has('.lines', '(${many - 1})')`);
    await sleep(REST_MS);
    const { heap, nodes } = await metricsOf(page); // before Playwright has looked into the page, which puts its own scripts there
    await slowed(page);
    await page.locator('.composer textarea').focus();
    for (let key = 0; key < KEYS; key += 1) {
      await page.keyboard.press('a');
      await until(page, `seen.keys.length > ${key}`);
    }
    await page.evaluate('seen.watch()');
    for (let line = 0; line < INCOMING; line += 1) {
      await say(LINES + line);
      await until(page, `seen.lines.length > ${line}`);
    }
    const [keys, incoming] = await page.evaluate<[number[], number[]]>('[seen.keys, seen.lines]');
    return { heap, nodes, key: median(keys), incoming: median(incoming) };
  } finally {
    ada.close();
    await context.close();
  }
}

interface Opened {
  readonly before: Metrics;
  readonly after: Metrics;
}

async function opening(browser: Browser, url: string, quick: boolean): Promise<Opened> {
  const { context, page } = await opened(browser);
  try {
    await page.goto(url);
    await page.evaluate('seen.launcher()');
    const toggle = async (times: number) => {
      for (let time = 0; time < times; time += 1) {
        await page.evaluate('parley.open()');
        await page.locator('dialog[open] textarea').waitFor();
        await page.evaluate('parley.close()');
        await page.locator('dialog[open]').waitFor({ state: 'detached' });
      }
      await sleep(REST_MS);
      return metricsOf(page);
    };
    const before = await toggle(WARM_UP);
    return { before, after: await toggle(quick ? 2 : TIMES) };
  } finally {
    await context.close();
  }
}

async function opened(browser: Browser, kept: Readonly<Record<string, string>> = {}) {
  const context: BrowserContext = await browser.newContext({ locale: 'en-GB', viewport: PHONE });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.addInitScript({ path: join(ROOT, 'bench/in-page.js') });
  await context.addInitScript(`Object.assign(localStorage, ${JSON.stringify(kept)})`);
  return { context, page: await context.newPage() };
}

function rowsOf(letters: readonly Letter[], talk: Talked, { before, after }: Opened): Row[] {
  const bare = letters.flatMap((one) => one.bare.map(({ letter }) => letter));
  const slow = `CPU slowed ${SLOWER}-fold`;
  const many = `with ${LINES.toLocaleString('en')} lines`;
  const letter = median(letters.map((one) => one.letter));
  return [
    {
      ...allowed(`w. launcher pressed → first letter typed, ${slow}`, 'ms', letter, MOST.letter, letters.length),
      noise: noiseOf(letters.map((one) => [one.bare[0].letter, one.bare[1].letter])),
      note: `a bare page takes ${median(bare).toFixed(0)} ms; beside it what is allowed`,
    },
    allowed(`w. page opened → launcher, ${slow}`, 'ms', median(letters.map((one) => one.launcher)), MOST.launcher),
    allowed(`w. heap of the page ${many}`, 'MB', talk.heap, MOST.heap),
    allowed(`w. nodes of the page ${many}`, '', talk.nodes, MOST.nodes),
    allowed(`w. key → frame ${many}, ${slow}`, 'ms', talk.key, MOST.key, KEYS),
    allowed(`w. line arrived → frame ${many}, ${slow}`, 'ms', talk.incoming, MOST.incoming, INCOMING),
    allowed(`w. heap after ${TIMES} times opened and closed`, 'MB', after.heap, before.heap * MOST.growth),
  ];
}

function factsOf(letters: readonly Letter[], { heap }: Talked, { before, after }: Opened): string[] {
  const ms = (of: (one: Letter) => number) => `${median(letters.map(of)).toFixed(0)} ms`;
  return [
    `w: a bare page, pressed → typed ${ms((one) => one.bare[0].letter)}, opened → there ${ms((one) => one.bare[0].launcher)}; ` +
      `with the loader ${ms((one) => one.launcher)}, its longest task ${ms((one) => one.longest)}, moved ${median(letters.map(({ shift }) => shift)).toFixed(3)}`,
    `w: opened and closed ${TIMES} times: heap ${before.heap.toFixed(2)} → ${after.heap.toFixed(2)} MB, listeners ${before.listeners} → ${after.listeners}, nodes ${before.nodes} → ${after.nodes}; ${heap.toFixed(1)} MB in a long conversation`,
  ];
}
