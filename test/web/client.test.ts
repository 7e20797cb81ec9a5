// The client in a browser: what was written survives a reload and is seen in every tab, and works where a browser keeps nothing.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { Conversation, Parley } from '../../web/client/index.ts';
import { ROOT, buildClient } from '../helpers/client-package.ts';
import { greeted, postQuestion } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { startLink } from '../helpers/link.ts';
import type { Link } from '../helpers/link.ts';
import { world } from '../helpers/node.ts';
import { scene } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';
import { PATIENCE_MS, launch } from './browser.ts';

declare global {
  interface Window {
    parley: Parley;
    talk: Conversation;
  }
}

const FILES: Readonly<Record<string, string>> = {
  '/socket.io.js': join(ROOT, 'node_modules/socket.io-client/dist/socket.io.esm.min.js'),
  '/signals.js': join(ROOT, 'node_modules/@preact/signals-core/dist/signals-core.mjs'),
};

/** A host's page, with the published modules as they are. */
const page = (server: string) => `<!doctype html><title>A shop</title><script type="importmap">
{"imports": {"@parley/client": "/client/index.js", "socket.io-client": "/socket.io.js", "@preact/signals-core": "/signals.js"}}
</script><script type="module">
import { createParley } from '@parley/client';
const parley = (window.parley = createParley({ url: '${server}', latestMs: 1_000 }));
const id = new URLSearchParams(location.search).get('question');
if (id !== null) window.talk = parley.conversation(id);
</script>`;

const here = world();
let node: Node;
let link: Link;
let browser: Browser;
let built: string;
let shop: Server;
let shopUrl: string;
beforeAll(async () => {
  node = await here.start();
  link = await startLink({ port: Number(new URL(node.url).port) });
  built = await mkdtemp(join(tmpdir(), 'parley-client-'));
  await buildClient(built);
  shop = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://shop');
    const file = FILES[pathname] ?? (pathname.startsWith('/client/') ? join(built, pathname.slice(8)) : null);
    if (file === null) {
      response.writeHead(200, { 'content-type': 'text/html' }).end(page(`http://127.0.0.1:${link.port}`));
      return;
    }
    readFile(file).then(
      (body) => response.writeHead(200, { 'content-type': 'text/javascript' }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  browser = await launch();
});
afterAll(async () => {
  shop.closeAllConnections();
  shop.close();
  await link.close();
  await here.close();
  await rm(built, { recursive: true, force: true });
});

interface Visitor extends Scene {
  readonly context: BrowserContext;
  readonly questionId: string;
  open(): Promise<Page>;
}

/** A customer who is signed in, in a browser of their own. `blocked`: what a page does before anything else. */
async function visitor(blocked?: () => void): Promise<Visitor> {
  const people = await scene(node);
  const { id: questionId } = await postQuestion(people.customer, { category: people.category });
  await greeted(people.customer, people.first, String(questionId));
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE_MS);
  const kept = JSON.stringify({ token: people.customer.token, user: people.customer.user });
  if (blocked !== undefined) await context.addInitScript(blocked);
  else {
    const first = await context.newPage();
    await first.goto(`${shopUrl}/empty`);
    await first.evaluate((session) => localStorage.setItem('parley.session', session), kept);
    await first.close();
  }
  return {
    ...people,
    context,
    questionId: String(questionId),
    open: async () => {
      const tab = await context.newPage();
      await tab.goto(`${shopUrl}/?question=${String(questionId)}`);
      await tab.waitForFunction(() => window.talk as unknown);
      return tab;
    },
  };
}

const shown = (tab: Page) => tab.evaluate(() => window.talk.lines.value.map(({ body, state }) => `${body} ${state}`));

const status = (tab: Page) => tab.evaluate(() => window.parley.status.value);

async function stored({ first, questionId }: Visitor): Promise<unknown[]> {
  const { items } = await first.call('message.list', { questionId });
  return (items as Json[]).slice(1).map(({ body }): unknown => body);
}

const write = (tab: Page, ...bodies: string[]) =>
  tab.evaluate((lines) => lines.forEach((body) => window.talk.send({ body })), bodies);

test('lines that were written offline survive a reload, are seen in a second tab, and are sent once and in order', async () => {
  const cora = await visitor();
  const tab = await cora.open();
  await expect.poll(() => shown(tab)).toEqual(['Hello, I can help. sent']);
  link.refuse();
  await expect.poll(() => status(tab)).toBe('offline');
  await write(tab, 'One.', 'Two.');
  await expect.poll(() => shown(tab)).toEqual(['Hello, I can help. sent', 'One. waiting', 'Two. waiting']);
  const beside = await cora.open();
  await expect.poll(() => shown(beside)).toEqual(['One. waiting', 'Two. waiting']); // it has had no line yet
  await write(beside, 'Three.');
  await expect.poll(() => shown(tab)).toContain('Three. waiting');
  await tab.reload();
  await expect.poll(() => shown(tab)).toEqual(['One. waiting', 'Two. waiting', 'Three. waiting']);
  link.heal();
  const all = ['Hello, I can help. sent', 'One. sent', 'Two. sent', 'Three. sent'];
  await expect.poll(() => shown(tab)).toEqual(all);
  await expect.poll(() => shown(beside)).toEqual(all);
  expect(await stored(cora)).toEqual(['One.', 'Two.', 'Three.']);
  await expect.poll(() => tab.evaluate(() => window.parley.outbox.owed.value)).toEqual([]);
  await cora.context.close();
});

test('who signs out in one tab is signed out in all of them, and nothing stays in the browser', async () => {
  const cora = await visitor();
  const [tab, beside] = [await cora.open(), await cora.open()];
  await expect.poll(() => status(beside)).toBe('online');
  link.refuse();
  await expect.poll(() => status(tab)).toBe('offline');
  await write(tab, 'Never mind.');
  await tab.evaluate(() => window.parley.session.end());
  for (const one of [tab, beside]) {
    await expect.poll(() => one.evaluate(() => window.parley.user.value)).toBeNull();
    expect(await shown(one)).toEqual([]);
  }
  link.heal();
  const next = await cora.open();
  expect(await next.evaluate(() => [localStorage.length, window.parley.outbox.owed.value.length])).toEqual([0, 0]);
  expect(await stored(cora)).toEqual([]);
  await cora.context.close();
});

const BLOCKED: Readonly<Record<string, () => void>> = {
  'a browser that blocks all storage': () => {
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
      const get = () => {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      };
      Object.defineProperty(window, name, { get });
    }
  },
  'a page that came by http: no locks, no channel, no random ids': () => {
    for (const name of ['locks', 'BroadcastChannel', 'indexedDB']) Reflect.deleteProperty(window, name);
    Reflect.deleteProperty(Navigator.prototype, 'locks');
    Reflect.deleteProperty(Crypto.prototype, 'randomUUID');
  },
};

