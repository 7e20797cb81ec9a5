// queue.watch: what experts hear of questions that they have no part in, and what they do not (2.2).
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, connect, greeted, post as overHttp, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { account, eventually, heardOf, join, queued, refused, scene, settled, tokenOf } from '../helpers/people.ts';

const here = world({ MAX_SOCKETS_PER_USER: '50' });
let node: Node;
let ahead = 0; // of the real time, ms
beforeAll(async () => {
  node = await here.start({}, () => new Date(Date.now() + ahead));
});
afterAll(() => here.close());

const say = (who: Client, questionId: string, input: Json = {}) =>
  who.call('message.send', { questionId, clientId: clientId(), body: 'Hello', confirm: true, ...input });

/** Each entry that this person was told of the queue, in its order. */
const told = ({ events }: Client, questionId: string): Json[] =>
  events
    .filter(({ name }) => name === 'queue.changed')
    .flatMap(({ body }) => body.items as Json[])
    .filter(({ id }) => id === questionId);

test('2.2 of a whole conversation an expert without a part hears that it came, went, came back and ended, while they look', async () => {
  const { category, customer, first, others } = await scene(node, 2);
  const [ben, cleo] = others as [Client, Client];
  expect(await ben.call('queue.watch')).toEqual({ at: expect.any(String), items: [], complete: false });
  const { id: questionId } = await postQuestion(customer, { category });
  const came = await queued(ben, ({ id, state }) => id === questionId && state === 'open');
  expect((await ben.call('question.list', { view: 'open', category })).items).toEqual([came]);

  await greeted(customer, first, questionId);
  await queued(ben, ({ id, state }) => id === questionId && state === 'claimed');
  for (const kind of ['info_request', 'answer']) await say(first, questionId, { kind });
  for (let count = 0; count < 3; count += 1) await say(customer, questionId);
  await first.call('question.release', { questionId });
  await queued(ben, ({ id, state, version }) => id === questionId && state === 'open' && version > came.version);
  await customer.call('question.rate', { questionId, stars: 5 });
  await customer.call('question.close', { questionId });
  await queued(ben, ({ id, state }) => id === questionId && state === 'closed');

  expect(told(ben, questionId).map(({ state }) => state as string)).toEqual(['open', 'claimed', 'open', 'closed']);
  expect(told(ben, questionId)[1]).toEqual({
    ...{ id: questionId, version: expect.any(Number), state: 'claimed', category },
    expert: { id: first.user.id, name: 'Ada' },
  });
  expect(heardOf(ben, 'question.changed', questionId)).toEqual([]);
  await settled(cleo); // connected, and does not look
  expect(JSON.stringify(cleo.events)).not.toContain(questionId);
  expect(told(first, questionId)).toEqual([]);
});

test('2.2 its sides and care hear every step as before; who answered it goes on hearing of it, who only let it go hears that', async () => {
  const care = await join(node, 'admin');
  const { category, customer, first, others } = await scene(node);
  const ben = others[0]!;
  const { id: questionId } = await postQuestion(customer, { category });
  const versions = async (who: Client, last: number) => {
    await who.heard('question.changed', ({ id, version }) => id === questionId && version === last);
    return heardOf(who, 'question.changed', questionId).map(({ version }) => version as number);
  };
  await ben.call('question.claim', { questionId });
  const { question: let_go } = await ben.call('question.release', { questionId });
  expect((await versions(ben, let_go.version)).at(-1)).toBe(let_go.version);
  await first.call('question.claim', { questionId });
  await say(first, questionId, { kind: 'answer' });
  await first.call('question.release', { questionId });
  const { question } = await customer.call('question.rate', { questionId, stars: 4 });
  const of = async (who: Client) => new Set(await versions(who, question.version));
  const all = await of(customer);
  expect(await of(care)).toEqual(new Set([...all].filter((version) => version >= let_go.version - 2)));
  expect([...(await of(first))].every((version) => version > let_go.version)).toBe(true);
  expect(Math.max(...(await versions(ben, let_go.version)))).toBe(let_go.version);
  // without the category there is nothing to hear, also of what one has answered
  const without = await node.ctx.stores.users.read(String(first.user.id));
  await overHttp(node.url, 'user.update', { userId: first.user.id, categories: [] }, care.token);
  const back = await connect(node.url, await tokenOf(node, { ...without!, tokenVersion: without!.tokenVersion + 1 }));
  await customer.call('question.close', { questionId });
  await care.heard('question.changed', ({ id, state }) => id === questionId && state === 'closed');
  await settled(back);
  expect(JSON.stringify(back.events)).not.toContain(questionId);
});

