// E1, E10: the account of an expert: a session that goes on, another password, and what they keep for themselves.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, post, postQuestion } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { mailed, refused, scene } from '../helpers/people.ts';
import { launch } from './browser.ts';
import { atWork, endComposing, isClean } from './console-page.ts';
import { PASSWORD, expertWithPassword, opened } from './people.ts';

const here = world({ RATE_COMMANDS: '100000', POLICY_OFFER_DELAY: '0s' });
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

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const isIn = (page: Page) => page.getByRole('group', { name: 'Queue' }).waitFor();

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await button(page, 'Sign in').click();
  await isIn(page);
}

const tokenIn = (page: Page) =>
  page.evaluate(() => {
    const { token } = JSON.parse(localStorage.getItem('parley.expert.session') ?? '{}') as { token?: string };
    return token ?? '';
  });

test('E1, 1.1 a session that is worked in is renewed before it ends, in all tabs', async () => {
  const ida = await expertWithPassword(node, (await scene(node)).category);
  const { page, tab, close } = await atWork(browser, node.url, { clock: true });
  await signIn(page, ida.email as string, PASSWORD);
  const other = await tab();
  await isIn(other);
  const first = await tokenIn(page);
  let before = first;
  for (const hours of [7, 7]) {
    // the laptop and the server both: what was 12 hours is over after two of them
    skew += hours * 3_600_000;
    await page.clock.fastForward(hours * 3_600_000);
    await expect.poll(() => tokenIn(page)).not.toBe(before);
    before = await tokenIn(page);
  }
  await refused(post(node.url, 'session.get', {}, first), 'auth.required');
  for (const one of [page, other]) {
    await one.reload();
    await isIn(one);
  }
  await close();
  skew = 0;
});

test('E10, 1.1 another password: this browser stays signed in, all others are out, and a letter says so', async () => {
  const ida = await expertWithPassword(node, (await scene(node)).category);
  const email = ida.email as string;
  const { page, tab, close } = await atWork(browser, node.url);
  await signIn(page, email, PASSWORD);
  const phone = await atWork(browser, node.url);
  await signIn(phone.page, email, PASSWORD);
  const other = await tab();
  await isIn(other);

  await page.bringToFront(); // one that stands behind another is painted once a second, and a press waits for two of them
  await page.goto(`${node.url}/expert/settings`);
  const change = button(page, 'Change password');
  await change.click();
  await page.getByText('Please enter the password you have.').waitFor();
  await page.getByText('Please enter at least 8 characters.').waitFor();
  const [old, next, again] = ['The password you have', 'New password', 'New password, once more'].map((label) =>
    page.getByLabel(label, { exact: true }),
  );
  await old!.fill('not the password');
  await next!.fill('another password');
  await again!.fill('another passwort');
  await change.click();
  await page.getByText('The two are not the same.').waitFor();
  await isClean(page);
  await again!.fill('another password');
  await change.click();
  await page.getByText('This is not your password.').waitFor();
  await expect.poll(() => old!.evaluate((field) => field === document.activeElement)).toBe(true);
  await old!.fill(PASSWORD);
  await change.click();
  await page.getByText('Your password was changed.').waitFor();
  await isClean(page);

  await phone.page.getByText('Your session has ended.').waitFor();
  await isIn(other);
  for (const one of [page, other]) {
    await one.reload();
    await button(one, 'Sign out').waitFor();
  }
  const [letter] = await mailed(node, email, 1);
  expect(letter?.subject).toBe('Your password was changed');
  await signIn(phone.page, email, 'another password');
  await Promise.all([close(), phone.close()]);
});

/** A conversation in which the first expert may offer something of their own. */
async function talkedTwice(customer: Client, first: Client, category: string): Promise<string> {
  const questionId = String((await postQuestion(customer, { category })).id);
  await first.call('question.claim', { questionId });
  for (const body of ['Which one is it?', 'And since when?']) {
    await first.call('message.send', { questionId, clientId: clientId(), body });
    await customer.call('message.send', { questionId, clientId: clientId(), body: `About “${body}”` });
  }
  return questionId;
}

const proposed = async (first: Client, questionId: string, title: string): Promise<string> => {
  const { offer } = await first.call('offer.propose', {
    ...{ questionId, clientId: clientId(), description: 'Together, on the telephone.' },
    ...{ service: { title }, price: { amount: 2_500, currency: 'USD' } },
  });
  return String((offer as Json).id);
};

test('E10, 8.1 one’s own services are renamed and removed, texts changed and removed', async () => {
  const people = await scene(node);
  const questionId = await talkedTwice(people.customer, people.first, people.category);
  for (const title of ['Set up a router', 'Set up a printer']) {
    await people.first.call('offer.withdraw', { offerId: await proposed(people.first, questionId, title) });
  }
  await people.first.call('template.save', { title: 'Hello', body: 'Hello, I look at it now.', locale: 'en' });
  const { page, close } = await atWork(browser, node.url, { as: people.first, path: '/expert/settings' });
  const focused = () => page.locator('input:focus').inputValue();
  await button(page, 'Rename: Set up a router').waitFor();
  // the view scrolls, and the page around it is no longer than its window
  expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBe(0);
  await button(page, 'Rename: Set up a router').click();
  await expect.poll(focused).toBe('Set up a router'); // what is typed now is written
  await page.getByLabel('What it is called').fill('Set up a printer');
  await button(page, 'Save').last().click();
  await page.getByText('You have one of this name already.').waitFor();
  await page.getByLabel('What it is called').fill('Set up a network');
  await page.getByLabel('What it is called').press('Enter');
  await button(page, 'Remove: Set up a printer').click();
  await expect
    .poll(async () =>
      ((await people.first.call('catalogue.list', {})).items as Json[]).map(({ title }) => String(title)),
    )
    .toEqual(['Set up a network']);
  await button(page, 'Change: Hello').click();
  await expect.poll(focused).toBe('Hello');
  await page.getByLabel('Text').fill('Hello. I look at it now.');
  await isClean(page);
  await page.getByLabel('What it is called').press('Enter');
  await expect
    .poll(async () => ((await people.first.call('template.list', {})).items as Json[]).map(({ body }) => String(body)))
    .toEqual(['Hello. I look at it now.']);
  await button(page, 'Remove: Hello').click();
  await page.getByText('None yet. Write a message').waitFor();
  await close();
});

