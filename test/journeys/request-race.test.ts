// The ways of a request until somebody has it: declined, passed on, silence, a race.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, greeted, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import {
  codeOf,
  entriesOf,
  eventually,
  heardOf,
  listed,
  provided,
  refused,
  scene,
  settled,
} from '../helpers/people.ts';

const RESERVED_MS = 30_000;
const here = world({ POLICY_RESERVATION: `${RESERVED_MS}ms` });
const slow = world();
let node: Node; // reservations lapse here, by a clock that is moved
let ahead = 0; // of the real time there, ms
let patient: Node; // reservations do not lapse here

beforeAll(async () => {
  [node, patient] = await Promise.all([here.start({}, () => new Date(Date.now() + ahead)), slow.start()]);
});
afterAll(() => Promise.all([here.close(), slow.close()]));

const say = (who: Client, questionId: string, input: Json = {}) =>
  who.call('message.send', { questionId, clientId: clientId(), body: 'And now?', ...input });

test('5.3 a declined offer is over, the written conversation goes on, and no second offer comes', async () => {
  const { category, customer, first } = await scene(patient);
  const question = await postQuestion(customer, { category });
  const offer = await greeted(customer, first, question.id);
  expect((await customer.call('offer.decline', { offerId: offer.id })).offer.state).toBe('declined');
  await refused(customer.call('offer.accept', { offerId: offer.id }), 'conflict.not_offered');
  expect((await customer.call('offer.decline', { offerId: offer.id })).offer.state).toBe('declined');
  await refused(first.call('request.accept', { requestId: offer.id }), 'not_found');

  expect((await say(customer, question.id)).message.seq).toBe(2);
  expect((await say(first, question.id, { kind: 'answer' })).message.seq).toBe(3);
  const now = await customer.call('question.get', { questionId: question.id });
  expect(now.question).toMatchObject({ state: 'answered', ratingEnabled: true });
  expect(now.offers).toMatchObject([{ id: offer.id, state: 'declined' }]);
  expect(await provided(patient, offer.id)).toEqual([]);
  expect(heardOf(first, 'request.changed', offer.id)).toEqual([]);
});

test('5.3 pressing Accept twice at once requests it once and holds the price once', async () => {
  const { category, customer, first } = await scene(patient);
  const question = await postQuestion(customer, { category });
  const offer = await greeted(customer, first, question.id);
  const codes = await Promise.all([1, 2, 3].map(() => codeOf(customer.call('offer.accept', { offerId: offer.id }))));
  expect(codes).toContain('ok');
  for (const code of codes) expect(['ok', 'conflict.payment_pending']).toContain(code);
  expect(await provided(patient, offer.id, 3)).toEqual(['authorise']);
  await eventually(() => entriesOf(patient, offer.id)).toEqual(['authorise-1']);
});

test('6.2 No Thanks: the customer is told, the request is open at once, another wins, everybody else is too late', async () => {
  const { category, customer, first, others } = await scene(patient, 2);
  const [ben, cleo] = others as [Client, Client];
  const request = await requested(customer, first, { category });
  await refused(ben.call('request.accept', { requestId: request.id }), 'not_found');

  const passed = await first.call('request.decline', { requestId: request.id });
  expect(passed.request).toMatchObject({ state: 'open', prefix: '[Secure Remote Assistance Requested]' });
  const notice = await customer.heard('notice', ({ code }) => code === 'request.passed');
  expect(notice.text).toContain('cannot take it on personally');
  expect(notice.text).toContain('Secure Remote Assistance');
  await ben.heard('request.changed', ({ id, state }) => id === request.id && state === 'open');
  for (const expert of [first, ben, cleo]) expect(await listed(expert, 'open')).toEqual([request.id]);
  const again = await first.call('request.decline', { requestId: request.id });
  expect(again.request).toMatchObject({ state: 'open', version: passed.request.version });

  const won = await ben.call('request.accept', { requestId: request.id });
  expect(won.request).toMatchObject({ state: 'accepted', acceptedBy: { id: ben.user.id } });
  for (const loser of [first, cleo]) {
    const refusal = await refused(loser.call('request.accept', { requestId: request.id }), 'conflict.already_accepted');
    expect(refusal.message).toContain('already accepted by another expert');
    // 6.4: on the landing page too
    expect((await loser.call('request.get', { requestId: request.id })).request.state).toBe('accepted');
    expect(await listed(loser, 'open')).toEqual([]);
  }
  expect(await listed(ben, 'priority')).toEqual([request.id]);
  await customer.heard('notice', ({ code }) => code === 'request.accepted');

  // they keep the written question
  expect((await say(first, request.questionId)).message.by.id).toBe(first.user.id);
  await refused(say(ben, request.questionId), 'conflict.claimed');
  expect(await provided(patient, request.id)).toEqual(['authorise', 'capture']);
});

