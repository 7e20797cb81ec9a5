// createParley on Node: who is signed in, one connection, conversations as signals, whatever happens to the line.
import { effect } from '@preact/signals-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { linkFor } from '../../src/dispatch/link.ts';
import { createParley } from '../../web/client/index.ts';
import type { Conversation, Line, Parley, ParleyOptions, ParleyStatus } from '../../web/client/index.ts';
import { clientId, greeted, login, postQuestion } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { startLink } from '../helpers/link.ts';
import type { Link } from '../helpers/link.ts';
import { world } from '../helpers/node.ts';
import { account, scene, tokenOf } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';

const MINUTE = 60_000; // lines that are lost and come back, on a machine that is busy with everything else too

const here = world();
const open: Parley[] = [];
let node: Node;
let link: Link;
let care: Client;
beforeAll(async () => {
  node = await here.start();
  link = await startLink({ port: Number(new URL(node.url).port) });
  care = await login(node.url, 'care@example.test');
});
afterEach(() => {
  link.heal();
  for (const parley of open.splice(0)) parley.close();
});
afterAll(async () => {
  await link.close();
  await here.close();
});

function parleyOf(options: Partial<ParleyOptions> = {}): Parley {
  const parley = createParley({ url: `http://127.0.0.1:${link.port}`, ...options });
  open.push(parley);
  return parley;
}

/** A customer's page over a line that may fail, on a conversation of one line. */
async function page(): Promise<Scene & { parley: Parley; talk: Conversation; questionId: string }> {
  const people = await scene(node);
  const { id: questionId } = await postQuestion(people.customer, { category: people.category });
  await greeted(people.customer, people.first, questionId);
  const parley = parleyOf({ token: people.customer.token });
  const talk = parley.conversation(questionId);
  await expect.poll(() => talk.state.value).toBe('ready');
  return { ...people, parley, talk, questionId };
}

const say = async (who: Client, questionId: string, body: string): Promise<Json> =>
  (await who.call('message.send', { questionId, clientId: clientId(), body })).message as Json;

const bodies = ({ lines }: Pick<Conversation, 'lines'>) => lines.value.map(({ body }) => body);

async function lost(parley: Parley): Promise<void> {
  link.refuse();
  await expect.poll(() => parley.status.value).toBe('offline');
}

test(
  'a visitor asks and talks: nothing is opened before there is something to hear',
  async () => {
    const parley = parleyOf({ locale: 'de' });
    expect([parley.status.value, parley.user.value]).toEqual(['idle', null]);
    expect((await parley.call('category.list', { locale: 'de' })).items.length).toBeGreaterThan(0);
    parley.connect();
    expect(parley.status.value).toBe('idle'); // as nobody
    const twice = [parley.session.visitor({ name: 'Cora' }), parley.session.visitor({ name: 'Cora' })];
    const [user, again] = await Promise.all(twice);
    expect(again).toEqual(user); // a double click makes one customer
    expect(parley.user.value).toMatchObject({ id: user?.id, role: 'customer', name: 'Cora', locale: 'de' });
    await expect.poll(() => parley.status.value).toBe('online');

    const { question } = await parley.call('question.post', {
      ...{ category: 'computer', subject: 'It is dark', body: 'Very.', clientId: clientId() },
      ...{ value: { amount: 1_000, currency: 'USD' }, paymentMethod: 'pm_card_visa' },
    });
    const talk = parley.conversation(question.id);
    expect(parley.conversation(question.id)).toBe(talk);
    expect(talk.state.value).toBe('loading');
    await expect.poll(() => talk.state.value).toBe('ready');
    expect(talk.question.value?.id).toBe(question.id);
    expect(talk.lines.value).toEqual([]);
    talk.send({ body: 'It went out at noon.' });
    expect(talk.lines.value).toMatchObject([{ seq: null, body: 'It went out at noon.', by: { id: user?.id } }]);
    await expect.poll(() => talk.lines.value).toMatchObject([{ seq: 1, state: 'sent' }]);
    // two views had it
    talk.release();
    talk.send({ body: 'And the fan is loud.' });
    await expect.poll(() => talk.lines.value.at(-1)).toMatchObject({ seq: 2 });
    talk.release();
    expect(parley.conversation(question.id)).not.toBe(talk);
  },
  MINUTE,
);

