// The development inbox, with eyes.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import type { Node } from '../../src/app.ts';
import type { InboxMail } from '../../src/models/inbox.ts';
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
  await here.close();
});

const receiver = () => `${randomUUID()}@example.test`;

/** A letter in the inbox; answers its id. */
async function letter(to: string, mail: Partial<InboxMail> = {}): Promise<string> {
  const id = `test-${randomUUID()}`;
  const words = { subject: 'A letter', preheader: 'What it is about', text: 'Hello', html: '<p>Hello</p>' };
  await node.ctx.stores.inbox.save({ id, to, from: 'Parley <no-reply@localhost>', ...words, at: new Date(), ...mail });
  return id;
}
const inboxOf = (to: string) => `${node.url}/dev/inbox?to=${encodeURIComponent(to)}`;
const entries = (page: Page) => page.getByRole('navigation', { name: 'Letters' }).getByRole('link');
const NARROW = { viewport: { width: 320, height: 640 } };

test('an empty inbox says so', async () => {
  const { page, close } = await visit(browser, inboxOf('nobody@example.test'));
  await reads(page.getByRole('status'), 'Nothing for nobody@example.test yet.');
  await accessible(page);
  await close();
});

test('what comes later appears by itself, marked as new until it is opened', async () => {
  const to = receiver();
  const { page, close } = await visit(browser, inboxOf(to));
  await reads(page.getByRole('status'), `Nothing for ${to} yet.`);
  await letter(to, { subject: 'The first' });
  await page.clock.runFor(3_000);
  await reads(entries(page), 'The first');
  await letter(to, { subject: 'The second' });
  await page.clock.runFor(3_000);
  await reads(page.getByRole('status'), `2 letters for ${to}, 2 new`);
  await reads(entries(page).first(), 'The second');
  expect(await page.title()).toBe('(2) Inbox · Parley');
  await entries(page).first().click();
  await reads(page.getByRole('heading', { level: 2 }), 'The second');
  await reads(page.getByRole('status'), '1 new');
  await close();
});

test('6.3 a real letter as HTML, as text with the same links, and with its headers', async () => {
  const people = await scene(node);
  const { email } = await expertWithPassword(node, people.category);
  const { request } = await opened(node, {}, people);
  await mailed(node, email as string, 1);

  const { page, close } = await visit(browser, inboxOf(email as string));
  await entries(page).click();
  const mail = page.frameLocator('iframe');
  await reads(mail.getByRole('link').first(), 'View request now');
  expect(await page.locator('iframe').getAttribute('title')).toBe('The letter');
  await accessible(page);

  await page.getByRole('tab', { name: 'Text' }).click();
  const text = page.getByRole('tabpanel', { name: 'Text' });
  const links = text.getByRole('link');
  expect((await links.allInnerTexts()).map((href) => new URL(href).pathname)).toEqual([
    `/requests/${request.id}`,
    '/unsubscribe',
    '/expert/settings',
  ]);
  for (const link of await links.all()) {
    expect(await link.getAttribute('href')).toBe(await link.innerText());
    expect(await link.getAttribute('rel')).toContain('noopener');
  }
  await accessible(page);
  await page.getByRole('tab', { name: 'Text' }).press('ArrowRight');
  const headers = page.getByRole('tabpanel', { name: 'Headers' });
  await reads(headers, /Message-ID:\s+</);
  await reads(headers, /List-Unsubscribe:\s+</);
  await accessible(page);
  await page.getByRole('link', { name: 'All mail' }).click();
  expect(page.url()).toBe(`${node.url}/dev/inbox`);
  await close();
});

test('it is searched by sender, receiver, subject and text, as written and not as a pattern', async () => {
  const to = receiver();
  await letter(to, { subject: 'Your refund', text: 'It is on its way (2+2).' });
  await letter(to, { subject: 'Your question', text: 'Somebody has answered.' });
  const { page, close } = await visit(browser, inboxOf(to));
  await reads(page.getByRole('status'), '2 letters');
  for (const [said, found] of [
    ['ANSWERED', 'Your question'],
    ['refund', 'Your refund'],
    ['(2+2)', 'Your refund'],
  ] as const) {
    await page.getByRole('searchbox').fill(said);
    await page.clock.runFor(300);
    await reads(page.getByRole('status'), `1 letter for ${to} with “${said}”`);
    await reads(entries(page), found);
  }
  await page.getByRole('searchbox').fill('.*');
  await page.clock.runFor(300);
  await reads(page.getByRole('status'), `Nothing for ${to} with “.*” yet.`);
  await page.getByRole('searchbox').press('Escape');
  await reads(page.getByRole('status'), '2 letters');
  await close();
});

