// One effect that fails is tried again, by itself: nobody is told anything twice because a provider or a store is away.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { Ctx } from '../../src/context.ts';
import { change, settle } from '../../src/dispatch/change.ts';
import { OFFER, QUESTION } from '../../src/dispatch/machines.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import { verify } from '../../src/dispatch/verify.ts';
import type { Fact } from '../../src/domain/fact.ts';
import type { Offer } from '../../src/domain/offer.ts';
import type { User } from '../../src/models/user.ts';
import { clientId, post } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { account, cleared, entriesOf, eventually, ownCategory, provided, tokenOf } from '../helpers/people.ts';

const here = world({ ROLE: 'gateway' }); // no worker: only the tests sweep
let node: Node;
let ctx: Ctx;
let told: string[] = [];
let clock = Date.parse('2030-01-01T12:00:00.000Z');

beforeAll(async () => {
  node = await here.start({}, () => new Date(clock));
  ctx = { ...node.ctx, publish: listening };
});
beforeEach(() => {
  told = [];
});
afterAll(() => here.close());

function listening(fact: Fact): void {
  if (fact.type === 'notice') told.push(`${fact.code} to ${fact.to}`);
  node.ctx.publish(fact);
}

const by = async (who: User, name: string, input: Json = {}): Promise<Json> =>
  post(node.url, name, input, await tokenOf(node, who));

interface Cast {
  readonly customer: User;
  readonly ada: User;
}

async function requested(): Promise<Cast & { readonly offer: Offer }> {
  const category = await ownCategory(node);
  const [customer, ada] = await Promise.all([
    account(node, 'customer'),
    account(node, 'expert', { categories: [category] }),
  ]);
  const value = { amount: 1_000, currency: 'USD' };
  const paymentMethod = 'pm_card_visa';
  const asked = { category, subject: 'It broke', body: 'Since today.', value, paymentMethod, clientId: clientId() };
  const questionId = (await by(customer, 'question.post', asked)).question.id as string;
  await by(ada, 'question.claim', { questionId });
  await by(ada, 'message.send', { questionId, clientId: clientId(), kind: 'greeting', body: 'Hello' });
  const [shown] = await ctx.stores.offers.ofQuestion(questionId);
  await by(customer, 'offer.accept', { offerId: shown!.id });
  return { customer, ada, offer: (await ctx.stores.offers.read(shown!.id))!.record };
}

const fails = () => Promise.reject(new Error('away'));

/** As often as a worker looks while something is away. */
async function sweeps(broken: Ctx, times = 3): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    clock += 10_000;
    await sweep(broken);
  }
}

const outboxOf = async ({ id }: Offer) => (await ctx.stores.offers.read(id))!.outbox.map(({ type }) => type);

test('6.6 a hold that the provider does not let go says only once that the request has expired', async () => {
  const { customer, offer } = await requested();
  clock += 24 * 3_600_000;
  const broken: Ctx = { ...ctx, payments: { ...ctx.payments, void: fails } };
  await sweeps(broken);
  expect(told.filter((one) => one.endsWith(customer.id))).toEqual([`request.expired to ${customer.id}`]);
  await eventually(() => outboxOf(offer)).toEqual(['void']);
  await sweeps(ctx, 1);
  await cleared(node, offer.id);
  expect(await provided(node, offer.id)).toEqual(['authorise', 'void']);
  expect(told.filter((one) => one === `request.expired to ${customer.id}`)).toHaveLength(1);
});

test('6.2 letters that cannot be owed yet do not repeat the notice that came with them', async () => {
  const { ada, customer, offer } = await requested();
  const broken: Ctx = {
    ...ctx,
    stores: { ...ctx.stores, mails: { ...ctx.stores.mails, owe: fails, due: async () => [] } },
  };
  await change(broken, OFFER, offer.id, { type: 'pass', expertId: ada.id });
  await sweeps(broken);
  expect(told).toEqual([`request.passed to ${customer.id}`]);
  await eventually(() => outboxOf(offer)).toEqual(['mail']);
  await sweeps(ctx, 1);
  await cleared(node, offer.id);
  expect(told).toEqual([`request.passed to ${customer.id}`]);
});

test('1.4 an entry that cannot be booked yet stays owed alone, and is booked once', async () => {
  const { ada, customer, offer } = await requested();
  await by(ada, 'request.accept', { requestId: offer.id });
  const report = { connected: true, attempts: [], reason: null, comment: null, at: ctx.now() };
  const broken: Ctx = { ...ctx, stores: { ...ctx.stores, entries: { ...ctx.stores.entries, book: fails } } };
  await change(broken, OFFER, offer.id, { type: 'report_yes', report });
  await sweeps(broken);
  expect(told).toEqual([`request.fulfilled to ${customer.id}`]);
  await eventually(() => outboxOf(offer)).toEqual(['entry']);
  await sweeps(ctx, 1);
  await eventually(() => entriesOf(node, offer.id)).toEqual(['authorise-1', 'capture', 'payout']);
  await cleared(node, offer.id);
});