test('E10 what is chosen while something else is being saved is saved after it', async () => {
  const people = await scene(node);
  const { context, tab, close } = await atWork(browser, node.url, { as: people.first });
  let held: (() => void)[] | null = [];
  const isHeld = () => expect.poll(() => held?.length).toBe(1);
  const letGo = () => {
    held?.forEach((send) => send());
    held = null;
  };
  await context.routeWebSocket(/socket\.io/, (line) => {
    const server = line.connectToServer();
    line.onMessage((message) => {
      const send = () => server.send(message);
      if (held !== null && String(message).includes('"user.update"')) held.push(send);
      else send();
    });
  });
  const page = await tab('/expert/settings');
  const known = async () => (await people.first.call('session.get', {})).user as Json;

  const zone = page.getByLabel('Time zone');
  await zone.selectOption('Africa/Abidjan');
  await isHeld();
  await zone.selectOption('Africa/Accra');
  expect(await zone.inputValue()).toBe('Africa/Accra');
  letGo();
  await expect.poll(known).toMatchObject({ timeZone: 'Africa/Accra' });
  expect(await zone.inputValue()).toBe('Africa/Accra');

  held = [];
  await page.getByLabel('Name', { exact: true }).fill('Ada Lovelace');
  await page.getByLabel('Name', { exact: true }).press('Enter');
  await isHeld();
  await page.getByLabel('Language').selectOption('de');
  letGo();
  await expect.poll(known).toMatchObject({ name: 'Ada Lovelace', locale: 'de' });
  await page.getByRole('heading', { level: 1, name: 'Einstellungen' }).waitFor();
  await close();
});

test('E4, 8.3 what was paid and cannot be completed is told with its reason, and stays in the notices of its customer', async () => {
  const people = await scene(node);
  const questionId = await talkedTwice(people.customer, people.first, people.category);
  const offerId = await proposed(people.first, questionId, 'Set up a router');
  const { page, close } = await atWork(browser, node.url, { as: people.first, path: `/expert/mine/${questionId}` });
  await page.getByText('One offer is open already.').waitFor();
  await people.customer.call('offer.accept', { offerId });
  await page.getByText('Accepted and paid').first().waitFor();

  // E2: the bell, also for what comes while one looks
  const bell = page.getByRole('link', { name: /^Notices, \d+ new$/ });
  await bell.click();
  await page.getByRole('heading', { level: 1, name: 'Notices' }).waitFor();
  await isClean(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('link', { name: 'Notices', exact: true }).waitFor(); // looked at
  await page
    .getByRole('link', { name: /^Open: / })
    .first()
    .click();

  const unable = button(page, 'I cannot complete this').first();
  await unable.click();
  const dialog = page.getByRole('dialog', { name: 'You cannot complete this?' });
  await expect.poll(() => dialog.getByRole('button', { name: 'Tell them' }).getAttribute('aria-disabled')).toBe('true');
  await dialog.getByLabel('Reason').fill('The router is broken.');
  await isClean(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.keyboard.press('Escape');
  expect(await dialog.count()).toBe(0);
  await unable.click();
  await page.reload(); // what was begun is kept
  await unable.click();
  expect(await dialog.getByLabel('Reason').inputValue()).toBe('The router is broken.');
  await dialog.getByRole('button', { name: 'Tell them' }).click();
  await page.getByText('Could not be completed').first().waitFor();
  const { offers } = await people.customer.call('question.get', { questionId });
  expect((offers as Json[]).find(({ id }) => id === offerId)).toMatchObject({
    ...{ state: 'unable', unableReason: 'The router is broken.' },
  });
  await close();
});

test('E11 the palette finds questions, requests, views and actions, by the keyboard alone', async () => {
  const people = await scene(node);
  await opened(node, { subject: 'My camera is dark' }, people);
  await postQuestion(people.customer, { category: people.category, subject: 'A question about Köln' });
  const { page, close } = await atWork(browser, node.url, { as: people.others[0]! });
  await isIn(page);
  await page.getByText('A question about Köln').waitFor();
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Find' });
  await field.fill('koln');
  await page.getByRole('option', { name: /A question about Köln/ }).waitFor();
  await isClean(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await field.fill('nothing like this');
  await page.getByText('Nothing found.').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await field.fill('dark');
  await endComposing(field);
  expect(await field.inputValue()).toBe('dark'); // it has chosen nothing
  await field.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'My camera is dark' }).waitFor();
  // looking at it has accepted nothing, and no entry does
  await page.keyboard.press('/');
  await field.fill('accept');
  await page.getByText('Nothing found.').waitFor();
  await field.fill('mute');
  await page.getByRole('option', { name: /^Mute requests/ }).waitFor();
  await field.fill('earn');
  await field.press('ArrowDown');
  await field.press('ArrowUp');
  await field.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Earnings' }).waitFor();
  await close();
});
