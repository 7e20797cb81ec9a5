// W3, W4, W12: the conversation in the widget, with real people on both sides.
import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, postQuestion } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { startLink } from '../helpers/link.ts';
import type { Link } from '../helpers/link.ts';
import { world } from '../helpers/node.ts';
import { join, scene } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';
import { startProcess } from '../helpers/process.ts';
import { launch } from './browser.ts';
import { browse, cutOff, hostPage, isClean, isWhole, keyboard } from './widget-page.ts';
import type { Embedded, HostPage, Visitor } from './widget-page.ts';

const here = world({ RATE_COMMANDS: '100000' });
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
afterEach(() => {
  link.heal();
  link.target({ port: Number(new URL(node.url).port) });
});
afterAll(async () => {
  await host.close();
  await link.close();
  await here.close();
});

interface Talking extends Scene, Pick<Visitor, 'context' | 'close'> {
  readonly questionId: string;
  open(options?: Partial<Embedded>): Promise<Page>;
  /** the expert writes */
  says(body: string, kind?: string): Promise<Json>;
  /** the bodies that the server has, in order */
  stored(): Promise<unknown[]>;
}

/** A customer who has asked, and an expert who has it. */
async function talking(options: Parameters<typeof browse>[2] = {}, asked: Json = {}): Promise<Talking> {
  const people = await scene(node);
  const { id } = await postQuestion(people.customer, { category: people.category, ...asked });
  const questionId = String(id);
  await people.first.call('question.claim', { questionId });
  const visitor = await browse(browser, host, { as: people.customer, ...options });
  return {
    ...people,
    questionId,
    context: visitor.context,
    close: visitor.close,
    open: (given) => visitor.open({ server, question: questionId, ...given }),
    says: (body, kind = 'message') =>
      people.first.call('message.send', { questionId, clientId: clientId(), kind, body }),
    async stored() {
      const { items } = await people.customer.call('message.list', { questionId, limit: 200 });
      return (items as Json[]).map(({ body }): unknown => body);
    },
  };
}

const box = (tab: Page) => tab.getByRole('textbox', { name: 'Write a message' });
const log = (tab: Page) => tab.getByRole('log');
const said = (tab: Page) => tab.locator('.line:not(.posted) .bubble').allInnerTexts();

async function write(tab: Page, ...bodies: string[]): Promise<void> {
  for (const body of bodies) {
    await box(tab).fill(body);
    await box(tab).press('Enter');
  }
}

/** The line is lost, and the page says so. That comes two seconds later, which go by here at once. */
async function lose(tab: Page, how: () => unknown = link.refuse): Promise<void> {
  await how();
  const isSaid = async () => {
    await tab.clock.fastForward(500);
    return tab.getByText('Connecting…').isVisible();
  };
  await expect.poll(isSaid).toBe(true);
}

/** There is a line again, and the page, which tries more and more seldom, tries now. */
async function heal(tab: Page): Promise<void> {
  link.heal();
  await tab.clock.fastForward(15_000);
}

test('2.3 what is written on one side stands on the other, with what became of it', async () => {
  const cora = await talking();
  const tab = await cora.open();
  await log(tab).getByText('It only shows a black screen.').waitFor();
  await tab.getByText('Ada is reading your question.').waitFor();
  await cora.first.call('question.watch', { questionId: cora.questionId });
  await write(tab, 'It began after the last update.');
  await tab.locator('.line.sent', { hasText: 'It began after' }).getByText('Sent').waitFor();
  expect(await cora.stored()).toEqual(['It began after the last update.']);
  await cora.first.call('message.read', { questionId: cora.questionId, seq: 1 });
  await tab.locator('.line', { hasText: 'It began after' }).getByText('Seen').waitFor();
  const isWriting = async () => {
    await cora.first.call('typing', { questionId: cora.questionId }); // stands for a few seconds
    return tab.getByText('Ada is writing…').isVisible();
  };
  await expect.poll(isWriting, { interval: 1_000 }).toBe(true);
  await cora.says('Which laptop is it?', 'info_request');
  await tab.getByText('Ada is writing…').waitFor({ state: 'detached' });
  await log(tab).getByText('Needs your reply').waitFor();
  await tab.getByText('online').waitFor();
  const reads = async () => (await cora.customer.call('question.get', { questionId: cora.questionId })).reads as Json[];
  await expect
    .poll(reads)
    .toContainEqual(expect.objectContaining({ seq: 2, by: expect.objectContaining({ name: 'Cora' }) }));
  await write(tab, 'A ThinkPad.');
  await log(tab).getByText('Needs your reply').waitFor({ state: 'detached' });
  await cora.close();
});

