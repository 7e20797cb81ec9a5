// W2: asking in the widget, by somebody whom nobody knows yet, with a card in its own frame.
import type { Browser, Page, WebSocketRoute } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { connect, postQuestion } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { startLink } from '../helpers/link.ts';
import type { Link } from '../helpers/link.ts';
import { world } from '../helpers/node.ts';
import { scene } from '../helpers/people.ts';
import { launch } from './browser.ts';
import { browse, hostPage, isClean, isWhole, keyboard, payWith, twice } from './widget-page.ts';
import type { HostPage, Visitor } from './widget-page.ts';

const here = world();
let node: Node;
let link: Link;
let server: string;
let host: HostPage;
let browser: Browser;
beforeAll(async () => {
  [browser, host] = await Promise.all([launch(), hostPage()]);
  node = await here.start({ ALLOWED_ORIGINS: host.origin });
  link = await startLink({ port: Number(new URL(node.url).port) });
  server = `http://127.0.0.1:${link.port}`;
});
afterEach(() => link.heal());
afterAll(async () => {
  await host.close();
  await link.close();
  await here.close();
});

const submit = (tab: Page) => tab.getByRole('button', { name: /^Ask now/ });

async function fill(tab: Page, subject: string, takes: 'works' | 'declined' = 'works'): Promise<void> {
  await tab.getByLabel('What is it about?').selectOption('computer');
  await tab.getByLabel('In one sentence').fill(subject);
  await tab.getByLabel('Details').fill('It only shows a black screen.');
  await pay(tab, takes);
}

const pay = (tab: Page, takes: 'works' | 'declined') => payWith(tab, takes === 'works' ? /works/i : /declined/i);

/** All questions of whoever is signed in there. */
async function questions(tab: Page): Promise<Json[]> {
  const kept = await tab.evaluate(() => localStorage.getItem('parley.session'));
  if (kept === null) return [];
  const { token } = JSON.parse(kept) as { token: string };
  const person = await connect(node.url, token);
  const { items } = await person.call('question.list', { view: 'mine' });
  person.close();
  return items as Json[];
}

test('2.1 a question is posted once, however often it is pressed, and leads to its conversation', async () => {
  const nobody = await browse(browser, host);
  const tab = await nobody.open({ server });
  await fill(tab, 'My laptop does not start');
  await tab.getByLabel('E-mail').fill('cora@example.test');
  expect(await tab.evaluate(() => localStorage.getItem('parley.session'))).toBeNull(); // nobody before they ask
  await tab.getByRole('radio', { name: '$30.00' }).press('Space');
  expect(await submit(tab).innerText()).toBe('Ask now · $30.00 held');
  await twice(submit(tab));
  await tab.getByText('Your question is with our experts.').waitFor();
  const [posted, ...others] = await questions(tab);
  expect(posted).toMatchObject({ subject: 'My laptop does not start', state: 'open', value: { amount: 3_000 } });
  expect(others).toEqual([]);
  await tab.reload(); // the same conversation
  await tab.getByText('Your question is with our experts.').waitFor();
  await nobody.close();
});

test('what is missing or wrong is said where it is, and the first of it has the focus', async () => {
  const nobody = await browse(browser, host);
  const tab = await nobody.open({ server });
  await tab.getByLabel('E-mail').fill('cora at home');
  await tab.locator('.card-field[data-state="ready"]').waitFor(); // what is below it moves until then
  await submit(tab).press('Enter');
  const wrong = [
    'Please choose a category.',
    'Please say in one sentence what it is about.',
    'Please describe what happened.',
    'This is not an e-mail address.',
  ];
  for (const words of wrong) await tab.getByText(words).waitFor();
  const focused = () => tab.evaluate(() => document.querySelector('parley-chat')?.shadowRoot?.activeElement?.tagName);
  await expect.poll(focused).toBe('SELECT');
  await fill(tab, 'My laptop');
  await tab.getByLabel('E-mail').fill('');
  await tab.getByRole('radio', { name: 'Other' }).press('Space');
  for (const [amount, words] of [
    ['abc', 'Please enter an amount.'],
    ['1.234', 'Please enter an amount.'],
    ['0.01', /At least/],
  ] as const) {
    await tab.getByLabel('Your amount').fill(amount); // which takes away what was wrong, so that all below moves
    await submit(tab).press('Enter');
    await tab.getByText(words).waitFor();
  }
  await tab.getByLabel('Your amount').fill('12,50');
  await submit(tab).press('Enter');
  await tab.getByText('Your question is with our experts.').waitFor();
  expect((await questions(tab))[0]!.value).toEqual({ amount: 1_250, currency: 'USD' });
  await nobody.close();
});

