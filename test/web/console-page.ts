// The console of an expert in a browser of their own.

import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Client } from '../helpers/client.ts';
import { PATIENCE_MS } from './browser.ts';
import { violationsIn } from './widget-look.ts';

export interface AtWork {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Another tab of the same browser. */
  tab(path?: string): Promise<Page>;
  /** Fails for whatever a page complained about: broken scripts, what its policy forbade. */
  close(): Promise<void>;
}

export interface Working extends BrowserContextOptions {
  /** who is signed in already */
  readonly as?: Pick<Client, 'token' | 'user'>;
  readonly path?: string;
  /** Its clock can be put forward. It is there before a page's scripts: timers that were set before it would never be cleared. */
  readonly clock?: boolean;
}

/** Refusals, which the browser notes as answers that are not 200, and lines that a test has cut. */
const EXPECTED = /^Failed to load resource|^WebSocket connection to .* failed|ERR_(?:CONNECTION|EMPTY|INTERNET)/;

export async function atWork(
  browser: Browser,
  url: string,
  { as, path = '/expert', clock = false, ...options }: Working = {},
): Promise<AtWork> {
  const size = { width: 1440, height: 900 };
  // what fades is looked at when it has
  const plain = { locale: 'en-GB', timezoneId: 'UTC', viewport: size, reducedMotion: 'reduce' } as const;
  const context = await browser.newContext({ ...plain, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  if (clock) await context.clock.install();
  const wrong: string[] = [];
  context.on('page', (tab) => {
    tab.on('pageerror', (error) => wrong.push(error.message));
    tab.on('console', (line) => {
      if (line.type() === 'error' && !EXPECTED.test(line.text())) wrong.push(line.text());
    });
  });
  if (as) {
    await context.addInitScript(
      (kept) => {
        if (!location.protocol.startsWith('http') || localStorage.getItem('test.began') !== null) return; // once: who signs out is out
        localStorage.setItem('test.began', 'true');
        localStorage.setItem('parley.expert.session', kept);
      },
      JSON.stringify({ token: as.token, user: as.user }),
    );
  }
  const tab = async (where = path) => {
    const page = await context.newPage();
    await page.goto(url + where);
    return page;
  };
  return {
    context,
    page: await tab(),
    tab,
    async close() {
      await context.close();
      expect(wrong).toEqual([]);
    },
  };
}

/** axe finds nothing, in both themes, small and wide; and nothing is wider than the window or cut. */
export async function isClean(page: Page): Promise<void> {
  for (const [colorScheme, width] of [
    ['light', 360],
    ['dark', 1440],
    ['dark', 360],
    ['light', 1440],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }); // what fades is looked at when it has
    expect(await violationsIn(page)).toEqual([]);
    expect(await cutOff(page)).toEqual([]);
  }
}

const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.root *')]
      .filter((one) => {
        const { overflowX, display } = getComputedStyle(one);
        if (one.closest('.hidden, .skip, svg, select, input') !== null || display === 'inline') return false;
        const isOut = one.getBoundingClientRect().right > innerWidth + 1;
        return isOut || (overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1);
      })
      .map((one) => `${one.className} ${one.textContent.slice(0, 60)}`),
  );

/** The Enter that ends a composition, as Safari tells it: by the number of its key alone. */
export const endComposing = (field: Locator): Promise<void> =>
  field.evaluate((element) => {
    const enter = { key: 'Enter', bubbles: true, cancelable: true, keyCode: 229 };
    element.dispatchEvent(new KeyboardEvent('keydown', enter));
  });