test('2.5 an answer is rated in words, low ones with what was missing; more stars can be given', async () => {
  const cora = await talking();
  const tab = await cora.open();
  await cora.says('Turn it off and on.', 'answer');
  await log(tab).getByText('Answer', { exact: true }).waitFor();
  await tab.getByText('Please rate once you are done.').waitFor();
  const word = async (name: string) => tab.getByRole('radio', { name }).press('Space');
  await word('Hardly helpful');
  await tab.getByLabel('What was missing?').fill('It is still dark.');
  await tab.reload(); // what was begun is kept
  await word('Not helpful');
  expect(await tab.getByLabel('What was missing?').inputValue()).toBe('It is still dark.');
  await tab.getByRole('button', { name: 'Rate', exact: true }).dblclick();
  await tab.getByText('Thank you. You rated 1 star.').first().waitFor();
  const { question } = await cora.customer.call('question.get', { questionId: cora.questionId });
  expect(question.rating).toEqual({ stars: 1, by: 'customer' });
  await expect
    .poll(async () => (await node.ctx.stores.cases.ofQuestion(cora.questionId))[0])
    .toMatchObject({ kind: 'low_rating', reason: 'It is still dark.' });
  await tab.getByRole('button', { name: 'Change to 5' }).click();
  await tab.getByText('Thank you. You rated 5 stars.').first().waitFor();
  expect(await tab.getByRole('button', { name: 'Change to 5' }).count()).toBe(0);
  await cora.close();
});

test('9.2 contact data is held back until the customer has decided, and later lines wait for it', async () => {
  const cora = await talking();
  const tab = await cora.open();
  await write(tab, 'Call me: +49 30 901820', 'Or not.');
  await tab.getByText('This looks like a phone number. Leave it out').waitFor();
  await log(tab).getByText('Waits for the message above').waitFor();
  expect(await cora.stored()).toEqual([]);
  await tab.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect.poll(() => cora.stored()).toEqual(['Or not.']);
  expect(await box(tab).inputValue()).toBe('Call me: +49 30 901820');
  await box(tab).fill('Write to me: cora@example.org');
  await box(tab).press('Enter');
  await tab.getByText('This looks like an e-mail address.').waitFor();
  await tab.getByRole('button', { name: 'Send anyway' }).click();
  await expect.poll(() => cora.stored()).toEqual(['Or not.', 'Write to me: cora@example.org']);
  await cora.close();
});

test('lines that were written without a line survive a reload, stand in a second tab, and come once and in order', async () => {
  const cora = await talking({ clock: true });
  const tab = await cora.open();
  await log(tab).waitFor();
  await box(tab).fill('A draft');
  await lose(tab);
  await write(tab, 'One.', 'Two.');
  await log(tab).getByText('Sent when you are back online').last().waitFor();
  const beside = await cora.context.newPage();
  link.heal();
  await beside.goto(tab.url());
  await write(tab, 'Three.');
  await tab.reload();
  const all = ['One.', 'Two.', 'Three.'];
  for (const one of [tab, beside]) await expect.poll(() => said(one)).toEqual(all);
  await expect.poll(() => cora.stored()).toEqual(all); // what is said may be on its way yet
  await expect.poll(() => tab.getByText('Connecting…').count()).toBe(0);
  await cora.close();
});

