// E7: the page of "View request now", as experts and customer care use it (6.3, 6.4, 7).
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import type { Node } from '../../src/app.ts';
import { login } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { startLink } from '../helpers/link.ts';
import { join, scene } from '../helpers/people.ts';
import { world } from '../helpers/node.ts';
import { accessible, launch, reads, visit as visitPage } from './browser.ts';
import type { Visit } from './browser.ts';
import { PASSWORD, expertWithPassword, notConnected, opened, reserved, stateOf } from './people.ts';

const here = world();
const ahead = world({ POLICY_REQUEST_TTL: '30m', POLICY_REPORT_WINDOW: '1h', POLICY_REPORT_REMINDERS: '20m,40m' });
let node: Node;
let later: Node; // its clock is moved on by the tests
let skew = 0;
let browser: Browser;

beforeAll(async () => {
  [node, later, browser] = await Promise.all([
    here.start(),
    ahead.start({}, () => new Date(Date.now() + skew)),
    launch(),
  ]);
});
afterAll(async () => {
  await Promise.all([here.close(), ahead.close()]);
});

/** As whom is kept where the console keeps it. */
const visit = (chromium: Browser, url: string, options: Visit = {}) =>
  visitPage(chromium, url, { kept: 'parley.expert.session', ...options });

const status = (page: Page) => page.locator('.request > .banner [role=status], .request > p[role=status]');
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const earnings = (page: Page) => page.locator('.payout').innerText();
/** What can be pressed about the request itself. */
const buttons = (page: Page) => page.locator('.request').getByRole('button').allInnerTexts();

test('6.3 opening the page, reviewing and waiting accept nothing', async () => {
  const asked = await opened(node);
  const { page, sent, close } = await visit(browser, asked.url, { as: asked.ben });
  await reads(status(page), 'Open to all experts of the category');
  await reads(page.getByRole('heading', { level: 1 }), 'My laptop does not start');
  await reads(page.getByRole('main'), '[Secure Remote Assistance Requested]');
  expect(await earnings(page)).toMatch(/^You would earn\s+\$19\.50$/);

  const review = button(page, 'Review the conversation');
  expect(await review.getAttribute('aria-expanded')).toBe('false');
  await review.click();
  const conversation = page.getByRole('region', { name: 'Conversation' });
  await reads(conversation, 'It only shows a black screen.');
  await reads(conversation.getByRole('listitem'), 'Hello, I can help.');
  expect(await review.getAttribute('aria-expanded')).toBe('true');
  await accessible(page);

  await page.reload();
  await reads(status(page), 'Open to all experts of the category');
  // all that it has asked for changes nothing
  expect(
    sent.filter((name) => !/\.(?:get|list)$|^presence\.set$|^(?:question|queue)\.(?:un)?watch$/.test(name)),
  ).toEqual([]);
  expect(sent).toContain('message.list');
  expect(await stateOf(asked)).toBe('open');
  await close();
});

test('1.1 a role has its own element, and a name keeps its direction to itself', async () => {
  const asked = await opened(node);
  // as it was written before such names were refused
  const db = await mongoose.createConnection(here.env['MONGODB_URI']!).asPromise();
  const lying = 'Eve\u202e)erac remotsuc(';
  await db.collection('messages').updateMany({ questionId: asked.request.questionId }, { $set: { 'by.name': lying } });
  await db.close();
  const { page, close } = await visit(browser, asked.url, { as: asked.ben });
  await button(page, 'Review the conversation').click();
  const head = page.getByRole('region', { name: 'Conversation' }).locator('.by').last();
  await reads(head, '(expert)');
  expect(await head.locator('bdi.name').textContent()).toBe(lying);
  expect(await head.locator('span.role').textContent()).toBe('(expert)');
  await close();
});

