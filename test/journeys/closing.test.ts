// How requests and conversations end: withdrawn, closed by somebody, closed by silence.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import { clientId, greeted, login, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import {
  codeOf,
  each,
  entriesOf,
  eventually,
  heardOf,
  listed,
  provided,
  refused,
  scene,
  settled,
} from '../helpers/people.ts';

const AUTO_CLOSE_MS = 60_000;
const here = world();
const silent = world({ POLICY_AUTO_CLOSE: `${AUTO_CLOSE_MS}ms`, POLICY_SWEEP: '200ms' });
let node: Node;
let hasty: Node; // time goes by here when it is told to
let ahead = 0; // of the real time, ms

beforeAll(async () => {
  [node, hasty] = await Promise.all([here.start(), silent.start({}, () => new Date(Date.now() + ahead))]);
});
afterAll(() => Promise.all([here.close(), silent.close()]));

const say = (who: Client, questionId: string, input: Json = {}) =>
  who.call('message.send', { questionId, clientId: clientId(), body: 'Still there?', ...input });
const lines = async (who: Client, questionId: string): Promise<Json[]> =>
  (await who.call('message.list', { questionId })).items as Json[];

test('6.8 the customer withdraws a reserved request: it is gone, and the hold is let go', async () => {
  const { category, customer, first, others } = await scene(node);
  const request = await requested(customer, first, { category });
  expect(await listed(first, 'open')).toEqual([request.id]);
  const { request: gone } = await customer.call('request.withdraw', { requestId: request.id });
  expect(gone.state).toBe('withdrawn');
  // pressed again
  expect((await customer.call('request.withdraw', { requestId: request.id })).request).toEqual(gone);
  await first.heard('request.changed', ({ id, state }) => id === request.id && state === 'withdrawn');
  expect(await listed(first, 'open')).toEqual([]);
  const late = await refused(first.call('request.accept', { requestId: request.id }), 'conflict.not_open');
  expect(late).toMatchObject({
    message: 'conflict.not_open: This request is not open now.',
    details: { state: 'withdrawn' },
  });
  await settled(...others);
  expect(heardOf(others[0]!, 'request.changed', request.id)).toEqual([]); // never shown to them
  expect(await provided(node, request.id)).toEqual(['authorise', 'void']);
  await eventually(() => entriesOf(node, request.id)).toEqual(['authorise-1', 'release-1']);
});

test('6.8 an open request is withdrawn before everybody’s eyes; an accepted one cannot be', async () => {
  const { category, customer, first, others } = await scene(node);
  const request = await requested(customer, first, { category });
  await first.call('request.decline', { requestId: request.id });
  await customer.call('request.withdraw', { requestId: request.id });
  for (const expert of [first, ...others]) {
    await expert.heard('request.changed', ({ id, state }) => id === request.id && state === 'withdrawn');
    expect(await listed(expert, 'open')).toEqual([]);
  }
  const second = await requested(customer, first, { category });
  await first.call('request.accept', { requestId: second.id });
  await refused(customer.call('request.withdraw', { requestId: second.id }), 'conflict.already_accepted');
  expect(await provided(node, second.id)).toEqual(['authorise', 'capture']);
});

test('6.8, 6.4 withdrawing and accepting at once: one of them wins, and the money follows it', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { category, customer, first, others } = await scene(node);
    const request = await requested(customer, first, { category });
    await first.call('request.decline', { requestId: request.id });
    const [withdrawn, ...accepts] = await Promise.all([
      codeOf(customer.call('request.withdraw', { requestId: request.id })),
      ...[first, ...others].map((expert) => codeOf(expert.call('request.accept', { requestId: request.id }))),
    ]);
    if (withdrawn === 'ok') {
      expect(accepts).toEqual(accepts.map(() => 'conflict.not_open'));
      expect(await provided(node, request.id)).toEqual(['authorise', 'void']);
    } else {
      expect(withdrawn).toBe('conflict.already_accepted');
      expect(accepts.toSorted()).toEqual(['conflict.already_accepted', 'ok']);
      expect(await provided(node, request.id)).toEqual(['authorise', 'capture']);
    }
  }
});

test('2.8, 6.8 closing ends the conversation with one last line and withdraws the request', async () => {
  const { category, customer, first, others } = await scene(node);
  const request = await requested(customer, first, { category });
  const { questionId } = request;
  await first.call('question.watch', { questionId });
  await first.call('request.decline', { requestId: request.id });
  const { question } = await customer.call('question.close', { questionId });
  expect(question).toMatchObject({ state: 'closed', lockedUntil: null, payment: { state: 'released' } });
  expect(question.closedAt).not.toBeNull();

  await others[0]!.heard('request.changed', ({ id, state }) => id === request.id && state === 'withdrawn');
  expect(await listed(others[0]!, 'open')).toEqual([]);
  const last = await first.heard('message.created', ({ kind }) => kind === 'closed');
  expect(last).toMatchObject({ seq: 2, by: { role: 'system' } });
  await first.heard('notice', ({ code }) => code === 'question.closed');
  for (const who of [customer, first]) await refused(say(who, questionId), 'conflict.closed');
  await refused(first.call('question.claim', { questionId }), 'conflict.closed');
  expect((await customer.call('question.close', { questionId })).question).toEqual(question);
  await refused(customer.call('question.rate', { questionId, stars: 5 }), 'conflict.not_answered');
  expect(each(await lines(customer, questionId), 'kind')).toEqual(['greeting', 'closed']);
  expect(await provided(node, request.id)).toEqual(['authorise', 'void']);
  expect(await provided(node, questionId)).toEqual(['authorise', 'void']);
  await eventually(() => entriesOf(node, questionId)).toEqual(['authorise-1', 'release-1']);
});

