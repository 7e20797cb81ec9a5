// What the log says of errors: libraries attach to theirs what they were working on.
import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import mongoose from 'mongoose';
import type { Logger } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { openLog } from '../src/log.ts';

const CANARY = 'canary-in-an-error-51d0';
let client: mongoose.mongo.MongoClient;
let docs: mongoose.mongo.Collection<{ _id: string; body: string; email: string }>;

beforeAll(async () => {
  const url = new URL(inject('mongodbUri'));
  url.pathname = `/log-${randomUUID()}`;
  client = await mongoose.mongo.MongoClient.connect(url.href);
  docs = await client.db().createCollection('docs', {
    validator: { $jsonSchema: { properties: { body: { bsonType: 'string', maxLength: 5 } } } },
  });
  await docs.createIndexes([{ key: { email: 1 }, unique: true }]);
  await docs.insertOne({ _id: '1', body: 'short', email: `${CANARY}@example.test` });
});
afterAll(async () => {
  await client.db().dropDatabase();
  await client.close();
});

/** The line that this error leaves, and what it says as JSON. */
function logged(err: unknown): { line: string; error: Record<string, unknown> } {
  let line = '';
  const into = new Writable({
    write(chunk: Buffer, _encoding, done) {
      line += chunk.toString();
      done();
    },
  });
  openLog({ level: 'trace', role: 'all' }, into).error({ err }, 'unexpected');
  return { line, error: (JSON.parse(line) as { err: Record<string, unknown> }).err };
}
const thrown = (work: Promise<unknown>) =>
  work.then(
    () => Promise.reject(new Error('it went well')),
    (error: unknown) => error,
  );

test('errors of the database are logged by name, code and place, without what was to be stored', async () => {
  const doc = { _id: '2', body: CANARY, email: 'x' };
  const failures = [
    docs.insertMany([doc], { ordered: false }),
    docs.insertOne(doc),
    docs.findOneAndUpdate({ _id: '1' }, { $set: { body: CANARY } }),
    docs.replaceOne({ _id: '3' }, { body: CANARY, email: 'y' }, { upsert: true }),
  ];
  for (const error of await Promise.all(failures.map(thrown))) {
    const { line, error: said } = logged(error);
    expect(line).not.toContain(CANARY);
    expect(said).toMatchObject({
      type: expect.stringMatching(/^Mongo/),
      message: expect.stringContaining('failed validation'),
      code: 121,
      stack: expect.stringContaining('failed validation'),
    });
  }
});

test('what a write that was not confirmed in time has answered is not logged', () => {
  const answer = {
    ok: 1,
    value: { body: CANARY },
    writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' },
  };
  const { line, error } = logged(new mongoose.mongo.MongoWriteConcernError(answer));
  expect(line).not.toContain(CANARY);
  expect(error).toMatchObject({
    type: 'MongoWriteConcernError',
    message: 'waiting for replication timed out',
    code: 64,
  });
});

test('addresses of people, and of stores with their passwords, are cut out of the words of an error', async () => {
  const taken = await thrown(docs.insertOne({ _id: '2', body: '', email: `${CANARY}@example.test` }));
  expect(logged(taken).line).not.toContain(CANARY);
  expect(logged(taken).error['message']).toContain('E11000');
  const refused = new Error(`550 <${CANARY}@example.test>: no such user`, {
    cause: new Error(`connect mongodb://parley:${CANARY}@db:27017/parley failed`),
  });
  const { line, error } = logged(refused);
  expect(line).not.toContain(CANARY);
  expect(error).toMatchObject({ message: '550 <…>: no such user', cause: { message: 'connect mongodb://… failed' } });
  expect(error['stack']).toContain('log.test.ts');
});

test('what is thrown and no error is logged by its kind', () => {
  expect(logged(CANARY).line).not.toContain(CANARY);
  expect(logged({ body: CANARY }).line).not.toContain(CANARY);
});

