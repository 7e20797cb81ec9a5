// Deliveries to operators, under a clock that the test moves, to receivers of this machine; nothing goes out but when a test
// says so (the nodes are gateways).
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { Ctx } from '../../src/context.ts';
import { rotateKeys } from '../../src/dispatch/keys.ts';
import { settle } from '../../src/dispatch/change.ts';
import { QUESTION } from '../../src/dispatch/machines.ts';
import { sendMails } from '../../src/dispatch/mail.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import { subscribe } from '../../src/dispatch/webhook.ts';
import { deliverer } from '../../src/dispatch/webhook-delivery.ts';
import { effectsOfMessage } from '../../src/dispatch/webhook-events.ts';
import type { Refusal } from '../../src/domain/errors.ts';
import { outbound } from '../../src/providers/outbound.ts';
import { vault } from '../../src/providers/vault.ts';
import { webhookProvider } from '../../src/providers/webhook.ts';
import { readConfig } from '../../src/config.ts';
import type { User } from '../../src/models/user.ts';
import { clientId, greeted, post as postTo, postQuestion } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { KEK, world } from '../helpers/node.ts';
import { account, each, eventually, mailsTo, ownCategory, refused, scene, tokenOf } from '../helpers/people.ts';
import { answers, signedBy, startReceiver } from '../helpers/receiver.ts';
import type { TestReceiver } from '../helpers/receiver.ts';
import { all } from '../helpers/all.ts';

const DAY = 86_400_000;
const here = world({ ROLE: 'gateway', WEBHOOK_ALLOW_PRIVATE: '1', WEBHOOKS_MAX: '100', MAX_SOCKETS_PER_USER: '50' });
let ahead = 0;
const now = () => new Date(Date.now() + ahead);
let node: Node;
let other: Node;
let category: string;
/** Until every process knows who has subscribed. */
let waitFor: () => Promise<void>;
/** Their tokens hold however far the clock has moved. */
let admin: Speaker;
let customer: Speaker;

beforeAll(async () => {
  [node, other] = await Promise.all([here.start({}, now), here.start({}, now)]);
  waitFor = node.ctx.stores.webhooks.knownEverywhere;
  Object.assign(node.ctx.stores.webhooks, { knownEverywhere: async () => undefined }); // this process knows at once
  category = await ownCategory(node);
  [admin, customer] = [await speaker('admin'), await speaker('customer')];
});
afterAll(async () => {
  await here.close();
  await Promise.all(receivers.map((one) => one.close()));
});

interface Speaker {
  readonly user: User;
  call(name: string, input: Json): Promise<Json>;
}

async function speaker(role: User['role']): Promise<Speaker> {
  const user = await account(node, role, { name: role === 'admin' ? 'Care' : 'Cora' });
  return { user, call: async (name, input) => postTo(node.url, name, input, await tokenOf(node, user)) };
}

const receivers: TestReceiver[] = [];

interface Hook {
  readonly id: string;
  readonly secret: string;
  readonly receiver: TestReceiver;
}

/** One webhook and a receiver of its own. */
async function subscribed(events: readonly string[], wish: Json = {}): Promise<Hook> {
  const receiver = await startReceiver();
  receivers.push(receiver);
  const { webhook, secret } = await admin.call('webhook.save', { url: receiver.url, events, ...wish });
  return { id: webhook.id as string, secret: secret as string, receiver };
}

async function post(input: Json = {}): Promise<Json> {
  const { question } = await customer.call('question.post', {
    ...{ category, subject: 'My laptop does not start', body: 'It only shows a black screen.' },
    ...{ value: { amount: 1_000, currency: 'USD' }, paymentMethod: 'pm_card_visa', clientId: clientId(), ...input },
  });
  return question as Json;
}

/** What is due goes out, by this node, as if it were a worker. */
const deliver = (ctx: Ctx = node.ctx) => deliverer(ctx).look();

/** Which does not give up what hangs while it is looked at. */
const patient = (): Ctx => ({
  ...node.ctx,
  webhooks: webhookProvider(outbound({ allowPrivate: true, timeoutMs: 60_000 })),
});