test('2.8 a closed question takes no offers: the one that was shown is withdrawn', async () => {
  const { category, customer, first } = await scene(node);
  const { id: questionId } = await postQuestion(customer, { category });
  const offer = await greeted(customer, first, questionId);
  await customer.call('question.close', { questionId });
  await customer.heard('offer.changed', ({ id, state }) => id === offer.id && state === 'withdrawn');
  await refused(customer.call('offer.accept', { offerId: offer.id }), 'conflict.closed');
  expect(await provided(node, offer.id)).toEqual([]);
});

test('6.8, 7 an accepted service survives the closing, and is reported and paid', async () => {
  const { category, customer, first } = await scene(node);
  const request = await requested(customer, first, { category });
  await first.call('request.accept', { requestId: request.id });
  const { questionId } = request;
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Do this.' });
  await customer.call('question.close', { questionId });
  await first.call('request.report', { requestId: request.id, connected: true });
  const { question, offers } = await customer.call('question.get', { questionId });
  expect(question).toMatchObject({ state: 'closed', rating: { stars: 5, by: 'automatic' } });
  expect(offers).toMatchObject([{ state: 'fulfilled' }]);
  expect((await first.call('earnings.list')).total.amount).toBe(2_450);
});

/** Accepted, and closed before an answer was ticked: only the report can earn the question's value. */
async function closedWhileAccepted(accept: (request: Json, first: Client) => Promise<unknown>, paymentMethod?: string) {
  const { category, customer, first } = await scene(node, 0);
  const input = { category, ...(paymentMethod !== undefined && { paymentMethod }) };
  const request = await requested(customer, first, input);
  const { id: requestId, questionId } = request as { id: string; questionId: string };
  await accept(request, first);
  const { question } = await customer.call('question.close', { questionId });
  return { customer, first, requestId, questionId, question };
}

const valueOf = async (questionId: string) => (await node.ctx.stores.questions.read(questionId))!.record.payment.state;
const accepts = (request: Json, first: Client) => first.call('request.accept', { requestId: request.id });

test('2.8, 7.4 closing keeps the value while a service is to be reported: the report earns both shares', async () => {
  const { customer, first, requestId, questionId, question } = await closedWhileAccepted(accepts);
  expect(question).toMatchObject({ state: 'closed', payment: { state: 'authorised' } });
  await first.call('request.report', { requestId, connected: true });
  await eventually(() => entriesOf(node, questionId)).toEqual(['authorise-1', 'capture', 'payout']);
  expect((await first.call('earnings.list')).total.amount).toBe(2_450);
  expect(await provided(node, questionId)).toEqual(['authorise', 'capture']);
  const { question: rated } = await customer.call('question.get', { questionId });
  expect(rated.rating).toEqual({ stars: 5, by: 'automatic' });
});

test('2.8, 7.1 nobody could connect, and the customer takes the money back: nothing of it stays held', async () => {
  const { customer, first, requestId, questionId } = await closedWhileAccepted(accepts);
  const no = { requestId, connected: false, attempts: 3, reason: 'no_answer', comment: 'Rang three times.' };
  await first.call('request.report', no);
  expect(await valueOf(questionId)).toBe('authorised'); // it may be wanted again
  await customer.call('request.withdraw', { requestId });
  await eventually(() => valueOf(questionId)).toBe('released');
  await eventually(() => entriesOf(node, questionId)).toEqual(['authorise-1', 'release-1']);
  expect(await provided(node, questionId)).toEqual(['authorise', 'void']);
});

test('2.8, 7.1 nobody could connect: the customer can have it again although the question was closed', async () => {
  const { customer, first, requestId, questionId } = await closedWhileAccepted(accepts);
  const no = { requestId, connected: false, attempts: 3, reason: 'no_answer', comment: 'Rang three times.' };
  await first.call('request.report', no);
  expect((await customer.call('offer.accept', { offerId: requestId })).offer.state).toBe('open');
  await first.call('request.accept', { requestId });
  await first.call('request.report', { requestId, connected: true });
  await eventually(() => entriesOf(node, requestId)).toEqual(['authorise-1', 'capture', 'payout']);
  await eventually(() => entriesOf(node, questionId)).toEqual(['authorise-1', 'capture', 'payout']);
});

