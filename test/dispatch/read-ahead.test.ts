// Deadlines that are read before they come: nothing early, nothing twice, and who moved first has moved.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { Ctx } from '../../src/context.ts';
import { readAhead } from '../../src/dispatch/read-ahead.ts';
import { change } from '../../src/dispatch/change.ts';
import { OFFER } from '../../src/dispatch/machines.ts';
import { rightOfWay } from '../../src/jobs/right-of-way.ts';
import { lookDue } from '../../src/dispatch/sweep.ts';
import { postman } from '../../src/dispatch/mail.ts';
import { jobTable } from '../../src/jobs/table.ts';
import { requested } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { cleared, scene } from '../helpers/people.ts';

const RESERVATION_MS = 300_000;
const here = world({ ROLE: 'gateway' }); // no worker: only the tests look
let node: Node;
let ctx: Ctx;
let clock = new Date('2031-01-01T12:00:00.000Z').getTime();

beforeAll(async () => {
  node = await here.start({}, () => new Date(clock));
  ctx = node.ctx;
});
afterAll(() => here.close());
beforeEach(() => {
  clock += 3 * 86_400_000; // what an earlier test left is not due with this one's
});

/** Requests that are reserved until five minutes from now, and the people of them. */
async function reserved(count: number) {
  const people = await scene(node, 0);
  const { customer, first, category } = people;
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) {
    ids.push(String((await requested(customer, first, { category })).id));
  }
  return { ...people, ids };
}

const span = () => readAhead(ctx, new Date(clock), new Date(clock + RESERVATION_MS));
const stateOf = async (id: string) => (await ctx.stores.offers.read(id))?.record.state;

test('6.1, 6.2 what was read ahead opens at its instant, not a millisecond before, and once', async () => {
  const { ids } = await reserved(2);
  for (const id of ids) await cleared(node, id);
  const ahead = await span();
  const until = clock + RESERVATION_MS;
  expect(ahead.next()).toEqual(new Date(until));
  clock = until - 1;
  expect((await ahead.wake()).moved).toBe(0);
  expect(await Promise.all(ids.map(stateOf))).toEqual(['reserved', 'reserved']);
  clock = until;
  const { moved, settled } = await ahead.wake();
  await settled;
  expect(moved).toBe(2);
  expect(ahead.next()).toBeNull();
  expect((await ahead.wake()).moved).toBe(0);
  expect((await lookDue(ctx)).moved).toBe(0);
  for (const id of ids) {
    const saved = await ctx.stores.offers.read(id);
    expect(saved?.record).toMatchObject({ state: 'open', generation: 1, dueAt: saved?.record.expiresAt });
  }
});

test('6.2 who watches hears at once; what can wait is owed until the lull is over', async () => {
  const { ids, customer } = await reserved(2);
  for (const id of ids) await cleared(node, id);
  const ahead = await span();
  clock += RESERVATION_MS;
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  const { settled } = await ahead.wake(() => over);
  for (const id of ids) await customer.heard('offer.changed', (offer) => offer.id === id && offer.state === 'open');
  const isTold = ({ code, params }: Json) => code === 'request.opened' && ids.includes(params.offerId as string);
  const told = () => customer.events.filter(({ name, body }) => name === 'notice' && isTold(body)).length;
  const owed = async () => (await Promise.all(ids.map((id) => ctx.stores.offers.read(id)))).map((one) => one?.outbox);
  expect(told()).toBe(0);
  expect((await owed()).every((outbox) => outbox?.some(({ type }) => type === 'opened'))).toBe(true);
  end();
  await settled;
  for (const id of ids) await customer.heard('notice', (body) => isTold(body) && body.params.offerId === id);
  for (const id of ids) await cleared(node, id);
  expect([told(), await owed()]).toEqual([2, [[], []]]);
});

test('6.2, I18 who takes it within the lull takes along what it owes: nobody is told that twice, or in another order', async () => {
  const { ids, customer, first } = await reserved(1);
  const [id] = ids as [string];
  await cleared(node, id);
  const ahead = await span();
  clock += RESERVATION_MS;
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  const { settled } = await ahead.wake(() => over);
  clock += 1_000;
  await first.call('request.accept', { requestId: id });
  await customer.heard('notice', ({ code, params }) => code === 'request.accepted' && params.offerId === id);
  end();
  await settled;
  await cleared(node, id);
  const heard = customer.events.flatMap(({ name, body }) => (name === 'notice' ? [String(body.code)] : []));
  expect(heard.filter((code) => code.startsWith('request.'))).toEqual(['request.opened', 'request.accepted']);
});

test('6.2, I4 who moved it after it was read has moved it: the other one of the same instant still opens', async () => {
  const { ids, first } = await reserved(2);
  const [taken, left] = ids as [string, string];
  for (const id of ids) await cleared(node, id);
  const ahead = await span();
  clock += RESERVATION_MS - 1;
  await first.call('request.decline', { requestId: taken });
  const before = await ctx.stores.offers.read(taken);
  clock += 1;
  const { settled } = await ahead.wake();
  await settled;
  expect((await ctx.stores.offers.read(taken))?.record.version).toBe(before?.record.version);
  expect(await stateOf(left)).toBe('open');
});

test('6.3, I18 a record that still owes something is left to the look that follows, so that it owes that once', async () => {
  const { ids } = await reserved(1);
  const [id] = ids as [string];
  const { stores } = ctx;
  const forgetful = { ...ctx, stores: { ...stores, offers: { ...stores.offers, clearOutbox: async () => undefined } } };
  const opened = await change(forgetful, OFFER, id, { type: 'pass', expertId: (await reservedFor(id))! });
  expect((await ctx.stores.offers.read(id))?.outbox).not.toEqual([]);
  const ahead = await readAhead(ctx, new Date(opened.expiresAt!.getTime() - 1), opened.expiresAt!);
  expect(ahead.next()).toBeNull();
  clock = opened.expiresAt!.getTime();
  await (
    await lookDue(ctx)
  ).settled;
  expect(await stateOf(id)).toBe('expired');
});

const reservedFor = async (id: string) => (await ctx.stores.offers.read(id))?.record.reservedFor;

test('6.2 a write that fails does not end the worker: the deadlines after it are kept, and a look finds the rest', async () => {
  const { ids } = await reserved(1);
  const saved = (await ctx.stores.offers.read(ids[0]!))!;
  const now = () => new Date();
  const due = [-1, 1_500].map((ms) => ({
    record: { ...saved.record, dueAt: new Date(Date.now() + ms) },
    outbox: [],
  }));
  let writes = 0;
  const offers = {
    ...ctx.stores.offers,
    dueWithin: async () => due,
    saveMany: async () => {
      writes += 1;
      throw new Error('no primary');
    },
  };
  const questions = { ...ctx.stores.questions, dueWithin: async () => [] };
  const broken = { ...ctx, now, stores: { ...ctx.stores, offers, questions } };
  // an unhandled rejection would fail this run as it would end a worker
  const beside = { post: postman(broken), webhooks: { look: () => undefined }, way: rightOfWay() };
  const table = jobTable(broken, beside);
  await expect(table['ahead']!.run({ from: 1, to: 2 })).rejects.toThrow('no primary');
  expect(writes).toBe(2);
  clock += RESERVATION_MS;
  await (
    await lookDue(ctx)
  ).settled;
  expect(await stateOf(ids[0]!)).toBe('open');
});
