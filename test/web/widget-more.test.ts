// W8, W10, W11: the private box, the list of one's questions and the settings, as a customer has them.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Node } from '../../src/app.ts';
import { clientId, connect, greeted, postQuestion } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { startLink } from '../helpers/link.ts';
import type { Link } from '../helpers/link.ts';
import { world } from '../helpers/node.ts';
import { scene } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';
import { PATIENCE_MS, launch, reads } from './browser.ts';
import { clean, fits, pseudo } from './widget-look.ts';
import { mountedPage } from './mounted-page.ts';
import type { PageOptions, MountedPage } from './mounted-page.ts';

/** As far as tests use it: of `web/widget`, which is typed as pages are. */
interface View {
  readonly name: string;
  readonly questionId?: string;
}

declare global {
  interface Window {
    mounted: { show(view: View): void; setOpen(isOpen: boolean): void };
    waits: string | null;
  }
}

type Wish = Omit<PageOptions, 'server' | 'view'> & { readonly view: View };

const here = world();
let node: Node;
let link: Link;
let browser: Browser;
let server: string;
let shop: MountedPage;
let wordy: MountedPage;
beforeAll(async () => {
  [node, browser] = await Promise.all([here.start(), launch()]);
  link = await startLink({ port: Number(new URL(node.url).port) });
  server = `http://127.0.0.1:${link.port}`;
  shop = await mountedPage();
  wordy = await mountedPage([pseudo]);
});
afterEach(() => link.heal());
afterAll(async () => {
  await Promise.all([shop?.close(), wordy?.close()]);
  await link?.close();
  await here.close();
});

interface Visitor extends Scene {
  readonly questionId: string;
  readonly context: BrowserContext;
  /** what the pages complained about, and what they were not to */
  readonly wrong: string[];
  open(wish: Wish, which?: MountedPage): Promise<Page>;
}

/** A customer with a question, who is signed in, in a browser of their own. */
async function visitor({ width = 392, height = 680, locale = 'en-GB' } = {}): Promise<Visitor> {
  const people = await scene(node);
  const question = await postQuestion(people.customer, { category: people.category, subject: 'My printer' });
  const plain = { timezoneId: 'UTC', reducedMotion: 'reduce' } as const;
  const context = await browser.newContext({ ...plain, viewport: { width, height }, locale });
  context.setDefaultTimeout(PATIENCE_MS);
  const wrong: string[] = [];
  const kept = JSON.stringify({ token: people.customer.token, user: people.customer.user });
  const set = (session: string) => {
    if (window !== window.top) return; // the frame of the card
    if (sessionStorage.getItem('begun') === null && localStorage.getItem('begun') === null) {
      localStorage.setItem('parley.session', session);
    }
    localStorage.setItem('begun', 'yes');
  };
  await context.addInitScript(set, kept);
  return {
    ...{ ...people, context, wrong, questionId: String(question.id) },
    async open(wish, which = shop) {
      const tab = await context.newPage();
      tab.on('pageerror', ({ message }) => wrong.push(message));
      tab.on('console', (line) => {
        if (line.type() === 'error' && !/^Failed to load|WebSocket|^Framing/.test(line.text())) wrong.push(line.text());
      });
      await tab.goto(addressOf(wish, which));
      await tab.waitForFunction(() => window.mounted as unknown);
      return tab;
    },
  };
}

const addressOf = ({ view, ...wish }: Wish, which = shop) =>
  which.address({ ...wish, server, view: JSON.stringify(view) });

async function done({ context, wrong }: Visitor): Promise<void> {
  await context.close();
  expect(wrong).toEqual([]);
}

/** A service is booked and paid: from now on there is a box. */
async function booked(people: Visitor): Promise<Json> {
  const { customer, first, questionId } = people;
  const offer = await greeted(customer, first, questionId);
  await customer.call('offer.accept', { offerId: offer.id });
  return (await first.call('request.accept', { requestId: offer.id })).request as Json;
}