test('2.8, 8.4 the service is refunded before its report: the value is let go as well', async () => {
  const care = await login(node.url, 'care@example.test');
  const { customer, requestId, questionId } = await closedWhileAccepted(accepts);
  const { case: asked } = await customer.call('refund.request', { questionId, offerId: requestId, reason: 'No call.' });
  await care.call('case.resolve', { caseId: asked.id, resolution: 'grant' });
  await eventually(() => valueOf(questionId)).toBe('released');
  await eventually(() => entriesOf(node, requestId)).toEqual(['authorise-1', 'capture', 'refund']);
});

test('2.8, 6.5 the price cannot be taken, and the question is closed by then: nothing stays held', async () => {
  const declined = async (request: Json, first: Client) => {
    await refused(first.call('request.accept', { requestId: request.id }), 'payment.failed');
  };
  const { requestId, questionId, question } = await closedWhileAccepted(declined, 'pm_card_chargeCustomerFail');
  expect(question.payment.state).toBe('released');
  expect(await provided(node, questionId)).toEqual(['authorise', 'void']);
  expect((await node.ctx.stores.offers.read(requestId))?.record.state).toBe('withdrawn');
});

test('2.5, 2.8 an answer can be rated after the closing', async () => {
  const { category, customer, first } = await scene(node);
  const { id: questionId } = await postQuestion(customer, { category });
  await greeted(customer, first, questionId);
  await say(first, questionId, { kind: 'answer' });
  await customer.call('question.close', { questionId });
  const { question } = await customer.call('question.rate', { questionId, stars: 5 });
  expect(question).toMatchObject({ state: 'closed', rating: { stars: 5 }, payment: { state: 'captured' } });
  expect((await first.call('earnings.list')).total.amount).toBe(500);
});

test('I9 whoever writes while somebody closes is either before the last line or refused', async () => {
  const { category, customer, first } = await scene(node);
  const { id: questionId } = await postQuestion(customer, { category });
  await greeted(customer, first, questionId);
  const sent = Promise.all(Array.from({ length: 20 }, (_, n) => codeOf(say(n % 2 ? customer : first, questionId))));
  await customer.call('question.close', { questionId });
  const codes = await sent;
  for (const code of codes) expect(['ok', 'conflict.closed']).toContain(code);
  const all = await lines(customer, questionId);
  expect(each(all, 'seq')).toEqual(all.map((_, index) => index + 1));
  expect(all.filter(({ kind }) => kind === 'closed')).toHaveLength(1);
  expect(all.at(-1)).toMatchObject({ kind: 'closed' });
  expect(all).toHaveLength(codes.filter((code) => code === 'ok').length + 2);
});

test('2.8 an admin closes a question, and both sides are told', async () => {
  const { category, customer, first } = await scene(node);
  const care = await login(node.url, 'care@example.test');
  const { id: questionId } = await postQuestion(customer, { category });
  await greeted(customer, first, questionId);
  expect((await care.call('question.close', { questionId })).question.state).toBe('closed');
  for (const who of [customer, first]) await who.heard('notice', ({ code }) => code === 'question.closed');
});

test('2.8 silence does not close under a service that was requested or accepted a while after the last message', async () => {
  const { category, customer, first } = await scene(hasty);
  const { id: questionId } = await postQuestion(customer, { category });
  const offer = await greeted(customer, first, questionId);
  ahead += (AUTO_CLOSE_MS * 2) / 3;
  const { offer: request } = await customer.call('offer.accept', { offerId: offer.id });
  ahead += (AUTO_CLOSE_MS * 2) / 3; // silence has been long enough by now
  await sweep(hasty.ctx);
  await first.call('request.accept', { requestId: request.id });
  ahead += (AUTO_CLOSE_MS * 2) / 3;
  await sweep(hasty.ctx);
  await say(first, questionId, { body: 'When may I call?' });
  const state = async () => (await hasty.ctx.stores.questions.read(questionId))?.record.state;
  expect(await state()).not.toBe('closed');
  ahead += AUTO_CLOSE_MS;
  await eventually(state).toBe('closed');
});

test('2.8 silence closes a question and its request; a message postpones it', async () => {
  const { category, customer, first } = await scene(hasty);
  const request = await requested(customer, first, { category });
  const { questionId } = request;
  const stillOpen = await postQuestion(customer, { category });
  await customer.call('question.watch', { questionId: stillOpen.id });
  // some of the time goes by, then somebody writes again
  ahead += AUTO_CLOSE_MS / 2;
  const { message } = await say(customer, stillOpen.id);
  ahead += AUTO_CLOSE_MS / 2;

  const closed = await customer.heard('question.changed', ({ id, state }) => id === questionId && state === 'closed');
  expect(closed.lastSeq).toBe(2);
  await customer.heard('notice', ({ code }) => code === 'question.closed');
  await customer.heard('offer.changed', ({ id, state }) => id === request.id && state === 'withdrawn');
  ahead += AUTO_CLOSE_MS / 2;
  const later = await customer.heard('question.changed', ({ id, state }) => id === stillOpen.id && state === 'closed');
  const silence = new Date(later.closedAt).getTime() - new Date(message.at).getTime();
  expect(silence).toBeGreaterThanOrEqual(AUTO_CLOSE_MS);
  expect(each(await lines(customer, stillOpen.id), 'kind')).toEqual(['message', 'closed']);
});
