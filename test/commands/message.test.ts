// message.*: the written conversation (2.3), who may write and read it, and that nothing is lost, doubled or reordered.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, connect, greeted, postQuestion } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { expectRefused, outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';
import { codeOf, each, heardOf, refused, scene, settled, tokenOf } from '../helpers/people.ts';

const here = world({ POLICY_FOLLOW_UP: '0s,7d' });
let node: Node;
let people: Outsiders;

beforeAll(async () => {
  node = await here.start();
  people = await outsiders(node);
});
afterAll(() => here.close());

const say = async (who: Client, questionId: string, input: Json = {}): Promise<Json> =>
  (await who.call('message.send', { questionId, clientId: clientId(), body: 'Hello', ...input })).message as Json;

/** A question that `first` holds and both follow. */
async function conversation(): Promise<string> {
  const { id: questionId } = await postQuestion(people.customer, { category: people.category });
  await people.first.call('question.claim', { questionId });
  for (const who of [people.customer, people.first]) await who.call('question.watch', { questionId });
  return String(questionId);
}

test('2.3 a message has its place, reaches both sides, and is the same by answer, event and list', async () => {
  const questionId = await conversation();
  const id = clientId();
  const sent = await say(people.customer, questionId, { clientId: id, body: '  It beeps.\nTwice.  ' });
  expect(sent).toMatchObject({
    questionId,
    seq: 1,
    clientId: id,
    kind: 'message',
    by: { id: people.customer.user.id, name: 'Cora', role: 'customer' },
    body: '  It beeps.\nTwice.  ', // as it was written
    attachments: [],
    redacted: false,
  });
  const answered = await say(people.first, questionId, { kind: 'info_request', body: 'How often?' });
  expect(answered).toMatchObject({ seq: 2, kind: 'info_request', by: { id: people.first.user.id, role: 'expert' } });
  for (const who of [people.customer, people.first]) {
    expect(await who.heard('message.created', (event) => event.clientId === id)).toEqual(sent);
    expect(await who.heard('message.created', (event) => event.clientId === answered.clientId)).toEqual(answered);
    expect((await who.call('message.list', { questionId })).items).toEqual([sent, answered]);
  }
});

test('2.2, 2.3 message.send is for the two sides; outsiders hear nothing and leave nothing', async () => {
  const questionId = await conversation();
  await expectRefused(
    node,
    people,
    questionId,
    ['message.send', { questionId, clientId: clientId(), body: 'Me too' }],
    {
      otherCustomer: 'not_found',
      stranger: 'not_found',
      colleague: 'conflict.claimed',
      admin: 'auth.forbidden',
    },
  );
  const unclaimed = await postQuestion(people.customer, { category: people.category });
  const input = { questionId: unclaimed.id, clientId: clientId(), body: 'Me first' };
  await refused(people.colleague.call('message.send', input), 'conflict.not_claimed');
  expect((await say(people.customer, unclaimed.id)).seq).toBe(1); // the customer can always write
});

test('2.3 experts choose a kind, customers cannot, and empty or endless texts are refused', async () => {
  const questionId = await conversation();
  for (const kind of ['greeting', 'info_request', 'message', 'answer', 'follow_up']) {
    expect((await say(people.first, questionId, { kind })).kind).toBe(kind);
  }
  for (const kind of ['answer', 'greeting']) {
    const refusal = await refused(say(people.customer, questionId, { kind }), 'input.invalid');
    expect(refusal.details).toEqual({ fields: [{ path: 'kind', reason: 'experts_only' }] });
  }
  for (const input of [{ kind: 'closed' }, { body: '' }, { body: ' \n ' }, { body: 'x'.repeat(8_001) }, { seq: 9 }]) {
    await refused(say(people.first, questionId, input), 'input.invalid');
  }
  const body = 'ü'.repeat(8_000);
  expect((await say(people.customer, questionId, { body })).body).toBe(body);
});