const field = (tab: Page) => tab.getByRole('textbox', { name: 'What your expert needs' });
const press = (tab: Page, name: string) => tab.getByRole('button', { name, exact: true }).click();
const write = (who: Client, questionId: string, text: string, version?: number) =>
  who.call('private-info.put', { questionId, text, ...(version !== undefined && { version }) });
const boxText = async (who: Client, questionId: string) =>
  ((await who.call('private-info.get', { questionId })) as { privateInfo: { text: string | null } }).privateInfo.text;

test('9.1 the box says who reads it, and keeps what is saved, for both sides', async () => {
  const cora = await visitor();
  const tab = await cora.open({ view: { name: 'box', questionId: cora.questionId } });
  await reads(tab.getByRole('status'), 'There is no private box here now.');
  await booked(cora);
  const beside = await cora.open({ view: { name: 'box', questionId: cora.questionId } });
  await reads(beside.locator('.box-rules'), 'Who can read this: you, Ada, and customer care.');
  await reads(beside.locator('.box-rules'), 'Each look by customer care is recorded.');
  await reads(beside.getByRole('status'), 'Nothing is saved yet.');
  await field(beside).fill('Call 0170 12345');
  await reads(beside.getByRole('status'), 'Not saved yet.');
  await press(beside, 'Save');
  await reads(beside.getByRole('status'), /Saved .* by you\./);
  expect(await boxText(cora.first, cora.questionId)).toBe('Call 0170 12345');
  // 9.2: what looks like a card number is not kept, and not shown as if it was
  await field(beside).fill('4242 4242 4242 4242');
  await press(beside, 'Save');
  await expect.poll(() => field(beside).inputValue()).toBe('•••• •••• •••• 4242');
  await done(cora);
});

test('9.1 when both have written, both texts are shown, and either one can be kept', async () => {
  const cora = await visitor();
  await booked(cora);
  const { first, questionId } = cora;
  const tab = await cora.open({ view: { name: 'box', questionId } });
  await reads(tab.getByRole('status'), 'Nothing is saved yet.');
  await write(first, questionId, 'When may I call?');
  await reads(tab.getByRole('status'), /Ada changed it/);
  expect(await field(tab).inputValue()).toBe(''); // nothing changes under a reader
  await press(tab, 'Show');
  await expect.poll(() => field(tab).inputValue()).toBe('When may I call?');
  await field(tab).fill('After six.');
  await write(first, questionId, 'When may I call you?');
  await reads(tab.getByRole('status'), /Ada changed it/); // which stands above what is pressed
  await press(tab, 'Save'); // stale
  await reads(tab.getByRole('alert'), 'Ada changed it while you were writing.');
  await reads(tab.locator('.version'), 'When may I call you?');
  const mine = tab.getByRole('textbox', { name: 'Yours' });
  expect(await mine.inputValue()).toBe('After six.');
  await clean(tab);
  await press(tab, 'Keep mine');
  await reads(tab.getByRole('status'), /Saved .* by you\./);
  expect(await boxText(first, questionId)).toBe('After six.');
  // the other way round, and nothing of the writer's own is sent
  await field(tab).fill('Never.');
  await write(first, questionId, 'At seven then.');
  await reads(tab.getByRole('status'), /Ada changed it/);
  await press(tab, 'Save');
  await press(tab, 'Take theirs');
  expect(await field(tab).inputValue()).toBe('At seven then.');
  expect(await boxText(first, questionId)).toBe('At seven then.');
  await done(cora);
});

test('9.1 what was not saved is there again after a look elsewhere, and the box ends with its question', async () => {
  const cora = await visitor();
  await booked(cora);
  const { customer, questionId } = cora;
  const tab = await cora.open({ view: { name: 'history' } });
  const show = (name: 'box' | 'talk') => tab.evaluate((view) => window.mounted.show(view), { name, questionId });
  await show('box');
  await field(tab).fill('The key is under the mat.');
  await show('talk');
  await show('box');
  expect(await field(tab).inputValue()).toBe('The key is under the mat.');
  const other = await cora.open({ view: { name: 'box', questionId } });
  await field(other).fill('Saved words');
  await press(other, 'Save');
  await reads(other.getByRole('status'), /Saved/);
  await customer.call('question.close', { questionId });
  for (const one of [tab, other]) await reads(one.getByRole('status'), 'This box was destroyed with its question.');
  await reads(tab.locator('.version'), 'The key is under the mat.'); // it was never anybody else's
  expect(await other.locator('.box').innerText()).not.toContain('Saved words');
  await done(cora);
});

