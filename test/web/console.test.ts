// E1–E3: the console of experts, as they work in it.
import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, login, post, postQuestion } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { scene } from '../helpers/people.ts';
import { holdTimers, launch } from './browser.ts';
import { atWork, endComposing, isClean } from './console-page.ts';
import { PASSWORD, expertWithPassword } from './people.ts';

declare global {
  interface Window {
    pass: (ms: number) => void;
  }
}

const here = world({ RATE_COMMANDS: '100000', POLICY_FRAGMENT_WINDOW: '10m' });
const strict = world({ RATE_LOGINS: '2' });
let node: Node;
let guarded: Node; // two log-ins, and no more
let skew = 0;
let browser: Browser;
beforeAll(async () => {
  browser = await launch();
  [node, guarded] = await Promise.all([here.start({}, () => new Date(Date.now() + skew)), strict.start()]);
});
afterAll(async () => {
  await Promise.all([here.close(), strict.close()]);
});

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const GONE_MS = 4_000; // so long a row that has gone says so
const queue = (page: Page) => page.getByRole('group', { name: 'Queue' });
const writing = (page: Page) => page.getByRole('textbox', { name: 'Write to the customer' });
const log = (page: Page) => page.getByRole('log');

const ask = async (customer: Client, category: string, subject: string): Promise<string> =>
  String((await postQuestion(customer, { category, subject })).id);

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await button(page, 'Sign in').click();
}

const stateOf = async (customer: Client, questionId: string) =>
  String((await customer.call('question.get', { questionId })).question.state);

/** What the server has of a conversation: kind and body, in order. */
async function stored(customer: Client, questionId: string): Promise<string[]> {
  const { items } = await customer.call('message.list', { questionId, limit: 200 });
  return (items as Json[]).map(({ kind, body }) => `${kind}: ${body}`);
}

test('E1 a wrong password is told, the right one leads to where the address led, and who signs out is out in all tabs', async () => {
  const people = await scene(node);
  const questionId = await ask(people.customer, people.category, 'My printer only prints stripes');
  const ida = await expertWithPassword(node, people.category);
  const { page, tab, close } = await atWork(browser, node.url, { path: `/expert/queue/${questionId}` });
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  await button(page, 'Sign in').click();
  await page.getByText('Please enter your e-mail and your password.').waitFor();
  await signIn(page, ida.email as string, 'not the password');
  await page.getByText('E-mail or password is not right.').waitFor();
  await isClean(page);
  await signIn(page, ida.email as string, PASSWORD);
  await page.getByRole('heading', { level: 1, name: 'My printer only prints stripes' }).waitFor();

  const other = await tab();
  await queue(other).waitFor();
  await page.bringToFront();
  await page.setViewportSize({ width: 1440, height: 900 });
  await button(page, 'Sign out').click();
  await button(page, 'Sign in').waitFor();
  await button(other, 'Sign in').waitFor();
  expect(await other.getByText('My printer only prints stripes').count()).toBe(0);
  await close();
});

test('E1 who does not stay signed in is so for one tab alone', async () => {
  const people = await scene(node);
  const ida = await expertWithPassword(node, people.category);
  const { page, tab, close } = await atWork(browser, node.url);
  await page.getByLabel('Stay signed in on this device').uncheck();
  await signIn(page, ida.email as string, PASSWORD);
  await queue(page).waitFor();
  await page.reload();
  await queue(page).waitFor();
  await button(await tab(), 'Sign in').waitFor();
  await close();
});

