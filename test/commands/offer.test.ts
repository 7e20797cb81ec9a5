// offer.*: what is the customer's alone (5.1, 5.3).
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, greeted, postQuestion } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { expectRefused, outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';
import { entriesOf, eventually, join, provided, refused } from '../helpers/people.ts';

const here = world();
let node: Node;
let people: Outsiders;

beforeAll(async () => {
  node = await here.start();
  people = await outsiders(node);
});
afterAll(() => here.close());

async function offered() {
  const question = await postQuestion(people.customer, { category: people.category });
  return greeted(people.customer, people.first, question.id);
}

const NOT_THEIRS = {
  otherCustomer: 'not_found',
  first: 'auth.forbidden',
  colleague: 'auth.forbidden',
  stranger: 'auth.forbidden',
  admin: 'auth.forbidden',
};

test('5.1, 5.2 the offer says what it is, and its price is one of the category’s', async () => {
  const offer = await offered();
  const category = await node.ctx.stores.categories.find(people.category);
  expect(offer).toMatchObject({
    version: 1,
    origin: 'automatic',
    service: { key: 'remote_assistance', title: 'Secure Remote Assistance' },
    description: expect.stringContaining('An expert') as unknown,
    state: 'offered',
    requestedAt: null,
    expiresAt: null,
    acceptedBy: null,
    reservedFor: null,
  });
  expect(category!.pricePoints).toContain(offer.price.amount);
});

test('5.3 offer.accept: the customer’s own, authorised and reserved', async () => {
  const offer = await offered();
  await expectRefused(node, people, offer.questionId, ['offer.accept', { offerId: offer.id }], NOT_THEIRS);
  expect(await provided(node, offer.id)).toEqual([]);
  const { offer: request } = await people.customer.call('offer.accept', { offerId: offer.id });
  expect(request).toMatchObject({ state: 'reserved', reservedFor: people.first.user.id, price: offer.price });
  expect(request).not.toHaveProperty('payout');
  expect(request).not.toHaveProperty('report');
  await eventually(() => entriesOf(node, offer.id)).toEqual(['authorise-1']);
  expect(await people.customer.call('offer.accept', { offerId: offer.id })).toEqual({ offer: request });
  await refused(people.customer.call('offer.decline', { offerId: offer.id }), 'conflict.not_offered');
});

test('5.3 offer.decline: the customer’s own', async () => {
  const offer = await offered();
  await expectRefused(node, people, offer.questionId, ['offer.decline', { offerId: offer.id }], NOT_THEIRS);
  expect((await people.customer.call('offer.decline', { offerId: offer.id })).offer.state).toBe('declined');
});

test('5.3 a declined card leaves the offer as it was; with another card it is accepted', async () => {
  const customer = await join(node, 'customer');
  const question = await postQuestion(customer, { category: people.category });
  const offer = await greeted(customer, people.first, question.id);
  const update = (paymentMethod: string) => customer.call('payment.update', { questionId: question.id, paymentMethod });
  await update('pm_card_chargeDeclined'); // nothing waits for it: it is tried with the next charge
  const refusal = await refused(customer.call('offer.accept', { offerId: offer.id }), 'payment.failed');
  expect(refusal.details).toEqual({ reason: 'card_declined', offerId: offer.id });
  const { offers } = await customer.call('question.get', { questionId: question.id });
  expect(offers).toMatchObject([{ id: offer.id, state: 'offered', paymentReason: 'card_declined' }]);
  await update('pm_card_visa');
  expect((await customer.call('offer.accept', { offerId: offer.id })).offer.state).toBe('reserved');
  expect(await provided(node, offer.id, 2)).toEqual(['authorise card_declined', 'authorise']);
});

test('what is not an offer is not found, and what is no id is invalid', async () => {
  const missing = { offerId: `of_${clientId()}` };
  for (const name of ['offer.accept', 'offer.decline']) {
    await refused(people.customer.call(name, missing), 'not_found');
    await refused(people.customer.call(name, { offerId: { $ne: null } }), 'input.invalid');
    await refused(people.customer.call(name, {}), 'input.invalid');
  }
});
