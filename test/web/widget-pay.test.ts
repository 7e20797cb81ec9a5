// The frame of the card, and what is paid through it: nothing of a card comes out of it but the id of a payment method.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, FrameLocator, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { isOneOf } from '../../web/kit/card-port.ts';
import { login, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { provided, refused, scene } from '../helpers/people.ts';
import { STRIPE_KEY, WEBHOOK_SECRET, stripeFake } from '../helpers/stripe-fake.ts';
import { launch } from './browser.ts';
import { browse, cutOff, hostPage, payWith, twice, violations } from './widget-page.ts';
import type { HostPage } from './widget-page.ts';

const here = world();
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

const frame = (tab: Page): FrameLocator => tab.frameLocator('iframe[title="Payment"]');
/** All of a category, as they are stored. */
async function questionsOf(category: string) {
  const { items } = await care.call('question.list', { view: 'all', category });
  const found = await Promise.all((items as Json[]).map(({ id }) => node.ctx.stores.questions.read(String(id))));
  return found.map((one) => one!.record);
}

async function fillIn(tab: Page, subject: string, isReady = true): Promise<void> {
  // until then the frame grows, and what is below it moves away from who presses it
  if (isReady) await tab.locator('.card-field[data-state="ready"]').waitFor();
  await tab.getByLabel('In one sentence').fill(subject);
  await tab.getByLabel('Details').fill('It was fine yesterday.');
}
const send = (tab: Page) => tab.getByRole('button', { name: /^Ask now/ });

test('2.1 a question is paid through the frame, and no number of a card leaves it', async () => {
  const { category } = await scene(node, 0);
  const visitor = await browse(browser, host);
  const sent: string[] = [];
  visitor.context.on('request', (request: Request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
  visitor.context.on('page', (page) =>
    page.on('websocket', (line) => line.on('framesent', ({ payload }) => sent.push(String(payload)))),
  );
  const tab = await visitor.open({ server: node.url, category });
  await fillIn(tab, 'Paid through the frame');
  await frame(tab).getByLabel('Card number').fill('4242-4242 42424242');
  await frame(tab).getByLabel('Valid until (MM/YY)').fill('12 / 2034');
  await frame(tab).getByLabel('Security code').fill('737');
  await twice(send(tab));
  await tab.getByRole('log').waitFor();
  const [question, ...more] = await questionsOf(category);
  expect(more).toEqual([]);
  expect(question).toMatchObject({ state: 'open', paymentMethod: 'pm_card_visa' });
  expect(await provided(node, String(question!.id))).toEqual(['authorise']);
  // not on the line, not in the page around, not in what browsers keep
  const kept = await tab.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  const around = await tab.evaluate(
    () => document.documentElement.outerHTML + document.querySelector('parley-chat')?.shadowRoot?.innerHTML,
  );
  for (const text of [...sent, kept, around]) expect(text.replace(/[\s-]/g, '')).not.toMatch(/4242424242424242|"737"/);
  expect(sent.join('\n')).toContain('pm_card_visa');
  await visitor.close();
});

test('2.1 a declined card keeps what was asked as a draft, and another one posts it: one question, one hold', async () => {
  const { category } = await scene(node, 0);
  const visitor = await browse(browser, host);
  const tab = await visitor.open({ server: node.url, category });
  await fillIn(tab, 'Declined at first');
  await payWith(tab, 'Is declined');
  await send(tab).press('Enter');
  await tab.getByText('Your question is not posted yet. It is kept as a draft.').waitFor();
  expect(await questionsOf(category)).toMatchObject([{ state: 'draft' }]);
  expect(await tab.getByLabel('In one sentence').inputValue()).toBe('Declined at first');
  await payWith(tab, 'Works');
  await send(tab).press('Enter');
  await tab.getByRole('log').waitFor();
  const all = await questionsOf(category);
  expect(all).toMatchObject([{ state: 'open' }]);
  expect(await provided(node, String(all[0]!.id), 2)).toEqual(['authorise card_declined', 'authorise']);
  await visitor.close();
});

test('a card that is none of the test cards is refused where it is typed, and nothing is asked of the server', async () => {
  const { category } = await scene(node, 0);
  const visitor = await browse(browser, host);
  const sent: string[] = [];
  visitor.context.on('request', (request: Request) => sent.push(new URL(request.url()).pathname));
  const tab = await visitor.open({ server: node.url, category });
  await fillIn(tab, 'A real card');
  await frame(tab).getByLabel('Card number').fill('4111 1111 1111 1111');
  await frame(tab).getByLabel('Valid until (MM/YY)').fill('01/20');
  await send(tab).press('Enter');
  await frame(tab).getByText('This is not a test card. Real cards cannot be used here.').waitFor();
  await frame(tab).getByText('The card has expired.').waitFor();
  await frame(tab).getByText('This is not a security code.').waitFor();
  await expect
    .poll(() =>
      frame(tab)
        .getByLabel('Card number')
        .evaluate((one) => one === document.activeElement),
    )
    .toBe(true);
  expect(sent.filter((path) => /question\.post|session\.visitor/.test(path))).toEqual([]);
  expect(await questionsOf(category)).toEqual([]);
  await visitor.close();
});

test('6.5 a card that fails when it is charged is replaced: the request is open again, and charged once', async () => {
  const people = await scene(node, 0);
  const { customer, first, category } = people;
  const request = await requested(customer, first, { category, paymentMethod: 'pm_card_chargeCustomerFail' });
  const visitor = await browse(browser, host, { as: customer });
  const tab = await visitor.open({ server: node.url, question: String(request.questionId) });
  await refused(first.call('request.accept', { requestId: request.id }), 'payment.failed');
  const card = tab.getByRole('article');
  await card.getByText('An expert wanted to help, but your payment did not go through:').waitFor();
  await card.getByRole('button', { name: 'Update payment' }).click();
  await tab.getByText('So far: Visa •••• 0341').waitFor();
  await payWith(tab, 'Is declined');
  await tab.getByRole('button', { name: 'Save and try again' }).press('Enter');
  await tab.getByText('Your card was declined. Please use another one.').first().waitFor();
  await payWith(tab, 'Works');
  await twice(tab.getByRole('button', { name: 'Save and try again' }));
  await tab.getByText('Thank you. The request is open again.').first().waitFor();
  await tab.getByRole('button', { name: 'Go to the conversation' }).click();
  await card.getByText(/Asking all experts/).waitFor();
  await first.call('request.accept', { requestId: request.id });
  await card.getByText('Ada has accepted.').waitFor();
  const calls = await provided(node, String(request.id), 3);
  expect(calls.filter((call) => call === 'capture')).toHaveLength(1);
  await visitor.close();
});

test('6.5 a request that was given up meanwhile is not open again by another card', async () => {
  const { customer, first, category } = await scene(node, 0);
  const request = await requested(customer, first, { category, paymentMethod: 'pm_card_chargeCustomerFail' });
  await refused(first.call('request.accept', { requestId: request.id }), 'payment.failed');
  const visitor = await browse(browser, host, { as: customer });
  const tab = await visitor.open({ server: node.url, question: String(request.questionId) });
  await tab.getByRole('article').getByRole('button', { name: 'Update payment' }).click();
  await tab.getByText('So far: Visa •••• 0341').waitFor();
  await customer.call('request.withdraw', { requestId: request.id });
  await payWith(tab, 'Works');
  await tab.getByRole('button', { name: 'Save and try again' }).press('Enter');
  await tab.getByText('Thank you. This card is used from now on.').first().waitFor();
  expect(await tab.getByText('The request is open again.').count()).toBe(0);
  await visitor.close();
});

test('8.4 money is asked back with a reason, and what customer care has said stands there', async () => {
  const { customer, first, category } = await scene(node, 0);
  const request = await requested(customer, first, { category });
  await first.call('request.accept', { requestId: request.id });
  await first.call('request.report', { requestId: request.id, connected: true });
  const visitor = await browse(browser, host, { as: customer });
  const tab = await visitor.open({ server: node.url, question: String(request.questionId) });
  await tab.getByRole('button', { name: 'Ask for a refund' }).click();
  const submit = tab.getByRole('button', { name: 'Send to customer care' });
  await submit.click();
  await tab.getByText('Please say in a few words what went wrong.').waitFor();
  await tab.getByLabel('What went wrong?').fill('It is still broken.');
  await twice(submit);
  await tab.getByText('Customer care has your request for a refund and answers within a day.').first().waitFor();
  const cases = await node.ctx.stores.cases.ofQuestion(String(request.questionId));
  expect(cases.filter(({ kind }) => kind === 'refund')).toMatchObject([
    { offerId: request.id, reason: 'It is still broken.' },
  ]);
  expect(await violations(tab)).toEqual([]);
  await visitor.close();
});

test('the frame hears its parent alone, and only with a port; a foreign page cannot even have it', async () => {
  const kinds = (port: number) => `<!doctype html><title>A page</title><iframe id="pay" src="${node.url}/pay"></iframe>
<iframe id="sibling" src="http://127.0.0.1:${port}/sibling"></iframe>`;
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    response.setHeader('content-type', 'text/html');
    response.end(request.url === '/sibling' ? '<!doctype html><title>Beside it</title>' : kinds(port));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${port}/`);
    const form = page.frameLocator('#pay').getByLabel('Card number');
    const start = { parley: 'card', locale: 'en', theme: 'light' };
    // without a port
    await page.evaluate((data) => window.frames[0]!.postMessage(data, '*'), start);
    // of a window beside it, with one
    const sibling = page.frames().find((one) => one.url().endsWith('/sibling'))!;
    await sibling.evaluate(
      (data) => window.parent.frames[0]!.postMessage(data, '*', [new MessageChannel().port2]),
      start,
    );
    // something else of the parent
    await page.evaluate(() => window.frames[0]!.postMessage({ hello: 1 }, '*', [new MessageChannel().port2]));
    // and then the widget: all that came before has been heard by now
    const heard = await page.evaluate(async (data) => {
      const { port1, port2 } = new MessageChannel();
      const first = new Promise((resolve) => (port1.onmessage = (event) => resolve(event.data)));
      window.frames[0]!.postMessage(data, '*', [port2]);
      return first;
    }, start);
    expect(heard).toSatisfy((news: object) => 'state' in news || 'height' in news);
    await form.waitFor();
    expect(await form.count()).toBe(1);

    const foreign = await browser.newPage();
    await foreign.goto(`http://foreign.localhost:${port}/`);
    await expect.poll(() => foreign.frames().filter((one) => one.url().startsWith('chrome-error:')).length).toBe(1);
    await foreign.close();
  } finally {
    await page.close();
    server.closeAllConnections();
    server.close();
  }
});

test('an origin is one of those that are named, or it is not', () => {
  const welcome = ['https://shop.example', 'http://localhost:*'];
  const ours = ['https://shop.example', 'http://localhost:3000', 'http://localhost'];
  const others = ['https://shop.example.org', 'http://shop.example', 'https://shop.example:8443', 'null', ''];
  const tricks = [
    'http://localhost.example:80',
    'http://localhost:80.example',
    'http://localhost:',
    'https://localhost:1',
  ];
  expect(ours.filter((origin) => !isOneOf(welcome, origin))).toEqual([]);
  expect([...others, ...tricks].filter((origin) => isOneOf(welcome, origin))).toEqual([]);
});

test('the form and the view around it are usable by all, in both themes, and nothing is cut in German', async () => {
  const { customer, category } = await scene(node, 0);
  const { id } = await postQuestion(customer, { category });
  for (const theme of ['light', 'dark']) {
    const visitor = await browse(browser, host, { as: customer, viewport: { width: 360, height: 700 } });
    const tab = await visitor.open({ server: node.url, theme, category, locale: 'de' });
    const form = tab.frameLocator('iframe[title="Zahlung"]');
    await form.getByLabel('Kartennummer').waitFor();
    expect(await violations(tab)).toEqual([]);
    expect(await cutOff(tab)).toEqual([]);
    const inner = tab.frames().find((one) => one.url().endsWith('/pay'))!;
    expect(await inner.evaluate('[document.title, document.documentElement.lang]')).toEqual(['Zahlung', 'de']);
    await expect.poll(() => inner.evaluate('[scrollTo(9, 9), scrollX, scrollY].slice(1)')).toEqual([0, 0]);
    await visitor.close();
  }
  expect(id).toBeDefined();
});

/** What of Stripe.js the frame uses, as Stripe documents it: no network here, so nothing of Stripe's own is tried. */
const STAND_IN = `
  let submitted = 0;
  window.Stripe = (key) => ({
    elements: ({ mode, locale }) => ({
      create: () => {
        const hearers = {};
        return {
          on: (event, hear) => (hearers[event] = hear),
          mount: (place) => {
            place.textContent = ['element', key, mode, locale].join(' ');
            setTimeout(() => hearers.ready());
          },
        };
      },
      submit: async () => ((submitted += 1) === 1 ? { error: { type: 'validation_error', message: 'Incomplete' } } : {}),
      update: () => {},
    }),
    confirmSetup: async ({ clientSecret, redirect }) =>
      submitted === 2
        ? { error: { type: 'card_error', message: 'Stripe says no.' } }
        : { setupIntent: { payment_method: clientSecret.startsWith('seti_') && redirect === 'if_required' ? 'pm_card_visa' : null } },
  });
`;

test('2.1 with Stripe the element’s method pays: a setup is made only for a card that is entered', async () => {
  const stripe = await stripeFake();
  const elsewhere = world();
  const key = 'pk_test_parley';
  const paid = await elsewhere.start({
    ...{ PAYMENTS: 'stripe', STRIPE_SECRET_KEY: STRIPE_KEY, STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET },
    ...{ STRIPE_API_BASE: stripe.url, STRIPE_PUBLISHABLE_KEY: key },
  });
  const { category } = await scene(paid, 0);
  const visitor = await browse(browser, host);
  try {
    await visitor.context.route('https://js.stripe.com/**', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: STAND_IN }),
    );
    const tab = await visitor.open({ server: paid.url, category });
    const setups = () => stripe.calls.filter(({ call }) => call === 'POST /v1/setup_intents').length;
    await frame(tab).getByText(`element ${key} setup en`).waitFor();
    await fillIn(tab, 'Paid by Stripe');
    await send(tab).press('Enter'); // not filled in: the element says so
    await expect.poll(() => send(tab).getAttribute('aria-busy')).toBe('false');
    expect(setups()).toBe(0);
    await send(tab).press('Enter');
    await frame(tab).getByText('Stripe says no.').waitFor();
    expect(setups()).toBe(1);
    await send(tab).press('Enter');
    await tab.getByRole('log').waitFor();
    expect(setups()).toBe(2);
    expect([...stripe.intents.values()].map(({ status }): unknown => status)).toEqual(['requires_capture']);
  } finally {
    await visitor.close();
    await elsewhere.close();
    await stripe.close();
  }
});