test('a line whose server is killed while it is sent is there once, and so is a draft', async () => {
  const [first, cora] = await Promise.all([startProcess(here.env), talking({ clock: true })]);
  link.target({ port: Number(new URL(first.url).port) });
  const tab = await cora.open();
  await log(tab).waitFor();
  link.cut();
  await write(tab, 'Before.');
  await expect.poll(() => cora.stored()).toEqual(['Before.']);
  await write(tab, 'While it dies.');
  await box(tab).fill('Still to be sent');
  await lose(tab, () => first.kill('SIGKILL'));
  link.target({ port: Number(new URL(node.url).port) });
  await heal(tab);
  await tab.locator('.line.sent', { hasText: 'While it dies.' }).waitFor();
  expect(await said(tab)).toEqual(['Before.', 'While it dies.']);
  expect(await cora.stored()).toEqual(['Before.', 'While it dies.']);
  expect(await box(tab).inputValue()).toBe('Still to be sent');
  await cora.close();
});

const HOSTILE = [
  '<img src=x onerror="document.title=1"><script>document.title=2</script>',
  'W'.repeat(5_000),
  '\u202eright to left\u202c',
  '👩‍👩‍👧‍👦'.repeat(40),
  `a${'\u0301'.repeat(200)}`,
  'javascript:alert(1) and data:text/html,x',
  '{name} ${count} {{x}}',
  'See https://example.org/a?b=1&c=<2>, (http://example.org).',
];

test('hostile content stays text, in its place', async () => {
  const cora = await talking({ viewport: { width: 360, height: 740 } }, { subject: '<b onclick=1>Bold</b> {name}' });
  for (const body of HOSTILE) await cora.says(body);
  const tab = await cora.open();
  await log(tab).getByText('See https://example.org').waitFor();
  const shown = await tab.locator('.theirs .said').evaluateAll((all) => all.map((one) => one.textContent));
  expect(shown).toEqual(await cora.stored());
  const links = await tab
    .locator('.log a')
    .evaluateAll((all) => all.map((one) => [one.getAttribute('href'), one.getAttribute('rel')]));
  const rel = 'noopener noreferrer nofollow ugc';
  expect(links).toEqual([
    ['https://example.org/a?b=1&c=', rel],
    ['http://example.org', rel],
  ]);
  expect(await tab.locator('.posted strong').innerText()).toBe('<b onclick=1>Bold</b> {name}');
  expect(await tab.title()).toBe('A shop');
  const width = await log(tab).evaluate((one) => [one.scrollWidth, one.clientWidth]);
  expect(width[0]).toBe(width[1]);
  expect(await cutOff(tab)).toEqual([]);
  await cora.close();
});

test('Enter sends; with Shift it makes a new line; while an input method composes it does neither', async () => {
  const cora = await talking();
  const tab = await cora.open();
  await box(tab).fill('にほん');
  await box(tab).evaluate((field) => {
    const enter = { key: 'Enter', bubbles: true, composed: true, cancelable: true };
    field.dispatchEvent(new KeyboardEvent('keydown', { ...enter, isComposing: true }));
    field.dispatchEvent(new KeyboardEvent('keydown', { ...enter, keyCode: 229 })); // Safari
  });
  expect(await box(tab).inputValue()).toBe('にほん');
  await box(tab).press('End');
  await box(tab).press('Shift+Enter');
  await box(tab).pressSequentially('two');
  await box(tab).press('Enter');
  await expect.poll(() => cora.stored()).toEqual(['にほん\ntwo']);
  await box(tab).fill('   ');
  await box(tab).press('Enter');
  await box(tab).fill('x'.repeat(8_001));
  await box(tab).press('Enter');
  await tab.getByText('1 characters too long').or(tab.getByText('1 character too long')).waitFor();
  expect(await cora.stored()).toHaveLength(1);
  expect(await tab.getByRole('textbox').inputValue()).toHaveLength(8_001); // it is not thrown away
  await cora.close();
});

