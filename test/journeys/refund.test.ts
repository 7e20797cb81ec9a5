// Rule 8.4 from the customer's wish to the last cent, before and after a payout, and after a crash anywhere between; and
// rule 2.5: a low rating that customer care decides about.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { sendMails } from '../../src/dispatch/mail.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import { stepCase } from '../../src/domain/case.ts';
import { stepOffer } from '../../src/domain/offer-step.ts';
import { clientId, login, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { codeOf, entriesOf, eventually, mailsTo, provided, refused, scene } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';

const here = world();
let node: Node;
let care: Client;
/** without a worker: only the test sweeps */
const still = world({ ROLE: 'gateway' });
let alone: Node;
let clock = Date.parse('2030-01-01T12:00:00.000Z');

beforeAll(async () => {
  [node, alone] = await Promise.all([here.start(), still.start({}, () => new Date(clock))]);
  care = await login(node.url, 'care@example.test');
});
afterAll(() => Promise.all([here.close(), still.close()]));

const usd = (amount: number) => ({ amount, currency: 'USD' });

/** An accepted service; `ben` delivers it, `ada` has answered the question. */
async function accepted({ customer, first, others, category }: Scene): Promise<Json> {
  const request = await requested(customer, first, { category });
  const { questionId } = request;
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Do this.' });
  await first.call('request.decline', { requestId: request.id });
  return (await others[0]!.call('request.accept', { requestId: request.id })).request as Json;
}

async function asked(customer: Client, questionId: string, offerId?: string): Promise<string> {
  const input = { questionId, ...(offerId !== undefined && { offerId }), reason: 'Nobody came.' };
  return String((await customer.call('refund.request', input)).case.id);
}

/** Every account of the whole journal: everything that came in has gone out or is somebody's. */
async function balances(where: Node, ids: readonly string[]): Promise<Record<string, number>> {
  const keys = ids.flatMap((id) => [
    ...['capture', 'payout', 'reversal', 'refund'].map((kind) => `${kind}-${id}`),
    ...['authorise', 'release'].map((kind) => `${kind}-${id}-1`),
  ]);
  const sums: Record<string, number> = {};
  for (const { legs } of await where.ctx.stores.entries.findAll(keys)) {
    for (const { account, amount } of legs) sums[account] = (sums[account] ?? 0) + amount;
  }
  return Object.fromEntries(Object.entries(sums).filter(([, amount]) => amount !== 0));
}

const grant = (caseId: string, input: Json = {}) =>
  care.call('case.resolve', { caseId, resolution: 'grant', ...input });

describe('8.4 a granted refund', () => {
  test('8.4 after the payout: refunded in full, the earnings reversed by entries, both told', async () => {
    const people = await scene(node);
    const { customer, first, others } = people;
    const ben = others[0]!;
    const request = await accepted(people);
    const { id, questionId } = request;
    await ben.call('request.report', { requestId: id, connected: true });
    await eventually(() => entriesOf(node, questionId as string)).toContain('payout');
    const payout = await node.ctx.stores.entries.find(`payout-${id}`);
    const caseId = await asked(customer, questionId as string, id as string);
    const { case: resolved } = await grant(caseId, { comment: 'Agreed.' });
    expect(resolved).toMatchObject({ state: 'resolved', resolution: 'grant', comment: 'Agreed.' });
    const { refunds } = await customer.call('question.get', { questionId });
    expect(refunds).toMatchObject([{ caseId, offerId: id, state: 'resolved', resolution: 'grant', comment: null }]);

    const { offers } = await customer.call('question.get', { questionId });
    expect(offers).toMatchObject([{ id, state: 'refunded', acceptedBy: { id: ben.user.id } }]);
    await eventually(() => entriesOf(node, id as string)).toEqual([
      'authorise-1',
      'capture',
      'payout',
      'refund',
      'reversal',
    ]);
    expect(await node.ctx.stores.entries.find(`payout-${id}`)).toEqual(payout);
    expect(await provided(node, id as string)).toEqual(['authorise', 'capture', 'refund']);
    // the question's value is another matter: it stays with who answered
    expect(await balances(node, [String(id), String(questionId)])).toEqual({
      provider: 1_000,
      [`payable:${first.user.id}`]: -500,
      revenue: -500,
    });

    const report = await ben.call('earnings.list');
    expect(report).toMatchObject({ items: [{ id, state: 'refunded', amount: usd(0) }], total: usd(0) });
    expect(await ben.call('earnings.list', { from: '2000-01-01T00:00:00.000Z' })).toEqual(report);
    expect((await first.call('earnings.list')).total).toEqual(usd(500));
    const toCustomer = await customer.heard('notice', ({ code }) => code === 'refund.granted');
    expect(toCustomer.text).toContain('$39.00');
    const toExpert = await ben.heard('notice', ({ code }) => code === 'earnings.reversed');
    expect(toExpert.text).toContain('$19.50');
    await eventually(() => subjects(customer)).toContain('Your refund has been granted');
    await eventually(() => subjects(ben)).toContain('Refunded to the customer: My laptop does not start');
  });

  test('8.4 before the payout: nothing to reverse, and a late report pays nothing', async () => {
    const people = await scene(node);
    const ben = people.others[0]!;
    const { id, questionId } = await accepted(people);
    const caseId = await asked(people.customer, questionId as string, id as string);
    await grant(caseId);
    await eventually(() => entriesOf(node, id as string)).toEqual(['authorise-1', 'capture', 'refund']);
    expect(await balances(node, [String(id)])).toEqual({});
    for (const connected of [true, false]) {
      const report = { requestId: id, connected, attempts: 3, reason: 'x', comment: 'x' };
      await refused(ben.call('request.report', report), 'conflict.not_accepted');
    }
    await refused(people.customer.call('offer.accept', { offerId: id }), 'conflict.not_offered');
    expect((await ben.call('earnings.list')).items).toMatchObject([{ id, state: 'refunded', amount: usd(0) }]);
    await ben.heard('notice', ({ code }) => code === 'request.refunded');
    expect((await people.customer.call('question.get', { questionId })).question.rating).toBeNull();
  });

  test('8.4 the value of a question: its state stays, the payment is refunded, a better rating pays nothing', async () => {
    const { customer, first, category } = await scene(node, 0);
    const { id: questionId } = await postQuestion(customer, { category });
    await first.call('question.claim', { questionId });
    await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Do this.' });
    await customer.call('question.rate', { questionId, stars: 3 });
    expect((await first.call('earnings.list')).total).toEqual(usd(500));
    const caseId = await asked(customer, questionId as string);
    await grant(caseId);
    const { question } = await customer.call('question.get', { questionId });
    expect(question).toMatchObject({ state: 'answered', payment: { state: 'refunded' }, rating: { stars: 3 } });
    await customer.call('question.rate', { questionId, stars: 5 });
    await customer.call('question.close', { questionId });
    await eventually(() => entriesOf(node, questionId as string)).toEqual([
      ...['authorise-1', 'capture', 'payout', 'refund', 'reversal'],
    ]);
    expect(await balances(node, [questionId as string])).toEqual({});
    expect(await provided(node, questionId as string)).toEqual(['authorise', 'capture', 'refund']);
    const report = await first.call('earnings.list');
    expect(report.items).toMatchObject([{ kind: 'question', id: questionId, state: 'refunded', amount: usd(0) }]);
    expect(report.total).toEqual(usd(0));
    // the reversal counts where the question is listed, not on the day of the refund
    const { at } = report.items[0] as Json;
    expect(await first.call('earnings.list', { from: at, to: new Date(Date.parse(at as string) + 1) })).toEqual(report);
    expect((await first.call('earnings.list', { from: new Date(Date.parse(at as string) + 1) })).totals).toEqual([]);
    const twice = await refused(customer.call('refund.request', { questionId, reason: 'x' }), 'conflict.not_captured');
    expect(twice.details).toEqual({ state: 'closed', payment: 'refunded' });
  });

  test('8.4 double clicks and two admins refund once', async () => {
    const people = await scene(node);
    const { id, questionId } = await accepted(people);
    await people.others[0]!.call('request.report', { requestId: id, connected: true });
    const caseId = await asked(people.customer, questionId as string, id as string);
    const same = { clientId: clientId() };
    const codes = await Promise.all([
      ...[1, 2, 3].map(() => codeOf(grant(caseId, same))),
      ...[1, 2, 3].map(() => codeOf(grant(caseId, { clientId: clientId() }))),
    ]);
    expect(codes).toContain('ok');
    expect(codes.every((code) => code === 'ok' || code === 'conflict.case_resolved')).toBe(true);
    expect(await provided(node, id as string)).toEqual(['authorise', 'capture', 'refund']);
    await eventually(() => entriesOf(node, id as string)).toEqual([
      'authorise-1',
      'capture',
      'payout',
      'refund',
      'reversal',
    ]);
    expect((await node.ctx.stores.cases.read(caseId))!.record).toMatchObject({ version: 2 });
  });

  test('8.4 what was taken back meanwhile is not granted, and can be dismissed', async () => {
    const people = await scene(node);
    const { id, questionId } = await accepted(people);
    const no = { requestId: id, connected: false, attempts: 3, reason: 'no_answer', comment: 'Nobody there.' };
    await people.others[0]!.call('request.report', no);
    const caseId = await asked(people.customer, questionId as string, id as string);
    await people.customer.call('request.withdraw', { requestId: id });
    const refusal = await refused(grant(caseId), 'conflict.not_captured');
    expect(refusal.details).toEqual({ state: 'refunded', payment: 'refunded' });
    expect((await care.call('case.resolve', { caseId, resolution: 'dismissed' })).case.state).toBe('resolved');
    expect(await provided(node, id as string)).toEqual(['authorise', 'capture', 'refund']);
  });
});

test('8.4 a refused refund moves no money, and its customer is told why', async () => {
  const people = await scene(node);
  const { id, questionId } = await accepted(people);
  const caseId = await asked(people.customer, questionId as string, id as string);
  const refundsSeenBy = async (who: Client) => (await who.call('question.get', { questionId })).refunds as Json[];
  const wish = { caseId, offerId: id, state: 'open', resolution: null, comment: null };
  expect(await refundsSeenBy(people.customer)).toMatchObject([wish]);
  await care.call('case.note', { caseId, text: 'For us alone', clientId: clientId() });
  await care.call('case.resolve', { caseId, resolution: 'refuse', comment: 'It starts tomorrow.' });
  const refused = { state: 'resolved', resolution: 'refuse', comment: 'It starts tomorrow.' };
  expect(await refundsSeenBy(people.customer)).toMatchObject([{ ...wish, ...refused }]);
  expect(JSON.stringify(await refundsSeenBy(people.customer))).not.toMatch(/For us alone|admin/);
  for (const who of [people.first, care]) expect(await refundsSeenBy(who)).toBeUndefined();
  const told = await people.customer.heard('notice', ({ code }) => code === 'refund.refused');
  expect(told.text).toContain('It starts tomorrow.');
  await eventually(() => subjects(people.customer)).toContain('Your request for a refund');
  await eventually(() => entriesOf(node, id as string)).toEqual(['authorise-1', 'capture']);
  await people.others[0]!.call('request.report', { requestId: id, connected: true });
  await eventually(() => entriesOf(node, id as string)).toEqual(['authorise-1', 'capture', 'payout']);
});

test('7.1 "could not connect" opens a case for each time it is reported', async () => {
  const people = await scene(node);
  const { id, questionId } = await accepted(people);
  const ben = people.others[0]!;
  const no = { requestId: id, connected: false, attempts: 3, reason: 'no_answer', comment: 'Nobody there.' };
  await ben.call('request.report', no);
  await people.customer.call('offer.accept', { offerId: id });
  await ben.call('request.accept', { requestId: id });
  await ben.call('request.report', no);
  const cases = await node.ctx.stores.cases.ofQuestion(questionId as string);
  expect(cases).toMatchObject([1, 2].map(() => ({ kind: 'not_connected', offerId: id, reason: 'no_answer' })));
});

describe('2.5 a low rating', () => {
  /** A question rated with one star, and its case. */
  async function rated(
    { customer, first, category }: Scene,
    more: Json = {},
  ): Promise<{ questionId: string; caseId: string }> {
    const { id: questionId } = await postQuestion(customer, { category, ...more });
    await first.call('question.claim', { questionId });
    await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Do this.' });
    await customer.call('question.rate', { questionId, stars: 1 });
    const [found] = await node.ctx.stores.cases.ofQuestion(questionId as string);
    return { questionId: String(questionId), caseId: found!.id };
  }

  test('2.5 pays nothing until it is resolved, and then if an admin says so, once', async () => {
    const people = await scene(node, 0);
    const { questionId, caseId } = await rated(people);
    await eventually(() => entriesOf(node, questionId)).toEqual(['authorise-1']);
    const pay = { caseId, resolution: 'pay', clientId: clientId() };
    await Promise.all([1, 2, 3].map(() => care.call('case.resolve', pay)));
    await eventually(() => entriesOf(node, questionId)).toEqual(['authorise-1', 'capture', 'payout']);
    expect((await people.first.call('earnings.list')).total).toEqual(usd(500));
    const { question } = await people.customer.call('question.get', { questionId });
    expect(question).toMatchObject({ rating: { stars: 1, by: 'customer' }, payment: { state: 'captured' } });
    await people.customer.call('question.rate', { questionId, stars: 5 });
    await eventually(() => entriesOf(node, questionId)).toEqual(['authorise-1', 'capture', 'payout']);
  });

  test('2.5 what was granted and can not be taken is told to care, and not to the expert as paid', async () => {
    const people = await scene(node, 0);
    const { customer, first } = people;
    const { questionId, caseId } = await rated(people, { paymentMethod: 'pm_card_chargeCustomerFail' });
    await care.call('case.resolve', { caseId, resolution: 'pay', clientId: clientId() });
    await customer.heard('notice', ({ code }) => code === 'question.payment_failed');
    const toCare = async () =>
      (await mailsTo(node, 'care@example.test')).filter(({ subject }) =>
        String(subject).startsWith('Not paid all the same'),
      );
    await eventually(async () => (await toCare()).length).toBe(1); // although its case is resolved
    expect(await entriesOf(node, questionId)).toEqual(['authorise-1', 'release-1']);
    expect(first.events.filter(({ body }) => body.code === 'rating.reviewed')).toEqual([]);
  });

  test('2.5 what has gone back is not paid all the same', async () => {
    const people = await scene(node);
    const { id, questionId } = await accepted(people);
    await people.customer.call('question.rate', { questionId, stars: 1 });
    const [low] = await node.ctx.stores.cases.ofQuestion(questionId as string, 'low_rating');
    await people.others[0]!.call('request.report', { requestId: id, connected: true });
    await eventually(() => entriesOf(node, questionId as string)).toContain('payout');
    await grant(await asked(people.customer, questionId as string));
    await eventually(() => entriesOf(node, questionId as string)).toContain('refund');
    const pay = care.call('case.resolve', { caseId: low!.id, resolution: 'pay' });
    expect(await refused(pay, 'conflict.not_captured')).toMatchObject({ details: { payment: 'refunded' } });
    const { case: ended } = await care.call('case.resolve', { caseId: low!.id, resolution: 'dismissed' });
    expect(ended).toMatchObject({ state: 'resolved', resolution: 'dismissed' });
    await refused(care.call('case.resolve', { caseId: low!.id, resolution: 'pay' }), 'conflict.case_resolved');
  });

  test('2.5 dismissed it pays nothing', async () => {
    const people = await scene(node, 0);
    const { questionId, caseId } = await rated(people);
    const dismissed = { caseId, resolution: 'dismissed', comment: 'The answer was wrong.', clientId: clientId() };
    await Promise.all([1, 2, 3].map(() => care.call('case.resolve', dismissed)));
    await eventually(() => entriesOf(node, questionId)).toEqual(['authorise-1']);
    // its expert hears so once; what was said about it is for admins
    const notice = await people.first.heard('notice', ({ code }) => code === 'rating.reviewed');
    expect(notice.text).toContain('The rating stands, so your share of the value is not paid.');
    const letters = async () =>
      (await mailsTo(node, String(people.first.user.email))).filter(({ subject }) =>
        String(subject).startsWith('The rating stands'),
      );
    await eventually(async () => (await letters()).length).toBe(1);
    expect(JSON.stringify([notice, ...(await letters())])).not.toContain('wrong');
    expect(people.customer.events.filter(({ body }) => body.code === 'rating.reviewed')).toEqual([]);
    await refused(care.call('case.resolve', { caseId, resolution: 'pay' }), 'conflict.case_resolved');
    await eventually(() => entriesOf(node, questionId)).toEqual(['authorise-1']);
  });
});

describe('8.4 a crash between any two steps', () => {
  /** A fulfilled and paid service on the node without a worker, with a refund asked for. */
  async function prepared(): Promise<{ id: string; caseId: string; ben: Client }> {
    const people = await scene(alone);
    const { id, questionId } = await accepted(people);
    const ben = people.others[0]!;
    await ben.call('request.report', { requestId: id, connected: true });
    const caseId = await asked(people.customer, questionId as string, id as string);
    return { id: id as string, caseId, ben };
  }

  async function swept(): Promise<void> {
    clock += 10_000;
    await sweep(alone.ctx);
  }

  /** The decision on disk with what it owes, and nothing done about it yet. */
  async function decided(caseId: string): Promise<void> {
    const { cases } = alone.ctx.stores;
    const { record } = (await cases.read(caseId))!;
    const by = { id: 'u_care', name: 'Care', role: 'admin' } as const;
    const event = { type: 'resolve', by, resolution: 'grant', comment: null, clientId: null } as const;
    const { next, effects } = stepCase(record, event, alone.ctx.now());
    expect(await cases.save(next, effects, alone.ctx.now())).toBe(true);
  }

  const DONE = ['authorise-1', 'capture', 'payout', 'refund', 'reversal'];

  test('8.4 after the decision: the sweep refunds, once', async () => {
    const { id, caseId } = await prepared();
    await decided(caseId);
    expect(await provided(alone, id)).toEqual(['authorise', 'capture']);
    await swept();
    await swept();
    await eventually(() => entriesOf(alone, id)).toEqual(DONE);
    expect(await provided(alone, id)).toEqual(['authorise', 'capture', 'refund']);
    await eventually(async () => (await alone.ctx.stores.cases.read(caseId))?.outbox).toEqual([]);
  });

  test('8.4 after the service has followed: the sweep books and refunds, once', async () => {
    const { id, caseId, ben } = await prepared();
    await decided(caseId);
    const { offers } = alone.ctx.stores;
    const { record, outbox } = (await offers.read(id))!;
    const { next, effects } = stepOffer(record, { type: 'refund' }, alone.ctx.now(), alone.ctx.policy);
    expect(await offers.save(next, [...outbox, ...effects], alone.ctx.now())).toBe(true);
    await eventually(() => entriesOf(alone, id)).toEqual(['authorise-1', 'capture', 'payout']);
    await swept();
    await eventually(() => entriesOf(alone, id)).toEqual(DONE);
    expect(await provided(alone, id)).toEqual(['authorise', 'capture', 'refund']);
    expect(await balances(alone, [id])).toEqual({});
    expect((await ben.call('earnings.list')).total).toEqual(usd(0));
  });

  test('8.4 after the provider has refunded: the key is the same, nothing is refunded twice', async () => {
    const { id, caseId } = await prepared();
    await decided(caseId);
    await alone.ctx.payments.refund(`refund-${id}`, `sim_auth-${id}-1`);
    await swept();
    await eventually(() => entriesOf(alone, id)).toEqual(DONE);
    expect(await provided(alone, id)).toEqual(['authorise', 'capture', 'refund']);
  });

  test('10.1 an overdue case is told to admins by the sweep, once, and can be listed', async () => {
    const people = await scene(alone, 1);
    const { id, questionId } = await accepted(people);
    const caseId = await asked(people.customer, questionId as string, id as string);
    clock += 24 * 3_600_000;
    await sweep(alone.ctx);
    await sweep(alone.ctx);
    const admin = await login(alone.url, 'care@example.test');
    const { items } = await admin.call('case.list', { overdue: true, state: 'open' });
    expect((items as Json[]).find((one) => one.id === caseId)).toMatchObject({ overdue: true, state: 'open' });
    await sendMails(alone.ctx);
    const letters = await mailsTo(alone, 'care@example.test');
    const about = letters.filter(({ subject }) => subject === 'Case overdue: My laptop does not start');
    expect(about.filter(({ text }) => String(text).includes(String(questionId)))).toHaveLength(1);
  });
});

async function subjects(who: Client): Promise<unknown[]> {
  return (await mailsTo(node, who.user.email as string)).map(({ subject }): unknown => subject);
}
