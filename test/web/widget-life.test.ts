// The whole of a customer's life in the widget: by keyboard alone, with a line that is cut over every press, and as axe-core sees it.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { linkFor } from '../../src/dispatch/link.ts';
import { clientId, greeted, login, post, postQuestion } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { startLink } from '../helpers/link.ts';
import type { Link } from '../helpers/link.ts';
import { world } from '../helpers/node.ts';
import { eventually, provided, refused, scene } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';
import { launch, visit } from './browser.ts';
import { clean, violationsIn } from './widget-look.ts';
import { browse, hostPage, isClean, isWhole, keyboard, payWith } from './widget-page.ts';
import type { HostPage } from './widget-page.ts';

const here = world({ POLICY_OFFER_DELAY: '0s', RATE_COMMANDS: '100000' });
let node: Node;
let link: Link;
let server: string;
let host: HostPage;
let browser: Browser;
let care: Client;
beforeAll(async () => {
  [browser, host] = await Promise.all([launch(), hostPage()]);
  node = await here.start({ ALLOWED_ORIGINS: host.origin });
  link = await startLink({ port: Number(new URL(node.url).port) });
  server = `http://127.0.0.1:${link.port}`;
  care = await login(node.url, 'care@example.test');
});
afterEach(() => link.heal());
afterAll(async () => {
  care.close();
  await host.close();
  await link.close();
  await here.close();
});

/** The question that was posted in a category of a test's own. */
async function questionOf(category: string): Promise<string> {
  const found = async () => {
    const { items } = await care.call('question.list', { view: 'all', category });
    return (items as Json[]).map(({ id }) => String(id));
  };
  await eventually(async () => (await found()).length).toBe(1);
  return (await found())[0]!;
}

const says = (expert: Client, questionId: string, kind: string, body: string) =>
  expert.call('message.send', { questionId, clientId: clientId(), kind, body });
const card = (tab: Page) => tab.getByRole('article');
const box = (tab: Page) => tab.getByRole('textbox', { name: 'What your expert needs' });
const refunds = async (questionId: string) =>
  (await node.ctx.stores.cases.ofQuestion(questionId)).filter(({ kind }) => kind === 'refund');

test('by keyboard alone: ask, talk, rate, accept an offer, fill in the box, ask for the money back, look at the history', async () => {
  const { category, first } = await scene(node, 0);
  const visitor = await browse(browser, host);
  const tab = await visitor.open({ server: node.url, category });
  const { focused, to, press } = keyboard(tab);
  const type = (text: string) => tab.keyboard.type(text);
  await tab.locator('.card-field[data-state="ready"]').waitFor(); // whoever is faster than the frame would tab past it
  await tab.keyboard.press('Escape');
  await tab.getByRole('button', { name: 'Ask an expert' }).focus(); // as Tab does from the page
  await press(/Ask an expert/);
  await expect.poll(focused).toMatch(/What is it about/);

  await to(/In one sentence/);
  await type('My screen is dark');
  await to(/Details/);
  await type('It was fine yesterday.');
  await to(/iframe Payment/);
  const number = tab.frameLocator('iframe[title="Payment"]').getByLabel('Card number');
  await expect.poll(() => number.evaluate((one) => document.hasFocus() && document.activeElement === one)).toBe(true);
  await type('4242424242424242');
  await tab.keyboard.press('Tab');
  await type('12/34');
  await tab.keyboard.press('Tab');
  await type('123');
  await press(/^submit Ask now/);
  await tab.getByText('Your question is with our experts.').waitFor();
  const questionId = await questionOf(category);

  await first.call('question.claim', { questionId });
  await says(first, questionId, 'greeting', 'Hello, I can help.');
  await expect.poll(focused).toMatch(/Write a message/);
  await type('It is a ThinkPad.');
  await tab.keyboard.press('Enter');
  await says(first, questionId, 'answer', 'Hold the power button for ten seconds.');
  await tab.getByRole('radio').first().waitFor({ state: 'attached' }); // whoever is faster would tab past what comes
  await to(/^radio/, 'Shift+Tab');
  await tab.keyboard.press('Space');
  for (let arrows = 0; arrows < 4; arrows += 1) await tab.keyboard.press('ArrowRight');
  await press(/ Rate$/);
  await expect.poll(focused).toMatch(/Thank you. You rated/);

  await press(/Request for/);
  await card(tab).getByText('Ada is asked first').waitFor();
  await expect.poll(focused).toMatch(/Remote Assistance/); // what was pressed is gone: its heading
  const { offers } = await care.call('question.get', { questionId });
  const requestId = String((offers as Json[])[0]!.id);
  await first.call('request.accept', { requestId });
  await tab.getByRole('button', { name: 'Open private box' }).waitFor();
  await press(/Open private box/);
  await box(tab).waitFor();
  await to(/What your expert needs/);
  await type('Call me on 030 901820.');
  await press(/ Save$/);
  await tab.getByText(/^Saved .* by you/).waitFor();
  await press(/Back$/, 'Shift+Tab');

  await first.call('request.report', { requestId, connected: true });
  await card(tab).getByText('Done. Thank you!').waitFor();
  await press(/Ask for a refund/);
  await tab.getByRole('heading', { name: 'Ask for a refund' }).waitFor();
  await to(/What went wrong/);
  await type('It is dark again.');
  await press(/Send to customer care/);
  await tab.getByText('Customer care has your request for a refund').first().waitFor();
  const [asked] = await refunds(questionId);
  expect(asked).toMatchObject({ offerId: requestId, reason: 'It is dark again.', state: 'open' });
  await press(/Back$/, 'Shift+Tab');
  await card(tab).getByText('Customer care has your request for a refund').waitFor();

  await press(/Your questions/, 'Shift+Tab');
  await tab.locator('.row', { hasText: 'My screen is dark' }).first().waitFor();
  await press(/My screen is dark/);
  await card(tab).getByText('Done. Thank you!').waitFor();
  await tab.keyboard.press('Escape');
  await expect.poll(focused).toMatch(/Ask an expert/);
  expect(await tab.getByRole('log').isVisible()).toBe(false);
  await visitor.close();
});