test('2.1 a declined card keeps the question as a draft; another card posts it, and what was written outlives a reload', async () => {
  const nobody = await browse(browser, host);
  const tab = await nobody.open({ server });
  await fill(tab, 'My printer is off', 'declined');
  await submit(tab).press('Enter');
  await tab.getByText('Your question is not posted yet. It is kept as a draft.').waitFor();
  await tab.getByText('Your card was declined.').first().waitFor();
  expect(await questions(tab)).toMatchObject([{ state: 'draft', subject: 'My printer is off' }]);
  await tab.reload();
  await expect.poll(() => tab.getByLabel('In one sentence').inputValue()).toBe('My printer is off');
  await pay(tab, 'works');
  await submit(tab).press('Enter');
  await tab.getByText('Your question is with our experts.').waitFor();
  expect(await questions(tab)).toMatchObject([{ state: 'open', subject: 'My printer is off' }]);
  await nobody.close();
});

const says = (tab: Page, ...call: string[]) =>
  tab.evaluate((said) => (window as unknown as { parley: { push(said: string[]): void } }).parley.push(said), call);
const written = (tab: Page) =>
  Promise.all(['In one sentence', 'Details', 'E-mail'].map((label) => tab.getByLabel(label).inputValue()));
/** The frame in which a card is entered, known again as long as it is the same. */
const cardFrame = (tab: Page) => tab.locator('iframe[title="Payment"]');
const mark = (tab: Page) => cardFrame(tab).evaluate((frame) => (frame.dataset['before'] = 'true'));

test('whoever comes after somebody who has left finds nothing of theirs in the form, nor their card', async () => {
  const nobody = await browse(browser, host);
  const tab = await nobody.open({ server });
  await fill(tab, 'For me alone');
  await tab.getByLabel('E-mail').fill('cora@example.test');
  await mark(tab);
  await says(tab, 'reset');
  await tab.locator('parley-chat dialog').waitFor({ state: 'hidden' });
  await says(tab, 'open');
  await expect.poll(() => written(tab)).toEqual(['', '', '']);
  await expect.poll(() => cardFrame(tab).getAttribute('data-before')).toBeNull();
  await tab.getByLabel('In one sentence').fill('Another one');
  const kept = await tab.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(kept).toContain('Another one');
  expect(kept).not.toMatch(/For me alone|black screen|cora@/);
  await nobody.close();
});

test('what somebody who leaves in one tab has begun to ask in another one is gone there as well', async () => {
  const { customer } = await scene(node, 0);
  const cora = await browse(browser, host, { as: customer });
  const [tab, other] = [await cora.open({ server }), await cora.open({ server })];
  await fill(other, 'For me alone');
  await mark(other);
  await says(tab, 'reset');
  await expect.poll(() => other.getByLabel('In one sentence').inputValue()).toBe('');
  await expect.poll(() => cardFrame(other).getAttribute('data-before')).toBeNull();
  await cora.close();
});

