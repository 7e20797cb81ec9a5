// The page that a letter to a customer leads to (4.1): stars, a reply, and nothing that happens by looking.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Node } from '../../src/app.ts';
import { linkFor } from '../../src/dispatch/link.ts';
import type { User } from '../../src/models/user.ts';
import { clientId, post } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { account, onDisk, ownCategory, tokenOf } from '../helpers/people.ts';
import { accessible, launch, reads, visit } from './browser.ts';

const here = world();
let node: Node;
let browser: Browser;
let ada: User;
let category: string;

beforeAll(async () => {
  [node, browser] = await Promise.all([here.start(), launch()]);
  category = await ownCategory(node);
  ada = await account(node, 'expert', { name: 'Ada', categories: [category] });
});
afterAll(async () => {
  await browser?.close();
  await here.close();
});

interface Asked {
  readonly cora: User;
  readonly questionId: string;
}

const call = async (who: User, name: string, input: Json): Promise<Json> =>
  post(node.url, name, input, await tokenOf(node, who));

async function asked({ answered = true } = {}): Promise<Asked> {
  const cora = await account(node, 'customer', { name: 'Cora' });
  const value = { amount: 2_000, currency: 'USD' };
  const posted = { category, subject: 'My printer', body: 'It is off.', value, paymentMethod: 'pm_card_visa' };
  const { question } = await call(cora, 'question.post', { ...posted, clientId: clientId() });
  const questionId = String(question.id);
  await call(ada, 'question.claim', { questionId });
  const said = { questionId, kind: answered ? 'answer' : 'message', body: 'Turn it on.', clientId: clientId() };
  await call(ada, 'message.send', said);
  return { cora, questionId };
}

/** The address in a new letter to the customer. */
const letter = async ({ cora, questionId }: Asked): Promise<string> =>
  `${node.url}/questions/${questionId}#${await linkFor(node.ctx, cora, questionId, clientId())}`;
const starsOf = async ({ questionId }: Asked) =>
  (await node.ctx.stores.questions.read(questionId))!.record.rating?.stars;
const isUsed = async (url: string) =>
  (await node.ctx.stores.links.find(url.slice(-43), 'question'))?.usedAt instanceof Date;
const star = (page: Page, count: number) => page.getByRole('button', { name: `${count} of 5 stars` });
const status = (page: Page) => page.getByRole('status');

test('4.1 opening it, running its scripts, looking again and asking for its head change nothing and use nothing up', async () => {
  const one = await asked();
  const url = await letter(one);
  const before = await onDisk(node, one.questionId);
  for (const method of ['HEAD', 'GET', 'GET', 'GET']) {
    const response = await fetch(url, { method });
    expect(response.status).toBe(200);
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    const policy = String(response.headers.get('content-security-policy'));
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
  }
  const { page, sent, close } = await visit(browser, url);
  await reads(page.getByRole('heading', { level: 1 }), 'My printer');
  await reads(page.getByRole('main'), 'How was the answer of Ada?');
  await page.mouse.move(200, 200);
  await page.evaluate('scrollTo(0, document.body.scrollHeight)');
  await page.reload();
  await star(page, 5).focus();
  await accessible(page);
  expect(new Set(sent)).toEqual(new Set(['session.look']));
  expect(await onDisk(node, one.questionId)).toEqual(before);
  expect(await isUsed(url)).toBe(false);
  await close();
});

test('4.1, 2.5 a press rates, once however fast; more stars can be given, fewer not; the link is gone from the address', async () => {
  const one = await asked();
  const url = await letter(one);
  const { page, sent, close } = await visit(browser, url);
  await star(page, 3).dblclick();
  await reads(status(page), 'Thank you. You gave 3 of 5 stars.');
  expect(await starsOf(one)).toBe(3);
  expect(page.url()).toBe(url.split('#')[0]);
  expect(sent.filter((name) => name === 'session.open')).toHaveLength(1);
  await star(page, 2).click();
  await reads(status(page), 'A rating can be raised, but not lowered.');
  await star(page, 5).focus();
  await page.keyboard.press('Enter');
  await reads(status(page), 'Thank you. You gave 5 of 5 stars.');
  expect(await starsOf(one)).toBe(5);
  expect(await star(page, 5).getAttribute('aria-pressed')).toBe('true');
  await page.reload();
  await reads(status(page), 'You gave 5 of 5 stars.');
  await reads(page.getByRole('contentinfo'), 'Signed in as Cora.');
  await accessible(page);
  await close();
});