test('E1 where one stays signed in is chosen anew when a session has ended', async () => {
  const people = await scene(node);
  const email = String((await expertWithPassword(node, people.category)).email);
  const { page, tab, close } = await atWork(browser, node.url);
  const stays = page.getByLabel('Stay signed in on this device');
  const kept = () =>
    page.evaluate(() =>
      [localStorage, sessionStorage].map((at) => {
        const { token } = JSON.parse(at.getItem('parley.expert.session') ?? '{}') as { token?: string };
        return token ?? null;
      }),
    );
  const ends = async (token: string | null | undefined) => {
    await post(node.url, 'session.end', {}, token ?? '');
    await page.getByText('Your session has ended.').waitFor();
  };
  await signIn(page, email, PASSWORD);
  await queue(page).waitFor();
  const [first] = await kept();
  await ends(first);

  await stays.uncheck();
  await signIn(page, email, 'not the password');
  await page.getByText('E-mail or password is not right.').waitFor();
  await signIn(page, email, PASSWORD);
  await queue(page).waitFor();
  const [before, second] = await kept();
  expect(before).toBe(first); // and nobody comes in by it
  expect(second).toEqual(expect.any(String));
  const other = await tab();
  await other.getByText('Your session has ended.').waitFor();
  await page.bringToFront();
  await ends(second);

  expect(await stays.isChecked()).toBe(false); // as it was chosen before
  await stays.check();
  await signIn(page, email, PASSWORD);
  await queue(page).waitFor();
  await queue(other).waitFor();
  expect(await kept()).toEqual([expect.any(String), null]);
  await close();
});

test('E1, 6.1 who signs in after another one sees neither their presence, nor what was said to them', async () => {
  const people = await scene(node);
  const [ida, ina] = await Promise.all([1, 2].map(() => expertWithPassword(node, people.category)));
  const { page, close } = await atWork(browser, node.url);
  await signIn(page, ida!.email as string, PASSWORD);
  const presence = page.getByLabel('Presence');
  const isAway = page.getByText('You are away: requests come by e-mail only.');
  for (const state of ['away', 'available', 'away']) {
    await presence.selectOption(state); // each is a version of it, and those of the other one are fewer
    await expect.poll(() => isAway.count()).toBe(state === 'away' ? 1 : 0);
  }
  const said = page.locator('.hidden[role=status], .hidden[role=alert]').filter({ hasText: 'My mouse is slow' });
  await ask(people.customer, people.category, 'My mouse is slow');
  await button(page, 'Claim: My mouse is slow').click();
  await said.waitFor({ state: 'attached' });
  await button(page, 'Sign out').click();
  await signIn(page, ina!.email as string, PASSWORD);
  await presence.waitFor();
  expect(await presence.inputValue()).toBe('available');
  expect(await isAway.count()).toBe(0);
  await expect.poll(() => said.count()).toBe(0);
  await close();
});

test('E1, E3 what was begun in a tab that is closed is not there for who signs in next', async () => {
  const people = await scene(node);
  const questionId = await ask(people.customer, people.category, 'My mouse is slow');
  const [ida, ina] = await Promise.all([1, 2].map(() => expertWithPassword(node, people.category)));
  const { page, tab, close } = await atWork(browser, node.url, { path: `/expert/queue/${questionId}` });
  const next = await tab();
  const claims = async (at: Page, email: string) => {
    await at.bringToFront();
    await at.getByLabel('Stay signed in on this device').uncheck();
    await signIn(at, email, PASSWORD);
    await at.getByRole('button', { name: 'Claim', exact: true }).click();
    await writing(at).waitFor();
  };
  await claims(page, ida!.email as string);
  await writing(page).fill('Do not tell anybody, but');
  await page.reload();
  await expect.poll(() => writing(page).inputValue()).toBe('Do not tell anybody, but');
  await page.close();
  const first = await login(node.url, ida!.email as string, PASSWORD);
  await first.call('question.release', { questionId });
  first.close();
  await claims(next, ina!.email as string);
  expect(await writing(next).inputValue()).toBe('');
  await close();
});

test('E1 an account that is no expert’s is told so and is not kept signed in', async () => {
  const { page, close } = await atWork(browser, node.url);
  await signIn(page, 'care@example.test', 'parley-demo');
  const told = page.locator('form [role=alert]'); // in the form, once nobody is signed in any more
  await told.filter({ hasText: 'This account is not an expert’s.' }).waitFor();
  await page.reload();
  await button(page, 'Sign in').waitFor();
  await close();
});

