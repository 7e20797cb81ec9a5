// What everybody may know of an expert, and whose stars their public average is made of.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, login, post, postQuestion, requested, visitor } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { codeOf, eventually, refused, scene } from '../helpers/people.ts';

const here = world();
let node: Node;

beforeAll(async () => {
  node = await here.start();
});
afterAll(() => here.close());

const ratingOf = async (who: Client, expertId: string): Promise<Json> =>
  (await who.call('expert.get', { expertId })).expert.rating as Json;

/** A question that this expert has answered. */
async function answered(customer: Client, expert: Client, category: string): Promise<string> {
  const { id: questionId } = await postQuestion(customer, { category });
  await expert.call('question.claim', { questionId });
  await expert.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Pull the plug.' });
  return questionId as string;
}

test('expert.get tells everybody signed in the same: name, categories and rating, and nothing else', async () => {
  const { category, customer, first, others } = await scene(node);
  const admin = await login(node.url, 'care@example.test');
  const expected = {
    id: first.user.id,
    name: 'Ada',
    categories: [category],
    rating: { average: null, count: 0, automatic: 0 },
  };
  for (const who of [customer, first, others[0]!, admin, await visitor(node.url)]) {
    expect(await who.call('expert.get', { expertId: first.user.id })).toEqual({ expert: expected });
  }
  expect(await codeOf(post(node.url, 'expert.get', { expertId: first.user.id }))).toBe('auth.required');
  // neither customers nor admins are experts, nor is who has left
  for (const expertId of [customer.user.id, admin.user.id, `u_${crypto.randomUUID()}`]) {
    await refused(customer.call('expert.get', { expertId }), 'not_found');
  }
  await admin.call('user.update', { userId: first.user.id, active: false });
  await refused(customer.call('expert.get', { expertId: first.user.id }), 'not_found');
});

test('2.5 the average is of the stars that customers gave, with one decimal; a raised rating counts as it is now', async () => {
  const { category, customer, first, others } = await scene(node);
  const questions = [];
  for (const stars of [5, 4, 1]) {
    const questionId = await answered(customer, first, category);
    await customer.call('question.rate', { questionId, stars });
    questions.push(questionId);
  }
  expect(await ratingOf(customer, first.user.id)).toEqual({ average: 3.3, count: 3, automatic: 0 });
  const [, , low] = questions as [string, string, string];
  expect(await node.ctx.stores.cases.ofQuestion(low)).toMatchObject([{ kind: 'low_rating', state: 'open' }]);
  expect((await node.ctx.stores.questions.read(low))?.record.payment.state).toBe('authorised');

  await refused(customer.call('question.rate', { questionId: questions[0]!, stars: 4 }), 'conflict.rating_lowered');
  await customer.call('question.rate', { questionId: low, stars: 3 });
  expect(await ratingOf(customer, first.user.id)).toEqual({ average: 4, count: 3, automatic: 0 });
  expect(await ratingOf(customer, others[0]!.user.id)).toEqual({ average: null, count: 0, automatic: 0 });
});

test('2.5 the stars stay with the expert whose answer was rated, whoever answers after them', async () => {
  const { category, customer, first, others } = await scene(node);
  const ben = others[0]!;
  const questionId = await answered(customer, first, category);
  await customer.call('question.rate', { questionId, stars: 2 });
  await first.call('question.release', { questionId });
  await ben.call('question.claim', { questionId });
  await ben.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'No, the other plug.' });
  expect(await ratingOf(customer, first.user.id)).toEqual({ average: 2, count: 1, automatic: 0 });
  expect(await ratingOf(customer, ben.user.id)).toEqual({ average: null, count: 0, automatic: 0 });
  await customer.call('question.rate', { questionId, stars: 5 });
  expect(await ratingOf(customer, first.user.id)).toEqual({ average: null, count: 0, automatic: 0 });
  expect(await ratingOf(customer, ben.user.id)).toEqual({ average: 5, count: 1, automatic: 0 });
});

test('7.4 an automatic rating is marked as such and stays out of the average, until the customer gives stars', async () => {
  const { category, customer, first, others } = await scene(node);
  const ben = others[0]!;
  const request = await requested(customer, first, { category });
  const { questionId } = request;
  await first.call('request.decline', { requestId: request.id });
  await ben.call('request.accept', { requestId: request.id });
  await ben.call('request.report', { requestId: request.id, connected: true });
  const rating = async (): Promise<unknown> => (await customer.call('question.get', { questionId })).question.rating;
  await eventually(rating).toEqual({ stars: 5, by: 'automatic' });
  // 7.4: the written conversation's expert, although another one did the service
  expect(await ratingOf(customer, first.user.id)).toEqual({ average: null, count: 0, automatic: 1 });
  expect(await ratingOf(customer, ben.user.id)).toEqual({ average: null, count: 0, automatic: 0 });

  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'So it was the plug.' });
  await refused(customer.call('question.rate', { questionId, stars: 4 }), 'conflict.rating_lowered');
  await customer.call('question.rate', { questionId, stars: 5 });
  expect(await ratingOf(customer, first.user.id)).toEqual({ average: 5, count: 1, automatic: 0 });
});

test('2.5 ratings are summed up by who gave them', async () => {
  const { stores } = node.ctx;
  const { customer, first, category } = await scene(node, 0);
  const questionId = await answered(customer, first, category);
  await customer.call('question.rate', { questionId, stars: 4 });
  expect(await stores.questions.ratingsOf(first.user.id)).toEqual([{ by: 'customer', count: 1, stars: 4 }]);
  expect(await stores.questions.ratingsOf('u_nobody')).toEqual([]);
});
