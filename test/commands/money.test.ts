// payment.update and earnings.list (6.5, 7.5).
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { payoutEntry } from '../../src/domain/ledger.ts';
import { clientId, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { expectRefused, outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';
import { each, pagesOf, refused, scene } from '../helpers/people.ts';

const here = world();
let node: Node;
let people: Outsiders;

beforeAll(async () => {
  node = await here.start();
  people = await outsiders(node);
});
afterAll(() => here.close());

const HOUR = 3_600_000;
const usd = (amount: number) => ({ amount, currency: 'USD' });

test('payment.update is for the question’s customer', async () => {
  const { id: questionId } = await postQuestion(people.customer, { category: people.category });
  await expectRefused(node, people, questionId, ['payment.update', { questionId, paymentMethod: 'pm_card_visa' }], {
    otherCustomer: 'not_found',
    first: 'auth.forbidden',
    colleague: 'auth.forbidden',
    stranger: 'auth.forbidden',
    admin: 'auth.forbidden',
  });
  const update = (paymentMethod: string) => people.customer.call('payment.update', { questionId, paymentMethod });
  for (const wrong of ['4242 4242 4242 4242', 'card_visa', 'pm_', '']) await refused(update(wrong), 'input.invalid');
  const { question } = await update('pm_card_visa');
  expect(question).toMatchObject({ id: questionId, state: 'open' });
  expect(JSON.stringify(question)).not.toContain('pm_card');
});

test('6.5 pressing Update twice at once reopens the request once', async () => {
  const { category, customer, first } = await scene(node, 0);
  const request = await requested(customer, first, { category, paymentMethod: 'pm_card_chargeCustomerFail' });
  await refused(first.call('request.accept', { requestId: request.id }), 'payment.failed');
  const input = { questionId: request.questionId, paymentMethod: 'pm_card_visa' };
  await Promise.allSettled([1, 2, 3].map(() => customer.call('payment.update', input)));
  const { offers } = await customer.call('question.get', { questionId: request.questionId });
  expect(offers).toMatchObject([{ state: 'open' }]);
  const { record } = (await node.ctx.stores.offers.read(request.id))!;
  expect(record).toMatchObject({ generation: 1, payment: { attempt: 2, state: 'authorised' } });
});

test('6.5 a customer sees which card is charged next, and nobody else does; another one shows by itself', async () => {
  const { category, customer, first } = await scene(node, 0);
  const request = await requested(customer, first, { category, paymentMethod: 'pm_card_chargeCustomerFail' });
  const { questionId } = request;
  const seenBy = async (who: Client) => (await who.call('question.get', { questionId })).question as Json;
  expect(await seenBy(customer)).toMatchObject({ card: { brand: 'visa', last4: '0341' } });
  for (const who of [first, people.admin]) expect(await seenBy(who)).not.toHaveProperty('card');
  await refused(first.call('request.accept', { requestId: request.id }), 'payment.failed');
  await customer.call('payment.update', { questionId, paymentMethod: 'pm_card_visa' });
  const card = { brand: 'visa', last4: '4242' };
  await customer.heard('question.changed', (question) => question.id === questionId && question.card?.last4 === '4242');
  expect(await seenBy(customer)).toMatchObject({ card });
  // the same one again is no other card, and of one that nobody has tried yet nothing is known
  await customer.call('payment.update', { questionId, paymentMethod: 'pm_card_visa' });
  expect(await seenBy(customer)).toMatchObject({ card });
  await customer.call('payment.update', { questionId, paymentMethod: 'pm_card_chargeDeclined' });
  expect(await seenBy(customer)).toMatchObject({ card: null });
});

test('6.5 of a draft whose card was declined no card is known; the one that pays it is', async () => {
  const { category, customer } = await scene(node, 0);
  const posting = postQuestion(customer, { category, paymentMethod: 'pm_card_chargeDeclined' });
  const { details } = await refused(posting, 'payment.failed');
  const questionId = details?.questionId as string;
  const draft = await customer.call('question.get', { questionId });
  expect(draft.question).toMatchObject({ state: 'draft', card: null });
  const { question } = await customer.call('payment.update', { questionId, paymentMethod: 'pm_card_visa' });
  expect(question).toMatchObject({ state: 'open', card: { brand: 'visa', last4: '4242' } });
});

/** A service that `expert` accepted at this instant, and the payout of it when it was paid. */
async function accepted(like: string, expert: Client, at: Date, paidAt: Date | null): Promise<string> {
  const { record } = (await node.ctx.stores.offers.read(like))!;
  const id = `of_${randomUUID()}`;
  const acceptedBy = { id: expert.user.id, name: expert.user.name };
  const state = paidAt === null ? 'accepted' : 'fulfilled';
  const copy = { ...record, id, state, acceptedBy, acceptedAt: at, dueAt: null } as const;
  await node.ctx.stores.offers.insert(copy, [], at);
  if (paidAt !== null) {
    const { questionId, customer, price, payout } = copy;
    const subject = { questionId, offerId: id, customerId: customer.id, money: price };
    await node.ctx.stores.entries.book([payoutEntry(subject, expert.user.id, payout)], paidAt);
  }
  return id;
}

/** A question whose value was paid to `expert` at this instant. */
async function rated(like: string, expert: Client, paidAt: Date): Promise<string> {
  const { record } = (await node.ctx.stores.questions.read(like))!;
  const id = `q_${randomUUID()}`;
  await node.ctx.stores.questions.insert({ ...record, id, clientId: id, dueAt: null }, [], paidAt);
  const subject = { questionId: id, offerId: null, customerId: record.customer.id, money: record.value };
  await node.ctx.stores.entries.book([payoutEntry(subject, expert.user.id, record.payout)], paidAt);
  return id;
}

test('7.5 earnings.list is each expert’s own, and shows 0 until the report', async () => {
  const { category, customer, first, others } = await scene(node);
  const request = await requested(customer, first, { category });
  const { questionId } = request;
  await expectRefused(node, people, null, ['earnings.list', {}], {
    customer: 'auth.forbidden',
    admin: 'auth.forbidden',
  });
  expect(await first.call('earnings.list')).toEqual({ items: [], total: usd(0), totals: [] });
  await first.call('request.accept', { requestId: request.id });
  const unpaid = await first.call('earnings.list');
  expect(unpaid).toMatchObject({ total: usd(0), totals: [] });
  expect(unpaid.items).toEqual([
    {
      id: request.id,
      kind: 'premium',
      questionId,
      offerId: request.id,
      subject: 'My laptop does not start',
      state: 'accepted',
      amount: usd(0),
      at: expect.any(String) as unknown,
    },
  ]);
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Do this.' });
  await first.call('request.report', { requestId: request.id, connected: true });
  const paid = await first.call('earnings.list');
  expect(paid.items).toHaveLength(2);
  expect(paid).toMatchObject({ total: usd(2_450), totals: [usd(2_450)] });
  expect(await others[0]!.call('earnings.list')).toEqual({ items: [], total: usd(0), totals: [] });
});

test('7.5 earnings.list goes on beyond fifty, newest first, services and questions together', async () => {
  const { category, customer, first } = await scene(node, 0);
  const request = await requested(customer, first, { category });
  const start = Date.now() - 1_000 * HOUR;
  const made = await Promise.all(
    Array.from({ length: 120 }, (_, n) => {
      const at = new Date(start + n * HOUR);
      return n % 3 === 0 ? rated(request.questionId, first, at) : accepted(request.id, first, at, at);
    }),
  );
  const pages = await pagesOf(first, 'earnings.list', {});
  expect(pages.map(({ length }) => length)).toEqual([50, 50, 20]);
  expect(pages.flat().map(({ id }) => String(id))).toEqual(made.toReversed());
  const sum = pages.flat().reduce((total, { amount }) => total + Number(amount.amount), 0);
  const { total } = await first.call('earnings.list');
  expect(total).toEqual(usd(sum));
});

test('7.5 no paid question is lost behind services that were paid later', async () => {
  const { category, customer, first } = await scene(node, 0);
  const request = await requested(customer, first, { category });
  const start = Date.now() - 1_000 * HOUR;
  // sixty services accepted first, a question paid then, and all the services reported after that
  const services = await Promise.all(
    Array.from({ length: 60 }, (_, n) =>
      accepted(request.id, first, new Date(start + n * HOUR), new Date(start + (200 + n) * HOUR)),
    ),
  );
  const question = await rated(request.questionId, first, new Date(start + 100 * HOUR));
  const items = (await pagesOf(first, 'earnings.list', {})).flat();
  expect(items.map(({ id }) => String(id))).toEqual([question, ...services.toReversed()]);
});

test('7.5 from and to choose what is shown, and the total is the sum of it', async () => {
  const { category, customer, first } = await scene(node, 0);
  const request = await requested(customer, first, { category });
  const start = Date.now() - 100 * HOUR;
  const at = (hours: number) => new Date(start + hours * HOUR);
  const early = await accepted(request.id, first, at(1), at(2));
  const across = await accepted(request.id, first, at(9), at(11)); // accepted before, paid after the border
  const late = await rated(request.questionId, first, at(20));
  const list = async (input: Json) => {
    const { items, total } = await first.call('earnings.list', input);
    const sum = (items as Json[]).reduce((all, { amount }) => all + Number(amount.amount), 0);
    return { ids: each(items, 'id'), sum, total: Number(total.amount) };
  };
  const from = at(10).toISOString();
  expect((await list({})).ids).toEqual([late, across, early]);
  for (const range of [{ from }, { to: from }, { from: at(0).toISOString(), to: at(5).toISOString() }]) {
    const { sum, total } = await list(range);
    expect({ range, total }).toEqual({ range, total: sum });
  }
  expect((await list({ from: at(15).toISOString() })).ids).toEqual([late]);
  expect((await list({ to: at(5).toISOString() })).ids).toEqual([early]);
  expect((await list({ from: at(20).toISOString(), to: at(20).toISOString() })).ids).toEqual([]);
  expect((await list({ from: at(20).toISOString() })).ids).toEqual([late]); // from is included, to is not
  for (const input of [{ from: 'yesterday' }, { cursor: 'nonsense' }, { cursor: '2030-01-01T00:00:00.000Z' }]) {
    await refused(first.call('earnings.list', input), 'input.invalid');
  }
});
