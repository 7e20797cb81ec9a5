// A host's page of another origin with the widget in it, as docs/embedding.md says; and what a test wants to know of the widget.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Client } from '../helpers/client.ts';
import { PATIENCE_MS } from './browser.ts';
import { keepPicture, violationsIn } from './widget-look.ts';

export interface HostPage {
  readonly origin: string;
  /** The page with the widget open; `question`: what it shows. */
  address(options: Embedded): string;
  close(): Promise<void>;
}

export interface Embedded {
  /** where the widget finds the server */
  readonly server: string;
  readonly question?: string;
  readonly locale?: string;
  readonly theme?: string;
  readonly category?: string;
}

const page = (wish: URLSearchParams) => {
  const server = wish.get('server');
  const attributes = [...wish].map(([name, value]) => `${name}="${value}"`).join(' ');
  return `<!doctype html><html lang="en"><title>A shop</title><meta name="viewport" content="width=device-width">
<script async src="${server}/widget.js" data-manual></script>
<main><h1>A shop</h1></main><parley-chat open ${attributes}></parley-chat></html>`;
};

export async function hostPage(): Promise<HostPage> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop');
    if (pathname === '/') response.setHeader('content-type', 'text/html; charset=utf-8').end(page(searchParams));
    else response.writeHead(204).end(); // an icon
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    address: (options) => `${origin}/?${new URLSearchParams({ ...options }).toString()}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface Browsing extends BrowserContextOptions {
  /** who is signed in already */
  readonly as?: Pick<Client, 'token' | 'user'>;
  /** Its clock can be put forward. It is there before a page's scripts: timers that were set before it would never be cleared. */
  readonly clock?: boolean;
}

export interface Visitor {
  readonly context: BrowserContext;
  /** A tab with the widget open. */
  open(options: Embedded): Promise<Page>;
  /** Fails for whatever a tab complained about. */
  close(): Promise<void>;
}

/** Refusals, which the browser notes as answers that are not 200, and lines that a test has cut. */
const EXPECTED = /^Failed to load resource|^WebSocket connection to .* failed|ERR_(?:CONNECTION|EMPTY|INTERNET)/;

/** A browser profile of its own. */
export async function browse(
  browser: Browser,
  host: HostPage,
  { as, clock = false, ...options }: Browsing = {},
): Promise<Visitor> {
  const size = { width: 392, height: 680 };
  // what fades is looked at when it has
  const plain = { locale: 'en-GB', timezoneId: 'UTC', viewport: size, reducedMotion: 'reduce' } as const;
  const context = await browser.newContext({ ...plain, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  if (clock) await context.clock.install();
  const wrong: string[] = [];
  if (as) {
    const { origin } = host;
    const session = JSON.stringify({ token: as.token, user: as.user });
    await context.addInitScript(
      ([where, kept]) => {
        if (location.origin === where && localStorage.getItem('test.began') === null) {
          localStorage.setItem('test.began', 'true'); // once: who signs out is signed out
          localStorage.setItem('parley.session', kept);
        }
      },
      [origin, session] as const,
    );
  }
  context.on('page', (tab) => {
    tab.on('pageerror', (error) => wrong.push(error.message));
    tab.on('console', (line) => {
      if (line.type() === 'error' && !EXPECTED.test(line.text())) wrong.push(line.text());
    });
  });
  return {
    context,
    async open(embedded) {
      const tab = await context.newPage();
      await tab.goto(host.address(embedded));
      return tab;
    },
    async close() {
      await context.close();
      expect(wrong).toEqual([]);
    },
  };
}

/** What axe-core finds in the widget: rule, then what breaks it. */
export const violations = (tab: Page): Promise<string[]> => violationsIn(tab, 'parley-chat');

/** axe finds nothing in the widget, in both themes, small and wide. */
export async function isClean(tab: Page): Promise<void> {
  await tab.emulateMedia({ reducedMotion: 'reduce' }); // colours on their way to others are none of ours
  for (const [theme, width] of [
    ['light', 360],
    ['dark', 1440],
    ['dark', 360],
    ['light', 1440],
  ] as const) {
    await tab.setViewportSize({ width, height: 740 });
    await tab.evaluate((look) => document.querySelector('parley-chat')?.setAttribute('theme', look), theme);
    expect(await violations(tab)).toEqual([]);
  }
}

/** Nothing is cut, whatever the width, nor on the smallest where words are longer still. */
export async function isWhole(tab: Page): Promise<void> {
  for (const width of [1440, 360, 320]) {
    await tab.setViewportSize({ width, height: 740 });
    expect(await cutOff(tab)).toEqual([]);
  }
  await lengthen(tab);
  expect(await cutOff(tab)).toEqual([]);
}

/** What is wider than its place, and hidden or cut there. What a person wrote may be cut where it is repeated. */
export async function cutOff(tab: Page): Promise<string[]> {
  await keepPicture(tab);
  return tab.evaluate(() => {
    const root = document.querySelector('parley-chat')?.shadowRoot;
    const all = [...(root?.querySelectorAll<HTMLElement>('.root *') ?? [])];
    return all
      .filter((one) => {
        const { overflowX, display } = getComputedStyle(one);
        const isText = one.closest('.hidden, .said, svg') === null && display !== 'inline';
        const right = one.getBoundingClientRect().right > innerWidth + 1;
        return isText && (right || (overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1));
      })
      .map((one) => `${one.className} ${one.textContent.slice(0, 60)}`);
  });
}

/** Every word of the widget's own 40 % longer, as in a language that needs more room. */
export const lengthen = (tab: Page): Promise<void> =>
  tab.evaluate(() => {
    const root = document.querySelector('parley-chat')?.shadowRoot?.querySelector('.root');
    if (!root) return;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode as Text;
      if (node.parentElement?.closest('.said, .figure, select') || node.data.trim() === '') continue;
      const more = 'ëxträ lõng '.repeat(20).slice(0, Math.ceil(node.data.length * 0.4));
      node.data = `«${node.data} ${more}»`;
    }
  });

/** A test card is chosen in its frame, by no mouse: see `twice`. */
export async function payWith(tab: Page, name: string | RegExp): Promise<void> {
  await tab.locator('.card-field[data-state="ready"]').waitFor();
  const frame = tab.frameLocator('iframe[title="Payment"]');
  await frame.getByRole('button', { name }).evaluate((one: HTMLElement) => one.click());
}

/**
 * Pressed twice in a moment. Beside the frame of a card by no mouse, as `press('Enter')` is: it is a process of its own, and a mouse
 * that comes right after something was scrolled, as only a machine's does, still hits what was there before.
 */
export const twice = (button: Locator): Promise<void> =>
  button.evaluate((one: HTMLElement) => {
    one.click();
    one.click();
  });

/** Somebody who has a keyboard and nothing else. */
export interface Keyboard {
  /** What has the focus: what it is, and what it is called. */
  focused(): Promise<string>;
  /** Goes on until it has the focus, and fails where that cannot be seen. */
  to(wanted: RegExp, key?: string): Promise<void>;
  /** Goes there, and presses. */
  press(wanted: RegExp, key?: string): Promise<void>;
}

const MOST_STEPS = 60;

export function keyboard(tab: Page): Keyboard {
  const focused = () =>
    tab.evaluate(() => {
      const at = document.querySelector('parley-chat')?.shadowRoot?.activeElement as HTMLElement | null;
      if (!at) return '';
      const named = (at as HTMLInputElement).labels?.[0]?.innerText;
      const name = at.getAttribute('aria-label') ?? (at.title || (named ?? at.innerText));
      return `${at.getAttribute('type') ?? at.tagName.toLowerCase()} ${name.trim()}`;
    });
  /** The ring; a frame shows its own. */
  const isSeen = () =>
    tab.evaluate(() => {
      const at = document.querySelector('parley-chat')?.shadowRoot?.activeElement;
      const ringed = at?.closest('label:has(:focus-visible)') ?? at;
      if (at instanceof HTMLIFrameElement) return 'its own';
      return ringed ? getComputedStyle(ringed).outlineStyle : 'none';
    });
  const to = async (wanted: RegExp, key = 'Tab') => {
    const passed: string[] = [];
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const now = await focused();
      if (wanted.test(now)) {
        expect(await isSeen(), now).not.toBe('none');
        return;
      }
      passed.push(now);
      await tab.keyboard.press(key);
    }
    throw new Error(`never at ${String(wanted)}: ${passed.join(' | ')}`);
  };
  return {
    focused,
    to,
    async press(wanted, key) {
      await to(wanted, key);
      await tab.keyboard.press('Enter');
    },
  };
}