test('E1 too many tries say how long to wait', async () => {
  const { page, close } = await atWork(browser, guarded.url);
  const tooMany = page.locator('.error', { hasText: /^Too many tries\. Wait \d+ s\.$/ });
  let tookMs = Infinity;
  // three that took longer than the minute in which they are counted are not too many
  for (let rounds = 0; rounds < 5 && tookMs > 50_000; rounds += 1) {
    const began = Date.now();
    for (const _ of [1, 2, 3]) {
      await signIn(page, 'ada@example.test', randomUUID());
      await expect.poll(() => button(page, 'Sign in').getAttribute('aria-busy')).toBe('false');
    }
    tookMs = Date.now() - began;
  }
  await tooMany.waitFor();
  await close();
});

test('E1 a session that has ended asks to sign in again, and what was written is kept', async () => {
  const people = await scene(node);
  const questionId = await ask(people.customer, people.category, 'My screen flickers');
  const care = await login(node.url, 'care@example.test');
  const email = `${randomUUID()}@example.test`;
  await care.call('user.update', { userId: people.first.user.id, email, password: PASSWORD });
  const fresh = await login(node.url, email, PASSWORD);
  await fresh.call('question.claim', { questionId });
  const { page, close } = await atWork(browser, node.url, { as: fresh, path: `/expert/mine/${questionId}` });
  await writing(page).fill('Does it flicker at once, or');
  await fresh.call('session.end', {});
  await page.getByText('Your session has ended.').waitFor();
  await signIn(page, email, PASSWORD);
  await writing(page).waitFor();
  expect(await writing(page).inputValue()).toBe('Does it flicker at once, or');
  fresh.close();
  care.close();
  await close();
});

test('E2 what is asked appears by itself, is claimed by a press, and colleagues read by whom', async () => {
  const people = await scene(node);
  const [ada, ben] = await Promise.all([
    atWork(browser, node.url, { as: people.first }),
    atWork(browser, node.url, { as: people.others[0]! }),
  ]);
  await ada.page.getByText('Nothing is waiting.').waitFor();
  await ben.page.getByText('Nothing is waiting.').waitFor();
  await ada.page.getByText('It is yours alone while you work on it.').waitFor(); // what to do, for who has never done it
  await ask(people.customer, people.category, 'My keyboard types twice');
  await ben.page.getByText('My keyboard types twice').waitFor();
  await queue(ada.page).getByText('You would earn $5.00').waitFor();
  await ada.page.getByRole('link', { name: 'Queue 1' }).waitFor();

  const go = await holdTimers(ben.page, GONE_MS);
  await button(ada.page, 'Claim: My keyboard types twice').click();
  await ada.page.getByRole('heading', { level: 1, name: 'My keyboard types twice' }).waitFor();
  await writing(ada.page).waitFor();
  await ada.page.getByRole('link', { name: 'Mine 1' }).waitFor();
  await ben.page.getByText('Claimed by Ada').waitFor();
  await go();
  await expect.poll(() => queue(ben.page).getByRole('listitem').count()).toBe(0); // gone after a while
  await isClean(ada.page);
  await isClean(ben.page);
  await Promise.all([ada.close(), ben.close()]);
});

test('E2 what is new does not move the row that has the focus', async () => {
  const people = await scene(node);
  await ask(people.customer, people.category, 'The first one');
  const { page, close } = await atWork(browser, node.url, { as: people.first });
  const claim = button(page, 'Claim: The first one');
  await claim.focus();
  const before = await claim.boundingBox();
  await ask(people.customer, people.category, 'The second one');
  await ask(people.customer, people.category, 'The third one');
  await button(page, '2 new').waitFor();
  expect(await queue(page).getByRole('listitem').count()).toBe(1);
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Claim: The first one');
  expect((await claim.boundingBox())?.x).toBe(before?.x);
  await button(page, '2 new').click();
  await expect
    .poll(() => queue(page).getByRole('link').allInnerTexts())
    .toEqual(['The third one', 'The second one', 'The first one']);
  await close();
});