test('9.1 nothing of the box stands in any storage of the browser, nor in what the page says to its console', async () => {
  const cora = await visitor();
  await booked(cora);
  const said: string[] = [];
  const tab = await cora.open({ view: { name: 'box', questionId: cora.questionId } });
  tab.on('console', (line) => said.push(line.text()));
  const secret = 'The alarm code is 7351';
  await field(tab).fill(`${secret}.`);
  await press(tab, 'Save');
  await reads(tab.getByRole('status'), /Saved/);
  await field(tab).fill(`${secret} and more.`);
  const kept = await tab.evaluate(async () => {
    const found: unknown[] = [{ ...localStorage }, { ...sessionStorage }];
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
      });
      for (const store of database.objectStoreNames) {
        found.push(
          await new Promise((resolve) => {
            const reading = database.transaction(store).objectStore(store).getAll();
            reading.onsuccess = () => resolve(reading.result);
          }),
        );
      }
    }
    return JSON.stringify(found);
  });
  expect(kept).toContain(cora.customer.token); // it was really looked
  expect(kept).not.toContain('alarm');
  expect(said.join()).not.toContain('alarm');
  expect(tab.url()).not.toContain('alarm');
  expect(await field(tab).getAttribute('autocomplete')).toBe('off');
  expect(await field(tab).getAttribute('spellcheck')).toBe('false');
  await done(cora);
});

test('9.1 without a line nothing can be saved, and nothing that was written is lost', async () => {
  const cora = await visitor();
  await booked(cora);
  const tab = await cora.open({ view: { name: 'box', questionId: cora.questionId } });
  await field(tab).fill('Before the cut.');
  link.refuse();
  const save = tab.getByRole('button', { name: 'Save' });
  await expect.poll(() => save.getAttribute('title')).toBe('Needs a connection');
  await save.press('Enter'); // it keeps the focus, and does nothing
  expect(await field(tab).inputValue()).toBe('Before the cut.');
  link.heal();
  await expect.poll(() => save.getAttribute('aria-disabled')).toBe('false');
  await save.click();
  await reads(tab.getByRole('status'), /Saved/);
  expect(await boxText(cora.first, cora.questionId)).toBe('Before the cut.');
  await done(cora);
});

test('W10 the list says where each question stands; a new line moves it up and counts, what is read elsewhere counts no more', async () => {
  const cora = await visitor();
  const { customer, first, category, questionId } = cora;
  const [tab, beside] = [
    await cora.open({ view: { name: 'history' } }),
    await cora.open({ view: { name: 'history' } }),
  ];
  const rows = (one: Page) =>
    one
      .locator('.row')
      .evaluateAll((nodes) =>
        nodes.map((row) =>
          [
            row.querySelector('.said')?.textContent,
            ...[...row.querySelectorAll('.pill')].map((pill) => pill.textContent),
          ].join(', '),
        ),
      );
  const both = async (...expected: string[]) => {
    for (const one of [tab, beside]) await expect.poll(() => rows(one)).toEqual(expected);
  };
  await both('My printer, Waiting');
  await postQuestion(customer, { category, subject: 'My phone' });
  await both('My phone, Waiting', 'My printer, Waiting');
  await first.call('question.claim', { questionId });
  const say = (kind: string) => first.call('message.send', { questionId, kind, body: 'Hello.', clientId: clientId() });
  await say('message');
  await both('My printer, In progress, 1 new message', 'My phone, Waiting');
  await say('answer');
  await both('My printer, Answered, 2 new messages', 'My phone, Waiting');
  await clean(tab);
  await customer.call('message.read', { questionId, seq: 2 });
  await both('My printer, Answered', 'My phone, Waiting');
  await tab.bringToFront();
  await tab.getByRole('button', { name: /My printer/ }).click();
  await expect.poll(() => tab.locator('.row').count()).toBe(0); // the conversation is shown
  await done(cora);
});

