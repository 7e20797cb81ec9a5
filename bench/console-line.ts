// How soon an open console is right again: its line was cut, its server is back, or its machine wakes after an hour. Right is that it
// shows what was asked meanwhile.

import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Connection } from '../web/client/connection.ts';
import { startLink } from '../test/helpers/link.ts';
import type { Bench } from './bench.ts';
import { Door, connect, sleep } from './client.ts';
import { windowOf } from './console-page.ts';
import { post } from './prepare.ts';
import { startParley } from './servers.ts';

const REST_MS = 1_500;
const HOUR_MS = 3_600_000;

/** ms, of each time */
export interface Returned {
  readonly cut: readonly number[];
  readonly restart: readonly number[];
  readonly sleep: readonly number[];
}

export async function returns({ stores, say }: Bench, browser: Browser, times: number): Promise<Returned> {
  let server = await startParley('gateway', stores);
  const link = await startLink({ port: portOf(server.url) });
  const url = `http://127.0.0.1:${link.port}`;
  const door = await Door.at(server.url);
  const session = await door.login('ada@example.test');
  const { token } = await door.visitor();
  door.close();
  const found: Record<keyof Returned, number[]> = { cut: [], restart: [], sleep: [] };
  const { context, page } = await windowOf(browser, session);
  await page.goto(`${url}/expert`);

  for (let time = 0; time < times; time += 1) {
    const asked = await asking(server.url, token);
    await asked.seen(page);
    await sleep(REST_MS);
    const cutAt = performance.now();
    link.cut();
    await asked.more();
    await asked.seen(page);
    found.cut.push(performance.now() - cutAt);
    asked.close();
  }
  for (let time = 0; time < times; time += 1) {
    link.refuse();
    await server.stop();
    server = await startParley('gateway', stores);
    const asked = await asking(server.url, token);
    link.target({ port: portOf(server.url) });
    const backAt = performance.now();
    link.heal();
    await asked.seen(page);
    found.restart.push(performance.now() - backAt);
    asked.close();
  }
  await page.close();
  for (let time = 0; time < times; time += 1) {
    const tab = await sleeper(context, url);
    const asked = await asking(server.url, token);
    await asked.seen(tab);
    link.swallow(); // nobody hears that the other end is gone
    link.heal();
    await asked.more();
    const wakesAt = performance.now();
    await tab.clock.setSystemTime(Date.now() + HOUR_MS); // timers stood still
    await asked.seen(tab);
    found.sleep.push(performance.now() - wakesAt);
    asked.close();
    await tab.close();
    link.cut(); // what is deaf stays so, and the browser would ask for the next page by it
  }
  await context.close();
  await link.close();
  say(`x: right again: cut ${shown(found.cut)}, restarted ${shown(found.restart)}, asleep ${shown(found.sleep)} ms`);
  return found;
}

const portOf = (url: string) => Number(new URL(url).port);

const shown = (ms: readonly number[]) => ms.map((one) => one.toFixed(0)).join(', ');

/** Somebody has asked, and may ask more: what the page has to show. */
async function asking(url: string, token: string) {
  const customer: Connection = await connect(url, token);
  let newest = await post(customer);
  return {
    more: async () => {
      newest = await post(customer);
    },
    seen: (page: Page) => page.locator(`.rows [data-id="${newest}"]`).waitFor(),
    close: () => customer.close(),
  };
}

async function sleeper(context: BrowserContext, url: string): Promise<Page> {
  const tab = await context.newPage();
  await tab.clock.install();
  await tab.goto(`${url}/expert`);
  await tab.locator('.frame').waitFor();
  return tab;
}