test('6.3, 7.1 the button accepts, and the report earns', async () => {
  const asked = await opened(node);
  const { page, sent, close } = await visit(browser, asked.url, { as: asked.ben });
  await button(page, 'Accept this request').click();
  await reads(status(page), /^You accepted it, report due by .+\.$/);
  await reads(page.getByRole('main'), '[Secure Remote Assistance Accepted]');
  expect(await earnings(page)).toMatch(/^You earn once you have reported\s+\$19\.50$/);
  expect(await button(page, 'Accept this request').count()).toBe(0);
  await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('request-subject'); // not lost with the button
  expect(sent.filter((name) => name === 'request.accept')).toHaveLength(1);
  const { request } = await asked.ben.call('request.get', { requestId: asked.request.id });
  expect(request).toMatchObject({ state: 'accepted', acceptedBy: { id: asked.ben.user.id } });
  await accessible(page);

  await asked.ben.call('request.report', { requestId: asked.request.id, connected: true });
  await reads(status(page), 'reported as delivered');
  expect(await earnings(page)).toMatch(/^You earned\s+\$19\.50$/);
  await close();
});

test('7.1, 7.5 not connected earns nothing, before and after the refund', async () => {
  const asked = await opened(node);
  await asked.ben.call('request.accept', { requestId: asked.request.id });
  await asked.ben.call('request.report', notConnected(asked.request.id));
  const { page, close } = await visit(browser, asked.url, { as: asked.ben });
  await reads(status(page), 'you could not connect: nothing is paid');
  expect(await earnings(page)).toMatch(/^You earn\s+\$0\.00$/);

  await asked.customer.call('request.withdraw', { requestId: asked.request.id });
  await page.reload();
  await reads(status(page), 'the customer has been given the money back: nothing is paid');
  expect(await earnings(page)).toMatch(/^You earn\s+\$0\.00$/);
  await close();
});

test('6.4 a race that is lost while the page is open is shown at once', async () => {
  const asked = await opened(node);
  const { page, close } = await visit(browser, asked.url, { as: asked.ben });
  await button(page, 'Review the conversation').click();
  await reads(page.getByRole('region', { name: 'Conversation' }), 'Hello, I can help.');
  await asked.first.call('request.accept', { requestId: asked.request.id });
  await reads(status(page), 'This request was already accepted by another expert.');
  expect(await buttons(page)).toEqual(['Something wrong? Ask expert support']);
  expect(await page.getByRole('region', { name: 'Conversation' }).count()).toBe(0); // what is no longer for them is not shown on
  expect(await page.locator('.payout').count()).toBe(0);
  await accessible(page);
  await close();
});

test('6.4 who presses too late is told the same', async () => {
  const asked = await opened(node);
  const prepare = (tab: Page) =>
    tab.routeWebSocket(/socket\.io/, (line) => {
      const server = line.connectToServer();
      // what others do is told too late
      server.onMessage((message) => {
        if (!String(message).includes('"request.changed"')) line.send(message);
      });
    });
  const { page, close } = await visit(browser, asked.url, { as: asked.ben, prepare });
  await reads(status(page), 'Open to all experts of the category');
  await asked.first.call('request.accept', { requestId: asked.request.id }); // a moment before
  await button(page, 'Accept this request').click();
  await reads(status(page), 'This request was already accepted by another expert.');
  expect(await page.locator('.request [role=alert]').count()).toBe(0);
  await close();
});

const RACES = Number(process.env['RACES'] ?? 5);