/** The same once all is owed, and due. */
async function delivered(hook: Hook, count: number): Promise<void> {
  await eventually(async () => {
    ahead += 1_000;
    await deliver();
    return hook.receiver.received.length;
  }).toBeGreaterThanOrEqual(count);
}

const logOf = async ({ id }: Hook, input: Json = {}): Promise<Json[]> =>
  (await admin.call('webhook.deliveries', { webhookId: id, ...input })).items as Json[];

const shown = async ({ id }: Hook): Promise<Json> =>
  ((await admin.call('webhook.list', {})).items as Json[]).find((one) => one.id === id)!;

/** A delivery of one event that is owed, and none beside. */
async function owed(hook: Hook): Promise<string> {
  const { id } = await post();
  await eventually(async () => each(each(await logOf(hook), 'data'), 'questionId')).toContain(id);
  ahead += 1_000;
  return id as string;
}

const stop = ({ id }: Hook) => admin.call('webhook.remove', { webhookId: id });

describe('the tries of a delivery', () => {
  let hook: Hook;
  beforeAll(async () => {
    hook = await subscribed(['question.posted']);
  });
  afterAll(() => stop(hook));

  test('are eleven, the same event each time, then it has failed; a replay sends it after all', async () => {
    hook.receiver.behave(answers(500));
    const questionId = await owed(hook);
    for (let tries = 1; tries <= 11; tries += 1) {
      const at = now();
      await deliver({ ...node.ctx, now: () => at });
      expect(hook.receiver.about(questionId)).toHaveLength(tries);
      await deliver({ ...node.ctx, now: () => at }); // not before its time
      expect(hook.receiver.about(questionId)).toHaveLength(tries);
      const [delivery] = await logOf(hook);
      expect(delivery).toMatchObject({ state: tries === 11 ? 'failed' : 'pending' });
      expect(delivery!.tries).toHaveLength(tries);
      expect((delivery!.tries as Json[]).at(-1)).toMatchObject({ status: 500, error: null });
      if (tries < 11) ahead += new Date(delivery!.dueAt as string).getTime() - now().getTime() + 1_800_001;
    }
    const ids = hook.receiver.about(questionId).map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);

    hook.receiver.behave(answers(204));
    ahead += 3_600_000;
    const [failed] = await logOf(hook, { state: 'failed' });
    expect(await admin.call('webhook.replay', { deliveryId: failed!.id })).toEqual({ count: 1 });
    await deliver();
    expect(hook.receiver.about(questionId)).toHaveLength(12);
    expect(await logOf(hook)).toMatchObject([{ id: failed!.id, state: 'delivered', dueAt: null }]);
    expect(await shown(hook)).toMatchObject({ failures: 0, failingSince: null, waiting: 0 });
  });

  test('tell in the log what came of each: a refusal, silence, a reset, a redirect', async () => {
    const inner = await startReceiver();
    receivers.push(inner);
    const impatient = { ...node.ctx, webhooks: webhookProvider(outbound({ allowPrivate: true, timeoutMs: 200 })) };
    const bad: [Parameters<TestReceiver['behave']>[0], Json][] = [
      [(response) => void response.writeHead(500).end('No. Card 4242424242424242'), { status: 500, error: null }],
      [() => undefined, { status: null, error: 'timeout' }],
      [(response) => void response.socket?.resetAndDestroy(), { status: null, error: 'reset' }],
      [answers(301, { location: inner.url }), { status: 301, error: null }],
    ];
    const questionId = await owed(hook);
    for (const [behaviour, outcome] of bad) {
      hook.receiver.behave(behaviour);
      await (outcome['error'] === 'timeout' ? deliver(impatient) : deliver());
      const [delivery] = await logOf(hook);
      expect((delivery!.tries as Json[]).at(-1)).toMatchObject(outcome);
      ahead += 3_600_000;
    }
    expect(inner.received).toEqual([]);
    const [{ tries }] = (await logOf(hook)) as [Json];
    expect(tries[0].answer).toBe('No. Card ••••••••••••4242');
    hook.receiver.behave(answers(200));
    await deliver();
    expect(hook.receiver.about(questionId)).toHaveLength(5);
    expect(await shown(hook)).toMatchObject({ failures: 0 });
  });

  test('wait as long as a busy receiver asks, for all that it is to be sent', async () => {
    hook.receiver.behave(answers(429, { 'retry-after': '7200' }));
    const first = await owed(hook);
    await deliver();
    hook.receiver.behave(answers(200));
    const second = await owed(hook);
    ahead += 3_600_000;
    await deliver();
    expect(hook.receiver.about(first)).toHaveLength(1);
    expect(hook.receiver.about(second)).toEqual([]);
    ahead += 3_600_000;
    await deliver();
    expect([first, second].map((id) => hook.receiver.about(id).length)).toEqual([2, 1]);
  });
});