/** A further tab of the same browser. */
async function tab(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

test('4.1 a second tab, and the same letter opened once more, go on in the session of the first', async () => {
  const one = await asked();
  const url = await letter(one);
  const { page, close } = await visit(browser, url);
  await reads(page.getByRole('heading', { level: 1 }), 'My printer');
  const second = await tab(page.context(), url);
  await reads(second.getByRole('heading', { level: 1 }), 'My printer');
  await star(page, 2).click();
  await reads(status(page), 'Thank you.');
  await star(second, 4).click();
  await reads(status(second), 'Thank you. You gave 4 of 5 stars.');
  expect(await starsOf(one)).toBe(4);
  const third = await tab(page.context(), url);
  await reads(status(third), 'You gave 4 of 5 stars.');
  // signed out is signed out everywhere in this browser that begins anew
  await third.getByRole('button', { name: 'Sign out' }).click();
  const fourth = await tab(page.context(), url);
  await reads(status(fourth), 'This link has been used already or has ended.');
  await close();
});

test('4.1 whoever has used their link up, or has none, is told what to do', async () => {
  const one = await asked();
  const url = await letter(one);
  await post(node.url, 'session.open', { link: url.slice(-43) });
  for (const [address, words] of [
    [url, 'This link has been used already or has ended. Please open the one in our newest e-mail to you, or sign in.'],
    [url.slice(0, -44), ''],
    [`${url.slice(0, -43)}${'x'.repeat(43)}`, 'This link has been used already or has ended.'],
  ] as const) {
    const { page, close } = await visit(browser, address);
    await reads(page.getByRole('form'), 'Please open the link in our newest e-mail to you, or sign in.');
    if (words !== '') await reads(status(page), words);
    await accessible(page);
    await close();
  }
  expect(await starsOf(one)).toBeUndefined();
});

test('4.1 a reply goes into the conversation, once, also when its answer was lost', async () => {
  const one = await asked();
  const { page, close } = await visit(browser, await letter(one), { locale: 'de-DE' });
  let lost = 0;
  await page.route('**/v1/{session.open,message.send}', async (route) => {
    await route.fetch(); // it is done, and nobody hears of it
    lost += 1;
    await (lost <= 2 ? route.abort() : route.fulfill({ response: await route.fetch() }));
  });
  const send = page.getByRole('button', { name: 'Antwort senden' });
  await page.getByLabel('Ihre Antwort').fill('Danke, er druckt wieder.');
  for (let tries = 0; tries < 2; tries += 1) {
    await send.click();
    await reads(page.getByRole('alert'), 'Der Server ist gerade nicht erreichbar.');
  }
  await page.reload();
  expect(await page.getByLabel('Ihre Antwort').inputValue()).toBe('Danke, er druckt wieder.');
  await send.click();
  await reads(status(page), 'Ihre Antwort wurde gesendet.');
  expect(await page.getByLabel('Ihre Antwort').inputValue()).toBe('');
  await page.getByRole('button', { name: 'Unterhaltung zeigen' }).click();
  await reads(page.getByRole('region', { name: 'Unterhaltung' }), 'Danke, er druckt wieder.');
  const bodies = (await node.ctx.stores.messages.page(one.questionId, {}, 10)).map(({ body }) => body);
  expect(bodies).toEqual(['Turn it on.', 'Danke, er druckt wieder.']);
  await accessible(page, 'de');
  await close();
});

test('2.4 before the answer there is nothing to rate; 2.8 a closed question takes stars and no reply', async () => {
  const early = await asked({ answered: false });
  const first = await visit(browser, await letter(early));
  await reads(status(first.page), 'You can rate once the expert has marked the answer as complete.');
  expect(await first.page.getByRole('group').count()).toBe(0);
  await first.close();
  const closed = await asked();
  await call(closed.cora, 'question.close', { questionId: closed.questionId });
  const { page, close } = await visit(browser, await letter(closed));
  await reads(status(page), 'This question is closed.');
  expect(await page.getByRole('button', { name: 'Send reply' }).count()).toBe(0);
  await star(page, 4).click();
  await reads(status(page), 'Thank you. You gave 4 of 5 stars.');
  await close();
});

test('4.1 without a line it says so, and goes on when there is one again', async () => {
  const one = await asked();
  const { page, close } = await visit(browser, await letter(one), {
    prepare: (opened) => opened.route('**/v1/**', (route) => route.abort()),
  });
  await reads(page.getByRole('alert'), 'The server cannot be reached right now.');
  await page.unroute('**/v1/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await reads(page.getByRole('heading', { level: 1 }), 'My printer');
  await star(page, 5).click();
  await reads(status(page), 'Thank you.');
  await close();
});

test.each([
  ['en-GB', 'light'],
  ['de-DE', 'dark'],
  ['es-ES', 'dark'],
] as const)('11.1 on a telephone, %s, %s', async (locale, colorScheme) => {
  const one = await asked();
  const { page, close } = await visit(browser, await letter(one), {
    ...{ locale, colorScheme, viewport: { width: 320, height: 640 } },
  });
  await reads(page.getByRole('heading', { level: 1 }), 'My printer');
  await accessible(page, locale.slice(0, 2));
  const names = await page.getByRole('button').allInnerTexts();
  expect(names.filter((name) => name === '☆')).toHaveLength(5);
  await close();
});

test('4.1 somebody else who is signed in is told that it is not for them', async () => {
  const one = await asked();
  const other = await account(node, 'customer', { name: 'Cleo' });
  const as = { token: await tokenOf(node, other), user: { id: other.id, name: 'Cleo', role: 'customer' } };
  const { page, close } = await visit(browser, `${node.url}/questions/${one.questionId}`, { as });
  await reads(status(page), 'There is no such question, or it is not for you.');
  await close();
  // with the letter in hand it is theirs to open
  const letterOf = await letter(one);
  const again = await visit(browser, letterOf, { as });
  await star(again.page, 5).click();
  await reads(status(again.page), 'Thank you.');
  await reads(again.page.getByRole('contentinfo'), 'Signed in as Cora.');
  await again.close();
});
