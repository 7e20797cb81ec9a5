// W14, 4.1: the page that a letter leads to: stars, a reply, the conversation, and nothing that happens by looking.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Node } from '../../src/app.ts';
import { linkFor } from '../../src/dispatch/link.ts';
import type { User } from '../../src/models/user.ts';
import { clientId, greeted, post, postQuestion } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { account, onDisk, ownCategory, scene, tokenOf } from '../helpers/people.ts';
import { accessible, launch, reads, visit } from './browser.ts';
import { PASSWORD } from './people.ts';
import { clean } from './widget-look.ts';

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

const given = (page: Page) => page.locator('.rating-given');
const heading = (page: Page) => page.getByRole('heading', { level: 1 });

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
  await reads(heading(page), 'My printer');
  await reads(page.getByRole('main'), 'How was the answer of Ada?');
  await page.mouse.move(200, 200);
  await page.evaluate('scrollTo(0, document.body.scrollHeight)');
  await page.reload();
  await star(page, 5).focus();
  await accessible(page);
  expect(new Set(sent)).toEqual(new Set(['site.get', 'session.look']));
  expect(await onDisk(node, one.questionId)).toEqual(before);
  expect(await isUsed(url)).toBe(false);
  await close();
});

test('4.1, 2.5 a press rates, once however fast; more stars can be given, fewer not; the link is gone from the address', async () => {
  const one = await asked();
  const [url, second] = [await letter(one), await letter(one)];
  const { page, sent, close } = await visit(browser, url);
  await star(page, 3).dblclick();
  await reads(given(page), 'Thank you. You rated 3 stars.');
  expect(await starsOf(one)).toBe(3);
  expect(page.url()).toBe(url.split('#')[0]);
  expect(sent.filter((name) => name === 'session.open')).toHaveLength(1);
  // in a browser of another kind, where nobody is signed in
  const other = await visit(browser, second);
  await reads(other.page.getByRole('status'), 'You gave 3 of 5 stars.');
  await star(other.page, 2).click();
  await reads(other.page.getByRole('status'), 'A rating can be raised, but not lowered.');
  expect(await starsOf(one)).toBe(3);
  expect(await isUsed(second)).toBe(false);
  await star(other.page, 5).focus();
  await other.page.keyboard.press('Enter');
  await reads(given(other.page), 'Thank you. You rated 5 stars.');
  expect(await starsOf(one)).toBe(5);
  await other.close();
  await page.reload();
  await reads(given(page), 'You rated 5 stars.');
  await reads(page.locator('footer'), 'Signed in as Cora');
  expect(await page.title()).toBe('My printer');
  await accessible(page);
  await close();
});

test('2.5, 8.1 few stars ask what was missing before they are given, and customer care reads it', async () => {
  const one = await asked();
  const { page, close } = await visit(browser, await letter(one));
  await star(page, 2).click();
  expect(await starsOf(one)).toBeUndefined(); // not yet
  await page.getByLabel('What was missing?').fill('It is still off.');
  await accessible(page);
  await page.reload(); // what was written is kept
  await star(page, 2).click();
  expect(await page.getByLabel('What was missing?').inputValue()).toBe('It is still off.');
  await page.getByRole('button', { name: 'Give 2 stars' }).click();
  await reads(given(page), 'Thank you. You rated 2 stars.');
  expect(await starsOf(one)).toBe(2);
  const [found] = await node.ctx.stores.cases.ofQuestion(one.questionId);
  expect(JSON.stringify(found)).toContain('It is still off.');
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
  await reads(heading(page), 'My printer');
  const second = await tab(page.context(), url);
  await reads(heading(second), 'My printer');
  await page.bringToFront();
  await star(page, 3).click();
  await reads(given(page), 'Thank you.');
  await second.bringToFront();
  await star(second, 4).click();
  await reads(given(second), 'Thank you. You rated 4 stars.');
  expect(await starsOf(one)).toBe(4);
  const third = await tab(page.context(), url);
  await reads(given(third), 'You rated 4 stars.');
  // signed out is signed out everywhere in this browser
  await third.getByRole('button', { name: 'Sign out' }).click();
  for (const each of [page, second, third]) {
    await reads(each.getByRole('status'), /Open the link in your e-mail again|This link has been used already/);
    expect(await each.locator('main').innerText()).not.toContain('Turn it on.');
  }
  const fourth = await tab(page.context(), url);
  await reads(fourth.getByRole('status'), 'This link has been used already or has ended.');
  await close();
});