test('2.1 with Stripe whose session has ended asks again, as somebody new', async () => {
  const stripe = await stripeFake();
  const elsewhere = world();
  const paid = await elsewhere.start({
    ...{ PAYMENTS: 'stripe', STRIPE_SECRET_KEY: STRIPE_KEY, STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET },
    ...{ STRIPE_API_BASE: stripe.url, STRIPE_PUBLISHABLE_KEY: 'pk_test_parley' },
  });
  const { category, customer } = await scene(paid, 0);
  const visitor = await browse(browser, host, { as: customer });
  try {
    await visitor.context.route('https://js.stripe.com/**', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: STAND_IN.replace('submitted = 0', 'submitted = 2') }),
    );
    const { id } = await postQuestion(customer, { category });
    await customer.call('session.end', { everywhere: true });
    const tab = await visitor.open({ server: paid.url, category, question: String(id) });
    await tab.getByText('You have been signed out.').first().waitFor();
    await tab.getByRole('button', { name: 'Ask a new question' }).first().click();
    await fillIn(tab, 'Asked by somebody new');
    await send(tab).press('Enter');
    await tab.getByRole('log').getByText('Asked by somebody new').waitFor();
    const held = ['requires_capture', 'requires_capture']; // what was asked before, and this
    expect([...stripe.intents.values()].map(({ status }): unknown => status)).toEqual(held);
  } finally {
    await visitor.close();
    await elsewhere.close();
    await stripe.close();
  }
});

