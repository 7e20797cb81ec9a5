// A console that an expert has open, in a window of its own.

import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Answer } from '../web/client/calls.ts';
import { until } from './browser.ts';
import { sleep } from './client.ts';
import { ROOT } from './servers.ts';

const PATIENCE_MS = 180_000;
const KEY_MS = 300; // between one and the next: somebody thinks while they write

export type Session = Answer<'session.login'>;

export interface Opened {
  readonly context: BrowserContext;
  readonly page: Page;
}

/** Nothing is opened in it yet. */
export async function windowOf(browser: Browser, session: Session): Promise<Opened> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.addInitScript({ path: join(ROOT, 'bench/in-page.js') });
  const kept = JSON.stringify({ token: session.token, user: session.user });
  await context.addInitScript(`localStorage.setItem('parley.expert.session', ${JSON.stringify(kept)})`);
  return { context, page: await context.newPage() };
}

/** ms from each key to the frame that shows it. */
export async function keysIn(page: Page, count: number): Promise<number[]> {
  await page.locator('.writing textarea').focus();
  const before = Number(await page.evaluate('seen.keys.length'));
  for (let key = 0; key < count; key += 1) {
    await page.keyboard.press('a');
    await until(page, `seen.keys.length > ${before + key}`);
    await sleep(KEY_MS);
  }
  return page.evaluate<number[]>(`seen.keys.slice(${before})`);
}
