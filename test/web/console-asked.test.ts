// E5, E6, E10: requests that are kept for an expert, the Request Center, and by what a request makes itself known.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { scene } from '../helpers/people.ts';
import { holdTimers, launch } from './browser.ts';
import { atWork, endComposing, isClean } from './console-page.ts';
import { opened, reserved, stateOf } from './people.ts';
import { COUNTED } from './sounds.ts';

declare global {
  interface Window {
    shown: string[];
  }
}

const SHOWN_MS = 8_000; // what became of a request, on its card
const here = world({ RATE_COMMANDS: '100000' });
let node: Node;
let skew = 0;
let browser: Browser;
beforeAll(async () => {
  browser = await launch();
  node = await here.start({}, () => new Date(Date.now() + skew));
});
afterAll(async () => {
  await here.close();
});

const PREFIX = '[Secure Remote Assistance Requested]';
const card = (page: Page) => page.locator('.asked').getByRole('article');
const press = (page: Page, name: string) => card(page).getByRole('button', { name, exact: true }).click();

test('E5, 6.1 a request that is kept for an expert stands over everything, first on the way, and is accepted by a press', async () => {
  const people = await scene(node);
  const { page, close } = await atWork(browser, node.url, { as: people.first });
  await page.getByText('Nothing is waiting.').waitFor();
  const asked = await reserved(node, { subject: 'My screen is black' }, people);
  await card(page).getByText('You earn $19.50').waitFor();
  await card(page).getByText(PREFIX).waitFor();
  await card(page)
    .getByText(/^(5:00|4:\d\d) left$/)
    .waitFor();
  await expect.poll(() => page.title()).toMatch(/^\(!\) Request · [45]:\d\d/);
  // also where nobody looks: it is read in the list of tabs
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  const before = await page.title();
  await expect.poll(() => page.title()).not.toBe(before);
  await page.evaluate(() => Reflect.deleteProperty(document, 'hidden'));
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  // it takes the focus from nobody, and is the first that one comes to
  expect(await page.evaluate(() => document.activeElement?.closest('.asked'))).toBe(null);
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Accept');
  await isClean(page);
  await page.keyboard.press('Enter');
  await page.getByText(/^You accepted it, report due by/).waitFor();
  expect(await stateOf(asked)).toBe('accepted');
  expect(await card(page).count()).toBe(0);
  await expect.poll(() => page.title()).toMatch(/^\[Secure Remote Assistance Accepted\] My screen is black/);
  expect(new URL(page.url()).pathname).toBe(`/requests/${String(asked.request.id)}`);
  await close();
});

/** Notifications as Chrome on Android has them, allowed. */
const REFUSING = () => {
  class Refusing {
    static readonly permission = 'granted';
    constructor() {
      throw new TypeError('Illegal constructor. Use ServiceWorkerRegistration.showNotification() instead.');
    }
  }
  Object.assign(window, { Notification: Refusing });
};

/** Those that are shown, by their text. */
const NOTED = () => {
  window.shown = [];
  class Noted extends Notification {
    constructor(title: string, options: NotificationOptions = {}) {
      super(title, options);
      window.shown.push(options.body ?? '');
    }
    override close(): void {
      super.close();
      window.shown = window.shown.filter((body) => body !== this.body);
    }
  }
  Object.assign(window, { Notification: Noted });
};

test('E5, E10 where the system shows nothing of a page, a request that is kept is heard and said, and so is the next', async () => {
  const people = await scene(node);
  const { page, context, close } = await atWork(browser, node.url, { as: people.first });
  await context.addInitScript(COUNTED);
  await context.addInitScript(REFUSING);
  await page.goto(`${node.url}/expert/settings`);
  await page.getByText('Your browser shows no notifications of this page.').waitFor();
  expect(await page.getByRole('switch', { name: 'Show a notification of the system' }).count()).toBe(0);
  await page.getByRole('heading', { level: 1, name: 'Settings' }).click(); // no page that nobody has touched makes a sound
  for (const subject of ['My screen is black', 'My screen is blue']) {
    await reserved(node, { subject }, people);
    await page.getByRole('alert').getByText(subject).waitFor({ state: 'attached' });
  }
  await expect.poll(() => page.evaluate(() => window.notes)).toBeGreaterThan(0);
  await expect.poll(() => page.title()).toMatch(/^\(!\) Request/);
  await close();
});