test('6.2 after No Thanks the first expert may still accept while nobody else has', async () => {
  const { category, customer, first, others } = await scene(patient);
  const request = await requested(customer, first, { category });
  await first.call('request.decline', { requestId: request.id });
  const { request: won } = await first.call('request.accept', { requestId: request.id });
  expect(won).toMatchObject({ state: 'accepted', acceptedBy: { id: first.user.id } });
  await refused(others[0]!.call('request.accept', { requestId: request.id }), 'conflict.already_accepted');
});

test('6.2, 6.4 silence opens the request; of all who press at once exactly one wins, and it is captured once', async () => {
  const { category, customer, first, others } = await scene(node, 7);
  const all = [first, ...others];
  const request = await requested(customer, first, { category });
  ahead += RESERVED_MS;
  await customer.heard('notice', ({ code }) => code === 'request.opened');
  await Promise.all(
    all.map((expert) => expert.heard('request.changed', ({ id, state }) => id === request.id && state === 'open')),
  );

  // twice each, as impatient people press
  const codes = await Promise.all(
    [...all, ...all].map((expert) => codeOf(expert.call('request.accept', { requestId: request.id }))),
  );
  const losing = Array<string>(codes.length - 2).fill('conflict.already_accepted');
  expect(codes.toSorted()).toEqual([...losing, 'ok', 'ok']); // the winner hears it twice
  const winner = all[codes.indexOf('ok') % all.length]!;
  const accepted = await Promise.all(
    all.map((expert) => expert.heard('request.changed', ({ id, state }) => id === request.id && state === 'accepted')),
  );
  for (const event of accepted) expect(event.acceptedBy).toEqual({ id: winner.user.id, name: winner.user.name });
  for (const expert of all) expect(await listed(expert, 'open')).toEqual([]);
  expect(await listed(winner, 'priority')).toEqual([request.id]);
  expect(await provided(node, request.id)).toEqual(['authorise', 'capture']);
  await eventually(() => entriesOf(node, request.id)).toEqual(['authorise-1', 'capture']);
});

test('6.2 the first expert, too, accepts after the silence', async () => {
  const { category, customer, first } = await scene(node);
  const request = await requested(customer, first, { category });
  ahead += RESERVED_MS;
  await first.heard('request.changed', ({ id, state }) => id === request.id && state === 'open');
  expect((await first.call('request.accept', { requestId: request.id })).request.state).toBe('accepted');
});

test('6.1 without an expert in the conversation the request is open at once', async () => {
  const { category, customer, first, others } = await scene(patient);
  const question = await postQuestion(customer, { category });
  const offer = await greeted(customer, first, question.id);
  await first.call('question.release', { questionId: question.id });
  const { offer: request } = await customer.call('offer.accept', { offerId: offer.id });
  expect(request).toMatchObject({ state: 'open', reservedFor: null, reservedUntil: null });
  for (const expert of [first, others[0]!]) expect(await listed(expert, 'open')).toEqual([offer.id]);
  await settled(customer);
  expect(heardOf(customer, 'notice', offer.id)).toEqual([]);
});
