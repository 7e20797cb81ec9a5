// The browser of a person: a Chromium of this machine, and pages that fail their test when anything goes wrong in them.

import { access } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { CHROMIUM, CHROMIUM_ARGS } from '../helpers/chromium.ts';
import type { Client } from '../helpers/client.ts';

const ARGS = [...CHROMIUM_ARGS, '--host-resolver-rules=MAP *.example.test 127.0.0.1']; // sites of others

const NO_RETURN = '--disable-back-forward-cache';

let shared: Promise<Browser> | undefined;

/** The one that the files of this worker share, each person in a context of their own; it ends with the worker. */
export async function launch(): Promise<Browser> {
  const browser = await shared;
  if (browser?.isConnected()) return browser;
  await access(CHROMIUM).catch(() => {
    throw new Error(
      `There is no ${CHROMIUM}: install Debian's "chromium", or set CHROMIUM to the path of another one.`,
    );
  });
  // pages that are left may be kept for a return, as in the browsers of people
  shared = chromium.launch({ executablePath: CHROMIUM, args: ARGS, ignoreDefaultArgs: [NO_RETURN] });
  return shared;
}

/** What a test has left open, since it failed, goes with its file. */
export async function closeContexts(): Promise<void> {
  const browser = await shared;
  await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
}

export interface Visit extends BrowserContextOptions {
  /** who is signed in already */
  readonly as?: Pick<Client, 'token' | 'user'>;
  /** under which name the page keeps that */
  readonly kept?: string;
  /** before the page is opened */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

export interface Visited {
  readonly page: Page;
  /** Every command the page has sent, in order. */
  readonly sent: string[];
  /** Closes it, and fails for whatever the page complained about: broken scripts, what its policy forbade. */
  close(): Promise<void>;
}

/** Refusals, which the browser notes as answers that are not 200; and our clock, kept out of a frame without scripts. */
const EXPECTED =
  /^Failed to load resource|^WebSocket connection to .* failed|^Blocked script execution in '(?:about:(?:srcdoc|blank)|http:[^']*\/dev\/inbox\/html[^']*)'/;

/** A window of its own, with a session of its own. */
export async function visit(
  browser: Browser,
  url: string,
  { as, kept = 'parley.session', prepare, ...options }: Visit = {},
): Promise<Visited> {
  const plain = { locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce' } as const;
  const context = await browser.newContext({ ...plain, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  await page.clock.install(); // it goes on by itself; tests only skip the waiting for a poll
  const sent: string[] = [];
  const wrong: string[] = [];
  page.on('request', (request) => {
    const path = new URL(request.url()).pathname;
    const [, command] = /\/v1\/(.+)$/.exec(path) ?? [];
    if (command !== undefined) sent.push(command);
  });
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const [, command] = /^42\d*\["([\w.-]+)"/.exec(String(payload)) ?? [];
      if (command !== undefined) sent.push(command);
    }),
  );
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error' && !EXPECTED.test(line.text())) wrong.push(line.text());
  });
  if (as) {
    const session = JSON.stringify({ token: as.token, user: as.user });
    await page.addInitScript(`sessionStorage.getItem('${kept}') ?? sessionStorage.setItem(
      '${kept}', ${JSON.stringify(session)})`);
  }
  await prepare?.(page);
  await page.goto(url);
  return {
    page,
    sent,
    close: async () => {
      await context.close();
      expect(wrong).toEqual([]);
    },
  };
}

/** For what comes at once: one browser among much else on two cores. */
export const PATIENCE_MS = 60_000;

/** Waits until the text is there; when it does not come, says what is there instead. */
export async function reads(locator: Locator, text: string | RegExp): Promise<void> {
  try {
    await locator.filter({ hasText: text, visible: true }).waitFor();
  } catch (error) {
    const page = locator.page();
    const shown = await page.ariaSnapshot().catch(() => 'a page that is closed');
    throw new Error(`${String(error)}\nat ${page.url()} there is\n${shown}`, { cause: error });
  }
}

/**
 * What stands for so long stands until it is let go, by the call that is answered: no test has to be quicker than a clock. From now on, in
 * this page as it is loaded.
 */
export async function holdTimers(page: Page, ms: number): Promise<() => Promise<void>> {
  await page.evaluate((heldMs) => {
    const real = window.setTimeout;
    const held: (() => void)[] = [];
    const hold = (done: () => void, after?: number) => (after === heldMs ? -held.push(done) : real(done, after));
    Object.assign(window, { setTimeout: hold, [`letGo${heldMs}`]: () => held.splice(0).forEach((done) => done()) });
  }, ms);
  return () => page.evaluate(`letGo${ms}()`);
}

/** Roles that nobody can use without a name. */
const NAMED = new Set(['button', 'checkbox', 'heading', 'img', 'link', 'searchbox', 'switch', 'textbox']);

/** What every page owes to those who do not see it: a language, a title, one main part, one first heading, names. */
export async function accessible(page: Page, lang = 'en'): Promise<void> {
  await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(lang); // said after the first picture
  await expect.poll(() => page.title()).not.toBe('');
  expect(await page.getByRole('main').count()).toBe(1);
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
  const lines = (await page.ariaSnapshot()).split('\n').map((line) => line.trim());
  const nameless = lines.filter((line) => {
    const [, role = '', rest = ''] = /^- (\w+)(.*)$/.exec(line) ?? [];
    return NAMED.has(role) && !/^ ["/]/.test(rest);
  });
  expect(nameless).toEqual([]);
  // nothing is wider than the window
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
}