test('who receives for two days nothing has one probe at a time, and then all at once what waited', async () => {
  const hook = await subscribed(['question.posted']);
  hook.receiver.behave(answers(503));
  const questions: string[] = [];
  for (let count = 0; count < 8; count += 1) questions.push(await owed(hook));
  await deliver(); // four at once, and one more
  expect(hook.receiver.received.length).toBeLessThanOrEqual(8);
  const failures = hook.receiver.received.length;
  expect(failures).toBeGreaterThanOrEqual(5);
  ahead += 1_800_000;
  await deliver();
  expect(hook.receiver.received).toHaveLength(failures + 1);
  hook.receiver.behave(answers(200));
  ahead += 1_800_000;
  await deliver();
  for (const id of questions) expect(hook.receiver.about(id).length).toBeGreaterThanOrEqual(1);
  expect(await shown(hook)).toMatchObject({ waiting: 0, failures: 0 });
  await stop(hook);
});

test('who fails for days is switched off with a letter before and one then; switched on it is sent what waited', async () => {
  const hook = await subscribed(['question.posted']);
  const letters = async () => {
    await sendMails(node.ctx);
    const subjects = each(await mailsTo(node, admin.user.email!), 'subject').map(String);
    return subjects.filter((subject) => subject.includes(hook.receiver.url));
  };
  hook.receiver.behave(answers(500));
  const questions = await Promise.all(Array.from({ length: 24 }, () => post()));
  await eventually(async () => Number((await shown(hook)).waiting)).toBe(24);
  for (let halfHour = 0; halfHour < 24; halfHour += 1) {
    ahead += 1_800_000;
    await deliver();
  }
  expect(await letters()).toEqual([]);
  ahead += 3 * DAY;
  await deliver();
  expect(await letters()).toEqual([`A webhook does not get through: ${hook.receiver.url}`]);
  ahead += 3_600_000;
  await deliver();
  expect(await letters()).toHaveLength(1);
  ahead += 2 * DAY;
  await deliver();
  expect(await letters()).toEqual([
    `A webhook does not get through: ${hook.receiver.url}`,
    `A webhook has been switched off: ${hook.receiver.url}`,
  ]);
  expect(await shown(hook)).toMatchObject({ active: false, off: { why: 'failing' } });
  const before = hook.receiver.received.length;
  ahead += DAY;
  await deliver();
  expect(hook.receiver.received).toHaveLength(before);

  hook.receiver.behave(answers(200));
  const { version, url, events } = await shown(hook);
  await admin.call('webhook.save', { webhookId: hook.id, version, url, events });
  await deliver();
  expect(await shown(hook)).toMatchObject({ active: true, off: null, failures: 0, waiting: 0 });
  for (const { id } of questions) expect(hook.receiver.about(id as string).length).toBeGreaterThan(0);
  await stop(hook);
});

test('who answers that it is gone is switched off at once, and admins are told', async () => {
  const hook = await subscribed(['question.posted']);
  hook.receiver.behave(answers(410));
  await owed(hook);
  await deliver();
  expect(await shown(hook)).toMatchObject({ active: false, off: { why: 'gone' } });
  expect(await logOf(hook)).toMatchObject([{ state: 'failed' }]);
  expect((await node.ctx.stores.mails.due(now(), 1_000)).map(({ template }) => template)).toContain('webhook_off');
  await stop(hook);
});