test('6.4 two experts press Accept together in two browsers: one has it, the other reads why', async () => {
  const people = await scene(node);
  const [ada, ben] = await Promise.all(
    [people.first, people.others[0]!].map((as) => visit(browser, `${node.url}/expert/requests`, { as })),
  );
  const pages = [ada!.page, ben!.page];
  for (let race = 1; race <= RACES; race += 1) {
    const subject = `Race ${race}`;
    await opened(node, { subject }, people);
    await Promise.all(pages.map((page) => page.getByRole('link', { name: `See more: ${subject}` }).click()));
    await Promise.all(pages.map((page) => reads(page.getByRole('heading', { level: 1 }), subject)));
    const there = await Promise.all(pages.map((page) => button(page, 'Accept this request').elementHandle()));
    await Promise.all(there.map((one) => one.evaluate((pressed) => (pressed as HTMLElement).click())));
    const said = await Promise.all(
      pages.map(async (page) => {
        await reads(status(page), /^(?:You accepted it|This request was already accepted)/);
        return (await status(page).innerText()).replace(/,? .*/s, '');
      }),
    );
    expect(said.toSorted()).toEqual(['This', 'You']);
    const { request } = await people.first.call('request.list', { view: 'priority' }).then(async ({ items }) => {
      const won = (items as Json[]).find((one) => one.subject === subject);
      return {
        request: won ?? ((await people.others[0]!.call('request.list', { view: 'priority' })).items as Json[])[0],
      };
    });
    expect(request).toMatchObject({ subject, state: 'accepted' });
    await Promise.all(pages.map((page) => page.getByRole('link', { name: /^Requests/ }).click()));
  }
  await Promise.all([ada!.close(), ben!.close()]);
});

test('6.2 No Thanks opens the request to all, and whoever said it may still accept', async () => {
  const asked = await reserved(node);
  const { page, close } = await visit(browser, asked.url, { as: asked.first });
  await reads(status(page), 'You are asked first.');
  await reads(page.getByRole('timer'), /^(5:00|4:\d\d)$/);
  expect(await page.getByRole('timer').getAttribute('aria-labelledby')).toBe('left-label');
  await accessible(page);
  await button(page, 'No Thanks').click();
  await reads(status(page), 'You said No Thanks. As long as nobody else has accepted, you still can.');
  expect(await button(page, 'No Thanks').count()).toBe(0);
  expect(await stateOf(asked)).toBe('open');
  await button(page, 'Accept this request').click();
  await reads(status(page), 'You accepted it');
  await close();
});

test('6.5 a payment that fails is told, and nothing can be pressed', async () => {
  const asked = await opened(node, { paymentMethod: 'pm_card_chargeCustomerFail' });
  const { page, close } = await visit(browser, asked.url, { as: asked.ben });
  await button(page, 'Accept this request').click();
  await reads(status(page), 'payment did not go through');
  expect(await button(page, 'Accept this request').count()).toBe(0);
  await close();
});

test('6.6, 7.2 what time brings: expired, and a report that is overdue', async () => {
  const [unwanted, taken] = [await opened(later), await opened(later)];
  await taken.ben.call('request.accept', { requestId: taken.request.id });
  const nobody = await visit(browser, unwanted.url, { as: unwanted.ben });
  const winner = await visit(browser, taken.url, { as: taken.ben });
  await reads(status(nobody.page), 'Open to all');
  await reads(status(winner.page), 'You accepted it, report due by');

  skew = 61 * 60_000;
  await expect.poll(() => stateOf(unwanted)).toBe('expired');
  await reads(status(nobody.page), 'This request has expired.');
  expect(await buttons(nobody.page)).toEqual([]);

  await expect.poll(() => stateOf(taken)).toBe('report_overdue');
  await reads(status(winner.page), 'the time for your report is over');
  expect(await earnings(winner.page)).toMatch(/^You earn\s+\$0\.00$/);
  await nobody.close();
  await winner.close();
});

test('a wrong password is told, the right one shows the request, and signing out forgets it', async () => {
  const asked = await opened(node);
  const ida = await expertWithPassword(node, asked.category);
  const { page, close } = await visit(browser, asked.url);
  await page.getByLabel('E-mail').fill(ida.email as string);
  await page.getByLabel('Password').fill('not the password');
  await button(page, 'Sign in').click();
  await reads(page.locator('form [role=alert]'), 'E-mail or password is not right.');
  await accessible(page);
  await page.getByLabel('Password').fill(PASSWORD);
  await button(page, 'Sign in').click();
  await reads(status(page), 'Open to all experts of the category');
  expect(await page.locator('form [role=alert]').count()).toBe(0);

  await button(page, 'Sign out').click();
  await button(page, 'Sign in').waitFor();
  expect(await page.getByRole('main').innerText()).not.toContain('My laptop does not start');
  expect(await page.getByLabel('Password').inputValue()).toBe('');
  await page.reload();
  await button(page, 'Sign in').waitFor();
  await close();
});