test.each(['before', 'after'])(
  'what is written in a second tab %s the first one has asked is another question; unchanged it is the same one',
  async (when) => {
    const nobody = await browse(browser, host);
    const tab = await nobody.open({ server });
    await fill(tab, 'The first one');
    const [other, same] = [await nobody.open({ server }), await nobody.open({ server })];
    await expect.poll(() => other.getByLabel('In one sentence').inputValue()).toBe('The first one');
    await expect.poll(() => same.getByLabel('In one sentence').inputValue()).toBe('The first one');
    const another = () => other.getByLabel('In one sentence').fill('Another one');
    if (when === 'before') await another();
    await submit(tab).press('Enter');
    await tab.getByText('Your question is with our experts.').waitFor();
    if (when === 'after') await another();
    for (const [one, subject] of [
      [other, 'Another one'],
      [same, 'The first one'],
    ] as const) {
      await one.bringToFront();
      await pay(one, 'works');
      await submit(one).press('Enter');
      await one.getByText('Your question is with our experts.').waitFor();
      await one.getByText(subject).first().waitFor();
    }
    expect((await questions(tab)).map(({ subject }) => subject as string).toSorted()).toEqual([
      'Another one',
      'The first one',
    ]);
    await nobody.close();
  },
);

test('whose session has ended and who asks all the same keeps what they wrote, also while their card is declined', async () => {
  const { customer } = await scene(node, 0);
  const cora = await browse(browser, host, { as: customer });
  const tab = await cora.open({ server });
  await fill(tab, 'Not to be lost', 'declined');
  await customer.call('session.end', { everywhere: true });
  await submit(tab).press('Enter');
  const declined = tab.getByText('Your card was declined.').first();
  const again = async () => {
    // the session had not ended there yet
    const isRefused = !(await declined.isVisible()) && (await submit(tab).isVisible());
    if (isRefused)
      await submit(tab)
        .press('Enter', { timeout: 5_000 })
        .catch(() => undefined);
    return declined.isVisible();
  };
  await expect.poll(again, { interval: 500 }).toBe(true);
  expect((await written(tab)).slice(0, 2)).toEqual(['Not to be lost', 'It only shows a black screen.']);
  await pay(tab, 'works');
  await submit(tab).press('Enter');
  await tab.getByText('Your question is with our experts.').waitFor();
  expect(await questions(tab)).toMatchObject([{ state: 'open', subject: 'Not to be lost' }]);
  await cora.close();
});

/** The first answer that a question gets is lost with its line, as soon as `until` says so. True: it was. */
async function loseAnswer({ context }: Visitor, about: string, until?: () => Promise<unknown>): Promise<() => boolean> {
  let state: 'to come' | 'asked' | 'lost' = 'to come';
  let asking: WebSocketRoute | null = null; // other tabs hear of it on lines of their own
  await context.routeWebSocket(/socket\.io/, (page) => {
    const line = page.connectToServer();
    let isCut = false;
    const cut = () => {
      void page.close({ code: 1001 });
      void line.close();
    };
    page.onMessage((message) => {
      if (isCut) return; // what is on its way still goes nowhere
      if (state === 'to come' && String(message).includes('"question.post"')) {
        state = 'asked';
        asking = page;
      }
      line.send(message);
    });
    line.onMessage((message) => {
      if (isCut) return;
      if (state !== 'asked' || asking !== page || !String(message).includes(about)) return page.send(message);
      state = 'lost'; // it has arrived, and its answer does not
      isCut = true;
      if (until === undefined) cut();
      else void until().then(cut);
    });
  });
  return () => state === 'lost';
}

test('a question whose answer is lost is posted once, when it is asked again', async () => {
  const nobody = await browse(browser, host);
  await loseAnswer(nobody, 'It beeps');
  const tab = await nobody.open({ server });
  await fill(tab, 'It beeps');
  await submit(tab).press('Enter');
  await tab.getByText('We could not reach the server.').first().waitFor();
  const again = tab.getByRole('button', { name: 'Try again' });
  const isPosted = async () => {
    // refused as long as the line is not back: nothing that moves money waits for it
    if (await again.isVisible()) await again.press('Enter', { timeout: 5_000 }).catch(() => undefined);
    return tab.getByText('Your question is with our experts.').isVisible();
  };
  await expect.poll(isPosted).toBe(true);
  expect(await questions(tab)).toMatchObject([{ subject: 'It beeps', state: 'open' }]);
  await nobody.close();
});