test('who has scrolled up stays there: new lines are counted, and read when they are looked at', async () => {
  const cora = await talking();
  for (let one = 1; one <= 20; one += 1) await cora.says(`Line ${one}`);
  const tab = await cora.open();
  await log(tab).getByText('Line 20', { exact: true }).waitFor();
  const mark = async () => {
    const { reads } = await cora.customer.call('question.get', { questionId: cora.questionId });
    return (reads as Json[]).find(({ by }) => by.name === 'Cora')?.seq as number | undefined;
  };
  await tab
    .getByRole('button', { name: /new message/ })
    .or(tab.getByRole('button', { name: 'To the newest message' }))
    .click();
  await expect.poll(mark).toBe(20);
  await log(tab).hover();
  await log(tab).evaluate((one) => (one.scrollTop = 0));
  await tab.getByRole('button', { name: 'To the newest message' }).waitFor();
  await cora.says('Line 21');
  await cora.says('Line 22');
  await tab.getByRole('button', { name: '2 new messages' }).waitFor();
  expect(await log(tab).evaluate((one) => one.scrollTop)).toBe(0);
  expect(await mark()).toBe(20);
  await tab.getByRole('button', { name: '2 new messages' }).click();
  await expect.poll(mark).toBe(22);
  await write(tab, 'I see.');
  await log(tab).getByText('I see.').waitFor();
  await expect
    .poll(() => log(tab).evaluate((one) => one.scrollHeight - one.scrollTop - one.clientHeight))
    .toBeLessThan(2);
  await cora.close();
});

test('a thousand lines: no more than three hundred rows are in the page, earlier ones come and nothing jumps', async () => {
  const cora = await talking();
  for (let from = 0; from < 1_000; from += 20)
    await Promise.all(Array.from({ length: 20 }, (_, index) => cora.says(`Line ${from + index + 1}`)));
  const tab = await cora.open();
  await log(tab).waitFor();
  const rows = () => tab.locator('.lines > li').count();
  const earlier = tab.getByRole('button', { name: 'Earlier messages' });
  for (const least of [200, 400, 600]) {
    const before = await rows();
    await log(tab).evaluate((one) => (one.scrollTop = 0));
    const top = tab.locator('.line').first();
    const text = await top.innerText();
    const y = (await top.boundingBox())!.y;
    await earlier.click();
    await expect.poll(rows).toBeGreaterThan(Math.max(before, least));
    const same = tab.locator('.line', { hasText: text.split('\n').find((part) => part.startsWith('Line'))! }).first();
    // in the next picture it is where it was; one name more may stand above it
    await expect.poll(async () => Math.abs((await same.boundingBox())!.y - y)).toBeLessThan(120);
  }
  await tab.getByRole('button', { name: 'To the newest message' }).click();
  await expect.poll(rows).toBeLessThanOrEqual(300);
  const nodes = await tab.evaluate(
    () => document.querySelector('parley-chat')?.shadowRoot?.querySelectorAll('*').length,
  );
  expect(nodes).toBeLessThan(3_000);
  await cora.close();
});

/** Every text that a region said, in order. */
const listen = (tab: Page) =>
  tab.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    const region = document.querySelector('parley-chat')?.shadowRoot?.querySelector('.panel > [role="status"]');
    new MutationObserver(() => region?.textContent && heard.push(region.textContent)).observe(region!, {
      characterData: true,
      childList: true,
      subtree: true,
    });
  });
const announced = (tab: Page) => tab.evaluate(() => (window as unknown as { heard: string[] }).heard);
/** Of how many lines of Ada's, one by one or as their number. */
const told = async (tab: Page) =>
  (await announced(tab)).reduce(
    (sum, text) => sum + Number(/^(\d+) new messages\s?$/.exec(text)?.[1] ?? text.match(/Ada: /g)?.length),
    0,
  );