test.each(Object.keys(BLOCKED))('%s talks all the same', async (name) => {
  const cora = await visitor(BLOCKED[name]);
  const tab = await cora.context.newPage();
  const wrong: string[] = [];
  tab.on('pageerror', ({ message }) => wrong.push(message));
  await tab.goto(shopUrl);
  await tab.waitForFunction(() => window.parley as unknown);
  await tab.evaluate(async () => {
    await window.parley.session.visitor({ name: 'Nora', locale: 'en' });
    const { question } = await window.parley.call('question.post', {
      ...{ category: 'computer', subject: 'It is dark', body: 'Very.', clientId: `one-${Math.random()}` },
      ...{ value: { amount: 1_000, currency: 'USD' }, paymentMethod: 'pm_card_visa' },
    });
    window.talk = window.parley.conversation(question.id);
  });
  await write(tab, 'One.', 'Two.');
  await expect.poll(() => shown(tab)).toEqual(['One. sent', 'Two. sent']);
  expect(wrong).toEqual([]);
  await cora.context.close();
});

test('a page that is left lets its line go, and has missed nothing when it is back', async () => {
  const cora = await visitor();
  const tab = await cora.open();
  await expect.poll(() => status(tab)).toBe('online');
  await tab.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
  expect(await status(tab)).toBe('offline');
  await cora.first.call('message.send', {
    ...{ questionId: cora.questionId, clientId: 'while-away', body: 'Are you there?' },
  });
  await tab.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await expect.poll(() => shown(tab)).toEqual(['Hello, I can help. sent', 'Are you there? sent']);
  await cora.context.close();
});