test('five hundred letters, on a telephone, in the dark, by keyboard alone', async () => {
  const to = receiver();
  const at = Date.now();
  await Promise.all(
    Array.from({ length: 501 }, (_, index) =>
      letter(to, { subject: `Letter ${index}`, at: new Date(at - index * 1_000) }),
    ),
  );
  const { page, close } = await visit(browser, inboxOf(to), { ...NARROW, colorScheme: 'dark' });
  await reads(page.getByRole('status'), `501 letters for ${to}`);
  expect(await entries(page).count()).toBe(500);
  await reads(page.getByText('These are the newest 500.'), 'Search to find older ones.');
  await accessible(page);
  await page.keyboard.press('j'); // the first one
  await reads(page.getByRole('heading', { level: 2 }), 'Letter 0');
  await accessible(page);
  expect(await entries(page).first().isVisible()).toBe(false); // one at a time where there is no room for both
  await page.keyboard.press('Escape');
  await entries(page).first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('Letter 500');
  await page.clock.runFor(300);
  await reads(page.getByRole('status'), '1 letter');
  await close();
});

test('with room for both, arrows go through the letters, and the address of a letter leads to it', async () => {
  const to = receiver();
  await letter(to, { subject: 'Older', at: new Date(Date.now() - 60_000) });
  const id = await letter(to, { subject: 'Newer' });
  const { page, close } = await visit(browser, `${inboxOf(to)}&mail=${id}`);
  await reads(page.getByRole('heading', { level: 2 }), 'Newer');
  await page.keyboard.press('ArrowDown');
  await reads(page.getByRole('heading', { level: 2 }), 'Older');
  await page.keyboard.press('ArrowUp');
  await reads(page.getByRole('heading', { level: 2 }), 'Newer');
  await page.goBack();
  await reads(page.getByRole('heading', { level: 2 }), 'Older');
  await page.getByRole('button', { name: '320 px' }).click();
  expect(
    await page.locator('iframe').evaluate((frame) => (frame as unknown as { offsetWidth: number }).offsetWidth),
  ).toBe(320);
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
  const to = receiver();
  const id = await letter(to, { html: evil });
  const { page } = await visit(browser, `${inboxOf(to)}&mail=${id}`);
  const mail = page.frameLocator('iframe');
  await reads(mail.locator('p'), 'Seen');
  expect(await mail.locator('body').innerText()).not.toContain('run');
  expect(await page.title()).not.toContain('run');

  const [popup] = await Promise.all([page.waitForEvent('popup'), mail.getByRole('link').click()]);
  await popup.waitForURL('**/health/live');
  expect(await popup.evaluate('window.opener')).toBe(null);
  await page.goto(`${node.url}/dev/inbox/html?mail=${id}`); // by itself it may do no more
  expect(await page.locator('body').innerText()).not.toContain('run');
  await page.context().close(); // its policy has complained, as it should
  expect(hits).toEqual([]);
  spy.close();
});

test('text is text, whatever it looks like', async () => {
  const to = receiver();
  const id = await letter(to, {
    subject: '<img src=x onerror=alert(1)> & co',
    text: 'See https://a.test/x?y=1&z=2.\n\n(or http://b.test/<script>alert(1)</script>) javascript:alert(1) "https://c.test/"',
  });
  const { page, close } = await visit(browser, `${inboxOf(to)}&mail=${id}`);
  await reads(page.getByRole('heading', { level: 2 }), '<img src=x onerror=alert(1)> & co');
  await page.getByRole('tab', { name: 'Text' }).click();
  const panel = page.getByRole('tabpanel', { name: 'Text' });
  const links = panel.getByRole('link');
  expect(await links.evaluateAll((nodes) => nodes.map((one) => (one as unknown as { href: string }).href))).toEqual([
    'https://a.test/x?y=1&z=2',
    'http://b.test/',
    'https://c.test/',
  ]);
  expect(await panel.locator('pre').innerText()).toContain('(or http://b.test/<script>alert(1)</script>)');
  await close();
});

test('a letter that is not there is not found', async () => {
  const { page, close } = await visit(browser, `${node.url}/dev/inbox?mail=none`);
  await reads(page.getByText('There is no such letter.'), 'There is no such letter.');
  await accessible(page);
  await close();
});
