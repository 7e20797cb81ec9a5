// Whoever is no side of a conversation any more finds nothing of what came after the moment they left (I22); whoever has
// answered or delivered in it keeps what was there until then, for disputes. For each way of leaving, by every way to read.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, connect, greeted, login, post, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import {
  codeOf,
  each,
  eventually,
  heardOf,
  idsOf,
  provided,
  refused,
  scene,
  settled,
  tokenOf,
} from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';

const here = world();
const CLAIM_MS = 30_000;
const short = world({ POLICY_CLAIM: `${CLAIM_MS}ms` });
let node: Node;
let brief: Node; // claims lapse here, by a clock that is moved
let ahead = 0; // of the real time there, ms
const care = new Map<Node, Client>();
beforeAll(async () => {
  [node, brief] = await Promise.all([here.start(), short.start({}, () => new Date(Date.now() + ahead))]);
  for (const one of [node, brief]) care.set(one, await login(one.url, 'care@example.test'));
});
afterAll(() => Promise.all([here.close(), short.close()]));

const say = (who: Client, questionId: string, body: string, input: Json = {}) =>
  who.call('message.send', { questionId, clientId: clientId(), body, ...input });

interface Stay extends Scene {
  readonly at: Node;
  readonly questionId: string;
}

/** Ada claims the question, writes in it and follows it; `answered`: it is hers a second time, after an answer. */
async function stay(at: Node, answered: boolean): Promise<Stay> {
  const people = await scene(at);
  const { id: questionId } = await postQuestion(people.customer, { category: people.category });
  await greeted(people.customer, people.first, questionId);
  await say(people.customer, questionId, 'Before.');
  if (answered) {
    await say(people.first, questionId, 'Do this.', { kind: 'answer' });
    await people.first.call('question.release', { questionId });
    await people.first.call('question.claim', { questionId });
  }
  await people.first.call('question.watch', { questionId });
  return { ...people, at, questionId };
}

const update = ({ at, first }: Stay, rights: Json) =>
  care.get(at)!.call('user.update', { userId: first.user.id, ...rights });

/** The account as it is now, connected anew. */
async function back({ at, first }: Stay): Promise<Client> {
  const user = await at.ctx.stores.users.read(String(first.user.id));
  return connect(at.url, await tokenOf(at, user!));
}

const free = async ({ at, questionId }: Stay) =>
  eventually(async () => (await at.ctx.stores.questions.read(questionId))?.record.state).toBe('open');

/** How Ada leaves; answers her connection afterwards. */
const WAYS: Record<string, { readonly at: () => Node; readonly leave: (one: Stay) => Promise<Client> }> = {
  'a release': {
    at: () => node,
    leave: async ({ first, questionId }) => {
      await first.call('question.release', { questionId });
      return first;
    },
  },
  'a claim that has lapsed': {
    at: () => brief,
    leave: async (one) => {
      ahead += CLAIM_MS;
      await free(one);
      return one.first;
    },
  },
  'a category that was taken away': {
    at: () => node,
    leave: async (one) => {
      await update(one, { categories: [] });
      await free(one);
      return back(one);
    },
  },
  'an account that was off': {
    at: () => node,
    leave: async (one) => {
      await update(one, { active: false });
      await free(one);
      await expect(connect(one.at.url, one.first.token)).rejects.toThrow(/signed in|sign in/i);
      await update(one, { active: true });
      return back(one);
    },
  },
};

