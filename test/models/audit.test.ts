// The audit log: one chain, however many write it, and whatever was done to it afterwards is found.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { AuditEntry, AuditRow } from '../../src/models/audit.ts';
import { connectMongo } from '../../src/models/mongo.ts';
import type { Mongo } from '../../src/models/mongo.ts';

let uri: string;
let mongo: Mongo;
let other: Mongo; // another process
let client: mongoose.mongo.MongoClient;

beforeAll(async () => {
  const url = new URL(inject('mongodbUri'));
  url.pathname = `/audit-${randomUUID()}`;
  uri = url.href;
  [mongo, other, client] = await Promise.all([
    connectMongo(uri),
    connectMongo(uri),
    mongoose.mongo.MongoClient.connect(uri),
  ]);
});
afterAll(() => Promise.all([mongo.close(), other.close(), client.close()]));

const rows = () => client.db().collection<{ _id: number; action?: string; reason?: string }>('audit');
beforeEach(async () => {
  await rows().deleteMany({});
});

const entry = (n: number, change: Partial<AuditEntry> = {}): AuditEntry => ({
  call: randomUUID(),
  actor: { id: 'u_care', role: 'admin' },
  action: 'private-info.get',
  targets: [{ what: 'question', id: `q_${n}` }],
  reason: 'The customer asked for it',
  outcome: 'done',
  at: new Date('2026-03-02T10:00:00.000Z'),
  ...change,
});

async function written(count: number): Promise<AuditRow[]> {
  const all: AuditRow[] = [];
  for (let n = 1; n <= count; n += 1) all.push(await mongo.stores.audit.append(entry(n)));
  return all;
}
const verify = () => mongo.stores.audit.verify();

test('each row carries the hash of the one before it, and an untouched log holds', async () => {
  expect(await verify()).toEqual({ rows: 0, last: null, broken: null });
  const [first, second, third] = await written(3);
  expect(first).toMatchObject({ seq: 1, prevHash: '0'.repeat(64), hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect([second?.prevHash, third?.prevHash]).toEqual([first?.hash, second?.hash]);
  expect(await verify()).toEqual({ rows: 3, last: { seq: 3, hash: third?.hash }, broken: null });
});

test('many writers in two processes at once make one chain without gap or fork', async () => {
  const all = await Promise.all(
    Array.from({ length: 60 }, (_, n) => (n % 2 ? mongo : other).stores.audit.append(entry(n))),
  );
  expect(all.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
  expect(await verify()).toMatchObject({ rows: 60, broken: null });
});

test('a call that is recorded twice, by several at once, has one row', async () => {
  const one = entry(1);
  const all = await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? mongo : other).stores.audit.append(one)));
  expect(new Set(all.map(({ hash }) => hash)).size).toBe(1);
  expect(await verify()).toMatchObject({ rows: 1, broken: null });
});

test.each([
  ['an action', { action: 'user.update' }],
  ['a reason', { reason: 'No reason' }],
  ['a reason that is taken away', { reason: null }],
  ['an actor', { actor: { id: 'u_other', role: 'admin' } }],
  ['what it was about', { targets: [{ what: 'question', id: 'q_9' }] }],
  ['its time', { at: new Date('2026-03-02T10:00:00.001Z') }],
  ['an outcome', { outcome: 'unknown' }],
  ['its call', { call: 'another' }],
  ['its hash', { hash: 'f'.repeat(64) }],
])('%s that was changed is found at its row', async (_what, change) => {
  await written(4);
  await rows().updateOne({ _id: 2 }, { $set: change as object });
  expect((await verify()).broken).toEqual({ seq: 2, why: 'changed' });
});

test.each([
  ['its time', { at: 'yesterday' }],
  ['its actor', { actor: null }],
  ['its targets', { targets: 'q_2' }],
])('a row of which %s has lost its form is found as well', async (_what, change) => {
  await written(3);
  await rows().updateOne({ _id: 2 }, { $set: change as object }, { bypassDocumentValidation: true });
  expect(await verify()).toMatchObject({ rows: 1, broken: { seq: 2, why: 'changed' } });
});

