// (f) What answered questions cost that wait for a reminder (4): memory of Redis, what a sweep asks MongoDB, and the CPU of a
// reminder from its deadline to its letter.

import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { v7 as uuid } from 'uuid';
import type { Bench, Outcome } from './bench.ts';
import { Door, connect, sleep } from './client.ts';
import { post } from './prepare.ts';
import { startParley } from './servers.ts';
import type { Stores } from './servers.ts';
import { WRITE_CONCERN } from './stores.ts';

const PENDING = 100_000;
const DUE = 5_000; // of them, for the CPU of one
const MOST_REDIS_MB = 100;
const INSERTED = 5_000; // in one batch
const MINUTE_MS = 60_000;
const AHEAD_MS = 10 * MINUTE_MS; // nothing is due before it is to be
const SPREAD_MS = 45 * MINUTE_MS; // all within the hour whose alarms are kept in Redis: the worst that can be
const SWEEP_MS = 2_000;
const SWEEPS = 3; // watched
const PATIENCE_MS = 300_000;

type Doc = Record<string, unknown> & { _id: string };

/** A command as MongoDB's own profiler has it. */
interface Profiled {
  readonly planSummary?: string;
  readonly docsExamined?: number;
}

export async function reminders(bench: Bench): Promise<Outcome> {
  const { stores, say } = bench;
  const env = { POLICY_AUTO_CLOSE: '90d', POLICY_SWEEP: `${SWEEP_MS}ms` };
  const client = await mongoose.mongo.MongoClient.connect(stores.mongodbUri, { writeConcern: WRITE_CONCERN });
  const redis = new Redis(stores.redisUrl);
  const db = client.db();
  try {
    const real = await answered(stores, env, db);
    const count = bench.quick ? PENDING / 100 : PENDING;
    const due = bench.quick ? DUE / 100 : DUE;
    const before = await usedBytes(redis);
    await fill(db, real, count, due);
    say(`f: ${count} answered questions wait for a reminder`);
    const worker = await startParley('worker', stores, env);
    await until('all alarms are set', async () => (await redis.exists(`${stores.redisPrefix}:armed-until`)) === 1);
    await sleep(SWEEP_MS);
    const megabytes = ((await usedBytes(redis)) - before) / 1e6;
    const { sweeps, due: asked } = await sweepsOf(db);
    const violations = [
      ...(megabytes < MOST_REDIS_MB ? [] : [`f: ${count} pending reminders took ${megabytes.toFixed(1)} MB of Redis`]),
      ...(asked.length <= sweeps + 1 && asked.every(isByIndex)
        ? []
        : [`f: ${sweeps} sweeps read questions that are not due: ${JSON.stringify(asked)}`]),
    ];
    const bare = await bareCpu(db, real, due);
    const started = worker.cpu();
    const began = performance.now();
    const dueNow = await makeDue(db, due);
    await until('all reminders are sent', async () => {
      return (await db.collection('mails').countDocuments({ template: 'reminder', state: 'sent' })) >= due;
    });
    const cpu = worker.cpu() - started;
    const seconds = (performance.now() - began) / 1_000;
    await sleep(2 * SWEEP_MS); // a second letter would come late
    const letters = await db.collection('mails').countDocuments({ template: 'reminder' });
    if (letters !== dueNow) violations.push(`f: ${dueNow} reminders were due, ${letters} letters are owed`);
    const each = (cpu / due) * 1_000;
    return {
      rows: [],
      violations,
      facts: [
        `f: ${count} answered questions that wait for a reminder within the hour took ${megabytes.toFixed(1)} MB of Redis (at most ${MOST_REDIS_MB})`,
        `f: ${sweeps} sweeps asked ${asked.length} times for questions that are due (${[...new Set(asked.map(({ planSummary }) => planSummary))].join(', ')}) and read ${sum(asked)} documents`,
        `f: a reminder, from its deadline to its letter, cost the worker ${each.toFixed(2)} ms of CPU; writing and reading as much with the bare driver ${bare.toFixed(2)} ms; ${due} of them took ${seconds.toFixed(1)} s`,
      ],
    };
  } finally {
    redis.disconnect();
    await client.close();
  }
}

const isByIndex = ({ planSummary = '', docsExamined = 0 }: Profiled) =>
  planSummary.startsWith('IXSCAN { dueAt') && docsExamined === 0;
const sum = (asked: readonly Profiled[]) => asked.reduce((total, { docsExamined = 0 }) => total + docsExamined, 0);