describe('2.2 the holder', () => {
  const cases = Object.keys(WAYS).flatMap((name) => [true, false].map((answered) => ({ name, answered })));
  test.each(cases)(
    'I22 after $name (answered: $answered): nothing of what came afterwards',
    async ({ name, answered }) => {
      const one = await stay(WAYS[name]!.at(), answered);
      const { questionId, customer, others, at } = one;
      const ada = await WAYS[name]!.leave(one);
      const until = (await customer.call('question.get', { questionId })).question.lastSeq as number;
      const heardBefore = ada.events.length;

      const { message: after } = await say(customer, questionId, 'After.');
      expect(after.seq).toBe(until + 1);
      await others[0]!.call('question.claim', { questionId });
      await say(others[0]!, questionId, 'Hello, this is Ben.', { kind: 'answer' });
      await others[0]!.call('message.read', { questionId, seq: after.seq });
      await settled(ada);

      // lists, by every range, over both transports
      const own = Array.from({ length: until }, (_, index) => index + 1);
      const read = async (input: Json = {}) =>
        each((await ada.call('message.list', { questionId, ...input })).items, 'seq');
      if (answered) {
        expect(await read()).toEqual(own);
        expect(await read({ afterSeq: 0, limit: 200 })).toEqual(own);
        expect(await read({ afterSeq: until })).toEqual([]);
        expect(await read({ beforeSeq: until + 3, limit: 1 })).toEqual([until]);
        expect((await post(at.url, 'message.list', { questionId }, ada.token)).items).toHaveLength(until);
      } else {
        await refused(read(), 'not_found');
        await refused(post(at.url, 'message.list', { questionId, afterSeq: 0 }, ada.token), 'not_found');
      }

      // live: nothing, and it cannot be followed again
      const live = ['message.created', 'message.changed', 'read.changed', 'typing', 'presence.changed'];
      expect(ada.events.slice(heardBefore).filter((event) => live.includes(event.name))).toEqual([]);
      const colleague = (ada.user.categories as string[]).includes(one.category);
      const code = colleague ? 'auth.forbidden' : 'not_found';
      for (const command of ['question.watch', 'typing']) await refused(ada.call(command, { questionId }), code);
      await refused(ada.call('message.read', { questionId, seq: 1 }), code);
      await refused(ada.call('message.flag', { questionId, seq: 1, reason: 'abuse' }), code);
      await refused(ada.call('evidence.get', { questionId }), 'auth.forbidden');
      for (const box of ['private-info.get', 'private-info.put']) {
        const input = { questionId, ...(box.endsWith('put') && { text: 'x' }) };
        await refused(ada.call(box, input), 'not_found');
      }

      // the question itself: as a colleague of the category, or not at all
      expect(await codeOf(ada.call('question.get', { questionId }))).toBe(colleague ? 'ok' : 'not_found');
      for (const view of ['mine', 'all']) {
        expect(idsOf(await ada.call('question.list', { view })).includes(questionId)).toBe(colleague && view === 'all');
      }

      // what they keep is for disputes
      const dispute = { kind: 'payout_dispute', questionId, reason: 'The answer was mine.', clientId: clientId() };
      expect(await codeOf(ada.call('case.open', dispute))).toBe(answered || colleague ? 'ok' : 'not_found');
      ada.close();
    },
  );

  test('2.2 who holds it again reads all of it again', async () => {
    const one = await stay(node, false);
    const { questionId, first, customer } = one;
    await first.call('question.release', { questionId });
    await say(customer, questionId, 'Meanwhile.');
    await first.call('question.claim', { questionId });
    expect((await first.call('message.list', { questionId })).items).toHaveLength(3);
    expect((await first.call('question.watch', { questionId })).messages).toHaveLength(3);
  });

  test('2.2 a claim whose time is over is none, also before a worker has looked', async () => {
    let clock = Date.now();
    const still = world({ ROLE: 'gateway' });
    const alone = await still.start({}, () => new Date(clock));
    care.set(alone, await login(alone.url, 'care@example.test'));
    const one = await stay(alone, true);
    clock += 15 * 60_000;
    await say(one.customer, one.questionId, 'After.');
    expect(each((await one.first.call('message.list', { questionId: one.questionId })).items, 'seq')).toEqual([
      1, 2, 3,
    ]);
    await refused(one.first.call('question.watch', { questionId: one.questionId }), 'auth.forbidden');
    await still.close();
  });
});

describe('6.7 the expert who delivers', () => {
  /** Ben delivers what Ada has passed on, and has lost the category since. */
  async function delivering() {
    const people = await scene(node);
    const { customer, first, others, category } = people;
    const ben = others[0]!;
    const request = await requested(customer, first, { category });
    const questionId = request.questionId as string;
    await first.call('request.decline', { requestId: request.id });
    await ben.call('request.accept', { requestId: request.id });
    await say(customer, questionId, 'Before.');
    return { ...people, ben, questionId, requestId: request.id as string };
  }
  const seqs = async (who: Client, questionId: string) =>
    each((await who.call('message.list', { questionId })).items, 'seq');
  const no = { connected: false, attempts: 3, reason: 'no answer', comment: 'Rang three times.' };

  test.each([
    ['taken back by the customer', 'request.withdraw'],
    ['requested again from anybody', 'offer.accept'],
  ])('7.1 %s: nothing of what came afterwards', async (_, name) => {
    const { customer, first, ben, questionId, requestId, category } = await delivering();
    await ben.call('request.report', { requestId, ...no });
    expect(await seqs(ben, questionId)).toEqual([1, 2]);
    await customer.call(name, name === 'offer.accept' ? { offerId: requestId } : { requestId });
    if (name === 'offer.accept') await first.call('request.accept', { requestId });
    await say(customer, questionId, 'After.');
    expect(await seqs(ben, questionId)).toEqual([1, 2]);
    expect(await seqs(first, questionId)).toEqual([1, 2, 3]);
    expect(heardOf(ben, 'message.created', questionId)).toEqual([]);
    await refused(ben.call('private-info.get', { questionId }), 'not_found');
    expect((await scene(node)).category).not.toBe(category);
  });

  test('8.4 refunded by customer care: nothing of what came afterwards', async () => {
    const { customer, ben, questionId, requestId } = await delivering();
    await ben.call('request.report', { requestId, connected: true });
    const wish = { questionId, offerId: requestId, reason: 'It did not help.' };
    const { case: opened } = await customer.call('refund.request', wish);
    await care.get(node)!.call('case.resolve', { caseId: opened.id, resolution: 'grant' });
    await eventually(async () => (await node.ctx.stores.offers.read(requestId))?.record.state).toBe('refunded');
    await say(customer, questionId, 'After.');
    expect(await seqs(ben, questionId)).toEqual([1, 2]);
    await refused(ben.call('private-info.get', { questionId }), 'not_found');
  });

  test('6.7 without the category they still review what they deliver; another open request there is nothing to them', async () => {
    const one = await delivering();
    await care.get(node)!.call('user.update', { userId: one.ben.user.id, categories: [] });
    const ben = await back({ ...one, at: node, first: one.ben });
    await say(one.customer, one.questionId, 'After.');
    expect(await seqs(ben, one.questionId)).toEqual([1, 2, 3]);
    expect((await ben.call('question.get', { questionId: one.questionId })).question.id).toBe(one.questionId);
    expect((await ben.call('request.get', { requestId: one.requestId })).request.state).toBe('accepted');
    await refused(ben.call('question.watch', { questionId: one.questionId }), 'not_found');
  });
});

