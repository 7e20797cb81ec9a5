// 2.6, 4 and webhooks: workers are killed while they hand over reminders and deliveries, with some of them taken by the other side
// and not yet heard to be. Nothing is lost; what was heard is not sent again; what nobody heard of comes again as the same one.

import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Node } from '../../src/app.ts';
import { eventIdOf } from '../../src/models/delivery.ts';
import { clientId, login, postQuestion, visitor } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import type { World } from '../helpers/node.ts';
import { endProcesses, startProcess } from '../helpers/process.ts';
import type { NodeProcess } from '../helpers/process.ts';
import { answers, startReceiver } from '../helpers/receiver.ts';
import type { Behaviour, TestReceiver } from '../helpers/receiver.ts';
import { startSmtp } from '../helpers/smtp.ts';
import type { SmtpHere } from '../helpers/smtp.ts';

const REMINDED = 60;
const POSTED = 40;
const HEARD = 10; // letters, and deliveries, of each worker before nothing is answered any more
const DAY_MS = 86_400_000;
const PATIENCE = { timeout: 180_000, interval: 50 };

type Doc = Json & { _id: string };
/** How often each thing that was not settled was tried when a worker died. */
type Unsettled = ReadonlySet<string>;

let here: World;
let mongo: mongoose.mongo.MongoClient;
let smtp: SmtpHere;
let receiver: TestReceiver;
let gateway: Node;
let workers: NodeProcess[];

beforeAll(async () => {
  [smtp, receiver] = await Promise.all([startSmtp(), startReceiver()]);
  here = world({
    ...{ SMTP_URL: smtp.smtpUrl, PUBLIC_URL: 'https://parley.example.test', WEBHOOK_ALLOW_PRIVATE: '1' },
    ...{ POLICY_AUTO_CLOSE: '90d', RATE_COMMANDS: '10000' },
  });
  mongo = await mongoose.mongo.MongoClient.connect(here.env['MONGODB_URI']!);
  gateway = await here.start({ ROLE: 'gateway' });
  // those who die are processes
  workers = [];
  for (let count = 0; count < 2; count += 1) workers.push(await startProcess({ ...here.env, ROLE: 'worker' }));
  await workers[1]!.kill('SIGSTOP'); // there at once when it is needed
});
afterAll(async () => {
  await endProcesses();
  await here?.close();
  await mongo?.close();
  await Promise.all([smtp?.stop(), receiver?.close()]);
});

const docs = (name: string) => mongo.db().collection<Doc>(name);
const idsOf = (found: readonly Doc[]) => new Set(found.map(({ _id }) => _id));
const reminders = (state?: string) =>
  docs('mails')
    .find({ template: 'reminder', ...(state !== undefined && { state }) })
    .toArray();

/** So many are answered, the others are taken in silence. */
function mutedAfter(count: number): Behaviour {
  let taken = 0;
  return (response) => {
    taken += 1;
    if (taken <= count) response.writeHead(204).end();
  };
}

