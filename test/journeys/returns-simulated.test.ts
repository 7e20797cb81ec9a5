// What becomes of money after it was taken, as the simulated provider plays it: its test cards end as protocol.md says.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { reconcile } from '../../src/dispatch/reconcile.ts';
import { verify } from '../../src/dispatch/verify.ts';
import { clientId, login, requested } from '../helpers/client.ts';
import type { Client } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { entriesOf, eventually, scene } from '../helpers/people.ts';

const here = world({ SIMULATED_LATE: '50ms', POLICY_SWEEP: '100ms' });
let node: Node;
let care: Client;

beforeAll(async () => {
  node = await here.start();
  care = await login(node.url, 'care@example.test');
});
afterAll(() => here.close());

const EARNED = ['authorise-1', 'capture', 'payout'];
const GIVEN_BACK = ['refund', 'reversal'];
const TAKEN_BACK = ['chargeback', 'reversal'];

// What went away and came again before anybody looked was never away: either way the books agree.
test.each([
  ['pm_card_refundRefused', 'refund_failed', [[]]],
  ['pm_card_refundFail', 'refund_failed', [[...GIVEN_BACK, 'refund_undone', 'reversal_undone'], []]],
  ['pm_card_pendingRefund', 'refunded', [GIVEN_BACK]],
  ['pm_card_visa', 'refunded', [GIVEN_BACK]],
] as const)('8.4 a refund to %s ends as %s', async (paymentMethod, state, booked) => {
  const { id, questionId, customer } = await delivered(paymentMethod);
  const input = { questionId, offerId: id, reason: 'It did not help.', clientId: clientId() };
  const { case: opened } = await customer.call('refund.request', input);
  await care.call('case.resolve', { caseId: opened.id, resolution: 'grant' });
  await eventually(async () => (await node.ctx.stores.offers.read(id))?.record.state).toBe(state);
  await assertBooked(id, booked);
  await eventually(() => differences()).toEqual([]);
});

test.each([
  ['pm_card_createDisputeInquiry', 'inquiry', [[]]],
  ['pm_card_createDispute', 'open', [TAKEN_BACK]],
  ['pm_card_createDisputeLost', 'lost', [TAKEN_BACK]],
] as const)('8.4 a dispute about %s is %s', async (paymentMethod, state, booked) => {
  const { id } = await delivered(paymentMethod);
  await eventually(async () => {
    const { payment } = (await node.ctx.stores.offers.read(id))!.record;
    return payment.returned?.disputes.map((dispute) => dispute.state);
  }).toEqual([state]);
  await assertBooked(id, booked);
  await eventually(() => differences()).toEqual([]);
});

const UNDONE = ['chargeback_undone', 'reversal_undone'];

// The clock moves by hand: what a dispute finds, a payout or none yet, is what is tested.
test.each([
  ['opened and won after the payout', ['report', 'later', 'later'], [...TAKEN_BACK, ...UNDONE]],
  ['opened before the payout, won after it', ['later', 'report', 'later'], [...TAKEN_BACK, ...UNDONE]],
  ['opened and won before the payout', ['later', 'later', 'report'], ['chargeback', 'chargeback_undone']],
  ['first seen when it is over', ['report', 'over'], []],
] as const)('8.4 a dispute about pm_card_createDisputeWon, %s, is won', async (_, steps, booked) => {
  const still = world({ SIMULATED_LATE: '50ms', POLICY_SWEEP: '100ms' });
  let clock = new Date('2030-01-01T12:00:00.000Z').getTime();
  const alone = await still.start({}, () => new Date(clock));
  const service = await accepted(alone, 'pm_card_createDisputeWon');
  const take = { report: service.report, later: () => pass(50), over: () => pass(100) };
  const pass = async (ms: number) => {
    clock += ms;
    await reconcile(alone.ctx);
  };
  for (const step of steps) await take[step]();
  const offer = (await alone.ctx.stores.offers.read(service.id))!.record;
  expect(offer.payment.returned?.disputes.map(({ state }) => state)).toEqual(['won']);
  await eventually(() => kindsOf(alone, service.id)).toBe([...EARNED, ...booked].toSorted().join());
  await eventually(async () => (await verify(alone.ctx)).differences).toEqual([]);
  await still.close();
});

/** A service that was delivered and reported. */
async function delivered(paymentMethod: string) {
  const service = await accepted(node, paymentMethod);
  await service.report();
  return service;
}

async function accepted(at: Node, paymentMethod: string) {
  const { customer, first, category } = await scene(at, 0);
  const request = await requested(customer, first, { category, paymentMethod });
  await first.call('request.accept', { requestId: request.id });
  const report = () => first.call('request.report', { requestId: request.id, connected: true });
  return { customer, id: String(request.id), questionId: String(request.questionId), report };
}

/** Besides the way to the payout it is one of these. */
async function assertBooked(id: string, ways: readonly (readonly string[])[]): Promise<void> {
  const booked = async () => ways.map((way) => [...EARNED, ...way].toSorted().join()).includes(await kindsOf(node, id));
  await eventually(booked).toBe(true);
}
const kindsOf = async (at: Node, id: string) => (await entriesOf(at, id)).toSorted().join();
const differences = async () => (await verify(node.ctx)).differences;
