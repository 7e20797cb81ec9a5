// What is told without a look: how long there is still, what customer care has decided, and a sound for a line that comes.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, login, postQuestion, requested } from '../helpers/client.ts';
import type { Client } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { eventually, scene } from '../helpers/people.ts';
import { launch } from './browser.ts';
import { COUNTED } from './sounds.ts';
import { browse, hostPage } from './widget-page.ts';
import type { HostPage, Visitor } from './widget-page.ts';

declare global {
  interface Window {
    /** what was said to people who do not see */
    heard: string[];
    /** by how much the clock of the page is put forward, ms */
    ahead: number;
  }
}

const STEP = 20; // seconds: less than the silence of a line that lives, which is 30 (20 s between two pings, 10 s for the answer)
const here = world({ POLICY_OFFER_DELAY: '0s', RATE_COMMANDS: '100000' });
let node: Node;
let host: HostPage;
let browser: Browser;
let care: Client;
beforeAll(async () => {
  [node, browser, host] = await Promise.all([here.start(), launch(), hostPage()]);
  care = await login(node.url, 'care@example.test');
});
afterAll(async () => {
  care.close();
  await host.close();
  await here.close();
});

const card = (tab: Page) => tab.getByRole('article');
const heard = (tab: Page) => tab.evaluate(() => window.heard.filter((text) => text !== ''));

/** From now on all that the live regions of the panel say. */
const listen = (tab: Page) =>
  tab.evaluate(() => {
    window.heard = [];
    const regions = document.querySelector('parley-chat')!.shadowRoot!.querySelectorAll('.panel > .hidden');
    for (const region of regions) {
      new MutationObserver(() => window.heard.push(region.textContent)).observe(region, {
        ...{ childList: true, characterData: true, subtree: true },
      });
    }
  });

test('6.2 the time that is left is said at two minutes, one, thirty seconds, ten, and at the end', async () => {
  const { customer, first, category } = await scene(node);
  const request = await requested(customer, first, { category });
  const visitor = await browse(browser, host, { as: customer });
  await visitor.context.addInitScript(() => {
    const real = Date.now;
    window.ahead = 0;
    Date.now = () => real() + window.ahead;
  });
  const tab = await visitor.open({ server: node.url, question: String(request.questionId) });
  await card(tab).getByText(/left/).waitFor();
  await listen(tab);
  const left = async () => {
    const [, m, s] = /(\d+):(\d\d) left/.exec(await card(tab).innerText()) ?? [];
    return m === undefined ? -1 : Number(m) * 60 + Number(s);
  };
  let lines = 0;
  /** The page hears something: a line that is silent for long by its clock is one that was lost while it slept. */
  const hears = async () => {
    const body = `Line ${(lines += 1)}.`;
    await customer.call('message.send', { questionId: request.questionId, clientId: clientId(), body });
    await tab.getByRole('log').getByText(body, { exact: true }).waitFor();
  };
  /** The page's clock is put forward until there are so many seconds left. */
  const until = async (seconds: number) => {
    // asked anew each time: the true time goes on as well
    for (let now = await left(); now > seconds; now = await left()) {
      const step = Math.min(now - seconds, STEP);
      await tab.evaluate((ms) => (window.ahead += ms), step * 1_000);
      await hears();
      await expect.poll(left).toBeLessThanOrEqual(now - step);
    }
  };
  await until(200);
  expect(await heard(tab)).toEqual([]);
  for (const [seconds, words] of [
    [120, / [12] minutes? left/],
    [60, / 1 minute left| 5\d seconds left/],
    [30, / [23]\d seconds left/],
    [10, / \d+ seconds? left/],
  ] as const) {
    const before = (await heard(tab)).length;
    await until(seconds);
    await expect.poll(async () => (await heard(tab)).slice(before).join()).toContain('Ada is asked first: ');
    expect((await heard(tab)).at(-1)).toMatch(words);
  }
  await until(-1);
  await expect.poll(async () => (await heard(tab)).at(-1)).toContain('Checking…');
  expect((await heard(tab)).filter((text) => text.includes('Ada is asked first'))).toHaveLength(5);
  await visitor.close();
});

test.each([
  ['refuse', 'Customer care has refused the refund: It works since noon.', 'has been refused'],
  ['dismissed', 'Customer care has closed your request without a refund.', 'has been closed without a refund'],
  ['grant', '$39.00 was refunded.', 'has been made'],
] as const)(
  '8.4 what customer care decides about a refund (%s) is there at once, and is said',
  async (resolution, shown, said) => {
    const { customer, first, category } = await scene(node, 0);
    const request = await requested(customer, first, { category });
    const [requestId, questionId] = [String(request.id), String(request.questionId)];
    await first.call('request.accept', { requestId });
    await first.call('request.report', { requestId, connected: true });
    const asked = await customer.call('refund.request', { questionId, offerId: requestId, reason: 'Still offline.' });
    const visitor = await browse(browser, host, { as: customer });
    const tab = await visitor.open({ server: node.url, question: questionId });
    await card(tab).getByText('Customer care has your request for a refund').waitFor();
    await listen(tab);
    await care.call('case.resolve', { caseId: asked.case.id, resolution, comment: 'It works since noon.' });
    await expect
      .poll(async () => (await card(tab).innerText()).replace(/\s+/g, ' ').replace(/[“”]/g, ''))
      .toContain(shown);
    await expect.poll(async () => (await heard(tab)).join()).toContain(said);
    await visitor.close();
  },
);