test('a line that is cut over every press: each wish is done once, and the page says so in the end', async () => {
  const { category, first } = await scene(node, 0);
  const visitor = await browse(browser, host);
  const tab = await visitor.open({ server, category });
  /** Presses and loses the line; whoever is told that nobody knows presses again. */
  const cutOver = async (act: () => Promise<unknown>, done: string | RegExp) => {
    const there = tab.getByText(done).first();
    for (let tries = 0; tries < 6; tries += 1) {
      await act();
      link.cut();
      const isThere = await there.waitFor({ timeout: 20_000 }).then(
        () => true,
        () => false,
      );
      if (isThere) return;
    }
    throw new Error(`never read: ${String(done)}`);
  };
  const button = (name: string | RegExp) => () => tab.getByRole('button', { name }).press('Enter');
  await tab.getByLabel('In one sentence').fill('My screen is dark');
  await tab.getByLabel('Details').fill('It was fine yesterday.');
  await payWith(tab, /works/i);
  await cutOver(button(/^Ask now/), 'Your question is with our experts.');
  const questionId = await questionOf(category);
  await first.call('question.claim', { questionId });
  await says(first, questionId, 'greeting', 'Hello, I can help.');
  await card(tab).waitFor();
  await tab.getByRole('textbox', { name: 'Write a message' }).fill('It is a ThinkPad.');
  await cutOver(() => tab.keyboard.press('Enter'), /^(Sent|Seen)$/);
  await says(first, questionId, 'answer', 'Hold the power button for ten seconds.');
  await tab.locator('.stars label').nth(3).click();
  await cutOver(button('Rate'), 'Thank you. You rated 4 stars.');
  await cutOver(button(/^Request for/), 'Ada is asked first');
  const { offers } = await care.call('question.get', { questionId });
  const requestId = String((offers as Json[])[0]!.id);
  await first.call('request.accept', { requestId });
  await button('Open private box')();
  await box(tab).fill('Call me.');
  await cutOver(button('Save'), /^Saved .* by you/);
  await button('Back')();
  await first.call('request.report', { requestId, connected: true });
  await button('Ask for a refund')();
  await tab.getByLabel('What went wrong?').fill('It is dark again.');
  await cutOver(button('Send to customer care'), 'Customer care has your request for a refund');

  const { items } = await care.call('message.list', { questionId });
  const bodies = (items as Json[]).filter(({ by }) => by.role === 'customer').map(({ body }): unknown => body);
  expect(bodies).toEqual(['It is a ThinkPad.']);
  expect((await care.call('question.list', { view: 'all', category })).items).toHaveLength(1);
  for (const id of [questionId, requestId]) {
    expect((await provided(node, id, 3)).filter((call) => /authorise|capture/.test(call))).toEqual([
      'authorise',
      'capture',
    ]);
  }
  expect(await refunds(questionId)).toHaveLength(1);
  await visitor.close();
});

interface Finished extends Scene {
  readonly questionId: string;
}

/** Rated, booked, delivered, and a refund refused; and beside it a question whose card was declined. */
async function finished(): Promise<Finished> {
  const people = await scene(node);
  const { customer, first, category } = people;
  const { id } = await postQuestion(customer, { category, subject: 'My printer is offline' });
  const questionId = String(id);
  const offer = await greeted(customer, first, questionId);
  await says(first, questionId, 'answer', 'Turn it off and on.');
  await customer.call('question.rate', { questionId, stars: 4 });
  await customer.call('offer.accept', { offerId: offer.id });
  await first.call('request.accept', { requestId: offer.id });
  await first.call('request.report', { requestId: offer.id, connected: true });
  const reason = 'It is still offline.';
  const asked = await customer.call('refund.request', { questionId, offerId: offer.id, reason });
  await care.call('case.resolve', { caseId: asked.case.id, resolution: 'refuse', comment: 'It works since noon.' });
  const declined = { category, subject: 'My other printer', paymentMethod: 'pm_card_chargeDeclined' };
  await postQuestion(customer, declined).catch(() => undefined); // kept as a draft
  return { ...people, questionId };
}