test('a secret that was replaced signs beside the new one for a day, and no longer', async () => {
  const hook = await subscribed(['question.posted']);
  const { secret, webhook } = await admin.call('webhook.rotate', { webhookId: hook.id });
  expect(webhook.secrets).toHaveLength(2);
  const both = await owed(hook);
  await deliver();
  ahead += DAY;
  const one = await owed(hook);
  await deliver();
  const [during, after] = [hook.receiver.about(both)[0]!, hook.receiver.about(one)[0]!];
  expect([hook.secret, secret].map((by) => signedBy(by as string, during))).toEqual([true, true]);
  expect([hook.secret, secret].map((by) => signedBy(by as string, after))).toEqual([false, true]);
  await stop(hook);
});

test('secrets are stored encrypted, and keys:rotate wraps them anew', async () => {
  const hook = await subscribed(['question.posted']);
  const client = await mongoose.mongo.MongoClient.connect(here.env['MONGODB_URI']!);
  const docs = await client.db().collection<{ _id: string; secrets: Json[] }>('webhooks').find().toArray();
  const text =
    JSON.stringify(docs) + docs.map((doc) => Buffer.from(doc.secrets[0]!.sealed.buffer).toString('latin1')).join();
  expect(text).not.toContain(hook.secret.slice(6));
  expect(text).not.toContain('whsec_');
  const next = `2:${Buffer.alloc(32, 'the next key').toString('base64')}`;
  const box = vault(readConfig({ KEK: `${KEK},${next}` }).keks!);
  await rotateKeys({ stores: node.ctx.stores, vault: box });
  const { secrets } = (await node.ctx.stores.webhooks.find(hook.id))!;
  expect(secrets.map(({ kek }) => kek)).toEqual([2]);
  const rotated = { ...node.ctx, vault: vault(readConfig({ KEK: next }).keks!) };
  const questionId = await owed(hook);
  await deliver(rotated);
  expect(signedBy(hook.secret, hook.receiver.about(questionId)[0]!)).toBe(true);
  // back to the only key that the nodes of this file know
  await client.close();
  await stop(hook);
});

