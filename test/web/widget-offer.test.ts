// W5, W6: the card of an offer, as its customer sees it in each state, presses it, and loses the line over it.
import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { OFFER_STATES } from '../../src/domain/offer.ts';
import type { Offer } from '../../src/domain/offer.ts';
import { clientId, greeted, postQuestion, requested } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { startLink } from '../helpers/link.ts';
import type { Link } from '../helpers/link.ts';
import { world } from '../helpers/node.ts';
import { eventually, provided, scene } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';
import { launch } from './browser.ts';
import { notConnected } from './people.ts';
import { browse, cutOff, hostPage, lengthen, violations } from './widget-page.ts';
import type { Embedded, HostPage, Visitor } from './widget-page.ts';

const here = world({ POLICY_OFFER_DELAY: '0s', RATE_COMMANDS: '100000' });
let node: Node;
let link: Link;
let host: HostPage;
let browser: Browser;

beforeAll(async () => {
  [node, browser, host] = await Promise.all([here.start(), launch(), hostPage()]);
  link = await startLink({ port: Number(new URL(node.url).port) });
});
afterAll(async () => {
  await host.close();
  await link.close();
  await here.close();
});

interface Looking extends Scene, Pick<Visitor, 'close' | 'context'> {
  open(questionId: string, options?: Partial<Embedded>): Promise<Page>;
}

/** A customer at their browser, which reaches the server by a line that can be cut. */
async function looking(options: Parameters<typeof browse>[2] = {}): Promise<Looking> {
  const people = await scene(node);
  const { context, close, open } = await browse(browser, host, { as: people.customer, ...options });
  const server = `http://127.0.0.1:${link.port}`;
  return { ...people, context, close, open: (question, given) => open({ server, question, ...given }) };
}

const card = (tab: Page) => tab.getByRole('article');
const stateOf = async (id: unknown) => (await node.ctx.stores.offers.read(String(id)))?.record.state;

/** The conversation with an automatic offer in it. */
async function offered(cora: Looking, input: Json = {}): Promise<Json> {
  const question = await postQuestion(cora.customer, { category: cora.category, ...input });
  return greeted(cora.customer, cora.first, String(question.id));
}

/** What each state says; the time that is left moves, and is judged by itself. */
const WORDS: Record<Offer['state'], string> = {
  offered: 'Want it done with you?',
  declined: 'You declined. Your conversation goes on.',
  withdrawn: 'You cancelled. You have not been charged.',
  reserved: 'Ada is asked first',
  open: 'Ada cannot take it on. Asking all experts',
  capturing: 'An expert has accepted. Taking the payment…',
  payment_failed: 'An expert wanted to help, but your payment did not go through: The card does not have enough funds.',
  accepted:
    'Ben 0 has accepted. You have been charged $39.00. Put your phone number or other details in the private box.',
  fulfilled: 'Done. Thank you!',
  unfulfilled: 'Ben 0 could not reach you.',
  report_overdue: 'We are checking with Ben 0. You need not do anything.',
  unable: 'Ben 0 cannot complete this: The disk is broken. Customer care will contact you.',
  expired: 'Nobody could take it in time. You have not been charged. Your written conversation goes on.',
  refunding: '$39.00 is on its way back to you.',
  refunded: '$39.00 was refunded.',
  refund_failed: '$39.00 could not be given back to your card yet. Customer care takes care of it.',
};

/** A conversation in which there is an offer of every state, at rest. */
async function gallery(cora: Looking): Promise<string> {
  const request = await requested(cora.customer, cora.first, { category: cora.category });
  const { record } = (await node.ctx.stores.offers.read(request.id as string))!;
  const [ben] = cora.others;
  const acceptedBy = { id: String(ben!.user.id), name: String(ben!.user.name) };
  const isAccepted = new Set(['accepted', 'fulfilled', 'unfulfilled', 'report_overdue', 'unable', 'capturing']);
  for (const [index, state] of OFFER_STATES.entries()) {
    if (state === 'reserved') continue; // the one that is there
    const copy = {
      ...record,
      ...{ id: `of_${randomUUID()}`, state, dueAt: null, price: { amount: 3_900, currency: 'USD' } },
      shownAt: new Date(record.shownAt.getTime() + index + 1), // each at an instant of its own, so that their order is one
      ...(isAccepted.has(state) && { acceptedBy, acceptedAt: record.shownAt }),
      ...(state === 'unable' && { unableReason: 'The disk is broken' }),
      ...(state === 'payment_failed' && { payment: { ...record.payment, reason: 'insufficient_funds' as const } }),
    };
    expect(await node.ctx.stores.offers.insert(copy, [], node.ctx.now())).not.toBe(false);
  }
  return String(request.questionId);
}

