// A database that the version before the payment machine has written (test/fixtures/README.md), with something in each state of
// its life: it is migrated, its books agree, and everything in it goes on.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import { verify } from '../../src/dispatch/verify.ts';
import { connect } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { eventually, tokenOf } from '../helpers/people.ts';

interface Dump {
  readonly at: Date;
  readonly people: Readonly<Record<'customer' | 'first' | 'other' | 'care', string>>;
  readonly made: Readonly<Record<string, { readonly questionId: string; readonly offerId?: string }>>;
  readonly main: Readonly<Record<string, Doc[]>>;
  readonly keys: Readonly<Record<string, Doc[]>>;
}
type Doc = mongoose.mongo.Document;

const FILE = path.join(import.meta.dirname, '..', 'fixtures', 'database-of-step-8.ejson');
const here = world({ ROLE: 'gateway' }); // no worker: only the test sweeps
let dump: Dump;
let clock: number;
let node: Node;
let people: Record<keyof Dump['people'], Client>;

beforeAll(async () => {
  dump = mongoose.mongo.BSON.EJSON.parse(await readFile(FILE, 'utf8')) as Dump;
  const connection = await mongoose.createConnection(here.env['MONGODB_URI']!).asPromise();
  const { db } = connection;
  const keys = connection.getClient().db(`${db!.databaseName}_keys`);
  const fill = (into: mongoose.mongo.Db, collections: Dump['main']) =>
    Promise.all(Object.entries(collections).map(([name, docs]) => into.collection(name).insertMany(docs)));
  await Promise.all([fill(db!, dump.main), fill(keys, dump.keys)]);
  await connection.close();
  clock = dump.at.getTime();
  node = await here.start({}, () => new Date(clock));
  const joined = async (id: string) => connect(node.url, await tokenOf(node, (await node.ctx.stores.users.read(id))!));
  const { customer, first, other, care } = dump.people;
  people = {
    customer: await joined(customer),
    first: await joined(first),
    other: await joined(other),
    care: await joined(care),
  };
});
afterAll(async () => {
  for (const client of Object.values(people)) client.close();
  await here.close();
});

const idsOf = (name: string) => dump.made[name]!;
const stateOf = async (name: string) => {
  const { record } = (await node.ctx.stores.offers.read(idsOf(name).offerId!))!;
  return `${record.state}, ${record.payment.state}`;
};
const valueOf = async (name: string) => {
  const { record } = (await node.ctx.stores.questions.read(idsOf(name).questionId))!;
  return `${record.state}, ${record.payment.state}`;
};
const statesOf = async (names: readonly string[], of: (name: string) => Promise<string>) =>
  Object.fromEntries(await Promise.all(names.map(async (name) => [name, await of(name)] as const)));
const booksAgree = async () => {
  const { differences, inProgress } = await verify(node.ctx);
  return { differences, inProgress };
};

test('every record is as it was, but for the payment of what is being charged', async () => {
  const offers = {
    offered: 'offered, none',
    reserved: 'reserved, authorised',
    requested: 'open, authorised',
    accepted: 'accepted, captured',
    capturing: 'capturing, capturing', // authorised, before
    payment_failed: 'payment_failed, capture_failed',
    fulfilled: 'fulfilled, captured',
    unfulfilled: 'unfulfilled, captured',
    requested_again: 'open, captured',
    withdrawn: 'withdrawn, released',
    refunding: 'refunding, refund_pending',
    refunded: 'refunded, refunded',
    charged: 'accepted, captured',
  };
  const values = {
    draft: 'draft, declined',
    open: 'open, authorised',
    claimed: 'claimed, authorised',
    answered: 'answered, authorised',
    rated: 'answered, captured',
    rated_low: 'answered, authorised',
    rated_declined: 'answered, capture_failed',
    rated_unknown: 'answered, capturing',
    value_refunding: 'answered, refund_pending',
    closed: 'closed, authorised',
  };
  expect(await statesOf(Object.keys(offers), stateOf)).toEqual(offers);
  expect(await statesOf(Object.keys(values), valueOf)).toEqual(values);
  expect((await booksAgree()).differences).toEqual([]);
});