test('who does not see hears new lines of others once, many at once as their number, and after a lost line too', async () => {
  const cora = await talking({ clock: true });
  const tab = await cora.open();
  await log(tab).waitFor();
  await listen(tab);
  await cora.says('Hello, I can help.');
  await expect.poll(() => announced(tab)).toEqual(['Ada: Hello, I can help.']);
  await write(tab, 'Thank you.');
  await Promise.all(Array.from({ length: 20 }, (_, one) => cora.says(`Quick ${one}`)));
  await log(tab).getByText('Quick 19', { exact: true }).waitFor();
  // all have been told, however they were gathered: what is said from here on is of what comes from here on
  await expect.poll(() => told(tab)).toBe(21);
  expect((await announced(tab)).join()).toMatch(/new messages/);
  expect((await announced(tab)).length).toBeLessThanOrEqual(5);
  expect(await announced(tab)).not.toContain('Thank you.');
  const before = (await announced(tab)).length;
  await lose(tab);
  for (let one = 0; one < 50; one += 1) await cora.says(`Away ${one}`);
  await heal(tab);
  await log(tab).getByText('Away 49', { exact: true }).waitFor();
  await expect.poll(async () => (await announced(tab)).slice(before).join()).toMatch(/50 new messages/);
  expect((await announced(tab)).slice(before)).toHaveLength(1);
  expect(await log(tab).getAttribute('aria-live')).toBe('off');
  await cora.close();
});

test('lines that a long conversation lets go of come back in order, once each, and are not said again', async () => {
  const cora = await talking({ clock: true });
  const care = await join(node, 'admin', { name: 'Care' });
  const { questionId } = cora;
  const tab = await cora.open();
  await log(tab).waitFor();
  await listen(tab);
  for (let from = 0; from < 400; from += 20)
    await Promise.all(Array.from({ length: 20 }, (_, index) => cora.says(`Line ${from + index + 1}`)));
  const rows = () => tab.locator('.lines > li').count();
  const few = 153; // 150 lines, the day, and what the rest of this test writes
  const pages = await Promise.all(
    [0, 200].map((afterSeq) => cora.customer.call('message.list', { questionId, afterSeq, limit: 200 })),
  );
  const all = pages.flatMap(({ items }) => (items as Json[]).map(({ body }) => String(body)));
  await log(tab).getByText(all.at(-1)!, { exact: true }).waitFor();
  await expect.poll(rows).toBeLessThanOrEqual(few);
  await expect.poll(() => told(tab)).toBe(400);
  const heard = await announced(tab);
  const isBack = async () => {
    const earlier = tab.getByRole('button', { name: 'Earlier messages' });
    while ((await earlier.count()) > 0) {
      const before = await rows();
      await log(tab).evaluate((one) => (one.scrollTop = 0));
      await earlier.click();
      await expect.poll(rows).toBeGreaterThan(before);
    }
    await expect.poll(() => said(tab)).toEqual(all);
  };
  // of a line that is not here
  await care.call('message.redact', { questionId, seq: 3 });
  all[2] = 'Removed by customer care.';
  await isBack();
  expect(await announced(tab)).toEqual(heard);
  // whoever reads the past keeps it, whatever comes
  all.push('Line 401');
  await log(tab).evaluate((one) => (one.scrollTop = 0));
  await cora.says('Line 401');
  await tab.getByRole('button', { name: '1 new message' }).waitFor();
  expect(await said(tab)).toEqual(all);
  expect(await log(tab).evaluate((one) => one.scrollTop)).toBe(0);
  // what was not sent stays, and stands there once when it is
  await lose(tab);
  await write(tab, 'I was away.');
  all.push('I was away.');
  await expect.poll(rows).toBeLessThanOrEqual(few);
  expect((await said(tab)).slice(-2)).toEqual(all.slice(-2));
  await heal(tab);
  await tab.locator('.line.sent', { hasText: 'I was away.' }).waitFor();
  await isBack();
  care.close();
  await cora.close();
});

