// Two gateways and a worker, each a node of its own: what happens on one is heard on the others.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, connect, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import {
  codeOf,
  each,
  eventually,
  heardOf,
  join,
  leave,
  mailsTo,
  ownCategory,
  provided,
  queued,
  refused,
} from '../helpers/people.ts';

const here = world({ MAX_SOCKETS_PER_USER: '50' });
let one: Node;
let other: Node;
let worker: Node;
let customer: Client; // on gateway one
let ada: Client; // on the other gateway
let ben: Client; // on gateway one
let category: string;
let ahead = 0; // of the real time, everywhere, ms
const now = () => new Date(Date.now() + ahead);

beforeAll(async () => {
  worker = await here.start({ ROLE: 'worker' }, now);
  [one, other] = await Promise.all([here.start({ ROLE: 'gateway' }, now), here.start({ ROLE: 'gateway' }, now)]);
  category = await ownCategory(one);
  customer = await join(one, 'customer', { name: 'Cora' });
  ada = await join(other, 'expert', { name: 'Ada', categories: [category] });
  ben = await join(one, 'expert', { name: 'Ben', categories: [category] });
});
afterAll(() => here.close());

const ask = () => requested(customer, ada, { category });
const at = (id: string, state: string) => (event: Json) => event.id === id && event.state === state;

test('2.3 messages, typing, read marks and presence cross gateways', async () => {
  const { id: questionId } = await postQuestion(customer, { category });
  await queued(ada, (item) => item.id === questionId);
  await customer.call('question.watch', { questionId });
  await ada.call('question.claim', { questionId });
  await ada.call('question.watch', { questionId });
  await customer.heard('presence.changed', (event) => event.userId === ada.user.id && event.online === true);
  await ada.heard('presence.changed', (event) => event.userId === customer.user.id && event.online === true);

  const { message } = await customer.call('message.send', { questionId, clientId: clientId(), body: 'From one' });
  expect(await ada.heard('message.created', (event) => event.seq === 1)).toEqual(message);
  await ada.call('typing', { questionId });
  await customer.heard('typing', (event) => event.by.id === ada.user.id);
  await ada.call('message.read', { questionId, seq: 1 });
  await customer.heard('read.changed', (event) => event.by.id === ada.user.id && event.seq === 1);
  const answer = await ada.call('message.send', { questionId, clientId: clientId(), body: 'From the other' });
  expect(await customer.heard('message.created', (event) => event.seq === 2)).toEqual(answer.message);
  await customer.heard('offer.changed', (event) => event.questionId === questionId);

  // both gateways write into one conversation
  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      (n % 2 ? customer : ada).call('message.send', { questionId, clientId: clientId(), body: `${n}` }),
    ),
  );
  for (const who of [customer, ada]) {
    await who.heard('message.created', (event) => event.questionId === questionId && event.seq === 22);
    await eventually(() => new Set(each(heardOf(who, 'message.created', questionId), 'seq')).size).toBe(22);
  }
});

test('6.1, 6.2 the deadline that the worker notices reaches both gateways', async () => {
  // deadlines stand on the record: who makes it gives it its times, whoever looks finds them there
  // both together sooner than a connection is forgotten that this clock does not refresh
  const times = { POLICY_RESERVATION: '2s', POLICY_REQUEST_TTL: '15s' };
  const hasty = await here.start({ ROLE: 'gateway', ...times }, now);
  const request = await requested(await connect(hasty.url, customer.token), ada, { category });
  await ada.heard('request.changed', at(request.id, 'reserved'));
  ahead += 2_000;
  for (const who of [ada, ben]) await who.heard('request.changed', at(request.id, 'open'));
  await customer.heard('offer.changed', at(request.id, 'open'));
  await customer.heard('notice', ({ code, params }) => code === 'request.opened' && params.offerId === request.id);
  expect(heardOf(ben, 'request.changed', request.id).map(({ state }) => state as string)).not.toContain('reserved');

  ahead += 15_000;
  for (const who of [ada, ben]) await who.heard('request.changed', at(request.id, 'expired'));
  await customer.heard('notice', ({ code, params }) => code === 'request.expired' && params.offerId === request.id);
});