test('4 an answer that waits for its rating has its next reminder, and what is rated or closed has none', async () => {
  const { record } = (await node.ctx.stores.questions.read(idsOf('answered').questionId))!;
  expect(record.answeredAt).toBeInstanceOf(Date);
  expect(record).toMatchObject({ reminders: 0, remindAt: new Date(record.answeredAt!.getTime() + 86_400_000) });
  expect(record.dueAt).toEqual(record.remindAt);
  for (const name of ['rated', 'rated_low', 'closed', 'open', 'claimed', 'draft', 'value_refunding']) {
    expect((await node.ctx.stores.questions.read(idsOf(name).questionId))?.record.remindAt, name).toBeNull();
  }
});

test('5.2 what customers of before said to the prices they were shown is learned from', async () => {
  const said = async (name: string) => {
    const { record } = (await node.ctx.stores.offers.read(idsOf(name).offerId!))!;
    return `${record.priceHow}, ${record.priceOutcome}`;
  };
  const names = ['offered', 'reserved', 'fulfilled', 'refunded', 'payment_failed', 'withdrawn', 'charged'];
  expect(await statesOf(names, said)).toEqual({
    offered: 'fixed, undecided',
    reserved: 'fixed, requested',
    fulfilled: 'fixed, requested',
    refunded: 'fixed, requested',
    payment_failed: 'fixed, requested',
    withdrawn: 'fixed, taken_back',
    charged: 'null, null', // an expert made its price
  });
  const { categoryId } = (await node.ctx.stores.offers.read(idsOf('fulfilled').offerId!))!.record;
  expect((await node.ctx.stores.categories.find(categoryId))?.pricing).toBe('learned');
  const { points } = await people.care.call('price.curve', { category: categoryId });
  expect((points as Json[]).filter(({ shown }) => shown > 0)).toMatchObject([{ amount: 3_900, takenBack: 1 }]);
});

test('the private information and the flags of before are read', async () => {
  const { customer, care } = people;
  const { privateInfo } = await customer.call('private-info.get', { questionId: idsOf('charged').questionId });
  expect(privateInfo).toMatchObject({ text: 'My number is 030 123456.' });
  const { items } = await care.call('message.list', { questionId: idsOf('flagged').questionId });
  expect((items as Json[]).flatMap(({ flagged }) => (flagged as Json[] | undefined) ?? [])).toHaveLength(1);
});

test('everything goes on from where it was, and the books agree', async () => {
  const { customer, first, other } = people;
  const request = (name: string) => ({ requestId: idsOf(name).offerId });
  await first.call('request.accept', request('reserved'));
  await other.call('request.accept', request('requested'));
  await other.call('request.accept', request('requested_again'));
  await other.call('request.report', { ...request('accepted'), connected: true });
  await customer.call('offer.accept', { offerId: idsOf('offered').offerId });
  await customer.call('question.rate', { questionId: idsOf('answered').questionId, stars: 5 });
  await customer.call('question.rate', { questionId: idsOf('rated_low').questionId, stars: 5 });
  for (const name of ['draft', 'payment_failed', 'rated_declined']) {
    const { questionId } = idsOf(name);
    await customer.call('payment.update', { questionId, paymentMethod: 'pm_card_visa' });
  }
  clock += 20_000; // what nobody knows the end of is asked for again
  await sweep(node.ctx);
  const offers = {
    reserved: 'accepted, captured',
    requested: 'accepted, captured',
    requested_again: 'accepted, captured',
    accepted: 'fulfilled, captured',
    offered: 'reserved, authorised',
    payment_failed: 'open, authorised',
    capturing: 'accepted, captured',
  };
  await eventually(() => statesOf(Object.keys(offers), stateOf)).toEqual(offers);
  const values = {
    draft: 'open, authorised',
    answered: 'answered, captured',
    rated_low: 'answered, captured',
    rated_declined: 'answered, captured',
    rated_unknown: 'answered, captured',
  };
  await eventually(() => statesOf(Object.keys(values), valueOf)).toEqual(values);
  clock += 61 * 60_000; // a refund that is pending is asked about once an hour
  await sweep(node.ctx);
  await eventually(() => stateOf('refunding')).toBe('refunded, refunded');
  await eventually(() => valueOf('value_refunding')).toBe('answered, refunded');
  await eventually(booksAgree).toEqual({ differences: [], inProgress: [] });
});