test(
  'an own line keeps its key when its echo comes, and a line is the same object while nothing changes',
  async () => {
    const { talk, first, questionId } = await page();
    const seen: (readonly Line[])[] = [];
    const stop = effect(() => void seen.push(talk.lines.value));
    const [greeting] = talk.lines.value;
    talk.send({ body: 'One.' });
    talk.send({ body: 'Two.' });
    talk.send({ body: 'One.' }); // the same words are another line
    await expect.poll(() => talk.lines.value.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    await say(first, questionId, 'I see.');
    await expect.poll(() => bodies(talk)).toEqual(['Hello, I can help.', 'One.', 'Two.', 'One.', 'I see.']);
    stop();
    const keys = talk.lines.value.map(({ key }) => key);
    expect(new Set(keys).size).toBe(5);
    for (const lines of seen) {
      // at every moment: nothing twice, nothing gone, nothing moved
      const shown = lines.map(({ key }) => key);
      expect(shown).toEqual(keys.slice(0, shown.length));
      expect(lines[0]).toBe(greeting);
    }
    expect(seen.map(({ length }) => length)).toEqual(seen.map(({ length }) => length).toSorted((a, b) => a - b));
  },
  MINUTE,
);

test(
  'read marks, unread lines, typing and presence are told to both sides',
  async () => {
    const { talk, parley, first, questionId, customer } = await page();
    expect(talk.unread.value).toBe(1);
    await first.call('question.watch', { questionId });
    await expect.poll(() => talk.online.value).toBe(true);
    talk.read(1);
    expect(talk.unread.value).toBe(0);
    await first.heard('read.changed', ({ by, seq }) => by.id === customer.user.id && seq === 1);
    await say(first, questionId, 'Is it plugged in?');
    await expect.poll(() => talk.unread.value).toBe(1);
    await expect.poll(() => talk.readBy.value.get(customer.user.id)).toBe(1);

    talk.type();
    talk.type();
    await first.heard('typing', ({ by }) => by.id === customer.user.id);
    await first.call('typing', { questionId });
    await expect.poll(() => talk.typing.value?.id).toBe(first.user.id);
    await say(first, questionId, 'Well?');
    await expect.poll(() => bodies(talk).at(-1)).toBe('Well?');
    expect(talk.typing.value).toBeNull(); // it ends with the line
    await expect
      .poll(async () => {
        await first.call('typing', { questionId }); // told once a second
        return talk.typing.value?.id;
      })
      .toBe(first.user.id);
    talk.read(2);
    await lost(parley);
    expect([talk.typing.value, talk.online.value]).toEqual([null, null]); // nobody knows
    talk.read(3); // told when the line is back
    expect(talk.unread.value).toBe(0);
    link.heal();
    await first.heard('read.changed', ({ by, seq }) => by.id === customer.user.id && seq === 3);
    await expect.poll(() => talk.online.value).toBe(true);
  },
  MINUTE,
);

test(
  'what was written while the line was lost is sent once, in order, when it is back',
  async () => {
    const { talk, parley, first, questionId } = await page();
    await lost(parley);
    for (const body of ['One.', 'Two.', 'Three.']) talk.send({ body });
    expect(talk.lines.value.slice(1)).toMatchObject([{ state: 'waiting' }, { state: 'waiting' }, { state: 'waiting' }]);
    expect(parley.outbox.owed.value).toHaveLength(3);
    await say(first, questionId, 'Are you there?');
    link.heal();
    await expect.poll(() => bodies(talk)).toEqual(['Hello, I can help.', 'Are you there?', 'One.', 'Two.', 'Three.']);
    await expect.poll(() => parley.outbox.owed.value).toEqual([]);
    const { items } = await first.call('message.list', { questionId });
    expect((items as Json[]).map(({ body }): unknown => body)).toEqual(bodies(talk));
  },
  MINUTE,
);

test(
  'what the server cannot say is said in the language of the account',
  async () => {
    const { talk, parley } = await page();
    await expect.poll(() => parley.user.value?.locale).toBe('en');
    await parley.call('user.update', { locale: 'es' });
    await lost(parley);
    const offerId = talk.offers.value[0]!.id;
    await expect(parley.call('offer.accept', { offerId })).rejects.toThrow('No tiene conexión.');
    parley.close(); // over HTTP
    await expect(parley.call('time.get', {})).rejects.toThrow('El servidor no ha respondido a tiempo.');
  },
  MINUTE,
);

test(
  'money is never kept for later: without a line it is refused at once, and nothing is sent when it is back',
  async () => {
    const { talk, parley } = await page();
    const offerId = talk.offers.value[0]!.id;
    await lost(parley);
    await expect(parley.call('offer.accept', { offerId })).rejects.toMatchObject({ code: 'offline', retryable: true });
    link.heal();
    await expect.poll(() => parley.status.value).toBe('online');
    await parley.call('session.get', {}); // what was buffered would have been first
    expect((await parley.call('question.get', { questionId: talk.questionId })).offers[0]?.state).toBe('offered');

    // a double click is one call, and its answer is shown before any event
    const [one, other] = await Promise.all([
      parley.call('offer.accept', { offerId }),
      parley.call('offer.accept', { offerId }),
    ]);
    expect(one).toBe(other);
    expect(talk.offers.value[0]?.state).toBe('reserved');
  },
  MINUTE,
);

test(
  'a conversation that is long begins with its newest lines and goes back page by page',
  async () => {
    const { talk, first, customer, questionId, parley } = await page();
    talk.release();
    for (let sent = 0; sent < 999; sent += 37) {
      await Promise.all(
        Array.from({ length: 37 }, (_, n) => say(n % 2 ? first : customer, questionId, `Line ${sent + n}.`)),
      );
    }
    const again = parley.conversation(questionId);
    await expect.poll(() => again.state.value).toBe('ready');
    expect(again.earlier.value).toBe('more');
    expect(again.lines.value).toHaveLength(50);
    expect(again.lines.value.at(-1)?.seq).toBe(1_000);
    const newest = again.lines.value.at(-1);
    while (again.earlier.value === 'more') await again.loadEarlier();
    expect(again.lines.value.map(({ seq }) => seq)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    expect(again.lines.value.at(-1)).toBe(newest);
    await again.loadEarlier(); // there is nothing before the first
    expect(again.earlier.value).toBe('all');
    again.trim(); // nobody looks at them any more
    expect(again.lines.value.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, index) => index + 901));
    expect(again.lines.value.at(-1)).toBe(newest);
    again.trim(); // there are few now
    expect(again.lines.value).toHaveLength(100);
    for (let page = 0; page < 5; page += 1) await again.loadEarlier();
    expect(again.lines.value.map(({ seq }) => seq)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
  },
  2 * MINUTE,
);

test(
  'what does not exist is gone, what is another’s too, and an expert who has let go may look no longer',
  async () => {
    const { first, others, questionId, customer } = await page();
    const parley = parleyOf({ token: first.token });
    const talk = parley.conversation(questionId);
    const none = parley.conversation('q_00000000-0000-7000-8000-000000000000');
    await expect.poll(() => none.state.value).toBe('gone');
    await expect.poll(() => talk.state.value).toBe('ready');
    await lost(parley);
    await first.call('question.release', { questionId });
    await others[0]!.call('question.claim', { questionId });
    await say(customer, questionId, 'Hello, Ben.');
    link.heal();
    await expect.poll(() => talk.state.value).toBe('forbidden');
    expect(talk.error.value?.code).toBe('auth.forbidden');
    const stranger = parleyOf();
    await stranger.session.visitor();
    const theirs = stranger.conversation(questionId);
    await expect.poll(() => theirs.state.value).toBe('gone');
  },
  MINUTE,
);

test(
  'I22 a token that has ended is told as such; the view stays, what was written is kept, and signing in goes on',
  async () => {
    const user = await account(node, 'customer', { name: 'Cora' });
    const token = await tokenOf(node, user);
    let given = token;
    const parley = parleyOf({ token: () => given });
    const { question } = await parley.call('question.post', {
      ...{ category: 'computer', subject: 'It is dark', body: 'Very.', clientId: clientId() },
      ...{ value: { amount: 1_000, currency: 'USD' }, paymentMethod: 'pm_card_visa' },
    });
    const talk = parley.conversation(question.id);
    await expect.poll(() => talk.state.value).toBe('ready');
    talk.send({ body: 'Before.' });
    await expect.poll(() => talk.lines.value).toMatchObject([{ seq: 1 }]);
    await care.call('user.update', { userId: user.id, active: false });
    await expect.poll(() => parley.status.value).toBe('ended');
    expect(parley.reason.value?.code).toBe('auth.required');
    talk.send({ body: 'After.' });
    expect(talk.state.value).toBe('ready');
    expect(bodies(talk)).toEqual(['Before.', 'After.']);
    await expect(parley.call('session.get', {})).rejects.toMatchObject({ code: 'auth.required' });

    await care.call('user.update', { userId: user.id, active: true });
    const found = await node.ctx.stores.users.read(user.id);
    given = await tokenOf(node, found!);
    parley.connect();
    await expect.poll(() => talk.lines.value).toMatchObject([{ body: 'Before.' }, { body: 'After.', seq: 2 }]);
    expect(parley.status.value).toBe('online');
  },
  MINUTE,
);

test(
  '4.1 the link of a letter signs in, once',
  async () => {
    const { customer, questionId } = await page();
    const person = await node.ctx.stores.users.read(customer.user.id as string);
    const link = (await linkFor(node.ctx, person!, questionId, clientId()))!;
    const parley = parleyOf();
    const [opened, again] = await Promise.all([parley.session.open(link), parley.session.open(link)]);
    expect(opened).toMatchObject({ questionId, user: { id: customer.user.id } });
    expect(again).toEqual(opened); // a double click opens once
    const talk = parley.conversation(opened.questionId);
    await expect.poll(() => talk.state.value).toBe('ready');
    await expect(parleyOf().session.open(link)).rejects.toMatchObject({ code: 'auth.link' });
  },
  MINUTE,
);

test(
  'who signs out leaves nothing to the next one',
  async () => {
    const { talk, parley, customer } = await page();
    await lost(parley);
    talk.send({ body: 'Is anybody there?' });
    await parley.session.end();
    expect([parley.status.value, parley.user.value]).toEqual(['idle', null]);
    expect(talk.state.value).toBe('gone');
    expect([talk.lines.value, talk.question.value, parley.outbox.owed.value]).toEqual([[], null, []]);
    link.heal();
    const next = await parley.session.visitor({ name: 'Nora' });
    await expect.poll(() => parley.status.value).toBe('online');
    expect(parley.user.value?.id).toBe(next.id);
    expect(next.id).not.toBe(customer.user.id);
    expect(parley.outbox.owed.value).toEqual([]);
  },
  MINUTE,
);

test(
  'two pages of one person agree about lines, marks and the request',
  async () => {
    const { talk, parley, questionId, customer, first } = await page();
    const beside = parleyOf({ token: customer.token });
    const other = beside.conversation(questionId);
    await expect.poll(() => other.state.value).toBe('ready');
    talk.send({ body: 'From the one.' });
    await expect.poll(() => bodies(other).at(-1)).toBe('From the one.');
    other.send({ body: 'From the other.' });
    await expect.poll(() => bodies(talk).at(-1)).toBe('From the other.');
    await say(first, questionId, 'To both.');
    await expect.poll(() => [talk.unread.value, other.unread.value]).toEqual([2, 2]);
    other.read(4);
    await expect.poll(() => talk.unread.value).toBe(0);
    await parley.call('offer.accept', { offerId: talk.offers.value[0]!.id });
    await expect.poll(() => other.offers.value[0]?.state).toBe('reserved');
    expect(other.lines.value.map(({ key }) => key)).toEqual(talk.lines.value.map(({ key }) => key));
  },
  MINUTE,
);

test(
  'events are heard over every connection there will be, until nobody wants them',
  async () => {
    const { parley, customer, category } = await page();
    const heard: string[] = [];
    const stop = parley.on('question.changed', ({ subject }) => heard.push(subject));
    await postQuestion(customer, { category, subject: 'The first' });
    await expect.poll(() => heard).toContain('The first');
    parley.close();
    expect(parley.status.value).toBe('idle');
    parley.connect();
    await expect.poll(() => parley.status.value).toBe('online');
    await postQuestion(customer, { category, subject: 'The second' });
    await expect.poll(() => heard).toContain('The second');
    stop();
    await postQuestion(customer, { category, subject: 'The third' });
    await parley.call('session.get', {});
    expect(heard).not.toContain('The third');
  },
  MINUTE,
);

test.each([600_000, -600_000])(
  'a page whose clock is off by %d ms counts by the server’s',
  async (ahead) => {
    const late = await here.start({}, () => new Date(Date.now() + ahead));
    const parley = parleyOf({ url: late.url });
    await parley.session.visitor();
    parley.connect();
    await expect.poll(() => Math.abs(parley.now() - (Date.now() + ahead))).toBeLessThan(1_000);
  },
  MINUTE,
);

test(
  'every status it goes through is a word for the person',
  async () => {
    const seen: ParleyStatus[] = [];
    const parley = parleyOf();
    const stop = effect(() => void seen.push(parley.status.value));
    await parley.session.visitor();
    parley.connect();
    await expect.poll(() => parley.status.value).toBe('online');
    await lost(parley);
    link.heal();
    await expect.poll(() => parley.status.value).toBe('online');
    parley.close();
    stop();
    expect(seen).toEqual(['idle', 'connecting', 'online', 'offline', 'online', 'idle']);
  },
  MINUTE,
);