test('6.3 an expert who was asked first and has lost the category reads no open request any more', async () => {
  const { customer, first, others, category } = await scene(node);
  const request = await requested(customer, first, { category });
  const questionId = request.questionId as string;
  await care.get(node)!.call('user.update', { userId: first.user.id, categories: [] });
  const ada = await back({ ...(await scene(node)), at: node, first, questionId });
  await eventually(async () => (await node.ctx.stores.offers.read(String(request.id)))?.record.state).toBe('open');
  await say(customer, questionId, 'After.');
  await refused(ada.call('message.list', { questionId }), 'not_found');
  await refused(ada.call('request.get', { requestId: request.id }), 'not_found');
  await refused(ada.call('request.accept', { requestId: request.id }), 'not_found');
  expect(await others[0]!.call('message.list', { questionId })).toMatchObject({ items: [{ seq: 1 }, { seq: 2 }] });
});

describe('6.8 a customer whose account is switched off is charged for nothing that nobody has accepted', () => {
  const off = (userId: unknown) => care.get(node)!.call('user.update', { userId, active: false });
  const offerOf = async (id: unknown) => (await node.ctx.stores.offers.read(String(id)))!.record;

  test.each(['reserved', 'open'])(
    '6.8 a request that is %s: it is withdrawn, what is held is let go, nobody wins it',
    async (state) => {
      const { customer, first, others, category } = await scene(node);
      const request = await requested(customer, first, { category });
      const ben = others[0]!;
      if (state === 'open') await first.call('request.decline', { requestId: request.id });
      expect((await offerOf(request.id)).state).toBe(state);
      await off(customer.user.id);
      expect(await offerOf(request.id)).toMatchObject({ state: 'withdrawn', payment: { state: 'released' } });
      expect((await offerOf(request.id)).history.at(-1)).toMatchObject({ what: 'withdraw', by: { id: 'system' } });
      await eventually(() => provided(node, String(request.id))).toEqual(['authorise', 'void']);
      for (const who of [first, ben]) {
        expect(await codeOf(who.call('request.accept', { requestId: request.id }))).toMatch(
          /^(not_found|conflict\.not_open)$/,
        );
      }
      // what they had asked stays until somebody closes it
      expect((await node.ctx.stores.questions.read(String(request.questionId)))!.record.state).not.toBe('closed');
    },
  );

  test('6.5 one that waits for another card is withdrawn too; what was paid, or only offered, stays', async () => {
    const { customer, first, category } = await scene(node);
    const asked = { category, paymentMethod: 'pm_card_chargeCustomerFail' };
    const failed = await requested(customer, first, asked);
    await refused(first.call('request.accept', { requestId: failed.id }), 'payment.failed');
    const { id: questionId } = await postQuestion(customer, { category });
    const offered = await greeted(customer, first, questionId);
    const taken = await requested(customer, first, { category });
    await first.call('request.accept', { requestId: taken.id });
    await off(customer.user.id);
    const states = await Promise.all([failed, offered, taken].map(async ({ id }) => (await offerOf(id)).state));
    expect(states).toEqual(['withdrawn', 'offered', 'accepted']);
    await first.call('request.report', { requestId: taken.id, connected: true });
    expect((await offerOf(taken.id)).state).toBe('fulfilled');
  });
});