test('E2 what comes and goes between the two ends of a press does not take it away', async () => {
  const people = await scene(node);
  await ask(people.customer, people.category, 'The lower one');
  const above = await ask(people.customer, people.category, 'The upper one');
  const { page, close } = await atWork(browser, node.url, { as: people.first });
  const claim = button(page, 'Claim: The lower one');
  await claim.waitFor();
  const go = await holdTimers(page, GONE_MS);
  await people.others[0]!.call('question.claim', { questionId: above });
  await queue(page).getByText('Claimed by Ben').waitFor();
  await claim.hover();
  const before = await claim.boundingBox();
  await page.mouse.down();
  await go();
  await expect.poll(() => queue(page).getByRole('listitem').count()).toBe(1);
  expect((await claim.boundingBox())?.y).not.toBe(before?.y);
  await page.mouse.up();
  await page.getByRole('heading', { level: 1, name: 'The lower one' }).waitFor();
  await writing(page).waitFor();

  // whoever leaves a button before the second end wants nothing of it
  const left = await ask(people.customer, people.category, 'The next one');
  await page.getByRole('link', { name: 'Queue 1' }).click();
  const next = button(page, 'Claim: The next one');
  await next.hover();
  await page.mouse.down();
  await page.mouse.move(600, 600);
  await page.mouse.up();
  await queue(page).getByRole('link', { name: 'The next one' }).click(); // what was pressed before would have been done by now
  await page.getByRole('heading', { level: 1, name: 'The next one' }).waitFor();
  expect((await people.customer.call('question.get', { questionId: left })).question.state).toBe('open');
  await close();
});

test('E2, 6.1 away and available again, on all pages of the expert', async () => {
  const people = await scene(node);
  const { page, tab, close } = await atWork(browser, node.url, { as: people.first });
  const other = await tab();
  await page.getByLabel('Presence').selectOption('away');
  await page.getByText('You are away: requests come by e-mail only.').waitFor();
  await other.getByText('You are away: requests come by e-mail only.').waitFor();
  await isClean(page);
  await other.getByRole('button', { name: 'Available' }).click();
  await expect.poll(() => page.getByText('You are away').count()).toBe(0);
  expect(await page.getByLabel('Presence').inputValue()).toBe('available');
  await close();
});