describe('nothing is lost, and nothing owed twice', () => {
  let hook: Hook;
  beforeAll(async () => {
    hook = await subscribed(['question.posted', 'message.created']);
    await waitFor();
  });
  afterAll(() => stop(hook));

  test('when it happens at another gateway the moment after the subscription was answered', async () => {
    const elsewhere = await scene(other, 0);
    await other.ctx.stores.webhooks.subscriptions(); // what it knows is of before
    const late = await subscribed(['question.posted']);
    await waitFor(); // as its answer does
    const { id } = await postQuestion(elsewhere.customer, { category: elsewhere.category });
    await delivered(late, 1);
    expect(late.receiver.received.map(({ body }) => body.data['questionId'])).toContain(id);
    await stop(late);
  });

  test('when a worker dies between the request and writing down its outcome: sent twice with one id', async () => {
    const questionId = await owed(hook);
    const deliveries = { ...node.ctx.stores.deliveries, settle: () => new Promise<never>(() => undefined) };
    const dying = deliverer({ ...node.ctx, stores: { ...node.ctx.stores, deliveries } });
    void dying.look(); // for ever
    await eventually(() => hook.receiver.about(questionId).length).toBe(1);
    await deliver(other.ctx);
    expect(hook.receiver.about(questionId)).toHaveLength(1); // it may be alive
    ahead += 31_000;
    await deliver(other.ctx);
    const ids = hook.receiver.about(questionId).map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    dying.stop();
    ahead += 31_000;
  });

  test('when it cannot be signed here and now: it waits, and nobody tries without end', async () => {
    const questionId = await owed(hook);
    let asked = 0;
    const blind = {
      ...node.ctx.vault,
      open() {
        asked += 1;
        throw new Error('KEK: version 7 is not among the settings');
      },
    };
    await deliver({ ...node.ctx, vault: blind });
    expect(asked).toBeLessThanOrEqual(4);
    expect(hook.receiver.about(questionId)).toEqual([]);
    await deliver();
    expect(hook.receiver.about(questionId)).toHaveLength(1);
    expect(await shown(hook)).toMatchObject({ failures: 0 });
  });

  test('when a step is settled three times', async () => {
    const { id } = await post();
    const { record } = (await node.ctx.stores.questions.read(id as string))!;
    const effect = { type: 'webhooks', events: ['question.posted'], version: 3, state: 'open', at: now() } as const;
    const count = async () => (await logOf(hook)).filter(({ data }) => data.questionId === id).length;
    await eventually(count).toBe(1);
    for (let times = 0; times < 3; times += 1) await settle(node.ctx, QUESTION, [{ record, outbox: [effect] }]);
    const [theirs] = (await logOf(hook)).filter(({ data }) => data.questionId === id);
    expect(theirs!.data.version).toBe(3);
    expect(await count()).toBe(1);
  });

  test('2.3 when the process ends right after storing messages: the sweep finds them', async () => {
    const { id: questionId } = await post();
    const { messages, webhooks } = node.ctx.stores;
    const by = { id: customer.user.id, name: 'Cora', role: 'customer' as const };
    const owes = effectsOfMessage(await webhooks.subscriptions(), now());
    const lines = Array.from({ length: 60 }, (_, index) => ({
      ...{ questionId: questionId as string, clientId: `line-${index}`, kind: 'message' as const, by },
      ...{ body: 'Hello', at: now() },
    }));
    await Promise.all(lines.map((line) => messages.append(line, undefined, () => owes)));
    ahead += 10_000;
    await sweep(node.ctx);
    ahead += 1_000;
    await deliver();
    const seqs = hook.receiver.about(questionId as string).flatMap(({ body }) => body.data['seq'] ?? []);
    expect(seqs.toSorted((one, two) => Number(one) - Number(two))).toEqual(lines.map((_, index) => index + 1));
    await expect.poll(() => all(messages.unsettled(new Date('2999-01-01'), 1_000))).toEqual([]); // noted behind what was done
  });

  test('9.2 a flag that comes while a message is still owed to operators loses neither', async () => {
    const { id } = await post();
    const questionId = id as string;
    const { messages, webhooks } = node.ctx.stores;
    const by = { id: customer.user.id, name: 'Cora', role: 'customer' as const };
    const line = { questionId, clientId: clientId(), kind: 'message' as const, by, body: 'Hello', at: now() };
    const owes = effectsOfMessage(await webhooks.subscriptions(), now());
    await messages.append(line, undefined, () => owes);
    await customer.call('message.flag', { questionId, seq: 1, reason: 'abuse' });
    await expect.poll(() => all(messages.unsettled(new Date('2999-01-01'), 1_000))).toEqual([]); // noted behind the answer
    const about = (await logOf(hook)).filter(({ data }) => data.questionId === questionId);
    expect(each(about, 'event')).toContain('message.created');
    expect(await node.ctx.stores.cases.ofQuestion(questionId)).toHaveLength(1);
  });

  test('when two workers send: each event once, those of a question in their order', async () => {
    hook.receiver.received.length = 0;
    hook.receiver.behave((response) => void setTimeout(() => response.writeHead(200).end(), 1));
    const conversations = await Promise.all([post(), post(), post()]);
    for (let seq = 1; seq <= 10; seq += 1) {
      await Promise.all(
        conversations.map(({ id: questionId }) =>
          customer.call('message.send', { questionId, clientId: clientId(), body: `Line ${seq}` }),
        ),
      );
    }
    const all = conversations.length * 11;
    await eventually(async () => {
      ahead += 500;
      await Promise.all([deliver(node.ctx), deliver(other.ctx)]);
      return conversations.reduce((sum, { id }) => sum + hook.receiver.about(id as string).length, 0);
    }).toBe(all);
    for (const { id } of conversations) {
      const types = hook.receiver.about(id as string).map(({ body }) => body.data['seq'] ?? 0);
      expect(types).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }
    const ids = hook.receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(ids.length);
    hook.receiver.behave(answers(204));
  });
});

