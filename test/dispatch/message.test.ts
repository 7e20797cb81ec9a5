// What a message means for its question, when the gateway that stored it was gone before the question heard of it, and its
// sender never sends it again.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { Ctx } from '../../src/context.ts';
import { send } from '../../src/dispatch/message.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import type { MessageKind } from '../../src/domain/message.ts';
import type { Question } from '../../src/domain/question.ts';
import { clientId, postQuestion } from '../helpers/client.ts';
import type { Client } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { eventually, scene } from '../helpers/people.ts';
import { all } from '../helpers/all.ts';

const here = world({ ROLE: 'gateway' }); // no worker: only the tests sweep
let clock = Date.now();
let node: Node;
let ctx: Ctx;
beforeAll(async () => {
  node = await here.start({}, () => new Date(clock));
  ctx = node.ctx;
});
afterAll(() => here.close());

const dies = () => Promise.reject(new Error('the process has died'));

/** The same gateway, which dies before a question is saved, or before it is noted that nothing is owed any more. */
function dying(before: 'the question' | 'the end'): Ctx {
  const { questions, messages } = ctx.stores;
  const last =
    before === 'the end'
      ? { messages: { ...messages, clearOutbox: dies } }
      : { questions: { ...questions, save: dies } };
  return { ...ctx, stores: { ...ctx.stores, ...last } };
}

async function say(on: Ctx, { user }: Client, questionId: string, kind: MessageKind): Promise<unknown> {
  const actor = (await ctx.stores.users.read(String(user.id)))!;
  const sent = { questionId, clientId: clientId(), kind, body: 'Do this.', confirm: undefined };
  return send(on, { ...actor, role: 'expert', expiresAt: new Date('2999-01-01') }, sent);
}

const read = async (questionId: string): Promise<Question> => (await ctx.stores.questions.read(questionId))!.record;
const owing = async (questionId: string) =>
  (await all(ctx.stores.messages.unsettled(new Date('2999-01-01'), 1_000)))
    .filter(({ record }) => record.questionId === questionId)
    .flatMap(({ outbox }) => outbox.map(({ type }) => type));

async function later(): Promise<void> {
  clock += 20_000;
  await sweep(ctx);
}

async function claimed() {
  const sides = await scene(node);
  const { id } = await postQuestion(sides.customer, { category: sides.category });
  await sides.first.call('question.claim', { questionId: id });
  return { ...sides, questionId: String(id) };
}

test.each([
  ['answer', 'answered', true],
  ['greeting', 'claimed', false],
] as const)(
  '2.4, 5.1 the first words of an expert, %s: the question hears of them all the same',
  async (kind, state, ratingEnabled) => {
    const { first, questionId } = await claimed();
    await expect(say(dying('the question'), first, questionId, kind)).rejects.toThrow('has died');
    expect(await read(questionId)).toMatchObject({ state: 'claimed', expertWroteAt: null });
    await later();
    expect(await read(questionId)).toMatchObject({ state, ratingEnabled, firstExpert: { id: first.user.id } });
    expect(await ctx.stores.offers.ofQuestion(questionId)).toMatchObject([{ state: 'offered', origin: 'automatic' }]);
    await eventually(() => owing(questionId)).toEqual([]);
  },
);

test('2.4 an answer that the question knew already is not taken for another one, whoever holds it by now', async () => {
  const { first, others, customer, questionId } = await claimed();
  await say(dying('the end'), first, questionId, 'answer');
  await eventually(() => owing(questionId)).toContain('said');
  await first.call('question.release', { questionId });
  await others[0]!.call('question.claim', { questionId });
  const before = await read(questionId);
  await later();
  expect(await read(questionId)).toEqual(before);
  await eventually(() => owing(questionId)).toEqual([]);
  customer.close();
});

test('2.3 what means nothing for its question owes it nothing', async () => {
  const { first, questionId } = await claimed();
  await say(ctx, first, questionId, 'greeting');
  await eventually(() => owing(questionId)).toEqual([]);
  await say(dying('the end'), first, questionId, 'info_request');
  expect(await owing(questionId)).toEqual([]);
});