test('2.3 the same clientId again is the same message, however many at once', async () => {
  const questionId = await conversation();
  const id = clientId();
  const sent = await Promise.all(
    Array.from({ length: 8 }, (_, n) => say(people.customer, questionId, { clientId: id, body: `Try ${n}` })),
  );
  expect(new Set(sent.map((message) => JSON.stringify(message))).size).toBe(1);
  // another author's clientId is another message
  expect((await say(people.first, questionId, { clientId: id })).seq).toBe(2);
  const { items } = await people.customer.call('message.list', { questionId });
  expect(items).toHaveLength(2);

  // who only missed the answer gets it, whatever happened meanwhile
  await people.first.call('question.release', { questionId });
  expect((await say(people.first, questionId, { clientId: id })).seq).toBe(2);
  await people.customer.call('question.close', { questionId });
  expect(await say(people.customer, questionId, { clientId: id })).toEqual(sent[0]);
  await refused(say(people.customer, questionId), 'conflict.closed');
});

test('2.3 who has lost the category hears what became of the message whose answer was lost, and nothing else', async () => {
  const { category, customer, first } = await scene(node, 0);
  const { id: questionId } = await postQuestion(customer, { category });
  await greeted(customer, first, questionId);
  const sent = { questionId, clientId: clientId(), body: 'Do this.' };
  const { message } = await first.call('message.send', sent);
  await people.admin.call('user.update', { userId: first.user.id, categories: [] });
  const user = await node.ctx.stores.users.read(String(first.user.id));
  const again = await connect(node.url, await tokenOf(node, user!));
  expect((await again.call('message.send', sent)).message).toEqual(message);
  await refused(again.call('message.send', { ...sent, clientId: clientId() }), 'not_found');
  again.close();
});

test('2.3, I8 what is written from both sides at once has each place once, in each sender’s order', async () => {
  const questionId = await conversation();
  const senders = [people.customer, people.first];
  const sent = await Promise.all(
    senders.flatMap((who) => Array.from({ length: 25 }, (_, n) => say(who, questionId, { body: String(n) }))),
  );
  const { items } = await people.customer.call('message.list', { questionId, limit: 200 });
  expect(each(items, 'seq')).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  expect(new Set(sent.map(({ seq }) => seq as number)).size).toBe(50);
  for (const who of senders) {
    const own = (items as Json[]).filter(({ by }) => by.id === who.user.id).map(({ body }) => Number(body));
    expect(own).toEqual(own.toSorted((a, b) => a - b));
    await settled(who);
    const heard = new Set(heardOf(who, 'message.created', questionId).map(({ seq }) => seq as number));
    expect(heard.size).toBe(50);
  }
});

test('2.3 message.list goes through the conversation in both directions', async () => {
  const questionId = await conversation();
  await Promise.all(Array.from({ length: 60 }, () => say(people.customer, questionId)));
  const list = async (input: Json = {}): Promise<unknown[]> =>
    each((await people.first.call('message.list', { questionId, ...input })).items, 'seq');
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
  expect(await list()).toEqual(range(11, 60));
  expect(await list({ beforeSeq: 11 })).toEqual(range(1, 10));
  expect(await list({ beforeSeq: 31, limit: 5 })).toEqual(range(26, 30));
  expect(await list({ afterSeq: 0 })).toEqual(range(1, 50));
  expect(await list({ afterSeq: 50 })).toEqual(range(51, 60));
  expect(await list({ afterSeq: 10, beforeSeq: 13 })).toEqual([11, 12]);
  expect(await list({ afterSeq: 60 })).toEqual([]);
  expect(await list({ limit: 200 })).toEqual(range(1, 60));
  for (const input of [{ limit: 0 }, { limit: 201 }, { afterSeq: -1 }, { beforeSeq: 1.5 }]) {
    await refused(people.first.call('message.list', { questionId, ...input }), 'input.invalid');
  }
});