/** Presses until it is so: what is pressed before it is known that the session has ended is refused, and posts nothing. */
const pressUntil = (tab: Page, isSo: () => boolean | Promise<boolean>) =>
  expect
    .poll(
      async () => {
        if (!(await isSo()) && (await submit(tab).isVisible()))
          await submit(tab)
            .press('Enter', { timeout: 5_000 })
            .catch(() => undefined);
        return isSo();
      },
      { interval: 500 },
    )
    .toBe(true);
const isPosted = (tab: Page) => tab.getByText('Your question is with our experts.').isVisible();

test.each(['pressed again', 'pressed again beside another tab', 'loaded again'])(
  'whose session has ended asks once, also when the answer is lost: %s',
  async (how) => {
    const { customer, category } = await scene(node, 0);
    const { id } = await postQuestion(customer, { category });
    await customer.call('session.end', { everywhere: true });
    const cora = await browse(browser, host, { as: customer });
    let beside: Page | undefined;
    // the other tab forgets what was theirs, and that comes before the answer is lost
    const isForgotten = async () => beside?.getByRole('heading', { name: 'Ask an expert' }).waitFor();
    const isLost = await loseAnswer(cora, 'It hums', isForgotten);
    const tab = await cora.open({ server });
    await fill(tab, 'It hums');
    if (how.includes('beside')) {
      beside = await cora.open({ server, question: String(id) });
      await beside.getByText('You have been signed out. What you wrote is kept.').first().waitFor();
    }
    await pressUntil(tab, isLost);
    await tab.getByText('We could not reach the server.').first().waitFor();
    if (how === 'loaded again') {
      await tab.reload();
      await expect.poll(() => tab.getByLabel('In one sentence').inputValue()).toBe('It hums');
      await pay(tab, 'works');
    }
    await pressUntil(tab, () => isPosted(tab));
    expect(await questions(tab)).toMatchObject([{ subject: 'It hums', state: 'open' }]);
    await cora.close();
  },
);

test('what the account before has as a draft is not for whoever asks after its session has ended to pay', async () => {
  const { customer } = await scene(node, 0);
  const cora = await browse(browser, host, { as: customer });
  const tab = await cora.open({ server });
  await fill(tab, 'It hums again', 'declined');
  await submit(tab).press('Enter');
  await tab.getByText('Your question is not posted yet. It is kept as a draft.').waitFor();
  const [draft] = await questions(tab);
  await customer.call('session.end', { everywhere: true });
  await tab.reload();
  await expect.poll(() => tab.getByLabel('In one sentence').inputValue()).toBe('It hums again');
  await pay(tab, 'works');
  await pressUntil(tab, () => isPosted(tab));
  expect(await questions(tab)).toMatchObject([{ subject: 'It hums again', state: 'open' }]);
  expect((await node.ctx.stores.questions.read(String(draft!.id)))!.record.state).toBe('draft');
  await cora.close();
});

test('2.1 whose session has ended can say where answers to what they ask now go', async () => {
  const { customer } = await scene(node, 0);
  const cora = await browse(browser, host, { as: customer });
  const tab = await cora.open({ server });
  const email = tab.getByLabel('E-mail');
  await fill(tab, 'It hums no more');
  await expect.poll(() => email.count()).toBe(0); // theirs is known
  await customer.call('session.end', { everywhere: true });
  await email.fill('cleo@example.test');
  await pressUntil(tab, () => isPosted(tab));
  const kept = await tab.evaluate(() => localStorage.getItem('parley.session'));
  expect(JSON.parse(kept ?? '{}')).toMatchObject({ user: { email: 'cleo@example.test' } });
  await cora.close();
});