test('W10 who has no questions is invited to ask the first one; nobody is asked for when nobody is signed in', async () => {
  const context = await browser.newContext();
  const tab = await context.newPage();
  await tab.goto(addressOf({ view: { name: 'history' } }));
  await tab.waitForFunction(() => window.mounted as unknown);
  await reads(tab.locator('.empty'), 'No questions yet.');
  await clean(tab);
  await tab.getByRole('button', { name: 'Ask the first one' }).click();
  await expect.poll(() => tab.locator('.empty').count()).toBe(0);
  expect(await tab.evaluate(() => localStorage.length)).toBe(0); // nothing is kept before somebody asks
  await context.close();
});

test('W10 a long list is shown page by page', async () => {
  const cora = await visitor();
  const { customer, category } = cora;
  for (let n = 0; n < 55; n += 11) {
    await Promise.all(Array.from({ length: 11 }, () => postQuestion(customer, { category, subject: 'Again' })));
  }
  const tab = await cora.open({ view: { name: 'history' } });
  await expect.poll(() => tab.locator('.row').count()).toBe(50);
  await press(tab, 'Show more');
  await expect.poll(() => tab.locator('.row').count()).toBe(56);
  expect(await tab.getByRole('button', { name: 'Show more' }).count()).toBe(0);
  await done(cora);
});

/** The banner; what is said to who does not see is said beside it. */
const signedOut = (tab: Page) => reads(tab.locator('.banner'), 'You have been signed out. What you wrote is kept.');

test('9.1, W10 whose session has ended is told so in the list and in the box, before and after there is anything in them', async () => {
  const cora = await visitor();
  const { customer, questionId } = cora;
  await booked(cora);
  const [list, box] = [
    await cora.open({ view: { name: 'history' } }),
    await cora.open({ view: { name: 'box', questionId } }),
  ];
  await list.locator('.row').waitFor();
  await field(box).fill('Not to be lost');
  await customer.call('session.end', { everywhere: true });
  await signedOut(list);
  expect(await list.locator('.row').count()).toBe(1);
  await signedOut(box);
  expect(await field(box).inputValue()).toBe('Not to be lost');
  for (const name of ['history', 'box']) {
    const tab = await cora.open({ view: { name, questionId } });
    await signedOut(tab);
    expect(await tab.locator('.skeleton').count()).toBe(0);
    await clean(tab);
    await tab.getByRole('button', { name: 'Ask a new question' }).first().click();
    await tab.getByRole('heading', { name: 'Ask an expert' }).waitFor();
  }
  await done(cora);
});

test('W11 the language is that of the page, of the letters, and of the next visit', async () => {
  const cora = await visitor();
  const tab = await cora.open({ view: { name: 'settings' } });
  await tab.getByLabel('Language').selectOption('de');
  await reads(tab.getByRole('heading', { level: 1 }), 'Einstellungen');
  await expect.poll(async () => (await node.ctx.stores.users.read(cora.customer.user.id))?.locale).toBe('de');
  await tab.reload();
  await reads(tab.getByRole('heading', { level: 1 }), 'Einstellungen');
  expect(await tab.locator('.root').getAttribute('lang')).toBe('de');
  // by the arrow keys of a list one goes over others quickly
  await tab.getByLabel('Sprache').evaluate((list: HTMLSelectElement) => {
    for (const value of ['en', 'de', 'es']) {
      list.value = value;
      list.dispatchEvent(new Event('change', { bubbles: true }));
    }
  });
  await reads(tab.getByRole('heading', { level: 1 }), 'Ajustes');
  await expect.poll(async () => (await node.ctx.stores.users.read(cora.customer.user.id))?.locale).toBe('es');
  await done(cora);
});