test('a press before the frame of the card is there waits for it, and is no less a press', async () => {
  const { category } = await scene(node, 0);
  const visitor = await browse(browser, host, { clock: true });
  let come: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (come = resolve));
  await visitor.context.route('**/pay', async (route) => {
    await held;
    await route.continue();
  });
  const tab = await visitor.open({ server: node.url, category });
  await fillIn(tab, 'Pressed early', false);
  await send(tab).press('Enter');
  const waiting = tab.getByRole('button', { name: 'Posting' });
  await waiting.waitFor();
  await tab.clock.fastForward(15_000); // on a slow line
  come();
  await frame(tab).locator('[aria-invalid="true"]').first().waitFor(); // nothing was entered yet: its own form says so
  await waiting.waitFor({ state: 'detached' });
  await payWith(tab, 'Works');
  await send(tab).press('Enter');
  await tab.getByRole('log').waitFor();
  expect(await questionsOf(category)).toHaveLength(1);
  await visitor.close();
});

test('the frame that does not come says so, and is asked for again', async () => {
  const { category } = await scene(node, 0);
  const visitor = await browse(browser, host, { clock: true });
  let times = 0;
  await visitor.context.route('**/pay', (route) => ((times += 1) === 1 ? route.abort() : route.continue()));
  const tab = await visitor.open({ server: node.url, category });
  const silent = async () => {
    await tab.clock.fastForward(10_000); // after which a frame that has said nothing has not come
    return tab.getByText('The card form could not be loaded.').isVisible();
  };
  await expect.poll(() => times).toBe(1);
  await expect.poll(silent).toBe(true);
  await tab.getByRole('button', { name: 'Try again' }).click();
  await frame(tab).getByLabel('Card number').waitFor();
  await visitor.context.close(); // the browser complains of the frame that did not come
});
