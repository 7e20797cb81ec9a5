// What others' chats were reported for, as far as no other file here looks at it: each must hold of the widget.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, greeted, postQuestion } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { scene } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';
import { launch } from './browser.ts';
import { browse, hostPage } from './widget-page.ts';
import type { HostPage } from './widget-page.ts';

const PLAIN = 'shop.example.test'; // to a browser, a page that anybody on the way may have changed

const plainOrigin = () => host.origin.replace('127.0.0.1', PLAIN);

const here = world();
let node: Node;
let host: HostPage;
let browser: Browser;
beforeAll(async () => {
  [browser, host] = await Promise.all([launch(), hostPage()]);
  node = await here.start({ ALLOWED_ORIGINS: [host.origin, plainOrigin()].join() });
});
afterAll(async () => {
  await host.close();
  await here.close();
});

interface Asked extends Scene {
  readonly questionId: string;
  /** the expert writes */
  say(body: string): Promise<unknown>;
}

/** A question with an expert and an offer. */
async function asked(): Promise<Asked> {
  const people = await scene(node);
  const { customer, first, category } = people;
  const questionId = String((await postQuestion(customer, { category })).id);
  await greeted(customer, first, questionId);
  const say = (body: string) => first.call('message.send', { questionId, clientId: clientId(), body, confirm: true });
  return { ...people, questionId, say };
}

/** Of what is written into on the page and in the widget, the sizes of letters, px. */
const letterSizes = (tab: Page): Promise<number[]> =>
  tab.evaluate(() => {
    const fields = 'textarea, select, input:not([type=radio], [type=checkbox])';
    const roots = [document, document.querySelector('parley-chat')?.shadowRoot];
    const found = roots.flatMap((root) => [...(root?.querySelectorAll(fields) ?? [])]);
    return found.map((field) => Number.parseFloat(getComputedStyle(field).fontSize));
  });

test('on a touch screen no field is so small that a phone would zoom to it, and nobody is kept from zooming', async () => {
  const { customer, questionId } = await asked();
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const stranger = await browse(browser, host, phone);
  const tab = await stranger.open({ server: node.url });
  await tab.getByLabel('In one sentence').waitFor();
  const card = tab.frameLocator('.card-field iframe').locator('input');
  await card.first().waitFor();
  for (const field of await card.all())
    expect(await field.evaluate((one) => Number.parseFloat(getComputedStyle(one).fontSize))).toBeGreaterThanOrEqual(16);
  const cora = await browse(browser, host, { ...phone, as: customer });
  const talk = await cora.open({ server: node.url, question: questionId });
  await talk.getByRole('textbox', { name: 'Write a message' }).waitFor();
  const own = await browse(browser, host, phone);
  for (const path of ['/expert', '/questions/q_1', '/settings/notifications', '/admin/sign-in']) {
    const page = await own.context.newPage();
    await page.goto(node.url + path);
    const viewport = await page.locator('meta[name=viewport]').getAttribute('content');
    expect(viewport, path).not.toMatch(/maximum-scale|user-scalable/);
    await page.locator('main, form, button, input').first().waitFor();
    for (const size of await letterSizes(page)) expect(size, path).toBeGreaterThanOrEqual(16);
  }
  for (const one of [tab, talk]) {
    const sizes = await letterSizes(one);
    expect(sizes.length).toBeGreaterThan(0);
    for (const size of sizes) expect(size).toBeGreaterThanOrEqual(16);
  }
  for (const one of [stranger, cora, own]) await one.close();
});

test('lines are no stops on the way of the tabulator; days and new messages are headings', async () => {
  const { customer, questionId, say } = await asked();
  for (let line = 0; line < 12; line += 1) await say(`Line ${line}`);
  const cora = await browse(browser, host, { as: customer });
  const tab = await cora.open({ server: node.url, question: questionId });
  const log = tab.getByRole('log');
  await log.getByText('Line 11', { exact: true }).waitFor();
  await log.getByRole('heading', { name: 'Today' }).waitFor();
  await log.getByRole('heading', { name: 'New', exact: true }).waitFor();
  const lines = log.locator('.line:not(.posted)');
  expect(await lines.count()).toBe(13);
  expect(await lines.locator(':is(a, button, [tabindex]):not([tabindex="-1"])').count()).toBe(1); // arrows lead on from there
  await cora.close();
});

test('a page that came without TLS, where browsers know less, has all of it', async () => {
  const { customer, questionId } = await asked();
  const origin = plainOrigin();
  const plain = {
    ...host,
    origin,
    address: (wish: Parameters<HostPage['address']>[0]) => host.address(wish).replace(host.origin, origin),
  };
  const cora = await browse(browser, plain, { as: customer });
  const tab = await cora.open({ server: node.url, question: questionId });
  expect(await tab.evaluate(() => [isSecureContext, 'randomUUID' in crypto, 'locks' in navigator])).toEqual([
    false,
    false,
    false,
  ]);
  const box = tab.getByRole('textbox', { name: 'Write a message' });
  await box.fill('By plain http');
  await box.press('Enter');
  await tab.locator('.line.mine.sent').getByText('By plain http').waitFor();
  const { items } = (await customer.call('message.list', { questionId })) as { items: { body: string }[] };
  expect(items.filter(({ body }) => body === 'By plain http').length).toBe(1);
  await cora.close();
});

/** As browsers translate: every text is put into elements of their own, wherever they may. */
const translate = (tab: Page): Promise<number> =>
  tab.evaluate(() => {
    const root = document.querySelector('parley-chat')?.shadowRoot?.querySelector('.root');
    const walker = document.createTreeWalker(root ?? document, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    const own = texts.filter(
      ({ parentElement, data }) => data.trim() !== '' && !parentElement?.closest('[translate=no]'),
    );
    for (const text of own) {
      const made = () => document.createElementNS('http://www.w3.org/1999/xhtml', 'font');
      const [outer, inner] = [made(), made()];
      inner.textContent = `» ${text.data} «`;
      outer.append(inner);
      text.replaceWith(outer);
    }
    return own.length;
  });

test('a page that the browser has translated goes on, and no name or price of it is translated', async () => {
  const { customer, first, questionId, say } = await asked();
  await say('Does it hum?');
  const cora = await browse(browser, host, { as: customer });
  const tab = await cora.open({ server: node.url, question: questionId });
  await tab.getByText('Does it hum?', { exact: true }).waitFor();
  const price = tab.locator('.offer-row .figure').first();
  await price.waitFor();
  expect(await translate(tab)).toBeGreaterThan(10);
  expect(await price.textContent()).not.toContain('»');
  await say('Is a light on?');
  await tab.getByText('Is a light on?', { exact: true }).waitFor();
  await translate(tab);
  const box = tab.getByRole('textbox');
  await box.fill('It hums.');
  await box.press('Enter');
  await tab.locator('.line.mine').getByText('It hums.').waitFor();
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Then it is the fan.' });
  await tab.locator('.line.answer').getByText('Then it is the fan.').waitFor();
  await tab.getByText('How was').first().waitFor();
  await translate(tab);
  await customer.call('question.close', { questionId });
  await tab.locator('.composer').waitFor({ state: 'detached' });
  await cora.close();
});
