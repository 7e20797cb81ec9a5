// A conversation that is followed has all of it, whatever is lost, doubled or late on the way (I10).
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { connect } from '../../web/client/connection.ts';
import type { Connection } from '../../web/client/connection.ts';
import { Followed } from '../../web/client/followed.ts';
import { Known } from '../../web/client/known.ts';
import type { Events, Question } from '../../web/client/protocol.ts';
import { clientId, greeted, login, postQuestion } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { startLink } from '../helpers/link.ts';
import type { Link } from '../helpers/link.ts';
import { world } from '../helpers/node.ts';
import { scene } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';

const here = world();
const open: Connection[] = [];
let node: Node;
let link: Link;
let care: Client;
beforeAll(async () => {
  node = await here.start();
  link = await startLink({ port: Number(new URL(node.url).port) });
  care = await login(node.url, 'care@example.test');
});
afterAll(async () => {
  for (const connection of open) connection.close();
  await link.close();
  await here.close();
});

/** A customer's window over a line that may fail, on a conversation of one line. */
async function window(): Promise<Scene & { connection: Connection; talk: Followed; questionId: string }> {
  const people = await scene(node);
  const { id: questionId } = await postQuestion(people.customer, { category: people.category });
  await greeted(people.customer, people.first, questionId);
  const connection = await connect({ url: `http://127.0.0.1:${link.port}`, token: people.customer.token });
  open.push(connection);
  return { ...people, connection, questionId, talk: await Followed.follow(connection, questionId) };
}

const say = async (who: Client, questionId: string, body: string, id = clientId()): Promise<Json> =>
  (await who.call('message.send', { questionId, clientId: id, body })).message as Json;

const bodies = (talk: Followed) => talk.messages.map(({ body }) => body);

/** What a window shows, and what one that is opened now would show. */
const shown = ({ question, offers, messages, reads, privateInfo }: Followed) => ({
  ...{ question, offers, messages, reads, privateInfo },
});
async function afresh(connection: Connection, questionId: string) {
  return shown(await Followed.follow(connection, questionId));
}

/** The line is lost, and does not come back before `heal`. */
async function lost(connection: Connection): Promise<void> {
  link.refuse();
  await expect.poll(() => connection.status).toBe('offline');
}

test('what is said, read and decided is there, in order', async () => {
  const { talk, first, customer, questionId, connection } = await window();
  expect(bodies(talk)).toEqual(['Hello, I can help.']);
  let changes = 0;
  const stop = talk.onChange(() => (changes += 1));
  const sent = await say(customer, questionId, 'It is dark.');
  expect(sent).toMatchObject({ seq: 2, by: { id: customer.user.id } });
  await say(first, questionId, 'Is it plugged in?');
  await first.call('question.watch', { questionId });
  await first.call('message.read', { questionId, seq: 2 });
  await customer.call('offer.accept', { offerId: talk.offers[0]!.id });
  await expect.poll(() => talk.offers[0]?.state).toBe('reserved');
  await expect.poll(() => bodies(talk)).toEqual(['Hello, I can help.', 'It is dark.', 'Is it plugged in?']);
  await expect.poll(() => talk.reads).toEqual([{ by: { id: first.user.id, name: 'Ada' }, seq: 2 }]);
  expect(talk.gaps).toBe(0);
  expect(changes).toBeGreaterThanOrEqual(4);
  expect(shown(talk)).toEqual(await afresh(connection, questionId));

  stop();
  const before = changes;
  await talk.release();
  await say(first, questionId, 'Hello?');
  await first.heard('message.created', ({ body }) => body === 'Hello?');
  expect(bodies(talk)).not.toContain('Hello?');
  expect(changes).toBe(before);
});

test('I10 whoever was away has missed nothing: lines, redactions, marks, the request', async () => {
  const { talk, first, customer, questionId, connection } = await window();
  await say(customer, questionId, 'My number is 212 555 0123.');
  await expect.poll(() => talk.messages.length).toBe(2);
  await lost(connection);
  await say(first, questionId, 'One.');
  await say(first, questionId, 'Two.');
  await care.call('message.redact', { questionId, seq: 2 });
  await first.call('message.read', { questionId, seq: 2 });
  await customer.call('offer.accept', { offerId: talk.offers[0]!.id });
  link.heal();
  await expect.poll(() => bodies(talk)).toEqual(['Hello, I can help.', '', 'One.', 'Two.']);
  expect(talk.offers[0]?.state).toBe('reserved');
  expect(shown(talk)).toEqual(await afresh(connection, questionId));
  // and goes on hearing
  await say(first, questionId, 'Three.');
  await expect.poll(() => bodies(talk).at(-1)).toBe('Three.');
});

test('after a long absence all pages are read', async () => {
  const { talk, first, customer, questionId, connection } = await window();
  await lost(connection);
  await Promise.all(Array.from({ length: 205 }, (_, n) => say(n % 2 ? first : customer, questionId, `Line ${n}.`)));
  link.heal();
  await expect.poll(() => talk.messages.length).toBe(206);
  expect(talk.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 206 }, (_, index) => index + 1));
  // a window that is opened on all of it reads the pages as well
  expect((await Followed.follow(connection, questionId)).messages).toHaveLength(206);
});