test('4.2 workers that are killed while they send: each reminder and each event is there, and twice only if nobody heard of it', async () => {
  const due = await answered(REMINDED);
  const care = await login(gateway.url, 'care@example.test');
  const { webhook } = await care.call('webhook.save', { url: receiver.url, events: ['question.posted'] });
  const [first, second] = workers as [NodeProcess, NodeProcess];
  const deaths: { mails: Unsettled; deliveries: Unsettled }[] = [];

  /** Sends until nothing is answered any more, and dies with what it has in its hands. */
  async function dies(worker: NodeProcess, begins: () => Promise<unknown>): Promise<void> {
    smtp.is({ mutesAfter: HEARD });
    receiver.behave(mutedAfter(HEARD));
    const [letters, events] = [smtp.received.length, receiver.received.length];
    await begins();
    await vi.waitFor(() => {
      expect(smtp.received.length).toBeGreaterThan(letters + HEARD);
      expect(receiver.received.length).toBeGreaterThan(events + HEARD);
    }, PATIENCE);
    expect(await worker.kill('SIGKILL')).toBe('SIGKILL');
    smtp.is({});
    receiver.behave(answers(204));
    deaths.push({
      mails: idsOf(
        await docs('mails')
          .find({ template: 'reminder', state: 'pending', attempts: { $gt: 0 } })
          .toArray(),
      ),
      deliveries: idsOf(await docs('deliveries').find({ state: 'pending' }).toArray()),
    });
    await leasesEnd();
  }

  await dies(first, () => Promise.all([makeDue(due), happened(webhook.id as string)]));
  await dies(second, () => second.kill('SIGCONT'));
  await here.start({ ROLE: 'worker' });

  await vi.waitFor(async () => {
    expect(await reminders('sent')).toHaveLength(REMINDED);
    expect(await docs('deliveries').countDocuments({ webhookId: webhook.id, state: 'delivered' })).toBe(POSTED);
  }, PATIENCE);

  // one letter for each step, whoever took it and died
  expect(await reminders()).toHaveLength(REMINDED);
  const asked = await docs('questions')
    .find({ _id: { $in: due } })
    .toArray();
  expect(asked.map(({ reminders: count }) => count as number)).toEqual(asked.map(() => 1));

  const twice: string[] = [];
  for (const { _id, to } of await reminders()) {
    const got = smtp.received.filter(({ envelope }) => envelope.to.includes(`${to}@example.test`));
    expect(got.length).toBeGreaterThanOrEqual(1);
    expect(new Set(got.map(({ email }) => email.messageId)).size).toBe(1);
    expect(got.length).toBeLessThanOrEqual(1 + deaths.filter(({ mails }) => mails.has(_id)).length);
    if (got.length > 1) twice.push(_id);
  }
  expect(twice).not.toEqual([]); // some were taken and not heard to be
  expect(new Set(smtp.received.map(({ email }) => email.messageId)).size).toBe(REMINDED);

  const again: string[] = [];
  for (const { _id, eventId } of await docs('deliveries').find({ webhookId: webhook.id }).toArray()) {
    const got = receiver.received.filter(({ headers }) => headers['webhook-id'] === eventId);
    expect(got.length).toBeGreaterThanOrEqual(1);
    expect(got.length).toBeLessThanOrEqual(1 + deaths.filter(({ deliveries }) => deliveries.has(_id)).length);
    if (got.length > 1) again.push(_id);
  }
  expect(again).not.toEqual([]);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(POSTED);
});

/** What a dead worker has in its hands comes back when its leases end: they end now. */
async function leasesEnd(): Promise<void> {
  const past = new Date(0);
  await docs('mails').updateMany({ dueAt: { $type: 'date' } }, { $set: { dueAt: past } });
  await docs('webhooks').updateMany({}, { $set: { leaseUntil: past } });
}

/** Copies of a question that went through the protocol, each of a customer of its own; their ids. */
async function answered(count: number): Promise<string[]> {
  const [customer, ada] = await Promise.all([visitor(gateway.url), login(gateway.url, 'ada@example.test')]);
  const { id: questionId } = await postQuestion(customer);
  await ada.call('question.claim', { questionId });
  await ada.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Turn it on.' });
  await vi.waitFor(async () => {
    expect(await docs('questions').findOne({ _id: questionId })).toMatchObject({
      remindAt: expect.any(Date),
      outbox: [],
    });
  }, PATIENCE);
  const real = await docs('questions').findOne({ _id: questionId });
  for (const client of [customer, ada]) client.close();
  const ids = Array.from({ length: count }, () => randomUUID());
  await docs('users').insertMany(
    ids.map((id) => ({
      ...{ _id: `u_${id}`, version: 1, role: 'customer', name: 'Cora', locale: 'en', email: `u_${id}@example.test` },
      ...{ passwordHash: null, categories: [], notify: { openRequests: true }, active: true, tokenVersion: 1 },
      createdAt: new Date(),
    })),
  );
  await docs('questions').insertMany(
    ids.map((id) => ({
      ...real,
      ...{ _id: `q_${id}`, customer: { id: `u_${id}`, name: 'Cora' }, clientId: id, outbox: [], outboxAt: null },
    })),
  );
  return ids.map((id) => `q_${id}`);
}

/** As many questions were posted. */
async function happened(webhookId: string): Promise<void> {
  const now = new Date();
  await gateway.ctx.stores.deliveries.owe(
    Array.from({ length: POSTED }, () => {
      const questionId = `q_${randomUUID()}`;
      return {
        ...{ webhookId, event: 'question.posted' as const, questionId, at: now, dueAt: now },
        ...{ eventId: eventIdOf('question.posted', questionId, 3), data: { questionId, version: 3, state: 'open' } },
      };
    }),
  );
}

async function makeDue(ids: readonly string[]): Promise<void> {
  const now = new Date();
  const set = { answeredAt: new Date(now.getTime() - DAY_MS), remindAt: now, dueAt: now };
  await docs('questions').updateMany({ _id: { $in: [...ids] } }, { $set: set });
}