describe('what repeats is said once, then counted', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  interface Line {
    readonly level: number;
    readonly msg: string;
    readonly times?: number;
    readonly err?: { readonly message: string };
  }

  function written(): { lines: Line[]; log: Logger } {
    const lines: Line[] = [];
    const into = { write: (line: string) => void lines.push(JSON.parse(line) as Line) };
    return { lines, log: openLog({ level: 'debug', role: 'all' }, into) };
  }
  const refused = (port: number) =>
    Object.assign(new Error(`connect ECONNREFUSED 127.0.0.1:${port}`), { code: 'ECONNREFUSED' });
  const reply = (words: string) => Object.assign(new Error(words), { name: 'ReplyError' });

  test('a thousand failures are a line at once, and one a minute with how many they were', () => {
    const { lines, log } = written();
    for (let index = 0; index < 1_000; index += 1) log.warn({ err: refused(index) }, 'Redis');
    expect(lines.map(({ msg, times }) => [msg, times])).toEqual([['Redis', undefined]]);
    vi.advanceTimersByTime(60_000);
    expect(lines.map(({ times }) => times)).toEqual([undefined, 999]);
    expect(lines[1]?.err?.message).toBe('connect ECONNREFUSED 127.0.0.1:999');
    log.warn({ err: refused(1) }, 'Redis');
    vi.advanceTimersByTime(60_000);
    expect(lines.map(({ times }) => times)).toEqual([undefined, 999, 1]);
  });

  test('after a minute of quiet the next one is said at once', () => {
    const { lines, log } = written();
    log.warn({ err: refused(1) }, 'Redis');
    vi.advanceTimersByTime(60_001);
    expect(lines).toHaveLength(1);
    log.warn({ err: refused(1) }, 'Redis');
    expect(lines.map(({ times }) => times)).toEqual([undefined, undefined]);
  });

  test('another cause, another place and other words are lines of their own', () => {
    const { lines, log } = written();
    for (let round = 0; round < 3; round += 1) {
      log.warn({ err: refused(1) }, 'Redis');
      log.warn({ err: reply('OOM command not allowed when used memory > maxmemory') }, 'Redis');
      log.warn({ err: reply('MISCONF Redis is configured to save RDB snapshots') }, 'Redis');
      log.warn({ err: reply('OOM command not allowed when used memory > maxmemory') }, 'alarms: Redis');
      log.error({ err: new TypeError('one place') }, 'unexpected');
      log.error({ err: new TypeError('another place') }, 'unexpected');
      log.error({ err: 'no error' }, 'unexpected');
    }
    expect(lines.map(({ msg }) => msg)).toEqual([
      ...['Redis', 'Redis', 'Redis', 'alarms: Redis'],
      ...['unexpected', 'unexpected', 'unexpected'],
    ]);
  });

  test('without an error only the very same line repeats', () => {
    const { lines, log } = written();
    for (const kek of [1, 2, 1, 2]) log.warn({ kek }, 'a newer KEK');
    for (let round = 0; round < 3; round += 1) log.warn('by itself');
    expect(lines.map(({ msg }) => msg)).toEqual(['a newer KEK', 'a newer KEK', 'by itself']);
    vi.advanceTimersByTime(60_000);
    expect(lines.slice(3)).toEqual([
      expect.objectContaining({ msg: 'a newer KEK', kek: 1, times: 1 }),
      expect.objectContaining({ msg: 'a newer KEK', kek: 2, times: 1 }),
      expect.objectContaining({ msg: 'by itself', times: 2 }),
    ]);
  });

  test('what is no trouble is said as often as it happens', () => {
    const { lines, log } = written();
    for (let round = 0; round < 3; round += 1) log.info({ command: 'message.send' });
    expect(lines).toHaveLength(3);
  });

  test('the kinds that are remembered at a time are bounded', () => {
    const { lines, log } = written();
    for (let index = 0; index < 3_000; index += 1) log.warn({ index }, 'all different');
    for (let index = 0; index < 3_000; index += 1) log.warn({ index }, 'all different');
    expect(lines).toHaveLength(3_000 + 2_000);
    expect(vi.getTimerCount()).toBe(1_000);
  });
});