test('9.2 a line is flagged once, a removed one says so, and a closed question says what can be done', async () => {
  const cora = await talking();
  const care = await join(node, 'admin', { name: 'Care' });
  await cora.says('You are stupid.');
  await cora.says('Call me: 555.');
  const tab = await cora.open();
  const more = tab.getByRole('button', { name: 'More about the message from Ada' });
  await more.first().click();
  await tab.getByRole('button', { name: 'Flag abuse' }).click();
  await tab.getByText('Thank you. Customer care will look at it.').waitFor();
  const { questionId } = cora;
  const { items } = await cora.customer.call('message.list', { questionId });
  expect((items as Json[])[0]!.flagged).toMatchObject([{ reason: 'abuse' }]);
  await care.call('message.redact', { questionId, seq: 2 });
  await log(tab).getByText('Removed by customer care.').waitFor();
  expect(await tab.getByText('Call me: 555.').count()).toBe(0);
  await box(tab).fill('Never sent');
  await care.call('question.close', { questionId });
  await tab.getByText('This question is closed.').waitFor();
  await log(tab).getByRole('heading', { name: 'This question has been closed.' }).waitFor();
  expect((await log(tab).locator('.bubble').allInnerTexts()).filter((text) => text.trim() === '')).toEqual([]);
  expect(await box(tab).count()).toBe(0);
  await tab.getByRole('button', { name: 'Ask a new question' }).click();
  await tab.getByRole('heading', { name: 'Ask an expert' }).waitFor();
  care.close();
  await cora.close();
});

test('2.2 a claim that lapses is said, and what is not there or not theirs leads on', async () => {
  const cora = await talking();
  const tab = await cora.open();
  await tab.getByText('Ada is reading your question.').waitFor();
  await cora.first.call('question.release', { questionId: cora.questionId });
  await tab.getByText('Your question is open to all experts again.').first().waitFor();
  const other = await talking();
  const strange = await cora.open({ question: other.questionId });
  await strange.getByText('This does not exist any more, or it is not yours.').first().waitFor();
  const none = await cora.open({ question: `q_${randomUUID()}` });
  await none.getByText('This does not exist any more, or it is not yours.').first().waitFor();
  await none.getByRole('button', { name: 'Ask a new question' }).click();
  await none.getByRole('heading', { name: 'Ask an expert' }).waitFor();
  await other.close();
  await cora.close();
});

test('who is signed out is told, keeps what was written, and can ask again', async () => {
  const cora = await talking();
  const tab = await cora.open();
  await box(tab).fill('Not to be lost');
  await cora.customer.call('session.end', { everywhere: true });
  await tab.getByText('You have been signed out. What you wrote is kept.').first().waitFor();
  expect(await box(tab).inputValue()).toBe('Not to be lost');
  await tab.getByRole('button', { name: 'Ask a new question' }).click();
  await tab.getByRole('heading', { name: 'Ask an expert' }).waitFor();
  await cora.close();
});

test.each([-600_000, 600_000])('I4 a clock that is off by %d ms changes no day and no countdown', async (off) => {
  const cora = await talking();
  await cora.says('Hello, I can help.', 'greeting');
  const tab = await cora.context.newPage();
  await tab.clock.install({ time: Date.now() + off });
  await tab.goto(host.address({ server, question: cora.questionId }));
  await log(tab).getByText('Today').waitFor();
  await tab.getByRole('button', { name: /Request for/ }).click();
  const left = tab.locator('.countdown').first();
  const ms = async () => {
    const [, minutes, seconds] = /(\d+):(\d\d)/.exec(await left.innerText()) ?? [];
    return (Number(minutes) * 60 + Number(seconds)) * 1_000;
  };
  // in the first moment by as much as a way of the question about the time is longer than the other
  await expect.poll(ms).toBeLessThanOrEqual(node.ctx.policy.reservationMs);
  expect(await ms()).toBeGreaterThan(0);
  await cora.close();
});