test('everything goes by keyboard', async () => {
  const asked = await opened(node);
  const ida = await expertWithPassword(node, asked.category);
  const { page, close } = await visit(browser, asked.url);
  const { keyboard } = page;
  const focused = () => page.evaluate('document.activeElement.textContent.trim()');
  await page.locator('input[type=email]:focus').waitFor(); // by itself
  await keyboard.type(ida.email as string);
  await keyboard.press('Tab');
  await keyboard.type(PASSWORD);
  await keyboard.press('Enter');
  await reads(status(page), 'Open to all experts of the category');
  await expect.poll(focused).toBe('My laptop does not start');
  await keyboard.press('Tab');
  expect(await focused()).toBe('Accept this request');
  await keyboard.press('Tab');
  expect(await focused()).toBe('Review the conversation');
  await keyboard.press('Space');
  await reads(page.getByRole('region', { name: 'Conversation' }), 'Hello, I can help.');
  expect(await focused()).toBe('Review the conversation');
  await keyboard.press('Shift+Tab');
  await keyboard.press('Enter');
  await reads(status(page), 'You accepted it');
  await close();
});

test('11.1 in German and in Spanish, as the account speaks', async () => {
  const asked = await opened(node);
  await asked.ben.call('user.update', { locale: 'de' });
  const german = await visit(browser, asked.url, { as: asked.ben });
  await reads(status(german.page), 'Offen für alle Experten der Kategorie');
  expect(await earnings(german.page)).toMatch(/^Sie würden verdienen\s+19,50\s\$$/);
  await button(german.page, 'Diese Anfrage annehmen').waitFor();
  await accessible(german.page, 'de');

  await asked.ben.call('user.update', { locale: 'es' });
  const spanish = await visit(browser, asked.url, { as: asked.ben });
  await reads(status(spanish.page), 'Abierta a todos los expertos de la categoría');
  await accessible(spanish.page, 'es');
  await button(spanish.page, 'Aceptar esta solicitud').click();
  await reads(status(spanish.page), 'La ha aceptado; el informe vence el');
  expect(await earnings(spanish.page)).toMatch(/^Usted gana cuando haya informado\s+19,50\sUS\$$/);
  await german.close();
  await spanish.close();

  const stranger = await visit(browser, asked.url, { locale: 'fr-FR' });
  await button(stranger.page, 'Sign in').waitFor();
  const austrian = await visit(browser, asked.url, { locale: 'de-AT' });
  await button(austrian.page, 'Anmelden').waitFor();
  await stranger.close();
  await austrian.close();
});

test('customer care sees where it stands, in words for nobody in particular', async () => {
  const care = await login(node.url, 'care@example.test');
  const asked = await reserved(node);
  const { page, close } = await visit(browser, asked.url, { as: care });
  await reads(status(page), 'Reserved for the expert of the conversation');
  expect(await earnings(page)).toMatch(/^Expert’s share\s+\$19\.50$/);
  await asked.first.call('request.decline', { requestId: asked.request.id });
  await reads(status(page), /^Open to all experts of the category\.$/);
  await button(page, 'Review the conversation').click();
  await reads(page.getByRole('region', { name: 'Conversation' }), 'Hello, I can help.');
  expect(await button(page, 'Accept this request').count()).toBe(0);
  await accessible(page);

  await asked.ben.call('request.accept', { requestId: asked.request.id });
  await reads(status(page), /^Accepted by Ben 0, report due by .+\.$/);
  await asked.ben.call('request.report', notConnected(asked.request.id));
  await reads(status(page), 'Accepted by Ben 0 and reported as not connected.');
  expect(await earnings(page)).toMatch(/^Expert’s share\s+\$0\.00$/);
  await close();
  care.close();
});