test('a receiver that hangs holds up no other', async () => {
  const [hanging, good] = await Promise.all([subscribed(['question.posted']), subscribed(['question.posted'])]);
  const waiting = new Set<string>();
  hanging.receiver.behave((_, { body }) => void waiting.add(body.id));
  const questions = await Promise.all(Array.from({ length: 30 }, () => post()));
  await eventually(async () => (await logOf(good)).length).toBe(30);
  ahead += 1_000;
  const sending = deliver(patient());
  await eventually(() => good.receiver.received.length).toBe(30);
  expect(waiting.size).toBeGreaterThan(0); // it has not answered one of them
  expect(waiting.size).toBeLessThanOrEqual(4);
  expect((await shown(hanging)).waiting).toBe(30);
  expect(new Set(good.receiver.received.map(({ body }) => body.data['questionId']))).toEqual(
    new Set(questions.map(({ id }) => id as string)),
  );
  await hanging.receiver.close(); // so that nobody waits for it
  receivers.splice(receivers.indexOf(hanging.receiver), 1);
  await sending;
  await Promise.all([stop(hanging), stop(good)]);
});

test.each([204, 410])(
  'whose address was changed gets what is left at the new one, also when the old answers %i',
  async (code) => {
    const hook = await subscribed(['question.posted']);
    const next = await startReceiver();
    receivers.push(next);
    const waiting: ServerResponse[] = [];
    hook.receiver.behave((response) => void waiting.push(response));
    await Promise.all(Array.from({ length: 8 }, () => post()));
    await eventually(async () => (await logOf(hook)).length).toBe(8);
    ahead += 1_000;
    const sending = deliver(patient());
    await eventually(() => waiting.length).toBe(4);
    const { version } = await shown(hook);
    await admin.call('webhook.save', { webhookId: hook.id, version, url: next.url, events: ['question.posted'] });
    ahead += 3_000;
    for (const response of waiting) response.writeHead(code).end();
    await sending;
    await delivered({ ...hook, receiver: next }, 4);
    expect(hook.receiver.received).toHaveLength(4);
    expect((await shown(hook)).active).toBe(true);
    // what the old one wanted no more is tried again, at the new one
    if (code === 410) {
      ahead += DAY;
      await delivered({ ...hook, receiver: next }, 8);
    }
    expect((await logOf(hook)).map(({ state }) => String(state)).filter((state) => state !== 'delivered')).toEqual([]);
    await stop(hook);
  },
);

describe('what is said', () => {
  const events = ['question.posted', 'message.created', 'offer.created', 'case.opened'];

  test('9.1, 9.2 by default it names nobody and quotes nobody; in full it does, but for boxes, cards and staff', async () => {
    const [thin, full] = await Promise.all([
      subscribed(events),
      subscribed(events, { content: 'full', withText: true }),
    ]);
    const sides = await scene(node, 0);
    const asked = { category: sides.category, subject: 'Canary subject', body: 'Canary body' };
    const { id: questionId } = await postQuestion(sides.customer, asked);
    await greeted(sides.customer, sides.first, questionId as string);
    await sides.customer.call('message.send', { questionId, clientId: clientId(), body: 'Canary text' });
    await Promise.all([delivered(thin, 4), delivered(full, 4)]);
    const said = ({ receiver }: Hook) => receiver.received.map(({ text }) => text).join('\n');
    expect(said(thin)).not.toMatch(/Canary|Cora|Ada|pm_card|example\.test/);
    expect(said(full)).toContain('Canary subject');
    expect(said(full)).toContain('Canary text');
    expect(said(full)).toContain('Cora');
    expect(said(full)).not.toMatch(/Canary body|pm_card|example\.test|auth-|sim_/);
    const [posted] = thin.receiver.received.map(({ body }) => body).filter(({ type }) => type === 'question.posted');
    expect(posted).toEqual({
      id: expect.stringMatching(/^evt_/),
      type: 'question.posted',
      version: 1,
      timestamp: expect.stringMatching(/Z$/),
      data: { questionId, version: 3, state: 'open' },
    });
    await Promise.all([stop(thin), stop(full)]);
  });

  test('9.2 what was redacted before it is sent is not sent', async () => {
    const hook = await subscribed(['message.created'], { withText: true });
    const { id: questionId } = await post();
    await customer.call('message.send', { questionId, clientId: clientId(), body: 'Canary text' });
    await eventually(async () => (await logOf(hook)).length).toBe(1);
    await admin.call('message.redact', { questionId, seq: 1 });
    await delivered(hook, 1);
    expect(hook.receiver.received[0]!.body.data).toMatchObject({ body: '', redacted: true });
    const client = await mongoose.mongo.MongoClient.connect(here.env['MONGODB_URI']!);
    expect(JSON.stringify(await client.db().collection('deliveries').find().toArray())).not.toContain('Canary');
    await client.close();
    await stop(hook);
  });

  test('nothing is owed to whom nobody has subscribed', async () => {
    const hook = await subscribed(['case.resolved']);
    const { id: questionId } = await post();
    await customer.call('message.send', { questionId, clientId: clientId(), body: 'Hello' });
    const { record, outbox } = (await node.ctx.stores.questions.read(questionId as string))!;
    expect(record.state).toBe('open');
    expect(outbox.map(({ type }) => type)).not.toContain('webhooks');
    expect(await logOf(hook)).toEqual([]);
    await stop(hook);
  });
});