test('2.8 a closing whose last line cannot be written yet has withdrawn its offers already, and ends in order', async () => {
  const { customer, offer } = await requested();
  const messages = { ...ctx.stores.messages, append: fails };
  const broken = { ...ctx, stores: { ...ctx.stores, messages } } as Ctx;
  await change(broken, QUESTION, offer.questionId, { type: 'close', by: 'admin' });
  await sweeps(broken);
  expect((await ctx.stores.offers.read(offer.id))!.record.state).toBe('withdrawn');
  expect(told.filter((one) => one === `question.closed to ${customer.id}`)).toHaveLength(1);
  const types = async () => (await ctx.stores.questions.read(offer.questionId))!.outbox.map(({ type }) => type);
  await eventually(async () => (await types()).toSorted()).toEqual(['changed', 'changed', 'end_conversation']);
  await sweeps(ctx, 1);
  const lines = await ctx.stores.messages.page(offer.questionId, {}, 10);
  expect(lines.map(({ kind }) => kind)).toEqual(['greeting', 'closed']);
  expect(told.filter((one) => one === `question.closed to ${customer.id}`)).toHaveLength(1);
});

test('2.8 a closing whose request cannot be withdrawn yet holds the value, and lets it go once it is', async () => {
  const { offer } = await requested();
  const broken = { ...ctx, stores: { ...ctx.stores, offers: { ...ctx.stores.offers, save: fails } } } as Ctx;
  await change(broken, QUESTION, offer.questionId, { type: 'close', by: 'admin' });
  await sweeps(broken);
  const value = async () => (await ctx.stores.questions.read(offer.questionId))!.record.payment.state;
  expect(await value()).toBe('authorised');
  await sweeps(ctx, 2);
  expect((await ctx.stores.offers.read(offer.id))!.record.state).toBe('withdrawn');
  await eventually(value).toBe('released');
});

test('I18 of a batch only what failed is owed: the notices of all are told once', async () => {
  const [stuck, fine] = [await requested(), await requested()];
  const forgetting: Ctx = {
    ...ctx,
    publish: () => undefined,
    stores: { ...ctx.stores, offers: { ...ctx.stores.offers } },
  };
  const never = async () => undefined;
  Object.assign(forgetting.stores.offers, { clearOutbox: never, stillOwe: never });
  const broken: Ctx = {
    ...ctx,
    payments: {
      ...ctx.payments,
      void: (key, authorisation) => (key.includes(stuck.offer.id) ? fails() : ctx.payments.void(key, authorisation)),
    },
  };
  clock += 24 * 3_600_000;
  const mute: Ctx = { ...forgetting, payments: { ...ctx.payments, void: fails }, publish: () => undefined };
  for (const { offer } of [stuck, fine]) {
    await change({ ...mute, stores: { ...mute.stores } }, OFFER, offer.id, { type: 'lapse' }).catch(() => undefined);
  }
  const batch = await Promise.all([stuck, fine].map(async ({ offer }) => (await ctx.stores.offers.read(offer.id))!));
  expect(batch.map(({ record }) => record.state)).toEqual(['expired', 'expired']);
  await settle(broken, OFFER, batch);
  for (const { customer } of [stuck, fine]) {
    expect(told.filter((one) => one === `request.expired to ${customer.id}`)).toHaveLength(1);
  }
  await eventually(() => outboxOf(stuck.offer)).toEqual(['void']);
  await cleared(node, fine.offer.id);
  expect(await provided(node, fine.offer.id)).toEqual(['authorise', 'void']);
  await sweeps(ctx, 1);
  await cleared(node, stuck.offer.id);
});

test('I18 while the provider is being asked, another step of the record tells nothing a second time', async () => {
  const { customer, offer } = await requested();
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const slow: Ctx = {
    ...ctx,
    payments: {
      ...ctx.payments,
      void: async (key, authorisation) => {
        await answered;
        await ctx.payments.void(key, authorisation);
      },
    },
  };
  clock += 24 * 3_600_000;
  const sweeping = sweeps(slow, 1);
  await eventually(() => told.filter((one) => one === `request.expired to ${customer.id}`).length).toBe(1);
  await eventually(() => outboxOf(offer)).toEqual(['void']);
  await settle(ctx, OFFER, [(await ctx.stores.offers.read(offer.id))!]); // another worker's sweep
  answer();
  await sweeping;
  expect(told.filter((one) => one === `request.expired to ${customer.id}`)).toHaveLength(1);
  await cleared(node, offer.id);
});

test('I18 what was settled to the end by somebody else meanwhile is not put back by who comes too late', async () => {
  const { offer } = await requested();
  let fail: (error: Error) => void = () => undefined;
  const hung = new Promise<void>((_, reject) => (fail = reject));
  const hanging: Ctx = { ...ctx, payments: { ...ctx.payments, void: () => hung } };
  clock += 24 * 3_600_000;
  const sweeping = sweeps(hanging, 1);
  await eventually(() => outboxOf(offer)).toEqual(['void']);
  await settle(ctx, OFFER, [(await ctx.stores.offers.read(offer.id))!]);
  await cleared(node, offer.id);
  fail(new Error('no answer in time'));
  await sweeping;
  expect(await outboxOf(offer)).toEqual([]);
  expect((await verify(ctx)).inProgress).toEqual([]);
});