test('2.2, 6.4 who delivers a service hears of the question in which they do, whoever holds it', async () => {
  const { category, customer, first, others } = await scene(node);
  const ben = others[0]!;
  const { id: requestId, questionId } = await requested(customer, first, { category });
  await first.call('request.decline', { requestId });
  await ben.call('request.accept', { requestId });
  await say(first, questionId, { kind: 'answer' });
  await ben.heard('question.changed', ({ id, state }) => id === questionId && state === 'answered');
});

test('2.2 what was missed is in the answer to the next watch, once for each question, and says whether it is all', async () => {
  const { category, customer, others } = await scene(node);
  const ben = others[0]!;
  const { at: since } = await ben.call('queue.watch');
  const [one, two] = [await postQuestion(customer, { category }), await postQuestion(customer, { category })];
  await customer.call('question.close', { questionId: one.id }); // no deadline of its own meanwhile
  await ben.call('queue.unwatch');
  ahead += 10 * 60_000; // far beyond what is told again to be sure
  const three = await postQuestion(customer, { category });

  const missed = await ben.call('queue.watch', { since });
  expect([missed.complete, (missed.items as Json[]).map(({ id, state }) => [id, state] as unknown)]).toEqual([
    true,
    expect.arrayContaining([
      [two.id, 'open'],
      [three.id, 'open'],
    ]),
  ]);
  expect((missed.items as Json[]).filter(({ id }) => id === one.id)).toHaveLength(1);
  const listed = (await ben.call('question.list', { view: 'open', category })).items as Json[];
  expect(missed.items).toEqual(expect.arrayContaining(listed));
  ahead += 10 * 60_000;
  expect((await ben.call('queue.watch', { since: missed.at })).items).toHaveLength(1); // in its minute: the third one
  const { at } = await ben.call('queue.watch');
  ahead += 10 * 60_000;
  const now = node.ctx.now().toISOString();
  expect(await ben.call('queue.watch', { since: now })).toEqual({ at: expect.any(String), items: [], complete: true });
  expect(new Date(String(at)).getTime()).toBeGreaterThan(Date.now());
  // of other categories nothing
  const stranger = await join(node, 'expert', { categories: [] });
  expect((await stranger.call('queue.watch', { since })).items).toEqual([]);
});

test('2.2 watching is for experts, over a socket, and for as long as they have the account', async () => {
  const { category, customer, first } = await scene(node);
  await refused(customer.call('queue.watch'), 'auth.forbidden');
  await refused((await join(node, 'admin')).call('queue.watch'), 'auth.forbidden');
  await refused(first.call('queue.watch', { since: 'yesterday' }), 'input.invalid');
  await expect(overHttp(node.url, 'queue.watch', {}, first.token)).rejects.toMatchObject({ code: 'not_found' });
  const user = await account(node, 'expert', { categories: [category] });
  const leaving = await connect(node.url, await tokenOf(node, user));
  await leaving.call('queue.watch');
  const care = await join(node, 'admin');
  await care.call('user.update', { userId: user.id, categories: [] });
  await eventually(() => leaving.socket.connected).toBe(false);
  await first.call('queue.watch');
  const { id } = await postQuestion(customer, { category });
  await queued(first, (item) => item.id === id);
  expect(JSON.stringify(leaving.events)).not.toContain(String(id));
});