/** A conversation in which there is one of everything. */
async function full(locale: string): Promise<{ readonly cora: Talking; readonly tab: Page }> {
  const cora = await talking({ viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' });
  await cora.says('Hello, I can help. See https://example.org.', 'greeting');
  await cora.says('Which laptop is it?', 'info_request');
  await cora.customer.call('message.send', { questionId: cora.questionId, clientId: clientId(), body: 'A ThinkPad.' });
  await cora.says('Turn it off and on.', 'answer');
  const tab = await cora.open({ locale });
  await tab.locator('.composer textarea').fill('Call me: +49 30 901820');
  await tab.locator('.composer textarea').press('Enter');
  await tab.locator('.line-refused').waitFor();
  await tab.locator('.stars label').nth(1).click();
  await tab.locator('.line-more').last().click();
  return { cora, tab };
}

test('axe finds nothing in the conversation, in both themes, small and wide', async () => {
  const { cora, tab } = await full('en');
  await isClean(tab);
  await cora.close();
});

test.each(['en', 'de', 'es'])(
  'nothing of the conversation is cut in %s, nor where words are longer still',
  async (locale) => {
    const { cora, tab } = await full(locale);
    await isWhole(tab);
    await cora.close();
  },
);

test('9.2 by keyboard alone: whatever line can be flagged is reached when the newest one cannot be', async () => {
  const cora = await talking();
  const care = await join(node, 'admin', { name: 'Care' });
  for (const body of ['One.', 'Two.', 'Three.']) await cora.says(body);
  const { questionId } = cora;
  await care.call('message.redact', { questionId, seq: 3 });
  const tab = await cora.open();
  await log(tab).getByText('Removed by customer care.').waitFor();
  const { focused, press } = keyboard(tab);
  await expect.poll(focused).toMatch(/Write a message/);
  const flagged = async () => {
    const { items } = await cora.customer.call('message.list', { questionId });
    return (items as Json[]).map(({ flagged: by }) => (by as Json[] | undefined)?.length ?? 0);
  };
  const abuse = tab.getByRole('button', { name: 'Flag abuse' });
  await press(/More about the message/, 'Shift+Tab');
  await abuse.waitFor();
  await press(/Flag abuse/);
  await expect.poll(flagged).toEqual([0, 1, 0]);
  await expect.poll(focused).toMatch(/Conversation/);
  await press(/More about the message/);
  await abuse.waitFor();
  await press(/Flag abuse/);
  await expect.poll(flagged).toEqual([1, 1, 0]);
  await cora.close();
});

test('by keyboard alone: write, answer what is held back, flag, rate, and every focus can be seen', async () => {
  const cora = await talking();
  await cora.says('Hello.', 'greeting');
  await cora.says('Turn it off and on.', 'answer');
  const tab = await cora.open();
  await log(tab).getByText('Turn it off and on.').waitFor();
  const { focused, to: until } = keyboard(tab);
  await expect.poll(focused).toMatch(/Write a message/); // a fine pointer: ready to write
  await tab.keyboard.type('Call me: +49 30 901820');
  await tab.keyboard.press('Enter');
  await tab.getByText('Send anyway').waitFor();
  await until(/Send anyway/, 'Shift+Tab');
  await tab.keyboard.press('Enter');
  await expect.poll(focused).toMatch(/Write a message/); // the button is gone
  await expect.poll(() => cora.stored()).toContain('Call me: +49 30 901820');
  await until(/More about the message/, 'Shift+Tab');
  await tab.keyboard.press('ArrowUp'); // to the line before
  await tab.keyboard.press('Enter');
  await tab.getByText('Flag personal information').waitFor();
  await until(/Flag personal information/);
  await tab.keyboard.press('Enter');
  await tab.getByText('Thank you. Customer care will look at it.').waitFor();
  await expect.poll(focused).toMatch(/Conversation/);
  const { items } = await cora.customer.call('message.list', { questionId: cora.questionId });
  expect((items as Json[])[0]!.flagged).toHaveLength(1);
  await until(/radio/, 'Shift+Tab');
  await tab.keyboard.press('Space');
  for (let arrows = 0; arrows < 4; arrows += 1) await tab.keyboard.press('ArrowRight');
  await until(/Rate/);
  await tab.keyboard.press('Enter');
  await tab
    .getByText(/Thank you. You rated \d star/)
    .first()
    .waitFor();
  await expect.poll(focused).toMatch(/Thank you. You rated/);
  await tab.keyboard.press('Escape');
  await expect.poll(() => tab.getByRole('log').isVisible()).toBe(false);
  await cora.close();
});