test('a row that was removed, or put in another one’s place, is found', async () => {
  const all = await written(5);
  await rows().deleteOne({ _id: 3 });
  expect(await verify()).toEqual({ rows: 2, last: { seq: 2, hash: all[1]?.hash }, broken: { seq: 3, why: 'missing' } });
  const fourth = await rows().findOne({ _id: 4 });
  await rows().deleteOne({ _id: 4 });
  await rows().insertOne({ ...fourth!, _id: 3 });
  expect((await verify()).broken).toEqual({ seq: 3, why: 'not_linked' });
  await rows().deleteOne({ _id: 1 });
  expect((await verify()).broken).toEqual({ seq: 1, why: 'missing' });
});

test('a log that was cut off or made anew is found with a row that was noted elsewhere', async () => {
  const noted = (await written(4))[3]!;
  await rows().deleteOne({ _id: 4 });
  expect((await verify()).broken).toBeNull(); // alone the chain cannot know
  expect((await mongo.stores.audit.verify(noted)).broken).toEqual({ seq: 4, why: 'missing' });
  await mongo.stores.audit.append(entry(7));
  expect((await mongo.stores.audit.verify(noted)).broken).toEqual({ seq: 4, why: 'not_as_noted' });
});

test('MongoDB refuses a row with anything else in it', async () => {
  const [row] = await written(1);
  const { seq: _, ...doc } = row!;
  for (const wrong of [
    { ...doc, call: 'new', body: 'what was read' },
    { ...doc, call: 'new', targets: [{ what: 'question', id: 'q_1', text: 'x' }] },
    { ...doc, call: 'new', hash: 'short' },
    { ...doc, call: 'new', action: '' },
    { ...doc, call: 'new', outcome: 'maybe' },
    { ...doc, call: 'new', at: 'today' },
  ]) {
    await expect(rows().insertOne({ _id: 2, ...wrong } as never)).rejects.toThrow(/validation/);
  }
  await expect(rows().insertOne({ _id: 1, ...doc } as never)).rejects.toThrow(/duplicate/);
});

test('the list goes back from the newest, of everything or of one thing', async () => {
  await written(3);
  await mongo.stores.audit.append(entry(2, { action: 'question.close' }));
  const seqs = async (...of: Parameters<typeof mongo.stores.audit.list>) =>
    (await mongo.stores.audit.list(...of)).map(({ seq }) => seq);
  expect(await seqs(undefined, undefined, 3)).toEqual([4, 3, 2]);
  expect(await seqs(undefined, 2, 3)).toEqual([1]);
  expect(await seqs('q_2', undefined, 9)).toEqual([4, 2]);
});

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The exit code and what it said. */
const TOOL = ['--import', 'tsx', 'src/operate/main.ts', 'audit:verify'];

function verifying(...args: string[]): Promise<{ code: number; said: string }> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], MONGODB_URI: uri };
  return new Promise((resolve) => {
    execFile(process.execPath, [...TOOL, ...args], { cwd: ROOT, env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, said: out + err });
    });
  });
}

test(
  'npm run audit:verify exits 0 while it holds, 1 and names the row when it does not',
  { timeout: 600_000 },
  async () => {
    const all = await written(3);
    expect(await verifying()).toEqual({
      code: 0,
      said: `The audit log holds: 3 rows.\nThe last good row, to be noted elsewhere: 3:${all[2]?.hash}\n`,
    });
    await rows().updateOne({ _id: 2 }, { $set: { reason: 'Another one' } });
    expect(await verifying()).toMatchObject({ code: 1, said: expect.stringContaining('broken at row 2: changed') });
    expect((await verifying(`1:${all[1]?.hash}`)).said).toContain('broken at row 1: not_as_noted');
    for (const wrong of ['nonsense', `0:${all[1]?.hash}`]) expect((await verifying(wrong)).code).toBe(2);
  },
);