test('E5, E10 where it may, the system shows the requests that are kept, until one signs out', async () => {
  const people = await scene(node);
  const { page, context, close } = await atWork(browser, node.url, { as: people.first });
  await context.grantPermissions(['notifications'], { origin: node.url });
  await context.addInitScript(NOTED);
  await page.goto(`${node.url}/expert/settings`);
  const inSystem = page.getByRole('switch', { name: 'Show a notification of the system' });
  await expect.poll(() => inSystem.getAttribute('aria-checked')).toBe('true');
  const shown = () => page.evaluate(() => window.shown);
  expect(await shown()).toEqual([]);
  await reserved(node, { subject: 'My screen is black' }, people);
  await expect.poll(shown).toEqual(['My screen is black\nYou earn $19.50']);
  await press(page, 'No Thanks');
  await expect.poll(shown).toEqual([]);
  await reserved(node, { subject: 'My screen is blue' }, people);
  await expect.poll(shown).toEqual(['My screen is blue\nYou earn $19.50']);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect.poll(shown).toEqual([]);
  await close();
});

test('E5 on a phone a request that is kept leaves the lists, a conversation and the way back to be pressed', async () => {
  const people = await scene(node);
  const phone = { width: 390, height: 844 };
  const { page, close } = await atWork(browser, node.url, { as: people.first, viewport: phone });
  await reserved(node, { subject: 'My screen is black' }, people);
  await card(page).getByText(PREFIX).waitFor();
  const tab = (name: string) => page.getByRole('navigation', { name: 'Lists' }).getByRole('link', { name });
  await tab('Requests').click();
  await page.getByRole('group', { name: 'Open', exact: true }).getByText('My screen is black').waitFor();
  await tab('Mine').click();
  await page.getByRole('group', { name: 'Mine' }).getByRole('link', { name: 'My screen is black' }).click();
  await page.getByRole('textbox', { name: 'Write to the customer' }).fill('I am here.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('log').getByText('I am here.').waitFor();
  await page.getByRole('link', { name: 'Back to the list' }).click();
  await page.getByRole('group', { name: 'Mine' }).waitFor();
  await card(page).getByRole('button', { name: 'No Thanks' }).waitFor();
  await isClean(page);
  await close();
});

test('E5, 6.2, 6.4 No Thanks opens it to all, and who takes it then is told on the card', async () => {
  const people = await scene(node);
  const { page, close } = await atWork(browser, node.url, { as: people.first, path: '/expert/requests' });
  // a card that is over is shown for a few seconds, and axe takes longer on a busy machine
  await holdTimers(page, SHOWN_MS);
  const asked = await reserved(node, {}, people);
  await press(page, 'No Thanks');
  await card(page).getByText('You said No Thanks. It is open to all now; you still can accept.').waitFor();
  expect(await stateOf(asked)).toBe('open');
  await asked.ben.call('request.accept', { requestId: asked.request.id });
  await card(page).getByText('Already accepted by another expert.').waitFor();
  await isClean(page);
  expect(await card(page).getByRole('button', { name: 'Accept' }).count()).toBe(0);
  await press(page, 'Close');
  expect(await card(page).count()).toBe(0);
  await close();
});

test('E5, 6.5 a payment that fails is told on the card', async () => {
  const people = await scene(node);
  const { page, close } = await atWork(browser, node.url, { as: people.first });
  await holdTimers(page, SHOWN_MS);
  await reserved(node, { paymentMethod: 'pm_card_chargeCustomerFail' }, people);
  await press(page, 'Accept');
  await page.getByText('payment did not go through').first().waitFor();
  await close();
});

test('E5, 6.1 a request whose time is over has opened to all, and says so', async () => {
  const people = await scene(node);
  const { page, close } = await atWork(browser, node.url, { as: people.first });
  const asked = await reserved(node, {}, people);
  await card(page).getByText(PREFIX).waitFor();
  await holdTimers(page, SHOWN_MS);
  skew += 6 * 60_000;
  await expect.poll(() => stateOf(asked)).toBe('open');
  await card(page).getByText('It has opened to all experts. You can still accept.').waitFor();
  await close();
});

test('E6 the Request Center lists what may be accepted and what is to be reported, live', async () => {
  const people = await scene(node);
  const { page, close } = await atWork(browser, node.url, { as: people.others[0]!, path: '/expert/requests' });
  await page.getByText('No open requests in your categories.').waitFor();
  const asked = await opened(node, { subject: 'My camera is dark' }, people);
  const open = page.getByRole('group', { name: 'Open', exact: true });
  await open.getByText('My camera is dark').waitFor();
  await open.getByText('You earn $19.50').waitFor();
  await page.getByRole('link', { name: 'Requests 1' }).waitFor();
  await isClean(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('link', { name: 'See more: My camera is dark' }).click();
  await page.getByRole('button', { name: 'Accept this request' }).click();
  await page.getByText(/^You accepted it/).waitFor();
  await page.getByRole('button', { name: /^Priority/ }).click();
  const priority = page.getByRole('group', { name: 'Priority' });
  await priority.getByText('[Secure Remote Assistance Accepted]').waitFor();
  await priority.getByText(/^Report due in 3[56]:\d\d:\d\d$/).waitFor();
  await isClean(page);
  await asked.ben.call('request.report', { requestId: asked.request.id, connected: true });
  await page.getByText('Nothing to report.').waitFor();
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('group', { name: 'Done' }).getByText('My camera is dark').waitFor();
  await close();
});

test('E8, 7.1 no connection wants three attempts, a reason and a comment, and earns nothing', async () => {
  const people = await scene(node);
  const asked = await opened(node, {}, people);
  await asked.ben.call('request.accept', { requestId: asked.request.id });
  await asked.customer.call('private-info.put', { questionId: asked.request.questionId, text: '+1 555 0100' });
  const path = `/requests/${String(asked.request.id)}`;
  const { page, close } = await atWork(browser, node.url, { as: asked.ben, path });
  await page.getByRole('region', { name: 'Private information of the customer' }).getByText('+1 555 0100').waitFor();
  const send = page.getByRole('button', { name: 'Send report' });
  await send.click();
  await page.getByText('Please choose Yes or No.').waitFor();
  await page.getByText('No', { exact: true }).click();
  await send.click();
  await page.getByText('Log at least 3 attempts. You have 0.').waitFor();
  await isClean(page);
  for (const [index, note] of ['rang twice', 'engaged'].entries()) {
    await page.getByLabel('Note (optional)').fill(note);
    await page.getByRole('button', { name: 'Log an attempt now' }).click();
    await page.getByText(`(${index + 1} of 3)`).waitFor();
  }
  await page.reload(); // they are kept
  await page.getByText('engaged').waitFor();
  await page.getByRole('button', { name: 'Log an attempt now' }).click();
  await page.getByText('(3 of 3)').waitFor();
  await page.getByText('No', { exact: true }).click();
  await page.getByLabel('Reason').selectOption('No answer');
  await page.getByLabel('Comment').fill('Nobody picked up.');
  // what was chosen is the same in another language
  await asked.ben.call('user.update', { locale: 'de' });
  await page.reload();
  await page.getByLabel('Grund').locator('option:checked', { hasText: 'Keine Antwort' }).waitFor({ state: 'attached' });
  await asked.ben.call('user.update', { locale: 'en' });
  await page.reload();
  await send.click();
  await page.getByText('you could not connect: nothing is paid').waitFor();
  const { request } = await asked.ben.call('request.get', { requestId: asked.request.id });
  expect(request).toMatchObject({ state: 'unfulfilled', report: { connected: false, reason: 'No answer' } });
  await close();
});

test('E8, 7.1 yes earns at once', async () => {
  const people = await scene(node);
  const asked = await opened(node, {}, people);
  await asked.ben.call('request.accept', { requestId: asked.request.id });
  const path = `/requests/${String(asked.request.id)}`;
  const { page, close } = await atWork(browser, node.url, { as: asked.ben, path });
  await page.getByText('Yes', { exact: true }).click();
  await page.getByText('Earns $19.50 and rates the conversation 5 stars.').waitFor();
  await page.getByRole('button', { name: 'Send report' }).click();
  await page.getByText('You accepted it, and it was reported as delivered.').waitFor();
  expect(await stateOf(asked)).toBe('fulfilled');
  await close();
});

test('E8, 7.1 Enter in the note of an attempt logs it, once, and never sends the report', async () => {
  const people = await scene(node);
  const asked = await opened(node, {}, people);
  const requestId = asked.request.id;
  await asked.ben.call('request.accept', { requestId });
  const { page, close } = await atWork(browser, node.url, { as: asked.ben, path: `/requests/${String(requestId)}` });
  await page.getByText('Yes', { exact: true }).click(); // nothing is missing in the report
  const note = page.getByLabel('Note (optional)');
  await note.fill('rang');
  await endComposing(note);
  await note.fill('rang twice');
  await note.press('Enter');
  await note.press('Enter');
  await page.getByText('(1 of 3)').waitFor();
  await note.fill('engaged');
  await note.press('Enter');
  await page.getByText('(2 of 3)').waitFor();
  await page.getByRole('button', { name: 'Log an attempt now' }).press('Enter');
  await page.getByText('(3 of 3)').waitFor();
  const { request } = await asked.ben.call('request.get', { requestId });
  expect(request.state).toBe('accepted');
  const notes = (request.attempts as Json[]).map(({ note: said }): unknown => said);
  expect(notes).toEqual(['rang twice', 'engaged', null]);
  await close();
});

test('E8, 9.1 the private box stays after the report, until the question is closed', async () => {
  const people = await scene(node);
  const asked = await opened(node, {}, people);
  const { id: requestId, questionId } = asked.request;
  await asked.ben.call('request.accept', { requestId });
  await asked.customer.call('private-info.put', { questionId, text: '+1 555 0100' });
  await asked.ben.call('request.report', { requestId, connected: true });
  const { page, close } = await atWork(browser, node.url, { as: asked.ben, path: `/requests/${String(requestId)}` });
  const box = page.getByRole('region', { name: 'Private information of the customer' });
  await box.getByText('+1 555 0100').waitFor();
  await asked.customer.call('question.close', { questionId });
  await page.reload();
  await page.getByText('You accepted it, and it was reported as delivered.').waitFor();
  await box.waitFor({ state: 'detached' }); // and nothing is said of it
  expect(await page.getByText('This question is closed. Please post').count()).toBe(0);
  await close();
});

test('E10 what makes a request known can be muted, one by one, and stays so', async () => {
  const people = await scene(node);
  const { page, close } = await atWork(browser, node.url, { as: people.first, path: '/expert/settings' });
  const inTitle = page.getByRole('switch', { name: 'Show the time left in the title of the page' });
  await inTitle.click();
  await page.reload();
  expect(await inTitle.getAttribute('aria-checked')).toBe('false');
  expect(await page.getByRole('switch', { name: 'Play a sound' }).getAttribute('aria-checked')).toBe('true');
  await reserved(node, {}, people);
  await card(page).getByText(PREFIX).waitFor();
  expect(await page.title()).toBe('Settings · Parley');
  await inTitle.click();
  await expect.poll(() => page.title()).toMatch(/^\(!\) Request/);
  await close();
});

test('E10, 6.3 what is changed while something else is saved is saved too, and what was wished last holds', async () => {
  const people = await scene(node);
  const { page, close } = await atWork(browser, node.url, { as: people.first, path: '/expert/settings' });
  const open = page.getByRole('switch', { name: /^E-mail me when a request is open/ });
  await open.waitFor();
  const before = (await open.getAttribute('aria-checked')) === 'true';
  // all of it before anything of it can be answered
  await page.evaluate(() => {
    const [requests, quiet] = document.querySelectorAll<HTMLElement>('#open-requests [role=switch]');
    const often = document.querySelector<HTMLSelectElement>('#open-requests select');
    if (!requests || !quiet || !often) throw new Error('they are not there');
    requests.click();
    often.value = 'hourly';
    often.dispatchEvent(new Event('change', { bubbles: true }));
    often.dispatchEvent(new Event('input', { bubbles: true }));
    quiet.click();
    often.value = 'daily';
    often.dispatchEvent(new Event('change', { bubbles: true }));
    often.dispatchEvent(new Event('input', { bubbles: true }));
  });
  const wished = { openRequests: !before, digest: 'daily', quiet: { from: '22:00', to: '07:00' } };
  await expect
    .poll(async () => ((await people.first.call('session.get')).user as Json).notify as Json)
    .toMatchObject(wished);
  await page.getByLabel('From').waitFor();
  expect(await open.getAttribute('aria-checked')).toBe(String(!before));
  expect(await page.getByLabel('How often').inputValue()).toBe('daily');
  await close();
});

test('E10, 6.3 name, language and which e-mails come are kept at the server', async () => {
  const people = await scene(node);
  const { page, close } = await atWork(browser, node.url, { as: people.first, path: '/expert/settings' });
  const me = async () => (await people.first.call('session.get')).user as Json;
  await page.getByLabel('Name').fill('Ada Byron');
  await page.getByRole('button', { name: 'Save' }).first().click();
  await page.getByText('Saved.').waitFor();
  const open = page.getByRole('switch', { name: /^E-mail me when a request is open/ });
  const before = (await open.getAttribute('aria-checked')) === 'true';
  await open.click();
  await expect.poll(() => open.getAttribute('aria-checked')).toBe(String(!before));
  await page.getByLabel('How often').selectOption('daily');
  await expect.poll(async () => (await me()).notify.digest as string).toBe('daily');
  await page.getByRole('switch', { name: 'Quiet hours' }).click();
  await page.getByLabel('From').waitFor();
  await expect.poll(me).toMatchObject({
    name: 'Ada Byron',
    notify: { openRequests: !before, quiet: { from: '22:00', to: '07:00' } },
  });
  await isClean(page);
  await page.getByLabel('Language').selectOption('es');
  await page.getByRole('heading', { level: 1, name: 'Ajustes' }).waitFor();
  await isClean(page);
  await close();
});