/** Asked of a page that stands by itself; a frame stands in one that has a heading. */
const ONLY_ALONE = /^page-has-heading-one:/;

const show = (tab: Page, view: object) =>
  tab.evaluate((wanted) => {
    (document.querySelector('parley-chat') as HTMLElement & { open(view: object): void }).open(wanted);
  }, view);

/** A page that is all ours. */
async function inAllLooks(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 740 });
      await clean(page);
    }
  }
}

test('axe finds nothing in any other view, in both themes, small and wide', async () => {
  const { customer, questionId } = await finished();
  const visitor = await browse(browser, host, { as: customer });
  const tab = await visitor.open({ server: node.url, question: questionId });
  const views = [
    [{ name: 'talk', questionId }, 'It works since noon.'],
    [{ name: 'box', questionId }, 'Who can read this'],
    [{ name: 'pay', questionId }, 'Save and try again'],
    [{ name: 'refund', questionId }, 'What went wrong?'],
    [{ name: 'history' }, 'My other printer'],
    [{ name: 'settings', questionId }, 'Close this question'],
  ] as const;
  for (const [view, words] of views) {
    await show(tab, view);
    await tab.getByText(words).first().waitFor();
    if (view.name === 'pay') await tab.locator('.card-field[data-state="ready"]').waitFor();
    await isClean(tab);
    for (const frame of tab.frames().filter((one) => one.url().endsWith('/pay')))
      expect((await violationsIn(frame)).filter((one) => !ONLY_ALONE.test(one))).toEqual([]);
  }
  await visitor.close();
});

test('axe finds nothing in the page that letters lead to, in both themes, small and wide', async () => {
  const { customer, questionId } = await finished();
  const user = (await node.ctx.stores.users.read(String(customer.user.id)))!;
  const url = `${node.url}/questions/${questionId}#${await linkFor(node.ctx, user, questionId, clientId())}`;
  const { page, close } = await visit(browser, url);
  await page.getByText('My printer is offline').first().waitFor();
  await inAllLooks(page);
  await page.getByRole('button', { name: 'Show the conversation' }).click();
  await page.getByRole('log').waitFor();
  await inAllLooks(page);
  await close();
});

test('axe finds nothing in the shop, in both themes, small and wide, and its icon is there', async () => {
  const { page, close } = await visit(browser, node.url);
  await page.getByRole('button', { name: 'Ask an expert' }).waitFor();
  await inAllLooks(page);
  const icon = await fetch(`${node.url}/favicon.ico`);
  expect([icon.status, (await icon.arrayBuffer()).byteLength > 100]).toEqual([200, true]);
  await close();
});

test.each(['de', 'es'])(
  'nothing of the payment and the refund is cut in %s, nor where words are longer still',
  async (locale) => {
    const { customer, questionId } = await finished();
    const visitor = await browse(browser, host, { as: customer });
    for (const [name, place] of [
      ['talk', '.offer-actions .hint'],
      ['pay', '.card-field[data-state="ready"]'],
      ['refund', '.panel form textarea'],
    ] as const) {
      const tab = await visitor.open({ server: node.url, question: questionId, locale });
      await tab.getByRole('log').waitFor();
      await show(tab, { name, questionId });
      await tab.locator(place).first().waitFor();
      await isWhole(tab);
      await tab.close();
    }
    await visitor.close();
  },
);

test('1.1 a customer who comes back every sixteen days stays who they are, as long as they do', async () => {
  let skew = 0;
  const later = world();
  const late = await later.start({ ALLOWED_ORIGINS: host.origin }, () => new Date(Date.now() + skew));
  const { customer } = await scene(late, 0);
  const { id } = await postQuestion(customer);
  const visitor = await browse(browser, host, { as: customer, clock: true });
  const kept = (tab: Page) =>
    tab.evaluate(() => (JSON.parse(localStorage.getItem('parley.session') ?? '{}') as { token?: string }).token ?? '');
  let token = customer.token;
  for (const days of [16, 16]) {
    skew += days * 86_400_000;
    await visitor.context.clock.setSystemTime(Date.now() + skew); // that of the visitor's machine goes on, too
    const tab = await visitor.open({ server: late.url, question: String(id) });
    await tab.getByRole('log').getByText('It only shows a black screen.').waitFor();
    await expect.poll(() => kept(tab)).not.toBe(token);
    token = await kept(tab);
    await tab.close();
  }
  await refused(post(late.url, 'session.get', {}, customer.token), 'auth.required');
  expect((await post(late.url, 'session.get', {}, token)).user).toMatchObject({ id: customer.user.id });
  await visitor.close();
  await later.close();
});