test('2.3 a page of the conversation ends at a size, and its cursor leads through all of it', async () => {
  const questionId = await conversation();
  const body = '漢'.repeat(8_000); // 24,000 bytes
  const count = 30;
  for (let n = 0; n < count; n += 1) await say(people.customer, questionId, { body });
  const walk = async (input: Json): Promise<number[][]> => {
    const pages: number[][] = [];
    let cursor: string | undefined;
    do {
      const page = await people.first.call('message.list', {
        questionId,
        limit: 200,
        ...input,
        ...(cursor && { cursor }),
      });
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(300_000);
      pages.push((page.items as Json[]).map(({ seq }) => seq as number));
      cursor = page.nextCursor as string | undefined;
    } while (cursor !== undefined);
    return pages;
  };
  const all = Array.from({ length: count }, (_, index) => index + 1);
  const forward = await walk({ afterSeq: 0 });
  expect(forward.length).toBeGreaterThan(2);
  expect(forward.flat()).toEqual(all);
  const backward = await walk({});
  expect(backward.toReversed().flat()).toEqual(all);
  expect((await walk({ afterSeq: 5, beforeSeq: 28 })).flat()).toEqual(all.slice(5, 27));
  expect((await walk({ afterSeq: 0, limit: 7 })).map((page) => page.length)).toEqual([7, 7, 7, 7, 2]);

  const watched = await people.first.call('question.watch', { questionId, afterSeq: 0 });
  expect((watched.messages as Json[]).map(({ seq }) => seq as number)).toEqual(forward[0]);
  expect(watched.question.lastSeq).toBe(count);
  for (const cursor of ['after/', 'around/3', 'before/-1', 'after/1e3', `after/${'9'.repeat(20)}`]) {
    await refused(people.first.call('message.list', { questionId, cursor }), 'input.invalid');
  }
});

test('message.list: its sides and admins; not colleagues while there is nothing to review', async () => {
  const questionId = await conversation();
  await say(people.customer, questionId);
  await greeted(people.customer, people.first, questionId); // an offer that is not requested shows nothing to anybody
  for (const who of [people.customer, people.first, people.admin]) {
    expect((await who.call('message.list', { questionId })).items).toHaveLength(2);
  }
  await expectRefused(node, people, questionId, ['message.list', { questionId }], {
    otherCustomer: 'not_found',
    stranger: 'not_found',
    colleague: 'not_found',
  });
});

test('2.3 read marks move forward only, no further than the last message, and are told to both sides', async () => {
  const questionId = await conversation();
  for (let n = 0; n < 3; n += 1) await say(people.first, questionId);
  const read = async (seq: number): Promise<number> =>
    Number((await people.customer.call('message.read', { questionId, seq })).seq);
  expect(await read(2)).toBe(2);
  const told = await people.first.heard('read.changed', (event) => event.questionId === questionId);
  expect(told).toEqual({ questionId, by: { id: people.customer.user.id, name: 'Cora' }, seq: 2 });
  await read(1);
  await read(2);
  expect(await read(99)).toBe(3);
  await people.first.heard('read.changed', (event) => event.questionId === questionId && event.seq === 3);
  await settled(people.first);
  expect(each(heardOf(people.first, 'read.changed', questionId), 'seq')).toEqual([2, 3]);
  await expectRefused(node, people, questionId, ['message.read', { questionId, seq: 1 }], {
    otherCustomer: 'not_found',
    stranger: 'not_found',
    colleague: 'auth.forbidden',
    admin: 'auth.forbidden',
  });
});

test('5.1 messages that are sent at once bring one offer', async () => {
  const questionId = await conversation();
  const codes = await Promise.all(Array.from({ length: 6 }, () => codeOf(say(people.first, questionId))));
  expect(new Set(codes)).toEqual(new Set(['ok']));
  await people.customer.heard('offer.changed', (offer) => offer.questionId === questionId);
  expect(await node.ctx.stores.offers.ofQuestion(questionId)).toHaveLength(1);
});
