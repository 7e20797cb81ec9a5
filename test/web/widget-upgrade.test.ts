// A page that is open while the server is replaced by a newer one: the files of its widget are gone, and what was written is not.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { greeted, postQuestion } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { scene } from '../helpers/people.ts';
import { launch } from './browser.ts';
import { browse, hostPage } from './widget-page.ts';
import type { HostPage, Visitor } from './widget-page.ts';

const here = world();
let node: Node;
let host: HostPage;
let browser: Browser;
beforeAll(async () => {
  [node, browser, host] = await Promise.all([here.start(), launch(), hostPage()]);
});
afterAll(async () => {
  await host.close();
  await here.close();
});

const ANYWHERE = { 'access-control-allow-origin': '*' };

/** From now on there are no files of before; those of the newer server have other names. `isUp`: is it there? */
async function upgraded({ context }: Visitor, isUp = () => true): Promise<void> {
  await context.route('**/web/a/**', (route) =>
    route.fulfill({ status: 404, headers: ANYWHERE, body: 'No such file.' }),
  );
  await context.route('**/web/latest.js*', async (route) => {
    if (!isUp()) {
      await route.abort();
      return;
    }
    const body = (await (await route.fetch()).text()).replace("'./a/", "'./new/");
    await route.fulfill({ body, headers: { 'content-type': 'text/javascript', ...ANYWHERE } });
  });
  await context.route('**/web/new/**', async (route) => {
    const url = route.request().url().replace('/new/', '/a/');
    await route.fulfill({ response: await route.fetch({ url }) });
  });
}

const press = (tab: Page, name: string) => tab.getByRole('button', { name, exact: true }).click();
const box = (tab: Page) => tab.getByRole('textbox', { name: 'Write a message' });

test('what cannot be loaded any more says so; there is a way back, and one on with all that was written', async () => {
  const { customer, category } = await scene(node, 0);
  const { id } = await postQuestion(customer, { category });
  const visitor = await browse(browser, host, { as: customer });
  const tab = await visitor.open({ server: node.url, question: String(id) });
  await box(tab).fill('It began on');
  await upgraded(visitor);
  await press(tab, 'Your questions');
  await tab.getByText('This could not be loaded.').waitFor();
  await tab.getByText('There may be a newer version. What you wrote is kept.').waitFor();
  await press(tab, 'Back');
  await expect.poll(() => box(tab).inputValue()).toBe('It began on');
  await press(tab, 'Load it');
  await tab.getByText('There may be a newer version.').waitFor({ state: 'detached' });
  await expect.poll(() => box(tab).inputValue()).toBe('It began on');
  expect(await tab.locator('parley-chat dialog').count()).toBe(1);
  await box(tab).press('End');
  await box(tab).pressSequentially(' Monday.');
  await box(tab).press('Enter');
  await tab.getByRole('log').getByText('It began on Monday.').waitFor();
  await press(tab, 'Your questions');
  await tab.getByRole('button', { name: /My laptop does not start/ }).waitFor();
  await visitor.context.unrouteAll({ behavior: 'ignoreErrors' });
  await visitor.close();
});

test('a question that was being written is there in the newer widget; without a server nothing is taken away', async () => {
  const visitor = await browse(browser, host);
  const tab = await visitor.open({ server: node.url });
  await tab.locator('.card-field[data-state="ready"]').waitFor();
  let isUp = false;
  await upgraded(visitor, () => isUp);
  await tab.getByLabel('In one sentence').fill('My screen is dark');
  await tab.getByText('There may be a newer version.').waitFor(); // the client comes with the first letter
  const failed = tab.waitForEvent('requestfailed');
  await press(tab, 'Load it');
  await failed;
  await tab.getByLabel('Details').fill('Since noon.');
  isUp = true;
  await press(tab, 'Load it');
  await tab.getByText('There may be a newer version.').waitFor({ state: 'detached' });
  await expect.poll(() => tab.getByLabel('Details').inputValue()).toBe('Since noon.');
  expect(await tab.getByLabel('In one sentence').inputValue()).toBe('My screen is dark');
  await visitor.context.unrouteAll({ behavior: 'ignoreErrors' });
  await visitor.close();
});

test('9.1 what stands unsaved in the private box is there in the newer widget, and in no storage', async () => {
  const { customer, first, category } = await scene(node);
  const questionId = String((await postQuestion(customer, { category })).id);
  const offer = await greeted(customer, first, questionId);
  await customer.call('offer.accept', { offerId: offer.id });
  await first.call('request.accept', { requestId: offer.id });
  await customer.call('private-info.put', { questionId, text: 'Call me.' });
  const visitor = await browse(browser, host, { as: customer });
  const tab = await visitor.open({ server: node.url, question: questionId });
  const field = tab.getByRole('textbox', { name: 'What your expert needs' });
  const opened = () => press(tab, 'Open private box');
  await opened();
  await expect.poll(() => field.inputValue()).toBe('Call me.');
  await field.fill('Call me after six.');
  await upgraded(visitor);
  await press(tab, 'Back');
  await press(tab, 'Your questions');
  await press(tab, 'Ask a new question'); // which is not loaded yet
  await press(tab, 'Load it');
  await tab.getByText('There may be a newer version.').waitFor({ state: 'detached' });
  await opened();
  await expect.poll(() => field.inputValue()).toBe('Call me after six.');
  expect(await tab.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toContain(
    'after six',
  );
  await press(tab, 'Save');
  await tab.getByText(/Saved .* by you\./).waitFor();
  const kept = () => tab.evaluate(() => (window as { parleyUnsaved?: Map<string, unknown> }).parleyUnsaved?.size);
  expect(await kept()).toBe(0);
  await field.fill('Call me after seven.');
  await expect.poll(kept).toBe(1);
  await tab.evaluate(() => (window as unknown as { parley: { push(call: string[]): void } }).parley.push(['reset']));
  await expect.poll(kept).toBe(0); // whoever comes next finds nothing of it
  await visitor.context.unrouteAll({ behavior: 'ignoreErrors' });
  await visitor.close();
});