test('6.1 who may not know of it learns nothing, and may sign in as somebody else', async () => {
  const asked = await reserved(node);
  for (const url of [`${node.url}/requests/nonsense`, asked.url]) {
    const { page, close } = await visit(browser, url, { as: asked.ben });
    await reads(status(page), 'There is no such request, or it is not for you.');
    expect(await page.getByRole('main').innerText()).not.toContain('My laptop does not start');
    if (url === asked.url) {
      await button(page, 'Sign out').click();
      await button(page, 'Sign in').waitFor();
    }
    await close();
  }
  const { page, close } = await visit(browser, asked.url, { as: asked.customer });
  await reads(page.getByRole('heading', { level: 1 }), 'This account is not an expert’s.');
  await button(page, 'Sign out').waitFor();
  await close();
});

test('a session that has ended asks to sign in again', async () => {
  const [care, asked] = [await login(node.url, 'care@example.test'), await opened(node)];
  const { page, close } = await visit(browser, asked.url, { as: asked.ben });
  await reads(status(page), 'Open to all');
  await care.call('user.update', { userId: asked.ben.user.id, active: false });
  await reads(page.getByRole('status'), 'Your session has ended. Please sign in again.');
  await button(page, 'Sign in').waitFor();
  await close();
  care.close();
});

test('9.1 a box that changes while it is read is read once more', async () => {
  const asked = await opened(node);
  const { questionId } = asked.request;
  await asked.ben.call('request.accept', { requestId: asked.request.id });
  const put = (text: string) => asked.customer.call('private-info.put', { questionId, text });
  await put('Call me on 030 1.');
  let reading = '';
  let told = false;
  const held: (() => void)[] = [];
  const prepare = (tab: Page) =>
    tab.routeWebSocket(/socket\.io/, (line) => {
      const server = line.connectToServer();
      line.onMessage((message) => {
        reading ||= /^42(\d+)\["private-info\.get"/.exec(String(message))?.[1] ?? '';
        server.send(message);
      });
      server.onMessage((message) => {
        // the first answer is long on its way
        if (reading !== '' && held.length === 0 && String(message).startsWith(`43${reading}[`))
          held.push(() => line.send(message));
        else line.send(message);
        told ||= held.length > 0 && String(message).includes('"private-info.changed"');
      });
    });
  const { page, close } = await visit(browser, asked.url, { as: asked.ben, prepare });
  await expect.poll(() => held.length).toBe(1);
  await put('Call me on 030 2.');
  await expect.poll(() => told).toBe(true);
  held[0]!();
  await reads(page.locator('.box-text'), 'Call me on 030 2.');
  await close();
});

test('without a network the page says so, and goes on by itself afterwards', async () => {
  const asked = await opened(node);
  const link = await startLink({ port: Number(new URL(node.url).port) });
  const url = asked.url.replace(node.url, `http://127.0.0.1:${link.port}`);
  const { page, close } = await visit(browser, url, { as: asked.ben });
  await reads(status(page), 'Open to all');
  link.refuse();
  await reads(page.getByRole('status'), 'No connection.');
  await button(page, 'Accept this request').click();
  await reads(page.locator('.request .banner'), 'You are offline. Nothing was sent.');
  await reads(status(page), 'Open to all');
  expect(await stateOf(asked)).toBe('open');
  link.heal();
  await reads(page.getByRole('status'), 'The connection is back.');
  await button(page, 'Accept this request').click();
  await reads(status(page), 'You accepted it');
  await close();
  await link.close();
});

test('6.1 an expert of another category is not told of an open request either', async () => {
  const asked = await opened(node);
  const stranger = await join(node, 'expert', { categories: [] });
  const { page, close } = await visit(browser, asked.url, { as: stranger });
  await reads(status(page), 'There is no such request, or it is not for you.');
  await close();
});