/** What the cards say, without the clocks. */
async function read(tab: Page): Promise<string[]> {
  await expect.poll(() => tab.locator('.offer, .offer-quiet').count()).toBe(OFFER_STATES.length);
  const all = await tab.locator('.offer, .offer-quiet').allInnerTexts();
  return all.map((text) => text.replace(/\s+/g, ' ').replace(/[\d:]+ left/, 'LEFT'));
}

test('5, 6, 8 each of the states of an offer has its words, and shows the same card after a reload', async () => {
  const cora = await looking();
  const questionId = await gallery(cora);
  const tab = await cora.open(questionId);
  const before = await read(tab);
  for (const [state, words] of Object.entries(WORDS)) {
    expect([state, before.filter((text) => text.includes(words)).length]).toEqual([state, 1]);
  }
  await tab.reload();
  expect(await read(tab)).toEqual(before);
  // axe finds nothing, and no word is cut, in the longest languages too
  for (const theme of ['light', 'dark']) {
    const themed = await cora.open(questionId, { theme });
    await read(themed);
    expect(await violations(themed)).toEqual([]);
    await themed.close();
  }
  const narrow = await cora.open(questionId, { locale: 'de' });
  await narrow.setViewportSize({ width: 320, height: 700 });
  await read(narrow);
  expect(await cutOff(narrow)).toEqual([]);
  await lengthen(narrow);
  expect(await cutOff(narrow)).toEqual([]);
  await cora.close();
});

test('5.3, 6.8 a request is asked for once however often it is pressed, shows who is asked, and can be cancelled', async () => {
  const cora = await looking();
  const offer = await offered(cora);
  const tab = await cora.open(String(offer.questionId));
  await card(tab).getByText('We ask Ada first. If Ada cannot, all experts of the category are asked.').waitFor();
  await card(tab).getByText('in addition to your question ($10.00)').waitFor();
  await card(tab)
    .getByRole('button', { name: /^Request for/ })
    .dblclick();
  await card(tab).getByText('Ada is asked first').waitFor();
  expect(await provided(node, String(offer.id))).toEqual(['authorise']);
  // whoever pressed with the keyboard is not thrown out of the card
  await expect
    .poll(() => tab.evaluate('document.querySelector("parley-chat").shadowRoot.activeElement?.tagName'))
    .toBe('H2');
  await cora.first.call('request.decline', { requestId: offer.id });
  await card(tab).getByText('Ada cannot take it on. Asking all experts').waitFor();
  await card(tab).getByRole('button', { name: 'Cancel request' }).click();
  await card(tab).getByText('You cancelled. You have not been charged.').waitFor();
  await eventually(() => provided(node, String(offer.id))).toEqual(['authorise', 'void']);
  await cora.close();
});

test('5.3 an offer that is declined leaves one quiet line', async () => {
  const cora = await looking();
  const offer = await offered(cora);
  const tab = await cora.open(String(offer.questionId));
  await card(tab).getByRole('button', { name: 'No, thanks' }).click();
  await tab.locator('.offer-quiet', { hasText: 'You declined. Your conversation goes on.' }).waitFor();
  expect(await card(tab).count()).toBe(0);
  expect(await stateOf(offer.id)).toBe('declined');
  await cora.close();
});