test('without a server it says so, keeps what was written, and goes on by a press', async () => {
  const nobody = await browse(browser, host);
  const tab = await nobody.open({ server: node.url });
  await tab.route('**/v1/**', (route) => route.abort('connectionrefused'));
  await tab.reload();
  await tab.getByText('We could not reach the server.').first().waitFor();
  await tab.unroute('**/v1/**');
  await tab.getByRole('button', { name: 'Try again' }).click();
  await tab.getByLabel('In one sentence').fill('<b>Not to be lost</b> {name}');
  await tab.reload();
  await expect.poll(() => tab.getByLabel('In one sentence').inputValue()).toBe('<b>Not to be lost</b> {name}');
  await nobody.close();
});

/** The form with something wrong in each field. */
async function wrongly(locale: string) {
  const nobody = await browse(browser, host, { viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' });
  const tab = await nobody.open({ server, locale });
  await tab.locator('select').selectOption('computer');
  await tab.locator('.choices input').last().press('Space');
  await tab.locator('.card-field[data-state="ready"]').waitFor(); // what is below it moves until then
  await tab.locator('button[type="submit"]').press('Enter');
  await tab.locator('.error').first().waitFor();
  return { nobody, tab };
}

test('axe finds nothing in the form, in both themes, small and wide', async () => {
  const { nobody, tab } = await wrongly('en');
  await isClean(tab);
  await nobody.close();
});

test.each(['en', 'de', 'es'])('nothing of the form is cut in %s, nor where words are longer still', async (locale) => {
  const { nobody, tab } = await wrongly(locale);
  await isWhole(tab);
  await nobody.close();
});

test('by keyboard alone: from the launcher to a posted question', async () => {
  const nobody = await browse(browser, host);
  const tab = await nobody.open({ server });
  await tab.getByLabel('What is it about?').waitFor();
  await tab.keyboard.press('Escape');
  const launcher = tab.getByRole('button', { name: 'Ask an expert' });
  await launcher.waitFor();
  await launcher.focus();
  await tab.keyboard.press('Enter');
  const focused = () =>
    tab.evaluate(() => {
      const at = document.querySelector('parley-chat')?.shadowRoot?.activeElement;
      return at?.tagName === 'IFRAME' ? 'IFRAME' : (at?.getAttribute('aria-describedby') ?? at?.tagName ?? '');
    });
  await expect.poll(focused).toBe('SELECT'); // the first field
  await tab.locator('.card-field[data-state="ready"]').waitFor(); // whoever is faster than the frame would tab past it
  // not by its name: what is typed of it is forgotten after a second
  const category = tab.getByLabel('What is it about?');
  for (let steps = 0; steps < 20 && (await category.inputValue()) !== 'computer'; steps += 1)
    await tab.keyboard.press('ArrowDown');
  expect(await category.inputValue()).toBe('computer');
  await tab.keyboard.press('Tab');
  await tab.keyboard.type('My screen is dark');
  await tab.keyboard.press('Tab');
  await tab.keyboard.type('Very.');
  await tab.keyboard.press('Tab'); // what it is worth
  await tab.keyboard.press('ArrowLeft');
  await tab.keyboard.press('Tab'); // e-mail
  await tab.keyboard.press('Tab'); // into the frame
  const number = tab.frameLocator('.card-field iframe').getByLabel('Card number');
  await expect.poll(() => number.evaluate((one) => document.hasFocus() && document.activeElement === one)).toBe(true);
  await tab.keyboard.type('4242424242424242');
  await tab.keyboard.press('Tab');
  await tab.keyboard.type('12/34');
  await tab.keyboard.press('Tab');
  await tab.keyboard.type('123');
  expect(await submit(tab).innerText()).toBe('Ask now · $10.00 held');
  await keyboard(tab).press(/^submit Ask now/);
  await tab.getByText('Your question is with our experts.').waitFor();
  await nobody.close();
});