test('W11, 4 where answers go, whether one is reminded, and when it is quiet', async () => {
  const cora = await visitor();
  const id = cora.customer.user.id;
  const user = async () => (await node.ctx.stores.users.read(id))!;
  const tab = await cora.open({ view: { name: 'settings' } });
  const address = tab.getByLabel('E-mail for answers');
  await address.fill('not an address');
  await press(tab, 'Save address');
  await reads(tab.locator('.error'), 'This is not an e-mail address.');
  expect(await address.getAttribute('aria-invalid')).toBe('true');
  await address.fill('cora@example.test');
  await press(tab, 'Save address');
  await reads(tab.getByRole('status'), 'Answers go to cora@example.test from now on.');
  expect((await user()).email).toBe('cora@example.test');
  const reminders = tab.getByRole('switch', { name: 'Reminders by e-mail' });
  expect(await reminders.getAttribute('aria-checked')).toBe('true');
  await reminders.press('Space');
  await expect.poll(() => reminders.getAttribute('aria-checked')).toBe('false');
  expect((await user()).notify.reminders).toBe(false);
  await tab.getByRole('switch', { name: 'Quiet hours' }).click();
  await tab.getByLabel('From').fill('21:30');
  await expect
    .poll(async () => [(await user()).notify.quiet, (await user()).timeZone])
    .toEqual([{ from: '21:30', to: '07:00' }, 'UTC']);
  await tab.getByLabel('To').fill('21:30');
  await reads(tab.locator('.error'), 'Please choose two different times.');
  await clean(tab);
  // another tab knows it, and no address is none
  const beside = await cora.open({ view: { name: 'settings' } });
  expect(await beside.getByLabel('E-mail for answers').inputValue()).toBe('cora@example.test');
  await beside.getByLabel('E-mail for answers').fill('');
  await press(beside, 'Save address');
  await reads(beside.getByRole('status'), 'You get no e-mails any more.');
  expect((await user()).email).toBeNull();
  await expect.poll(() => tab.getByRole('switch', { name: 'Quiet hours' }).count()).toBe(0);
  await done(cora);
});

test('W11, 2.8 a question is closed only after its dialog; by keyboard it can be left as it was', async () => {
  const cora = await visitor();
  const { questionId } = cora;
  const state = async () => (await node.ctx.stores.questions.read(questionId))?.record.state;
  const tab = await cora.open({ view: { name: 'settings', questionId } });
  const asks = tab.getByRole('button', { name: 'Close this question' });
  await asks.press('Enter');
  const dialog = tab.getByRole('dialog', { name: 'Close for good?' });
  await reads(dialog, 'the private box is destroyed');
  await clean(tab);
  await tab.keyboard.press('Enter'); // the focus is on what leaves it open
  await expect.poll(() => dialog.count()).toBe(0);
  await asks.press('Enter');
  await dialog.waitFor();
  await tab.keyboard.press('Escape');
  await expect.poll(() => dialog.count()).toBe(0);
  expect(await state()).toBe('open');
  const isBack = () => asks.evaluate((node) => node === (node.getRootNode() as ShadowRoot).activeElement);
  await expect.poll(isBack).toBe(true);
  await asks.press('Enter');
  await dialog.getByRole('button', { name: 'Close this question' }).dblclick();
  await reads(tab.getByRole('status'), 'This question is closed.');
  expect(await state()).toBe('closed');
  await done(cora);
});

test('W11 who signs out leaves nothing behind: not here, not in another tab, and the token is no token any more', async () => {
  const cora = await visitor();
  const { customer, questionId } = cora;
  await booked(cora);
  const tab = await cora.open({ view: { name: 'settings', questionId } });
  const beside = await cora.open({ view: { name: 'box', questionId } });
  await field(beside).fill('My secret');
  await tab.bringToFront();
  await press(tab, 'Forget me on this device');
  await reads(tab.getByRole('dialog'), 'You come back by the link in any of our e-mails to');
  await press(tab, 'Sign out');
  for (const one of [tab, beside]) {
    await reads(one.getByRole('heading', { level: 1 }), 'Ask an expert');
    expect(await one.locator('body').innerText()).not.toContain('My secret');
  }
  expect(await tab.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('parley.')))).toEqual([]);
  const next = await cora.open({ view: { name: 'box', questionId } });
  await expect.poll(() => next.locator('.box').innerText()).not.toBe('');
  expect(await next.locator('body').innerText()).not.toContain('secret');
  await expect
    .poll(() =>
      connect(node.url, customer.token).then(
        () => 'in',
        () => 'out',
      ),
    )
    .toBe('out');
  await done(cora);
});

