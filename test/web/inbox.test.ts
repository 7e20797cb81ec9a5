// The development inbox, with eyes.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import type { Node } from '../../src/app.ts';
import { world } from '../helpers/node.ts';
import { mailed, scene } from '../helpers/people.ts';
import { accessible, launch, reads, visit } from './browser.ts';
import { expertWithPassword, opened } from './people.ts';

const here = world();
let node: Node;
let browser: Browser;

beforeAll(async () => {
  [node, browser] = await Promise.all([here.start(), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await here.close();
});

/** A letter in the inbox; answers its address. */
async function letter(text: string, html = '<p>Hello</p>', to = `${randomUUID()}@example.test`): Promise<string> {
  const mail = { id: `test-${to}`, to, from: 'Parley <no-reply@localhost>', subject: 'A letter', text, html };
  await node.ctx.stores.inbox.save({ ...mail, at: new Date() });
  return to;
}
const inboxOf = (to: string) => `${node.url}/dev/inbox?to=${encodeURIComponent(to)}`;

/** Without looking again every five seconds: tests of one look. */
async function still(page: Page): Promise<void> {
  await page.route('**/dev/inbox*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(/<meta http-equiv="refresh"[^>]*>/, '') });
  });
}

test('an empty inbox says so', async () => {
  const { page, close } = await visit(browser, inboxOf('nobody@example.test'), { prepare: still });
  await reads(page.getByRole('main'), 'Nothing for nobody@example.test yet.');
  await accessible(page);
  await close();
});

test('what comes later appears by itself', async () => {
  const to = 'later@example.test';
  const { page, close } = await visit(browser, inboxOf(to));
  await reads(page.getByRole('main'), 'Nothing for later@example.test yet.');
  await letter('Hello', '<p>Hello</p>', to);
  await reads(page.getByRole('article'), 'A letter');
  await close();
});

test('6.3 the links of a real letter lead to the pages, as text and as HTML', async () => {
  const people = await scene(node);
  const { email } = await expertWithPassword(node, people.category);
  const { request } = await opened(node, {}, people);
  await mailed(node, email as string, 1);

  const { page, close } = await visit(browser, inboxOf(email as string), { prepare: still });
  const links = page.getByRole('article').getByRole('link', { name: /^http/ });
  expect((await links.allInnerTexts()).map((href) => new URL(href).pathname)).toEqual([
    `/requests/${request.id}`,
    '/settings/notifications',
  ]);
  for (const link of await links.all()) {
    expect(await link.getAttribute('href')).toBe(await link.innerText());
    expect(await link.getAttribute('rel')).toContain('noopener');
  }
  expect(await page.getByRole('article').locator('pre').innerText()).not.toMatch(/\n{3}/);
  await accessible(page);

  await page.getByRole('link', { name: /^HTML of: / }).click();
  const mail = page.frameLocator('iframe');
  await reads(mail.getByRole('link'), 'View request now');
  expect(await page.locator('iframe').getAttribute('title')).toBe('The mail');
  await accessible(page);
  await page.getByRole('link', { name: 'All mail' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await close();
});

test('the HTML of a letter is shown, its scripts do not run, and nothing of it is fetched', async () => {
  const hits: (string | undefined)[] = [];
  const spy = createServer((request, response) => {
    hits.push(request.url);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(spy, 'listening');
  const spied = `http://127.0.0.1:${(spy.address() as AddressInfo).port}/spy`;
  const evil = `<!doctype html><html><body><p>Seen</p><a href="${node.url}/health/live">A page</a>
    <img src="${spied}" onerror="document.title='run'"><script>document.body.append('run')</script></body></html>`;
  const to = await letter('Hello', evil);
  const { page } = await visit(browser, inboxOf(to)); // as it is: nothing is fetched from an answer made up by a test
  await page.getByRole('link', { name: /^HTML of: / }).click();
  const mail = page.frameLocator('iframe');
  await reads(mail.locator('p'), 'Seen');
  expect(await mail.locator('body').innerText()).not.toContain('run');
  expect(await page.title()).not.toContain('run');

  const [opened] = await Promise.all([page.waitForEvent('popup'), mail.getByRole('link').click()]);
  await opened.waitForURL('**/health/live');
  expect(await opened.evaluate('window.opener')).toBe(null);
  await page.context().close(); // its policy has complained, as it should
  expect(hits).toEqual([]);
  spy.close();
});

test('text is text, whatever it looks like', async () => {
  const to = await letter(
    'See https://a.test/x?y=1&z=2.\n\n\n\n(or http://b.test/<script>alert(1)</script>) javascript:alert(1) "https://c.test/"',
  );
  const { page, close } = await visit(browser, inboxOf(to), { prepare: still });
  const links = page.getByRole('article').getByRole('link', { name: /^http/ });
  expect(await links.evaluateAll((nodes) => nodes.map((node) => (node as unknown as { href: string }).href))).toEqual([
    'https://a.test/x?y=1&z=2',
    'http://b.test/',
    'https://c.test/',
  ]);
  const text = await page.getByRole('article').locator('pre').innerText();
  expect(text).toContain('See https://a.test/x?y=1&z=2.\n\n(or http://b.test/<script>alert(1)</script>)');
  await close();
});

test('a letter that is not there is not found', async () => {
  const response = await fetch(`${node.url}/dev/inbox?mail=none`);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('There is no such mail.');
});
