// Sums of the Earnings Report (7.5), and what the tabs of the Request Center count (6.3), over real sockets.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { payoutEntry, reversalEntry } from '../../src/domain/ledger.ts';
import { requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { eventually, join, refused, scene } from '../helpers/people.ts';

const here = world();
let node: Node;
beforeAll(async () => {
  node = await here.start();
});
afterAll(() => here.close());

const usd = (amount: number) => ({ amount, currency: 'USD' });

/** A question that was paid for. */
async function paid(expert: Client, amount: number, at: string, currency = 'USD'): Promise<void> {
  const share = { amount, currency };
  const subject = { questionId: `q_${randomUUID()}`, offerId: null, customerId: 'u_1', money: share };
  await node.ctx.stores.entries.book([payoutEntry(subject, String(expert.user.id), share)], new Date(at));
}

const summary = async (who: Client, input: Json): Promise<Json[]> =>
  (await who.call('earnings.summary', input)).buckets as Json[];

test('7.5 sums stand at the days of the expert’s own time zone, and a day without any is there, too', async () => {
  const [ada, ben] = await Promise.all([join(node, 'expert'), join(node, 'expert')]);
  await paid(ada, 500, '2026-03-27T22:59:59.999Z'); // the 27th in Berlin
  await paid(ada, 700, '2026-03-27T23:00:00.000Z'); // the 28th
  await paid(ada, 100, '2026-03-28T12:00:00.000Z');
  await paid(ada, 900, '2026-03-30T00:00:00.000Z');
  await paid(ada, 300, '2026-03-30T01:00:00.000Z', 'EUR');
  await paid(ben, 999, '2026-03-28T12:00:00.000Z');
  const march = { from: '2026-03-26T23:00:00.000Z', to: '2026-03-30T22:00:00.000Z', timeZone: 'Europe/Berlin' };
  expect(await summary(ada, { ...march, bucket: 'day' })).toEqual([
    { date: '2026-03-27', question: [usd(500)], premium: [] },
    { date: '2026-03-28', question: [usd(800)], premium: [] },
    { date: '2026-03-29', question: [], premium: [] },
    { date: '2026-03-30', question: [{ amount: 300, currency: 'EUR' }, usd(900)], premium: [] },
  ]);
  expect(await summary(ada, { ...march, bucket: 'week' })).toEqual([
    { date: '2026-03-23', question: [usd(1_300)], premium: [] },
    { date: '2026-03-30', question: [{ amount: 300, currency: 'EUR' }, usd(900)], premium: [] },
  ]);
  // the range ends where it says, within a bucket as well
  const until = { ...march, to: '2026-03-30T00:00:00.000Z', bucket: 'month' };
  expect(await summary(ada, until)).toEqual([{ date: '2026-03-01', question: [usd(1_300)], premium: [] }]);
});

test('7.5 a service counts at its acceptance, once it has earned; what is taken back counts where it was listed (8.4)', async () => {
  const { category, customer, first } = await scene(node, 0);
  const request = await requested(customer, first, { category });
  const { request: accepted } = await first.call('request.accept', { requestId: request.id });
  const from = new Date(new Date(accepted.acceptedAt as string).getTime() - 3_600_000).toISOString();
  const to = new Date(new Date(accepted.acceptedAt as string).getTime() + 1).toISOString();
  const sums = async () => {
    const buckets = await summary(first, { from, to, bucket: 'month', timeZone: 'UTC' });
    return buckets.flatMap(({ premium }) => premium as Json[]);
  };
  expect(await sums()).toEqual([]);
  await first.call('request.report', { requestId: request.id, connected: true });
  await eventually(sums).toEqual([usd(1_950)]);
  const { total } = await first.call('earnings.list', { from, to });
  expect(total).toEqual(usd(1_950));

  const { id: offerId, questionId } = request;
  const subject = { questionId, offerId, customerId: String(customer.user.id), money: usd(3_900) } as const;
  const later = new Date(new Date(to).getTime() + 86_400_000);
  await node.ctx.stores.entries.book([reversalEntry(subject, String(first.user.id), usd(1_950))], later);
  expect(await sums()).toEqual([]);
});

test('7.5 there are four hundred buckets at most, and none in a range that is empty', async () => {
  const ada = await join(node, 'expert');
  const from = '2020-01-01T00:00:00.000Z';
  const ask = (input: Json) => ada.call('earnings.summary', { from, bucket: 'day', timeZone: 'UTC', ...input });
  const far = await refused(ask({ to: '9999-12-31T00:00:00.000Z' }), 'input.invalid');
  expect(far.details).toEqual({ fields: [{ path: 'to', reason: 'too_far' }] });
  expect((await ask({ to: '2050-01-01T00:00:00.000Z', bucket: 'month' })).buckets).toHaveLength(360);
  expect(await ask({ to: from })).toEqual({ buckets: [] });
  const unknown = await refused(ask({ to: from, timeZone: 'Mars/Olympus' }), 'input.invalid');
  expect(unknown.details).toEqual({ fields: [{ path: 'timeZone', reason: 'unknown' }] });
  await refused((await join(node, 'customer')).call('earnings.summary', {}), 'auth.forbidden');
});

test('6.3, 7.3 the tabs are counted whichever view is asked for, of what the caller may accept or has to report', async () => {
  const { category, customer, first, others } = await scene(node, 1);
  const [ben] = others as [Client];
  const counts = async (who: Client, view: string) => (await who.call('request.list', { view })).counts as Json;
  const requestId = String((await requested(customer, first, { category })).id);
  expect(await counts(first, 'done')).toEqual({ open: 1, priority: 0 });
  expect(await counts(ben, 'open')).toEqual({ open: 0, priority: 0 }); // it is reserved for Ada
  await first.call('request.decline', { requestId });
  expect(await counts(ben, 'open')).toEqual({ open: 1, priority: 0 });
  await ben.call('request.accept', { requestId });
  expect(await counts(ben, 'open')).toEqual({ open: 0, priority: 1 });
  expect(await counts(first, 'priority')).toEqual({ open: 0, priority: 0 });
});