test('W11 who gave no address is told that there is no way back', async () => {
  const cora = await visitor();
  await cora.customer.call('session.email', { email: null });
  const tab = await cora.open({ view: { name: 'settings' } });
  await press(tab, 'Forget me on this device');
  await reads(tab.getByRole('dialog'), 'You gave no e-mail address, so there is no way back to your questions.');
  await press(tab, 'Stay signed in');
  expect(await tab.evaluate(() => localStorage.getItem('parley.session'))).not.toBeNull();
  await done(cora);
});

test('one window has the line while nobody looks; all are told what is new; one that is opened has its own', async () => {
  const cora = await visitor();
  const { first, questionId } = cora;
  const lines: string[] = [];
  const closed = { view: { name: 'history' }, isClosed: 'yes' } as const;
  const tabs: Page[] = [];
  for (const name of ['one', 'two', 'three']) {
    const tab = await cora.context.newPage();
    tab.on('websocket', () => lines.push(name));
    await tab.goto(addressOf(closed));
    await tab.waitForFunction(() => window.mounted as unknown);
    tabs.push(tab);
    await expect.poll(() => lines).toEqual(['one']);
  }
  const waits = (tab: Page) => tab.evaluate(() => window.waits ?? null);
  const all = async (words: string | null) => {
    for (const tab of tabs) await expect.poll(() => waits(tab)).toBe(words);
  };
  await all(null);
  await first.call('question.claim', { questionId });
  await first.call('message.send', { questionId, body: 'Hello.', clientId: clientId() });
  await all('An offer for you'); // comes with the first line (5.1), and is more than a line is
  const { offers } = await cora.customer.call('question.get', { questionId });
  await cora.customer.call('offer.decline', { offerId: offers[0]!.id });
  await all('1 new message');
  expect(lines).toEqual(['one']);
  // the one that has the line goes: the next one takes it up
  await tabs.shift()?.close();
  await expect.poll(() => lines.length).toBe(2);
  await first.call('message.send', { questionId, body: 'Are you there?', clientId: clientId() });
  await all('2 new messages');
  const other = lines[1] === 'two' ? tabs[1]! : tabs[0]!;
  await other.evaluate(() => window.mounted.setOpen(true));
  await expect.poll(() => other.locator('.row').count()).toBe(1);
  expect(lines).toHaveLength(3);
  await cora.customer.call('message.read', { questionId, seq: 2 });
  await all(null);
  await done(cora);
});

const LOOKS = [
  ['en', 'light', 360],
  ['de', 'dark', 320],
  ['es', 'light', 392],
  ['pseudo', 'dark', 320],
] as const;

test.each(LOOKS)('11.1 in %s, %s, %i px: nothing is cut, and axe finds nothing', async (language, theme, width) => {
  const locale = language === 'pseudo' ? 'en' : language;
  const cora = await visitor({ width, height: 640 });
  const { questionId, first, customer } = cora;
  await customer.call('session.email', { email: 'cora.with.a.long.address@example.test' });
  await customer.call('user.update', { notify: { quiet: { from: '22:00', to: '07:00' } } });
  await booked(cora);
  const which = language === 'pseudo' ? wordy : shop;
  for (const name of ['box', 'history', 'settings'] as const) {
    const view = name === 'history' ? ({ name } as const) : { name, questionId };
    const tab = await cora.open({ view, locale, theme }, which);
    await tab.locator('.box-form, .row, .hours').first().waitFor();
    if (name === 'box') {
      await tab.locator('textarea').fill('Mine.');
      await write(first, questionId, 'Theirs '.repeat(40));
      await tab.locator('.banner button').click();
      await tab.locator('.box-stale').waitFor();
    }
    await fits(tab);
    await clean(tab);
    if (name === 'settings') {
      await tab.locator('.settings section').last().getByRole('button').click();
      await tab.getByRole('dialog').waitFor();
      await fits(tab);
      await clean(tab);
    }
    await tab.close();
  }
  await done(cora);
});