test('a window may begin with the newest lines, and ask for those before them', async () => {
  const { first, customer, questionId, connection } = await window();
  for (let n = 2; n <= 8; n += 1) await say(n % 2 ? first : customer, questionId, `Line ${n}.`);
  const talk = await Followed.follow(connection, questionId, { newest: 3 });
  expect(bodies(talk)).toEqual(['Line 6.', 'Line 7.', 'Line 8.']);
  expect(talk.hasEarlier).toBe(true);
  await lost(connection);
  await care.call('message.redact', { questionId, seq: 2 });
  await care.call('message.redact', { questionId, seq: 7 });
  await say(first, questionId, 'Line 9.');
  link.heal();
  await expect.poll(() => bodies(talk)).toEqual(['Line 6.', '', 'Line 8.', 'Line 9.']);
  await talk.loadEarlier();
  expect(talk.hasEarlier).toBe(false);
  expect(shown(talk)).toEqual(await afresh(connection, questionId));
});

test('a gap in seq is read from the list, once', async () => {
  const { talk, first, questionId, connection } = await window();
  await connection.call('question.unwatch', { questionId });
  await say(first, questionId, 'Nobody hears this.');
  await say(first, questionId, 'Nor this.');
  await connection.call('question.watch', { questionId });
  expect(bodies(talk)).toEqual(['Hello, I can help.']);
  await say(first, questionId, 'But this.');
  await expect.poll(() => bodies(talk)).toEqual(['Hello, I can help.', 'Nobody hears this.', 'Nor this.', 'But this.']);
  expect(talk.gaps).toBe(1);
});

test('2.3 an event that comes twice is one line', async () => {
  const { talk, first, questionId, connection } = await window();
  const heard: number[] = [];
  connection.on('message.created', ({ seq }) => heard.push(seq));
  const id = clientId();
  await say(first, questionId, 'Once.', id);
  await say(first, questionId, 'Once.', id);
  await say(first, questionId, 'Later.');
  await expect.poll(() => bodies(talk).at(-1)).toBe('Later.');
  expect(heard).toEqual([2, 2, 3]);
  expect(bodies(talk)).toEqual(['Hello, I can help.', 'Once.', 'Later.']);
});

/** As if the server had sent it (again). */
function told<N extends keyof Events>(connection: Connection, name: N, body: Events[N]): void {
  for (const listener of connection.socket.listeners(name)) void listener(body);
}

test('an older version that comes late is dropped', async () => {
  const { talk, first, questionId, connection } = await window();
  const old: Question[] = [];
  connection.on('question.changed', (question) => void old.push(question));
  await first.call('question.release', { questionId });
  const { question: newest } = await first.call('question.claim', { questionId });
  await expect.poll(() => talk.question?.version).toBe(newest.version);
  await expect.poll(() => old.at(-1)?.version).toBe(newest.version);
  const now = shown(talk);
  for (const question of old.slice(0, -1)) told(connection, 'question.changed', question);
  told(connection, 'question.changed', old.at(-1)!);
  expect(old.length).toBeGreaterThanOrEqual(2);
  expect(shown(talk)).toEqual(now);
});

test('two conversations on one connection keep apart, and catch up each for itself', async () => {
  const one = await window();
  const { connection, customer, first, category } = one;
  const { id: otherId } = await postQuestion(customer, { category, subject: 'Another matter' });
  const other = await Followed.follow(connection, String(otherId));
  await say(customer, one.questionId, 'About this.');
  await say(customer, String(otherId), 'About that.');
  await expect.poll(() => bodies(one.talk).at(-1)).toBe('About this.');
  await expect.poll(() => bodies(other)).toEqual(['About that.']);
  expect(one.talk.offers).toHaveLength(1);
  expect(other.offers).toEqual([]);

  await lost(connection);
  await say(customer, String(otherId), 'Still about that.');
  await say(first, one.questionId, 'Still about this.');
  link.heal();
  await expect.poll(() => bodies(other)).toEqual(['About that.', 'Still about that.']);
  await expect.poll(() => bodies(one.talk).at(-1)).toBe('Still about this.');
  await other.release();
  await say(first, one.questionId, 'Go on.');
  await expect.poll(() => bodies(one.talk).at(-1)).toBe('Go on.');
});

test('what a client had before is taken along to another connection', async () => {
  const { talk, first, questionId, connection, customer } = await window();
  await say(first, questionId, 'One.');
  await expect.poll(() => talk.messages.length).toBe(2);
  connection.close();
  await say(first, questionId, 'Two.');
  const next = await connect({ url: node.url, token: customer.token });
  open.push(next);
  const again = await Followed.follow(next, questionId, { known: talk.known });
  expect(bodies(again)).toEqual(['Hello, I can help.', 'One.', 'Two.']);
  expect(again.known).toBeInstanceOf(Known);
});

test('I22 who is no side of it any more hears so, and nothing else of it', async () => {
  const { first, others, questionId, customer } = await window();
  const url = `http://127.0.0.1:${link.port}`;
  const connection = await connect({ url, token: first.token });
  open.push(connection);
  const talk = await Followed.follow(connection, questionId);
  await lost(connection);
  await first.call('question.release', { questionId });
  await others[0]!.call('question.claim', { questionId });
  await say(customer, questionId, 'Hello, Ben.');
  link.heal();
  await expect.poll(() => talk.ended?.code).toBe('auth.forbidden');
  expect(bodies(talk)).toEqual(['Hello, I can help.']);
  await expect(Followed.follow(connection, questionId)).rejects.toMatchObject({ code: 'auth.forbidden' });
});

test('who is signed out hears so', async () => {
  const { talk, customer } = await window();
  await care.call('user.update', { userId: customer.user.id, active: false });
  await expect.poll(() => talk.ended?.code).toBe('auth.required');
});