test('4.1 what was written in a session that has ended is there again after the next letter to the same person', async () => {
  const one = await asked();
  const { page, close } = await visit(browser, await letter(one));
  await page.getByRole('button', { name: 'Show the conversation' }).click();
  await reads(page.getByRole('log'), 'Turn it on.');
  await page.getByRole('textbox').fill('Half a sentence');
  const drafts = () => page.evaluate(() => JSON.stringify({ ...localStorage }));
  await expect.poll(drafts).toContain('Half a sentence');
  const kept = await page.evaluate(() => localStorage.getItem('parley.session'));
  await page.goto('about:blank');
  const { token } = JSON.parse(String(kept)) as { readonly token: string };
  await post(node.url, 'session.end', {}, token);

  const next = await tab(page.context(), await letter(one));
  await reads(heading(next), 'My printer');
  expect(await next.locator('footer').count()).toBe(0); // nobody is signed in
  await next.getByRole('button', { name: 'Show the conversation' }).click();
  await expect.poll(() => next.getByRole('textbox').inputValue()).toBe('Half a sentence');
  await reads(next.locator('footer'), 'Signed in as Cora');
  await close();
});

test('4.1 whoever has used their link up, or has none, is told what to do', async () => {
  const one = await asked();
  const url = await letter(one);
  await post(node.url, 'session.open', { link: url.slice(-43) });
  for (const [address, words] of [
    [url, 'This link has been used already or has ended. Please open the one in our newest e-mail to you, or sign in.'],
    [url.slice(0, -44), 'Open the link in your e-mail again, or continue on the site where you asked.'],
    [`${url.slice(0, -43)}${'x'.repeat(43)}`, 'This link has been used already or has ended.'],
  ] as const) {
    const { page, close } = await visit(browser, address);
    await reads(page.getByRole('status'), words);
    await page.getByRole('form', { name: 'Sign in' }).waitFor();
    await accessible(page);
    await close();
  }
  expect(await starsOf(one)).toBeUndefined();
});

test('4.1 a reply goes into the conversation, once, also when the answer to its link was lost and the page was loaded again', async () => {
  const one = await asked();
  const { page, close } = await visit(browser, await letter(one), { locale: 'de-DE' });
  let lost = 0;
  await page.route('**/v1/session.open', async (route) => {
    await route.fetch(); // it is done, and nobody hears of it
    lost += 1;
    await (lost <= 2 ? route.abort() : route.fulfill({ response: await route.fetch() }));
  });
  await page.getByLabel('Ihre Antwort').fill('Danke, er druckt wieder.');
  await page.getByRole('button', { name: 'Antwort senden' }).click();
  await reads(page.getByRole('main'), 'Der Server war nicht zu erreichen.');
  expect(await page.getByLabel('Ihre Antwort').inputValue()).toBe('Danke, er druckt wieder.');
  await page.reload(); // it was pressed here: the same opening goes on
  const composer = page.getByRole('textbox');
  await expect.poll(() => composer.inputValue()).toBe('Danke, er druckt wieder.');
  await composer.press('Enter');
  await reads(page.getByRole('log'), 'Danke, er druckt wieder.');
  const bodies = async () => (await node.ctx.stores.messages.page(one.questionId, {}, 10)).map(({ body }) => body);
  await expect.poll(bodies).toEqual(['Turn it on.', 'Danke, er druckt wieder.']);
  await accessible(page, 'de');
  await close();
});

test('4.1 a reply without any trouble is sent once, and stands in the conversation', async () => {
  const one = await asked();
  const { page, close } = await visit(browser, await letter(one));
  await page.getByLabel('Your reply').fill('Thank you, it prints.');
  await page.getByRole('button', { name: 'Send reply' }).dblclick();
  await reads(page.getByRole('log'), 'Thank you, it prints.');
  const bodies = async () => (await node.ctx.stores.messages.page(one.questionId, {}, 10)).map(({ body }) => body);
  await expect.poll(bodies).toEqual(['Turn it on.', 'Thank you, it prints.']);
  expect(await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes('draft')))).toEqual([]);
  await close();
});

test('9.2 a reply with contact data is held back in the conversation until the customer has decided', async () => {
  const one = await asked();
  const { page, close } = await visit(browser, await letter(one));
  await page.getByLabel('Your reply').fill('Call me: +49 30 901820');
  await page.getByRole('button', { name: 'Send reply' }).click();
  await reads(page.locator('.line-refused'), 'This looks like a phone number. Leave it out');
  const bodies = async () => (await node.ctx.stores.messages.page(one.questionId, {}, 10)).map(({ body }) => body);
  expect(await bodies()).toEqual(['Turn it on.']);
  await page.getByRole('button', { name: 'Send anyway' }).click();
  await expect.poll(bodies).toEqual(['Turn it on.', 'Call me: +49 30 901820']);
  await close();
});

test('2.4 before the answer there is nothing to rate; 2.8 a closed question takes stars and no reply', async () => {
  const early = await asked({ answered: false });
  const first = await visit(browser, await letter(early));
  await reads(first.page.getByRole('status'), 'You can rate once the expert has marked the answer as complete.');
  expect(await first.page.getByRole('group').count()).toBe(0);
  await first.close();
  const closed = await asked();
  await call(closed.cora, 'question.close', { questionId: closed.questionId });
  const { page, close } = await visit(browser, await letter(closed));
  await reads(page.getByRole('status'), 'This question is closed.');
  expect(await page.getByRole('button', { name: 'Send reply' }).count()).toBe(0);
  await star(page, 4).click();
  await reads(given(page), 'Thank you. You rated 4 stars.');
  await close();
});