/** One question goes through the protocol; the thousands that follow are its copies. */
async function answered(stores: Stores, env: Record<string, string>, db: mongoose.mongo.Db): Promise<Doc> {
  const gateway = await startParley('gateway', stores, env);
  const door = await Door.at(gateway.url);
  const expert = await connect(gateway.url, (await door.login('ada@example.test')).token);
  const customer = await connect(gateway.url, (await door.visitor()).token);
  const questionId = await post(customer);
  await expert.call('question.claim', { questionId });
  await expert.call('message.send', { questionId, clientId: randomUUID(), kind: 'answer', body: 'Turn it on.' });
  const questions = db.collection<Doc>('questions');
  await until(
    'the answer is noted',
    async () => (await questions.findOne({ _id: questionId }))?.['remindAt'] instanceof Date,
  );
  const real = await questions.findOne({ _id: questionId });
  for (const connection of [expert, customer]) connection.close();
  door.close();
  await gateway.stop();
  if (real === null) throw new Error('f: the question is gone');
  await questions.deleteOne({ _id: questionId });
  return real;
}

/** Copies of other customers; those that will be due have customers who can be written to. */
async function fill(db: mongoose.mongo.Db, real: Doc, count: number, due: number): Promise<void> {
  const questions = db.collection<Doc>('questions');
  const users = db.collection<Doc>('users');
  const first = Date.now() + AHEAD_MS;
  const answeredAt = new Date(first - 86_400_000);
  for (let from = 0; from < count; from += INSERTED) {
    const ids = Array.from({ length: Math.min(INSERTED, count - from) }, () => uuid());
    await questions.insertMany(
      ids.map((id, index) => {
        const remindAt = new Date(first + Math.round(((from + index) * SPREAD_MS) / count));
        const customer = { id: `u_${id}`, name: 'Cora' };
        const copy = { ...real, _id: `q_${id}`, customer, clientId: id, answeredAt, remindAt, dueAt: remindAt };
        return { ...copy, outbox: [], outboxAt: null };
      }),
      { ordered: false },
    );
    if (from >= due) continue;
    await users.insertMany(
      ids.slice(0, due - from).map((id) => ({
        ...{ _id: `u_${id}`, version: 1, role: 'customer', name: 'Cora', locale: 'en', email: `${id}@example.test` },
        ...{ passwordHash: null, categories: [], notify: { openRequests: true }, active: true, tokenVersion: 1 },
        createdAt: new Date(),
      })),
      { ordered: false },
    );
  }
}

/** Those with customers, the earliest, are due now. */
async function makeDue(db: mongoose.mongo.Db, due: number): Promise<number> {
  const questions = db.collection<Doc>('questions');
  const some = await questions
    .find({ dueAt: { $type: 'date' } }, { projection: { _id: 1 } })
    .sort({ dueAt: 1 })
    .limit(due)
    .toArray();
  const now = new Date();
  const past = new Date(now.getTime() - 86_400_000);
  const set = { $set: { answeredAt: past, remindAt: now, dueAt: now } };
  const { modifiedCount } = await questions.updateMany({ _id: { $in: some.map(({ _id }) => _id) } }, set);
  return modifiedCount;
}

interface Asked {
  /** each of which asks once what was left unsettled */
  readonly sweeps: number;
  readonly due: readonly Profiled[];
}

/** What some sweeps ask the questions for what is due, by MongoDB's own account. */
async function sweepsOf(db: mongoose.mongo.Db): Promise<Asked> {
  await db.command({ profile: 2 });
  await sleep(SWEEPS * SWEEP_MS);
  await db.command({ profile: 0 });
  const profile = db.collection<Profiled & Doc>('system.profile');
  const asked = { ns: `${db.databaseName}.questions`, 'command.find': 'questions' };
  return {
    sweeps: await profile.countDocuments({ ...asked, 'command.filter.outboxAt.$lte': { $exists: true } }),
    // with a beginning it would be for the alarms of the next hour
    due: await profile
      .find({
        ...asked,
        'command.filter.dueAt.$lte': { $exists: true },
        'command.filter.dueAt.$gt': { $exists: false },
      })
      .toArray(),
  };
}

/** CPU of this process for as many writes and reads as a reminder needs at least, ms for each. */
async function bareCpu(db: mongoose.mongo.Db, real: Doc, count: number): Promise<number> {
  const bare = db.collection<Doc>('bare');
  const started = process.cpuUsage();
  for (let from = 0; from < count; from += 100) {
    await Promise.all(
      Array.from({ length: Math.min(100, count - from) }, async () => {
        const _id = uuid();
        await bare.insertOne({ ...real, _id }); // the letter
        await bare.findOne({ _id }); // its reason
        await bare.updateOne({ _id, version: real['version'] }, { $set: { state: 'taken' } });
        await bare.updateOne({ _id }, { $set: { state: 'sent' } });
      }),
    );
  }
  const { user, system } = process.cpuUsage(started);
  await bare.drop();
  return (user + system) / 1_000 / count;
}

async function usedBytes(redis: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const giveUp = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > giveUp) throw new Error(`f: waited in vain: ${what}`);
    await sleep(100);
  }
}