test('8.4 the value of a question is asked back from the settings, and what became of it stands there', async () => {
  const { customer, first, category } = await scene(node, 0);
  const { id } = await postQuestion(customer, { category });
  const questionId = String(id);
  const visitor = await browse(browser, host, { as: customer });
  const tab = await visitor.open({ server: node.url, question: questionId });
  await tab.getByRole('button', { name: 'Settings' }).click();
  await tab.getByRole('button', { name: 'Close this question' }).waitFor();
  expect(await tab.getByRole('button', { name: 'Ask for a refund' }).count()).toBe(0); // nothing is charged yet
  await first.call('question.claim', { questionId });
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Turn it on.' });
  await customer.call('question.rate', { questionId, stars: 5 });
  await tab.getByRole('button', { name: 'Ask for a refund' }).click();
  await tab.getByText('The question · $10.00').waitFor();
  await tab.getByLabel('What went wrong?').fill('It was on.');
  await tab.getByRole('button', { name: 'Send to customer care' }).click();
  await tab.getByText('Customer care has your request for a refund').first().waitFor();
  const [asked] = (await node.ctx.stores.cases.ofQuestion(questionId)).filter(({ kind }) => kind === 'refund');
  await care.call('case.resolve', { caseId: asked!.id, resolution: 'refuse', comment: 'It was off.' });
  await tab.getByText('Customer care has refused the refund:').waitFor();
  // refused, it can be asked for again, where one is
  await tab.getByLabel('What went wrong?').fill('It was on, look at the picture.');
  await tab.getByRole('button', { name: 'Send to customer care' }).click();
  const reasons = async () =>
    (await node.ctx.stores.cases.ofQuestion(questionId, 'refund')).map(({ reason }) => reason);
  await eventually(reasons).toEqual(['It was on.', 'It was on, look at the picture.']);
  await visitor.close();
});

const notes = async (tabs: Page[]) => {
  const played = await Promise.all(tabs.map((tab) => tab.evaluate(() => window.notes)));
  return played.reduce((sum, count) => sum + count, 0);
};
const NOTES = 2; // a sound

test('a line that comes is heard once, in one tab, after somebody has touched the page; not where it is switched off', async () => {
  const { customer, first, category } = await scene(node, 0);
  const { id } = await postQuestion(customer, { category });
  const questionId = String(id);
  await first.call('question.claim', { questionId });
  const visitor: Visitor = await browse(browser, host, { as: customer });
  await visitor.context.addInitScript(COUNTED);
  const says = async (body: string, ...tabs: Page[]) => {
    await first.call('message.send', { questionId, clientId: clientId(), body });
    for (const tab of tabs) await tab.getByRole('log').getByText(body, { exact: true }).waitFor();
  };
  const one = await visitor.open({ server: node.url, question: questionId });
  await one.getByRole('log').waitFor();
  await says('Nobody has touched it.', one);
  expect(await notes([one])).toBe(0);

  const two = await visitor.open({ server: node.url, question: questionId });
  await two.getByRole('log').waitFor();
  await says('Nor the other one.', one, two);
  for (const tab of [one, two]) {
    await tab.bringToFront();
    await tab.getByRole('textbox', { name: 'Write a message' }).click();
  }
  await Promise.all([says('One sound.', one, two), says('And none for this, a moment later.', one, two)]);
  await eventually(() => notes([one, two])).toBe(NOTES);
  expect(await notes([one, two])).toBe(NOTES);

  await two.close();
  const isFree = () =>
    one.evaluate(async () => (await navigator.locks.query()).held?.every(({ name }) => name !== 'parley.sound'));
  await eventually(isFree).toBe(true);
  await one.evaluate(() => document.querySelector('parley-chat')!.setAttribute('sound', 'off'));
  await says('The host wants none.', one);
  expect(await notes([one])).toBeLessThanOrEqual(NOTES);
  const before = await notes([one]);
  await one.getByRole('button', { name: 'Settings' }).click();
  await one.getByRole('switch', { name: 'Sounds' }).click(); // the visitor does, and counts more
  await one.getByRole('button', { name: 'Back' }).click();
  await one.getByRole('log').waitFor();
  await says('Heard again.', one);
  await eventually(() => notes([one])).toBe(before + NOTES);
  await visitor.close();
});