test('4.1 without a line it says so, and goes on when there is one again', async () => {
  const one = await asked();
  const { page, close } = await visit(browser, await letter(one), {
    prepare: (opened) => opened.route('**/v1/**', (route) => route.abort()),
  });
  await reads(page.getByRole('main'), 'We could not reach the server.');
  await page.unroute('**/v1/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await reads(heading(page), 'My printer');
  await star(page, 5).click();
  await reads(given(page), 'Thank you.');
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
  await reads(heading(page), 'My printer');
  await accessible(page, locale.slice(0, 2));
  expect(await page.getByRole('group').getByRole('button').count()).toBe(5);
  await clean(page);
  await close();
});

test('4.1 somebody else who is signed in is told that it is not for them', async () => {
  const one = await asked();
  const other = await account(node, 'customer', { name: 'Cleo' });
  const as = { token: await tokenOf(node, other), user: { id: other.id, name: 'Cleo', role: 'customer' } };
  const { page, close } = await visit(browser, `${node.url}/questions/${one.questionId}`, { as });
  await reads(page.getByRole('status'), 'There is no such question, or it is not for you.');
  await close();
  // with the letter in hand it is theirs to open
  const letterOf = await letter(one);
  const again = await visit(browser, letterOf, { as });
  await star(again.page, 5).click();
  await reads(given(again.page), 'Thank you.');
  await reads(again.page.locator('footer'), 'Signed in as Cora');
  await again.close();
});

test('4.1 an expert whom a letter leads here signs in, reads, and neither rates nor writes; with the tab the session ends', async () => {
  const one = await asked();
  const { page, close } = await visit(browser, `${node.url}/questions/${one.questionId}`);
  const email = `${clientId()}@example.test`;
  const passwordHash = await node.ctx.tokens.hash(PASSWORD);
  await node.ctx.stores.users.insert({
    ...(await account(node, 'admin', { name: 'Care' })),
    ...{ id: `u_${clientId()}`, email, passwordHash },
  });
  const form = page.getByRole('form', { name: 'Sign in' });
  await form.getByLabel('E-mail').fill(email);
  await form.getByLabel('Password').fill('not this one');
  await form.getByRole('button', { name: 'Sign in' }).click();
  await reads(page.getByRole('alert'), 'E-mail or password is not right.');
  await form.getByLabel('Password').fill(PASSWORD);
  await form.getByRole('button', { name: 'Sign in' }).click();
  await reads(page.getByRole('log'), 'Turn it on.');
  expect(await page.getByRole('textbox').count()).toBe(0);
  expect(await page.locator('.rating').count()).toBe(0);
  expect(await page.evaluate(() => localStorage.getItem('parley.session'))).toBeNull();
  await close();
});

test('W14 on a wide screen the offers and the box stand beside the conversation, on a telephone in it', async () => {
  const people = await scene(node);
  const { customer, first } = people;
  const question = await postQuestion(customer, { category: people.category, subject: 'My router' });
  const offer = await greeted(customer, first, String(question.id));
  const url = `${node.url}/questions/${question.id}`;
  const { page, close } = await visit(browser, url, { as: customer, viewport: { width: 1_280, height: 800 } });
  const beside = page.getByRole('complementary');
  await beside.getByRole('article').waitFor();
  await expect.poll(() => page.getByRole('log').getByRole('article').count()).toBe(0);
  // of the card that is seen alone
  await page.locator('.panel > [role="status"]').evaluate((region) => {
    const heard: string[] = [];
    new MutationObserver(() => heard.push(region.textContent)).observe(region, {
      ...{ childList: true, characterData: true, subtree: true },
    });
    Object.assign(window, { heard });
  });
  await customer.call('offer.accept', { offerId: offer.id });
  const heard = async () => (await page.evaluate<string[]>('heard')).join(' ');
  await expect.poll(heard).toContain('is asked first');
  expect((await heard()).split('is asked first')).toHaveLength(2);
  expect(await page.locator('.head .who').evaluate((who) => getComputedStyle(who).borderTopWidth)).toBe('0px');
  await first.call('request.accept', { requestId: offer.id });
  await beside.getByRole('textbox', { name: 'What your expert needs' }).fill('Ring twice.');
  await beside.getByRole('button', { name: 'Save' }).click();
  await reads(beside.getByRole('status'), /Saved/);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  await clean(page);
  await page.setViewportSize({ width: 390, height: 800 });
  await expect.poll(() => beside.count()).toBe(0);
  await page.getByRole('log').getByRole('article').waitFor();
  await close();
});
