// E4, E9: what an expert offers, and what they have earned.
import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, postQuestion } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { scene } from '../helpers/people.ts';
import { launch } from './browser.ts';
import { atWork, isClean } from './console-page.ts';
import { opened } from './people.ts';

const here = world({ RATE_COMMANDS: '100000', POLICY_OFFER_DELAY: '0s' });
let node: Node;
let browser: Browser;
beforeAll(async () => {
  browser = await launch();
  node = await here.start();
});
afterAll(async () => {
  await here.close();
});

test('E4, 8.1 a service of the expert’s own is offered after the second reply, taken back, and kept for the next time', async () => {
  const people = await scene(node);
  const questionId = String((await postQuestion(people.customer, { category: people.category })).id);
  await people.first.call('question.claim', { questionId });
  const { page, close } = await atWork(browser, node.url, { as: people.first, path: `/expert/mine/${questionId}` });
  await page.getByText('You can offer a premium service once the customer has replied twice.').waitFor();
  const say = (who: Client, body: string) => who.call('message.send', { questionId, clientId: clientId(), body });
  await say(people.first, 'Which router is it?');
  await say(people.customer, 'A grey one.');
  await say(people.first, 'And its lights?');
  await say(people.customer, 'All red.');
  await page.getByRole('button', { name: 'Offer premium service' }).click();
  const send = page.getByRole('button', { name: 'Send offer' });
  await send.click();
  await page.getByText('Please choose a service.').waitFor();
  await page.getByLabel('Service', { exact: true }).selectOption('new');
  await page.getByLabel('What it is called').fill('Set up your router');
  await page.getByLabel(/^Price/).fill('25');
  await page.getByText('You earn $12.50').first().waitFor();
  await page.getByLabel('Description').fill('We set it up together.');
  await isClean(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await send.click();
  await page.getByText('One offer is open already.').waitFor();
  const { offers } = await people.customer.call('question.get', { questionId });
  const offer = (offers as Json[]).find(({ origin }) => origin === 'expert');
  expect(offer).toMatchObject({ state: 'offered', price: { amount: 2_500 }, service: { title: 'Set up your router' } });
  await page.getByRole('button', { name: 'Withdraw it' }).click();
  await page.getByRole('button', { name: 'Offer premium service' }).click();
  const services = page.getByLabel('Service', { exact: true }).locator('option');
  expect(await services.allInnerTexts()).toContain('Set up your router (yours)');
  await close();
});

test('E3, 9.1 whoever has sold a service of their own reads the private box beside the conversation, and what becomes of it', async () => {
  const { customer, first, category } = await scene(node);
  const questionId = String((await postQuestion(customer, { category })).id);
  await first.call('question.claim', { questionId });
  for (const [who, body] of [
    ...([[first, 'Which router is it?'] as const, [customer, 'A grey one.'] as const] as const),
    ...([[first, 'And its lights?'] as const, [customer, 'All red.'] as const] as const),
  ]) {
    await who.call('message.send', { questionId, clientId: clientId(), body });
  }
  const { offer } = await first.call('offer.propose', {
    ...{ questionId, clientId: clientId(), description: 'Together, on the telephone.' },
    ...{ service: { title: 'Set up your router' }, price: { amount: 2_500, currency: 'USD' } },
  });
  const { page, close } = await atWork(browser, node.url, { as: first, path: `/expert/mine/${questionId}` });
  await page.getByRole('button', { name: 'Withdraw it' }).waitFor();
  const box = page.getByRole('region', { name: 'Private information of the customer' });
  expect(await box.count()).toBe(0); // nothing is paid
  await customer.call('offer.accept', { offerId: (offer as Json).id });
  await box.getByText('The customer has put nothing here yet.').waitFor();
  for (const text of ['+1 555 0100', '+1 555 0199, after six']) {
    await customer.call('private-info.put', { questionId, text });
    await box.getByText(text, { exact: true }).waitFor();
  }
  await page.reload();
  await box.getByText('+1 555 0199, after six').waitFor();
  await isClean(page);
  // 2.2: also without the question, which another one may have now
  await first.call('question.release', { questionId });
  await page.reload();
  await page.getByRole('button', { name: 'Claim' }).first().waitFor();
  await box.getByText('+1 555 0199, after six').waitFor();
  await isClean(page);
  await customer.call('question.close', { questionId });
  await box.waitFor({ state: 'detached' });
  await close();
});

test('E9, 7.5 what was earned stands there by kind, as a sum, as bars and as a table', async () => {
  const people = await scene(node);
  const asked = await opened(node, { subject: 'My camera is dark' }, people);
  // far from UTC: its first of the month begins on another day there
  const far = { timezoneId: 'Pacific/Auckland', path: '/expert/earnings' };
  const { page, close } = await atWork(browser, node.url, { as: asked.ben, ...far });
  await page.getByText('Nothing in this range.').waitFor();
  expect(await page.locator('.earned strong').innerText()).toBe('$0.00');
  await asked.ben.call('request.accept', { requestId: asked.request.id });
  await asked.ben.call('request.report', { requestId: asked.request.id, connected: true });
  await page.getByLabel('Range').selectOption('week');
  await page
    .getByRole('row', { name: /My camera is dark/ })
    .getByText('$19.50')
    .waitFor();
  expect(await page.locator('.earned strong').innerText()).toBe('$19.50');
  await page.getByRole('button', { name: 'Show as table' }).click();
  await isClean(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByLabel('Range').selectOption('month');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download CSV' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^earnings-\d{4}-\d\d-01-\d{4}-\d\d-\d\d\.csv$/);
  expect(await readFile(await file.path(), 'utf8')).toMatch(/"My camera is dark","fulfilled","19\.50","USD"/);
  await page.route('**/v1/earnings.csv?*', (route) => route.abort());
  await page.getByRole('button', { name: 'Download CSV' }).click();
  await page.getByText('We could not reach the server').first().waitFor();
  await page.getByText('Questions', { exact: true }).last().click();
  await page.getByText('Nothing in this range.').waitFor();
  await close();
});

test('E9, 7.5 a range that was chosen while another one was loading shows what is its own, whatever comes late', async () => {
  const people = await scene(node);
  const asked = await opened(node, { subject: 'My camera is dark' }, people);
  const { context, tab, close } = await atWork(browser, node.url, { as: asked.ben });
  let letGo: (() => void) | undefined;
  await context.routeWebSocket(/socket\.io/, (line) => {
    const server = line.connectToServer();
    server.onMessage((message) => {
      // the first answer about earnings, which is that of the month
      if (letGo === undefined && String(message).includes('"totals"')) letGo = () => line.send(message);
      else line.send(message);
    });
  });
  const page = await tab('/expert/earnings');
  await expect.poll(() => letGo).toBeDefined();
  await asked.ben.call('request.accept', { requestId: asked.request.id });
  await asked.ben.call('request.report', { requestId: asked.request.id, connected: true });
  const range = page.getByLabel('Range');
  await range.selectOption('year');
  const sum = page.locator('.earned strong');
  await sum.filter({ hasText: '$19.50' }).waitFor();
  letGo?.();
  expect(await sum.innerText()).toBe('$19.50');
  expect(await range.inputValue()).toBe('year');
  await close();
});
