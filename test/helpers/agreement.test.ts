// The comparison of the journeys finds out a client that has missed something, and nobody else.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { assertAgreed, compare } from './agreement.ts';
import { greeted, postQuestion } from './client.ts';
import { world } from './node.ts';
import { queued, scene } from './people.ts';

const here = world();
let node: Node;
beforeAll(async () => {
  node = await here.start();
  compare(true, 20_000); // two of these tests wait until it is given up
});
afterAll(async () => {
  compare(false);
  await here.close();
});

test('whoever has heard everything agrees', async () => {
  const { customer, first, category } = await scene(node);
  const { id } = await postQuestion(customer, { category });
  await greeted(customer, first, id);
  await assertAgreed();
});

test('whoever has missed an event does not: an expert who looks at the queue', async () => {
  const { customer, first, category } = await scene(node);
  const { id } = await postQuestion(customer, { category });
  await queued(first, (item) => item.id === id);
  await assertAgreed(); // so far
  first.socket.offAny();
  await customer.call('question.close', { questionId: id });
  await expect(assertAgreed()).rejects.toThrow(/expert Ada after question\.close/);
});

test('nor an expert who holds the question', async () => {
  const { customer, first, category } = await scene(node);
  const { id } = await postQuestion(customer, { category });
  await greeted(customer, first, id);
  await assertAgreed(); // so far
  first.socket.offAny();
  await customer.call('question.close', { questionId: id });
  await expect(assertAgreed()).rejects.toThrow(/expert Ada after question\.close/);
});