test('E3 a question is answered: what to ask, hints before sending, and the complete answer', async () => {
  const people = await scene(node);
  const questionId = await ask(people.customer, people.category, 'My fan is loud');
  await people.first.call('question.claim', { questionId });
  const { page, close } = await atWork(browser, node.url, { as: people.first, path: '/expert/mine' });
  await page.getByRole('link', { name: 'My fan is loud' }).click();
  await log(page).getByText('It only shows a black screen.').waitFor();
  await writing(page).fill('Since when is it loud?');
  await writing(page).press('Control+Enter');
  await expect.poll(() => stored(people.customer, questionId)).toEqual(['message: Since when is it loud?']);

  // 3.2: a second thought within minutes
  await writing(page).fill('And is it dusty?');
  await page.getByText('This would be your second message in a short time').waitFor();
  await button(page, 'Send anyway').waitFor();
  await isClean(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await people.customer.call('message.send', { questionId, clientId: clientId(), body: 'Since Monday. Yes, dusty.' });
  await log(page).getByText('Since Monday. Yes, dusty.').waitFor();
  await expect.poll(() => page.getByText('This would be your second message').count()).toBe(0);

  // 9.2
  await writing(page).fill('Call me at +49 170 1234567.');
  await page.getByRole('region', { name: 'Before you send' }).getByText('telephone number').waitFor();
  await page.getByLabel('Kind of message').selectOption('info_request');
  await writing(page).fill('Which model is it?');
  await expect.poll(() => page.getByRole('region', { name: 'Before you send' }).count()).toBe(0);
  await button(page, 'Send').click();
  await expect.poll(() => stored(people.customer, questionId)).toContain('info_request: Which model is it?');

  await writing(page).fill('Clean it with compressed air, then it is quiet.');
  await page.getByLabel('This is the complete answer').check();
  await button(page, 'Send answer').click();
  await expect
    .poll(() => stored(people.customer, questionId))
    .toContain('answer: Clean it with compressed air, then it is quiet.');
  // the line is stored before the question becomes answered by it
  await expect
    .poll(async (): Promise<unknown> => (await people.customer.call('question.get', { questionId })).question)
    .toMatchObject({ state: 'answered', ratingEnabled: true });
  await people.customer.call('question.rate', { questionId, stars: 5 });
  await page.getByText('5 of 5 stars').waitFor();
  await close();
});

test('E3, 2.4 an answer that was refused is still the answer when it is written anew', async () => {
  const people = await scene(node);
  const questionId = await ask(people.customer, people.category, 'My router is slow');
  await people.first.call('question.claim', { questionId });
  const { context, tab, close } = await atWork(browser, node.url, { as: people.first });
  await context.routeWebSocket(/socket\.io/, (line) => {
    const server = line.connectToServer();
    // nothing is said of a text before it is sent, however long that takes here
    line.onMessage((message) => {
      if (!String(message).includes('"message.check"')) server.send(message);
    });
  });
  const page = await tab(`/expert/mine/${questionId}`);
  const complete = page.getByLabel('This is the complete answer');
  await writing(page).fill('Change its channel, or call +49 170 1234567.');
  await complete.check();
  await writing(page).press('Control+Enter');
  await button(page, 'Edit').click();
  expect(await complete.isChecked()).toBe(true);
  expect(await writing(page).inputValue()).toBe('Change its channel, or call +49 170 1234567.');
  await writing(page).fill('Change its channel.');
  await button(page, 'Send answer').click();
  await expect
    .poll(async (): Promise<unknown> => (await people.customer.call('question.get', { questionId })).question)
    .toMatchObject({ state: 'answered', ratingEnabled: true });
  expect(await stored(people.customer, questionId)).toEqual(['answer: Change its channel.']);

  // what was begun since stays, and so does what was asked for
  await page.getByLabel('Kind of message').selectOption('info_request');
  await writing(page).fill('Is +49 170 1234567 still yours?');
  await writing(page).press('Control+Enter');
  await button(page, 'Edit').waitFor();
  await writing(page).fill('Thank you.');
  await button(page, 'Edit').click();
  expect(await page.getByLabel('Kind of message').inputValue()).toBe('info_request');
  expect(await writing(page).inputValue()).toBe('Is +49 170 1234567 still yours?\nThank you.');
  await close();
});

test('E3, 2.2 the claim is renewed, and released by who decides so twice', async () => {
  const people = await scene(node);
  const questionId = await ask(people.customer, people.category, 'My battery is empty');
  await people.first.call('question.claim', { questionId });
  const { page, close } = await atWork(browser, node.url, { as: people.first, path: `/expert/mine/${questionId}` });
  await page.getByText(/^Your claim ends in \d+:\d\d$/).waitFor();
  const until = async () => String((await people.first.call('question.get', { questionId })).question.lockedUntil);
  const before = await until();
  await button(page, 'Renew').click();
  await expect.poll(async () => Date.parse(await until()) > Date.parse(before)).toBe(true);
  await button(page, 'Release').click();
  await isClean(page);
  await button(page, 'Keep it').click();
  expect((await people.first.call('question.get', { questionId })).question.state).toBe('claimed');
  await page.setViewportSize({ width: 1440, height: 900 });
  await button(page, 'Release').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Release' }).click();
  await expect.poll(() => stateOf(people.customer, questionId)).toBe('open');
  await page.getByText('Choose a question on the left.').waitFor();
  await close();
});

test('E3, 2.2 a claim that lapses says so, and its question is claimed again or another’s', async () => {
  const people = await scene(node);
  const questionId = await ask(people.customer, people.category, 'My mouse jumps');
  await people.first.call('question.claim', { questionId });
  const { page, close } = await atWork(browser, node.url, { as: people.first, path: `/expert/mine/${questionId}` });
  await writing(page).fill('Which surface is it');
  skew += 20 * 60_000;
  await expect.poll(() => stateOf(people.customer, questionId)).toBe('open');
  await page.getByText('Your claim has ended.').waitFor();
  await isClean(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await button(page, 'Claim again').click();
  await writing(page).waitFor();
  expect(await writing(page).inputValue()).toBe('Which surface is it');
  await page.getByText(/^Your claim ends in/).waitFor();
  await people.first.call('question.release', { questionId });
  await page.getByText('Your claim has ended.').waitFor();
  await people.others[0]!.call('question.claim', { questionId });
  await page.getByText('Ben 0 has it now.').waitFor();
  await close();
});

test('E3 templates are kept from what is written, put into it, and removed', async () => {
  const people = await scene(node);
  const questionId = await ask(people.customer, people.category, 'My disk is full');
  await people.first.call('question.claim', { questionId });
  const { page, close } = await atWork(browser, node.url, { as: people.first, path: `/expert/mine/${questionId}` });
  await writing(page).fill('Hello, I am looking at your question.');
  await button(page, 'Templates').click();
  await page.getByText('No templates yet.').waitFor();
  const title = page.getByLabel('What it is called');
  await title.fill('Hel');
  await endComposing(title);
  await title.fill('Hello');
  await title.press('Enter');
  await button(page, /^Hello Hello, I am looking/).waitFor();
  await isClean(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.keyboard.press('Escape');
  await writing(page).fill('');
  await button(page, 'Templates').click();
  await button(page, /^Hello Hello, I am looking/).click();
  expect(await writing(page).inputValue()).toBe('Hello, I am looking at your question.');
  await button(page, 'Templates').click();
  await button(page, 'Remove the template Hello').click();
  await page.getByText('No templates yet.').waitFor();
  expect((await people.first.call('template.list', {})).items).toEqual([]);
  await close();
});

test('11.1 in German and in Spanish, as the account speaks', async () => {
  const people = await scene(node);
  const questionId = await ask(people.customer, people.category, 'Mein Bildschirm flackert');
  await people.first.call('user.update', { locale: 'de' });
  await people.first.call('question.claim', { questionId });
  const { page, close } = await atWork(browser, node.url, { as: people.first, path: `/expert/mine/${questionId}` });
  await page.getByRole('textbox', { name: 'Schreiben Sie hier Ihre Nachricht' }).waitFor();
  await page.getByText(/^Ihre Übernahme endet in/).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('de');
  await isClean(page);
  await people.first.call('user.update', { locale: 'es' });
  await page.reload();
  await page.getByRole('textbox', { name: 'Escriba al cliente' }).waitFor();
  await isClean(page);
  await close();
});

test('E11 the keyboard goes everywhere, writes in fields, and has no key for money', async () => {
  const people = await scene(node);
  await ask(people.customer, people.category, 'Question one');
  const two = await ask(people.customer, people.category, 'Question two');
  const { page, close } = await atWork(browser, node.url, { as: people.first });
  await queue(page).getByText('Question one').waitFor();
  const { keyboard } = page;
  await keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await isClean(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await keyboard.press('Escape');
  await keyboard.press('j');
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Question two');
  await keyboard.press('c');
  await writing(page).waitFor();
  expect((await people.first.call('question.get', { questionId: two })).question.state).toBe('claimed');
  await keyboard.press('r');
  await keyboard.type('go r?');
  expect(await writing(page).inputValue()).toBe('go r?');
  await keyboard.press('Alt+Digit3');
  expect(await page.getByLabel('Kind of message').inputValue()).toBe('info_request');
  await keyboard.press('Alt+KeyA');
  expect(await page.getByLabel('This is the complete answer').isChecked()).toBe(true);
  await page.getByRole('heading', { level: 1, name: 'Question two' }).click();
  await keyboard.press('Escape');
  const inSettings = async () => {
    await keyboard.press('g'); // both within a second and a half
    await keyboard.press('s');
    return page.getByRole('heading', { level: 1, name: 'Settings' }).isVisible();
  };
  await expect.poll(inSettings).toBe(true);
  await keyboard.press('m');
  await expect
    .poll(() => page.getByRole('switch', { name: 'Play a sound' }).getAttribute('aria-checked'))
    .toBe('false');
  await keyboard.press('p');
  await page.getByText('You are away: requests come by e-mail only.').waitFor();
  expect(await page.locator('.asked [aria-keyshortcuts]').count()).toBe(0);
  await close();
});

test('E11 where a field goes away under the hands of who writes in it, what they go on to write is no key', async () => {
  const people = await scene(node);
  const questionId = await ask(people.customer, people.category, 'My screen flickers');
  await people.first.call('question.claim', { questionId });
  const path = `/expert/mine/${questionId}`;
  const { page, close } = await atWork(browser, node.url, { as: people.first, path });
  await writing(page).waitFor();
  // by a clock that stands still between the keys
  await page.evaluate(() => {
    let now = performance.now();
    performance.now = () => now;
    window.pass = (ms) => (now += ms);
  });
  const passes = (ms: number) => page.evaluate((gone) => window.pass(gone), ms);
  await writing(page).pressSequentially('Which scree');
  await people.customer.call('question.close', { questionId });
  await writing(page).waitFor({ state: 'detached' });
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
  for (const key of ['p', 'm']) {
    await passes(1_500); // each goes on from the one before
    await page.keyboard.press(key);
  }
  await passes(2_000);
  await page.keyboard.press('m'); // they had rested, and mean it
  const muted = () => page.evaluate(() => localStorage.getItem('parley.expert.muted'));
  await expect.poll(muted).toBe('sound title desktop');
  await page.keyboard.press('p');
  await page.getByText('You are away: requests come by e-mail only.').waitFor();
  await close();
});

test('E11 on a phone the focus goes where one goes: to the heading, and back into the list', async () => {
  const people = await scene(node);
  await ask(people.customer, people.category, 'My camera is dark');
  const viewport = { width: 390, height: 844 };
  const { page, close } = await atWork(browser, node.url, { as: people.first, viewport });
  const focused = () =>
    page.evaluate(() => `${document.activeElement?.tagName} ${document.activeElement?.textContent}`);
  const row = queue(page).getByRole('link', { name: 'My camera is dark' });
  await row.waitFor();
  expect(await focused()).toMatch(/^BODY /); // a page that was just opened begins at its top
  await row.press('Enter');
  await expect.poll(focused).toBe('H1 My camera is dark');
  await page.getByRole('link', { name: 'Back to the list' }).press('Enter');
  await expect.poll(focused).toBe('A My camera is dark');
  await row.press('Enter');
  await page.getByRole('button', { name: 'Claim', exact: true }).press('Enter');
  await writing(page).waitFor();
  await expect.poll(focused).toBe('H1 My camera is dark'); // it has not gone with the button
  await page.getByRole('status').filter({ hasText: 'Claimed: My camera is dark' }).waitFor({ state: 'attached' });
  await page.getByRole('link', { name: 'Back to the list' }).press('Enter');
  await expect.poll(() => page.evaluate(() => Boolean(document.activeElement?.closest('.list')))).toBe(true);
  await page.getByRole('link', { name: 'Queue' }).click();
  for (const view of ['Settings', 'Earnings', 'Notices']) {
    await page.getByRole('link', { name: view }).press('Enter');
    await expect.poll(focused).toBe(`H1 ${view}`);
    await page.getByRole('link', { name: 'Back to the list' }).press('Enter');
    await expect.poll(focused).toMatch(/^A Queue/);
  }
  await close();
});
