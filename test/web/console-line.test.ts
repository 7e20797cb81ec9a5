// The console when its line is cut, its server is started again, or its machine has slept: right again, and says so.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { postQuestion } from '../helpers/client.ts';
import type { Client } from '../helpers/client.ts';
import { startLink } from '../helpers/link.ts';
import type { Link } from '../helpers/link.ts';
import { world } from '../helpers/node.ts';
import { scene } from '../helpers/people.ts';
import { launch } from './browser.ts';
import { atWork } from './console-page.ts';

const HOUR_MS = 3_600_000;
const here = world({ RATE_COMMANDS: '100000' });
let node: Node;
let link: Link;
let browser: Browser;
beforeAll(async () => {
  browser = await launch();
  node = await here.start();
  link = await startLink({ port: Number(new URL(node.url).port) });
});
afterAll(async () => {
  await link.close();
  await here.close();
});

const queue = (page: Page) => page.getByRole('group', { name: 'Queue' }).getByRole('link');
const back = (page: Page) => page.getByText('The connection is back.').waitFor();
const linked = () => `http://127.0.0.1:${link.port}`;

const ask = async (customer: Client, category: string, subject: string) =>
  String((await postQuestion(customer, { category, subject })).id);

/** At work beside "One" and "Two", by a clock that is put forward; `missing`: what happens while there is no line. */
async function working() {
  const people = await scene(node);
  const one = await ask(people.customer, people.category, 'One');
  await ask(people.customer, people.category, 'Two');
  const at = await atWork(browser, linked(), { as: people.first, clock: true });
  await expect.poll(() => queue(at.page).allInnerTexts()).toEqual(['Two', 'One']);
  const later = async <T>(look: () => Promise<T>): Promise<T> => {
    await at.page.clock.fastForward(500);
    return look();
  };
  const missing = async () => {
    await people.others[0]!.call('question.claim', { questionId: one });
    await ask(people.customer, people.category, 'Three');
  };
  const isRight = async () => {
    link.heal();
    // it tries more and more seldom, and says for a few seconds only that it is back
    const isBack = () => at.page.getByText('The connection is back.').isVisible();
    await expect.poll(async () => (await isBack()) || later(isBack)).toBe(true);
    const fresh = at.page.getByRole('button', { name: '1 new' }); // to whom the focus is in the list
    if (await at.page.evaluate(() => Boolean(document.activeElement?.closest('.list-body')))) await fresh.click();
    // what has gone says by whom, and goes
    await expect.poll(() => later(() => queue(at.page).allInnerTexts())).toEqual(['Three', 'Two']);
  };
  return { ...at, people, missing, isRight, later };
}

test('E2 a line that was cut is caught up with, and the page says so', async () => {
  const { page, close, missing, isRight, later } = await working();
  link.refuse();
  const isSaid = () => page.getByText('No connection. What you write is sent when it is back.').isVisible();
  await expect.poll(() => later(isSaid)).toBe(true);
  await missing();
  await isRight();
  // also a short one
  await expect.poll(() => later(() => page.getByText('The connection is back.').count())).toBe(0);
  link.cut();
  await back(page);
  await close();
});

test('E2 a server that was started again finds the page as it was left', async () => {
  const { page, close, missing, isRight } = await working();
  await page.getByRole('link', { name: 'Two' }).click();
  await page.getByRole('heading', { level: 1, name: 'Two' }).waitFor();
  link.refuse(); // as nobody listens there
  await missing();
  const again = await here.start();
  link.target({ port: Number(new URL(again.url).port) });
  await isRight();
  await page.locator('.main').getByRole('button', { name: 'Claim' }).click();
  await page.getByRole('textbox', { name: 'Write to the customer' }).waitFor();
  await close();
  link.target({ port: Number(new URL(node.url).port) });
});

test('E2 a machine that has slept for an hour wakes with what is so now: the line is new, and the clocks are right', async () => {
  const { context, close, people, missing, later } = await working();
  const questionId = await ask(people.customer, people.category, 'Mine');
  await people.first.call('question.claim', { questionId });
  const page = await context.newPage();
  await page.goto(`${linked()}/expert`);
  await expect.poll(() => queue(page).allInnerTexts()).toEqual(['Two', 'One']);
  link.swallow(); // the other end has gone, and nobody has heard of it
  link.heal();
  await missing();
  // timers have stood still, the clock on the wall has not; and now it is ahead of the server
  await page.clock.setSystemTime(Date.now() + HOUR_MS);
  await back(page);
  await expect.poll(() => later(() => queue(page).allInnerTexts())).toEqual(['Three', 'Two']);
  await page.getByRole('link', { name: /^Mine/ }).click();
  await page.getByText(/^Claim ends in 1\d:\d\d$/).waitFor(); // neither "Checking" nor an hour more
  await close();
});

test('E3 a line that a closed question takes no more stays as it was written: nothing is there to write it anew', async () => {
  const { page, close, people, later } = await working();
  const questionId = await ask(people.customer, people.category, 'Closed meanwhile');
  await people.first.call('question.claim', { questionId });
  await page.goto(`${linked()}/expert/mine/${questionId}`);
  const field = page.getByRole('textbox', { name: 'Write to the customer' });
  await field.waitFor();
  link.refuse();
  await field.fill('Are you still there?');
  await field.press('Control+Enter');
  await people.customer.call('question.close', { questionId });
  link.heal();
  const discard = page.getByRole('button', { name: 'Discard' });
  await expect.poll(() => later(() => discard.isVisible())).toBe(true);
  await page.getByText('This question is closed.').first().waitFor();
  expect(await page.getByRole('button', { name: 'Edit', exact: true }).count()).toBe(0);
  await page.getByRole('log').getByText('Are you still there?').waitFor();
  await close();
});