describe('the commands', () => {
  test('are for admins alone, and each but the lists stands in the audit log', async () => {
    const sides = await scene(node, 0);
    const webhookId = `wh_${clientId()}`;
    const calls: [string, Json][] = [
      ['webhook.list', {}],
      ['webhook.save', { url: 'https://example.test/', events: ['question.posted'] }],
      ...['remove', 'rotate', 'test', 'deliveries'].map((name): [string, Json] => [`webhook.${name}`, { webhookId }]),
      ['webhook.replay', { webhookId, since: now() }],
    ];
    for (const [name, input] of calls) {
      for (const who of [sides.customer, sides.first]) await refused(who.call(name, input), 'auth.forbidden');
    }
    const hook = await subscribed(['question.posted']);
    await admin.call('webhook.rotate', { webhookId: hook.id });
    await admin.call('webhook.test', { webhookId: hook.id });
    await admin.call('webhook.replay', { webhookId: hook.id, since: now() });
    await stop(hook);
    const { items } = await admin.call('audit.list', { about: hook.id });
    expect(each(items, 'action')).toEqual(
      ['remove', 'replay', 'test', 'rotate', 'save'].map((name) => `webhook.${name}`),
    );
    expect(JSON.stringify(items)).not.toContain('whsec_');
  });

  test.each([
    ['no event', { events: [] }, 'events'],
    ['an event that there is not', { events: ['question.deleted'] }, 'events.0'],
    ['no address', { url: '' }, 'url'],
    ['a line break in the address', { url: 'https://example.test/\r\nx-evil: 1' }, 'url'],
    ['credentials in the address', { url: 'https://name:secret@example.test/' }, 'url'],
    ['another protocol', { url: 'ftp://example.test/' }, 'url'],
    ['a name that nobody knows', { url: 'https://nobody.invalid/' }, 'url'],
    ['a version of nothing', { version: 1 }, 'version'],
  ])('refuse %s', async (_what, wish, path) => {
    const call = admin.call('webhook.save', { url: 'http://127.0.0.1:9/', events: ['question.posted'], ...wish });
    const { details } = await refused(call, 'input.invalid');
    expect((details as Json)['fields']).toEqual([expect.objectContaining({ path })]);
  });

  test('the same wish again is the same webhook, whose secret is told once; a stale change is refused', async () => {
    const wish = { url: 'http://127.0.0.1:9/', events: ['question.posted'], active: false, clientId: clientId() };
    const first = await admin.call('webhook.save', wish);
    const again = await admin.call('webhook.save', wish);
    expect(first.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    expect(again).toEqual({ webhook: first.webhook });
    const change = { webhookId: first.webhook.id, version: 1, url: wish.url, events: ['case.opened'] };
    expect((await admin.call('webhook.save', change)).webhook).toMatchObject({ version: 2, active: true });
    const { details } = await refused(admin.call('webhook.save', change), 'conflict.stale');
    expect(details).toEqual({ version: 2 });
    await admin.call('webhook.remove', { webhookId: first.webhook.id });
    await refused(admin.call('webhook.remove', { webhookId: first.webhook.id }), 'not_found');
  });

  test('a test is a delivery of its own, also of a webhook that is off, and says what came of it', async () => {
    const hook = await subscribed(['question.posted'], { active: false });
    hook.receiver.behave(answers(404));
    const { delivery: bad } = await admin.call('webhook.test', { webhookId: hook.id });
    expect(bad).toMatchObject({ event: 'webhook.test', state: 'failed', tries: [{ status: 404 }] });
    hook.receiver.behave(answers(200));
    await sleep(2); // the id of a test is its instant
    const { delivery: good } = await admin.call('webhook.test', { webhookId: hook.id });
    expect(good).toMatchObject({ event: 'webhook.test', state: 'delivered', tries: [{ status: 200 }] });
    expect(signedBy(hook.secret, hook.receiver.received[1]!)).toBe(true);
    expect(hook.receiver.received[1]!.body).toMatchObject({ type: 'webhook.test', data: { webhookId: hook.id } });
    await stop(hook);
  });

  test('there are so many webhooks as WEBHOOKS_MAX says, and not one more', async () => {
    const few = { ...node.ctx.webhookLimits, max: (await node.ctx.stores.webhooks.all()).length };
    const actor = { id: 'u_1', name: 'Care', role: 'admin', locale: 'en', categories: [], tokenVersion: 1 } as const;
    const wish = { url: 'http://127.0.0.1:9/', events: ['case.opened'], content: 'thin', withText: false } as const;
    const call = subscribe({ ...node.ctx, webhookLimits: few }, { ...actor, expiresAt: now() }, `wh_${clientId()}`, {
      ...wish,
      active: false,
    });
    await expect(call).rejects.toMatchObject({ code: 'conflict.too_many_webhooks', details: { max: few.max } });
  });

  test('of eight that are saved at once for the last two places two are, whoever counts when', async () => {
    const { webhooks } = node.ctx.stores;
    const max = (await webhooks.all()).length + 2;
    const actor = { id: 'u_1', name: 'Care', role: 'admin', locale: 'en', categories: [], tokenVersion: 1 } as const;
    const wish = { url: 'http://127.0.0.1:9/', events: ['case.opened'], content: 'thin', withText: false } as const;
    const limited = { ...node.ctx, webhookLimits: { ...node.ctx.webhookLimits, max } };
    const saving = Array.from({ length: 8 }, () =>
      subscribe(limited, { ...actor, expiresAt: now() }, `wh_${clientId()}`, { ...wish, active: false }),
    );
    const outcomes = await Promise.allSettled(saving);
    const saved = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value.webhook.webhook.id] : []));
    const codes = outcomes.flatMap((one): unknown[] =>
      one.status === 'rejected' ? [(one.reason as Refusal).code] : [],
    );
    expect(codes).toEqual(Array.from({ length: 6 }, () => 'conflict.too_many_webhooks'));
    expect(await webhooks.all()).toHaveLength(max);
    for (const id of saved) await webhooks.remove(id);
    expect(saved).toHaveLength(2);
  });
});