test('8.2 an expert’s offer is booked and charged once however often it is pressed, and leads to the box', async () => {
  const cora = await looking();
  const { id } = await postQuestion(cora.customer, { category: cora.category });
  const questionId = String(id);
  await cora.first.call('question.claim', { questionId });
  const say = (who: typeof cora.first) =>
    who.call('message.send', { questionId, clientId: clientId(), kind: 'message', body: 'Some words.' });
  for (const who of [cora.first, cora.customer, cora.customer]) await say(who);
  const proposal = {
    ...{ questionId, service: { title: 'Wi-Fi for the whole house' }, description: 'Router, cables and all.' },
    ...{ price: { amount: 4_500, currency: 'USD' }, clientId: clientId() },
  };
  const { offer } = await cora.first.call('offer.propose', proposal);
  const tab = await cora.open(questionId);
  const theirs = card(tab).filter({ hasText: 'Wi-Fi for the whole house' });
  await theirs.getByText('Ada offers').waitFor();
  await theirs.getByText('You are charged now. Ada starts right away.').waitFor();
  await theirs.getByRole('button', { name: 'Book for $45.00' }).dblclick();
  await theirs.getByText('Ada starts right away. You have been charged $45.00.').waitFor();
  expect(await theirs.getByRole('listitem').allInnerTexts()).toHaveLength(3);
  expect(await provided(node, (offer as Json).id as string)).toEqual(['authorise', 'capture']);
  await theirs.getByRole('button', { name: 'Open private box' }).click();
  await tab.getByRole('heading', { name: 'Private information' }).waitFor();
  await cora.close();
});

test('7.1 who could not be reached asks again without paying twice, or takes the money back', async () => {
  const cora = await looking();
  const request = await requested(cora.customer, cora.first, { category: cora.category });
  const requestId = String(request.id);
  const report = { requestId, connected: false, attempts: 3, reason: 'no answer', comment: 'Nobody picked up.' };
  const tab = await cora.open(String(request.questionId));
  await cora.first.call('request.accept', { requestId });
  await card(tab).getByText('Ada has accepted.').waitFor();
  await cora.first.call('request.report', report);
  await card(tab).getByText('Ada could not reach you.').waitFor();
  await card(tab).getByRole('button', { name: 'Ask again · already paid' }).click();
  await card(tab).getByText('Asking all experts').waitFor();
  await cora.first.call('request.accept', { requestId });
  await cora.first.call('request.report', report);
  await card(tab)
    .getByRole('button', { name: /^Get .* back$/ })
    .click();
  await card(tab)
    .getByText(/was refunded\.$/)
    .waitFor();
  expect(await provided(node, requestId)).toEqual(['authorise', 'capture', 'refund']);
  await cora.close();
});

test.each([
  ['6.8', 'given up'],
  ['6.6', 'taken by nobody'],
])('%s, 7.1 what was paid, asked for again and then %s says that the money goes back', async (_rule, end) => {
  const still = world({ POLICY_REQUEST_TTL: '10m', SIMULATED_LATE: '1h' });
  let ahead = 0;
  const alone = await still.start({}, () => new Date(Date.now() + ahead));
  const { customer, first, category } = await scene(alone, 0);
  const request = await requested(customer, first, { category, paymentMethod: 'pm_card_pendingRefund' });
  await first.call('request.accept', { requestId: request.id });
  await first.call('request.report', notConnected(String(request.id)));
  const visitor = await browse(browser, host, { as: customer });
  const tab = await visitor.open({ server: alone.url, question: String(request.questionId) });
  await card(tab).getByRole('button', { name: 'Ask again · already paid' }).click();
  await card(tab).getByText('Asking all experts').waitFor();
  if (end === 'given up') await card(tab).getByRole('button', { name: 'Cancel request' }).click();
  else ahead += 10 * 60_000;
  await card(tab).getByText('$39.00 is on its way back to you.').waitFor();
  expect(await tab.getByText('not been charged').count()).toBe(0);
  ahead += 16_000; // what time brings about is asked of the provider a little later
  const paymentOf = async () => (await alone.ctx.stores.offers.read(String(request.id)))?.record.payment.state;
  await eventually(paymentOf).toBe('refund_pending');
  ahead += 2 * 3_600_000; // the bank has taken its time
  await card(tab).getByText('$39.00 was refunded.').waitFor();
  expect(await tab.getByText('not been charged').count()).toBe(0);
  await visitor.close();
  await still.close();
});