test('6.4 the race is one race over all gateways', async () => {
  const request = await ask();
  await ada.call('request.decline', { requestId: request.id });
  const racers = [ada, ben, await connect(one.url, ada.token), await connect(other.url, ben.token)];
  const codes = await Promise.all(
    racers.map((expert) => codeOf(expert.call('request.accept', { requestId: request.id }))),
  );
  // the winner hears so in both tabs
  expect(codes.toSorted()).toEqual(['conflict.already_accepted', 'conflict.already_accepted', 'ok', 'ok']);
  for (const who of [ada, ben]) await who.heard('request.changed', at(request.id, 'accepted'));
  await customer.heard('offer.changed', at(request.id, 'accepted'));
  expect(await provided(one, request.id)).toEqual(['authorise', 'capture']);
});

test('2.2 a claim on one gateway holds on the other', async () => {
  const { id: questionId } = await postQuestion(customer, { category });
  await ada.call('question.claim', { questionId });
  await refused(ben.call('question.claim', { questionId }), 'conflict.claimed');
  const changed = await queued(ben, (item) => item.id === questionId && item.state === 'claimed');
  expect(changed.expert.id).toBe(ada.user.id);
  // I22: released on one gateway, followed no more on the other
  const followed = await connect(other.url, ada.token);
  await followed.call('question.watch', { questionId });
  const elsewhere = await connect(one.url, ada.token);
  await elsewhere.call('question.release', { questionId });
  await followed.heard('question.changed', (event) => event.id === questionId && event.state === 'open');
  await customer.call('message.send', { questionId, clientId: clientId(), body: 'Not for Ada' });
  await customer.call('question.close', { questionId });
  await queued(followed, (item) => item.id === questionId && item.state === 'closed');
  expect(heardOf(followed, 'message.created', questionId)).toEqual([]);
});

test('6.3 mail is owed by gateways and sent by the worker; who is connected anywhere is not away', async () => {
  const first = await join(other, 'expert', { categories: [category] });
  const request = await requested(customer, first, { category });
  await first.call('request.decline', { requestId: request.id });
  const about = async (who: Client) =>
    (await mailsTo(one, String(who.user.email))).filter(({ text }) => String(text).includes(request.id));
  await eventually(async () => (await about(ben)).length).toBe(1);
  await eventually(async () => (await about(ada)).length).toBe(1);
  expect(await about(first)).toEqual([]); // connected to the other gateway when it was kept for them, and passed then
  expect(await about(customer)).toEqual([]);
});

test('I22 whose rights change on one gateway, their sockets on the other are closed', async () => {
  const expert = await join(other, 'expert', { categories: [category] });
  const closed = new Promise<void>((resolve) => void expert.socket.once('disconnect', () => resolve()));
  const admin = await join(one, 'admin');
  await admin.call('user.update', { userId: expert.user.id, active: false });
  await closed;
});

test('presence: who is connected twice is there until the last connection ends', async () => {
  const { id: questionId } = await postQuestion(customer, { category });
  await customer.call('question.watch', { questionId });
  const expert = await join(one, 'expert', { categories: [category] });
  const again = await connect(other.url, expert.token);
  await expert.call('question.claim', { questionId });
  for (const socket of [expert, again]) await socket.call('question.watch', { questionId });
  expert.close();
  await leave(other, again);
  const left = await customer.heard(
    'presence.changed',
    (event) => event.userId === expert.user.id && event.online === false,
  );
  expect(left.questionId).toBe(questionId);
});

test('a worker serves health and metrics, and no command', async () => {
  await eventually(async () => (await fetch(`${worker.url}/health/ready`)).status).toBe(200);
  const ready = (await (await fetch(`${worker.url}/health/ready`)).json()) as Json;
  expect(ready).toEqual({ ready: true, checks: { mongodb: true, redis: true, worker: true } });
  expect((await fetch(`${worker.url}/health/live`)).status).toBe(200);
  const metrics = await (await fetch(`${worker.url}/metrics`)).text();
  expect(metrics).toMatch(/parley_jobs_total\{kind="wake",outcome="done"\} [1-9]/);
  expect(metrics).toContain('parley_deadline_lateness_seconds_bucket{le="0.01",kind="lapse"}');
  for (const path of [
    '/v1/session.get',
    '/v1/category.list?locale=en',
    `/requests/of_${clientId()}`,
    '/web/request.js',
    '/openapi.json',
    '/docs/',
    '/dev/mail',
  ]) {
    expect([path, (await fetch(worker.url + path)).status]).toEqual([path, 404]);
  }
  const gateway = (await (await fetch(`${one.url}/health/ready`)).json()) as Json;
  expect(gateway).toMatchObject({ ready: true, checks: { mongodb: true, redis: true } });
  await expect(connect(worker.url, customer.token)).rejects.toThrow();
});