test('what becomes due while its sender has just found nothing is sent by the same look', async () => {
  const hook = await subscribed(['question.posted']);
  const { deliveries } = node.ctx.stores;
  let answer = (): void => undefined;
  const held = new Promise<void>((resolve) => (answer = resolve));
  let asked = 0;
  const due: typeof deliveries.due = async (id, ...rest) => {
    const found = await deliveries.due(id, ...rest);
    if (id === hook.id && (asked += 1) === 1) await held;
    return found;
  };
  const slow: Ctx = { ...node.ctx, stores: { ...node.ctx.stores, deliveries: { ...deliveries, due } } };
  const sender = deliverer(slow);
  const looks = [sender.look()];
  await eventually(() => asked).toBe(1);
  const id = await owed(hook);
  looks.push(sender.look());
  await slow.stores.webhooks.subscriptions(); // it has asked as well
  answer();
  await Promise.all(looks);
  expect(hook.receiver.received).toHaveLength(1);
  expect(each(each(await logOf(hook), 'data'), 'questionId')).toEqual([id]);
  await stop(hook);
});

test('whoever looks while a receiver lags waits for nobody: the first one does', async () => {
  const hook = await subscribed(['question.posted']);
  let answer = (): void => undefined;
  hook.receiver.behave((res) => void (answer = () => res.writeHead(200).end()));
  await owed(hook);
  const sender = deliverer(patient());
  const first = sender.look();
  await eventually(() => hook.receiver.received.length).toBe(1);
  await Promise.all(Array.from({ length: 20 }, () => sender.look()));
  answer();
  await first;
  await stop(hook);
});