test('8.4 who has asked for their money back reads that it is asked for, and cannot ask twice', async () => {
  const cora = await looking();
  const request = await requested(cora.customer, cora.first, { category: cora.category });
  const [requestId, questionId] = [String(request.id), String(request.questionId)];
  const tab = await cora.open(questionId);
  await cora.first.call('request.accept', { requestId });
  await cora.first.call('request.report', { requestId, connected: true });
  await card(tab).getByRole('button', { name: 'Ask for a refund' }).waitFor();
  await cora.customer.call('refund.request', { questionId, offerId: requestId, reason: 'It does not work.' });
  await tab.reload();
  await card(tab).getByText('Customer care has your request for a refund').waitFor();
  expect(await card(tab).getByRole('button', { name: 'Ask for a refund' }).count()).toBe(0);
  await cora.close();
});

test('5.3 money is never kept for later: without a line it is refused, says so, and goes on when the line is back', async () => {
  const cora = await looking();
  const offer = await offered(cora);
  const tab = await cora.open(String(offer.questionId));
  const press = card(tab).getByRole('button', { name: /^Request for/ });
  await press.waitFor();
  link.refuse();
  await card(tab).getByText('Needs a connection').waitFor();
  await press.click({ force: true }); // it is there, and does nothing
  link.heal();
  await card(tab).getByText('Needs a connection').waitFor({ state: 'detached' });
  expect(await stateOf(offer.id)).toBe('offered');
  await press.click();
  await card(tab).getByText('Ada is asked first').waitFor();
  await cora.close();
});

test('5.3 a line that dies over a press says neither done nor failed, and the card shows what became of it', async () => {
  const cora = await looking();
  const offer = await offered(cora);
  const tab = await cora.open(String(offer.questionId));
  const press = card(tab).getByRole('button', { name: /^Request for/ });
  await press.waitFor();
  link.hang(); // the press goes nowhere, and nobody knows
  await press.click();
  await card(tab).getByText('One moment: your bank is asked…').waitFor();
  link.heal();
  link.cut();
  // it has been done or it has not, and the card says which
  await expect
    .poll(
      async () => {
        const state = await stateOf(offer.id);
        const words = await card(tab).innerText();
        return state === 'offered' ? words.includes('Request for') : words.includes('Ada is asked first');
      },
      { timeout: 40_000 },
    )
    .toBe(true);
  if ((await stateOf(offer.id)) === 'offered') await press.click();
  await card(tab).getByText('Ada is asked first').waitFor();
  expect(await provided(node, String(offer.id))).toEqual(['authorise']);
  await cora.close();
});

test.each([-10, 10])(
  '6.2 a clock that is %i minutes off changes nothing about the time that is left',
  async (minutes) => {
    const cora = await looking();
    const request = await requested(cora.customer, cora.first, { category: cora.category });
    const offMs = minutes * 60_000;
    await cora.context.addInitScript((ms) => {
      const real = Date.now;
      const RealDate = Date;
      class Skewed extends RealDate {
        constructor(given?: number | string | Date) {
          super(given ?? real() + ms);
        }
        static override now = () => real() + ms;
      }
      window.Date = Skewed as DateConstructor;
    }, offMs);
    const tab = await cora.open(String(request.questionId));
    await card(tab).getByText('Ada is asked first').waitFor();
    const left = async () => {
      const [, m, s] = /(\d+):(\d\d) left/.exec(await card(tab).innerText()) ?? [];
      const shown = Number(m) * 60 + Number(s);
      const really = (Date.parse(String(request.reservedUntil)) - node.ctx.now().getTime()) / 1_000;
      return Math.abs(shown - really);
    };
    await expect.poll(left).toBeLessThan(5);
    expect(await card(tab).innerText()).not.toContain('Checking…');
    await cora.close();
  },
);
