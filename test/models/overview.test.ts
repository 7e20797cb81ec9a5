// What a list says of conversations, and what it costs: MongoDB itself says what it was asked and what it looked at.
import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Actor } from '../../src/domain/people.ts';
import { connectMongo } from '../../src/models/mongo.ts';
import type { Mongo } from '../../src/models/mongo.ts';
import { at, draft } from '../domain/examples.ts';

let mongo: Mongo;
let raw: mongoose.Connection;

beforeAll(async () => {
  const uri = new URL(inject('mongodbUri'));
  uri.pathname = `/overview-${randomUUID()}`;
  mongo = await connectMongo(uri.href);
  raw = await mongoose.createConnection(uri.href).asPromise();
});
afterAll(async () => {
  await raw.close();
  await mongo.close();
});

const ada = { id: 'u_ada', name: 'Ada', role: 'expert' } as const;
const customerOf = (id: string) => ({ id, name: 'Cora', role: 'customer' }) as const;
const line = (questionId: string, by: typeof ada | ReturnType<typeof customerOf>, n: number, kind = 'message') => ({
  ...{ questionId, clientId: `client-${n}`, body: `Line ${n}`, by, at: at(n * 1_000) },
  kind: kind as 'message',
});

/** A question of this customer with so many lines of each side, in turn, ada first. */
async function talk(customerId: string, lines: number): Promise<string> {
  const id = `q_${randomUUID()}`;
  const question = {
    ...draft,
    id,
    clientId: id,
    state: 'claimed' as const,
    customer: customerOf(customerId),
    expert: ada,
  };
  expect(await mongo.stores.questions.insert(question, [], at(0))).toBe(true);
  for (let n = 1; n <= lines; n += 1) {
    await mongo.stores.messages.append(line(id, n % 2 === 1 ? ada : customerOf(customerId), n));
  }
  return id;
}

/** What MongoDB was asked meanwhile. */
async function asked(work: () => Promise<unknown>): Promise<mongoose.mongo.Document[]> {
  const since = new Date();
  await raw.db!.command({ profile: 2 });
  await work();
  await raw.db!.command({ profile: 0 });
  const ops = raw.db!.collection('system.profile').find({ ts: { $gte: since }, ns: { $not: /profile/ } });
  return (await ops.toArray()).filter(({ command }) => (command as { profile?: number }).profile === undefined);
}

test('2.3 of each conversation: its last line, and what others wrote beyond one’s mark', async () => {
  const { messages, readMarks } = mongo.stores;
  const [read, unread, empty] = [await talk('u_1', 6), await talk('u_1', 5), await talk('u_1', 0)];
  await readMarks.move(read, 'u_1', 3, at(0));
  const wanted = [read, empty, unread].map((questionId) => ({ questionId, reader: 'u_1' }));
  expect(await messages.overview(wanted)).toEqual([
    { lastSeq: 6, last: { seq: 6, kind: 'message', by: customerOf('u_1'), at: at(6_000) }, unread: 1 },
    { lastSeq: 0, last: null, unread: 0 },
    { lastSeq: 5, last: { seq: 5, kind: 'message', by: ada, at: at(5_000) }, unread: 3 },
  ]);
  // the end is nobody's message, and nobody's mark is anybody else's
  await messages.append(line(unread, ada, 6, 'closed'));
  await readMarks.move(unread, 'u_2', 4, at(0));
  const [closed, looked] = await messages.overview([
    { questionId: unread, reader: 'u_1' },
    { questionId: unread, reader: null },
  ]);
  expect(closed).toMatchObject({ lastSeq: 6, last: { kind: 'closed' }, unread: 3 });
  expect(looked).toMatchObject({ lastSeq: 6, unread: 0 });
  expect(await messages.overview([])).toEqual([]);
});

test('2.3 a hundred unread messages are many, and no more are counted', async () => {
  const id = `q_${randomUUID()}`;
  await Promise.all(Array.from({ length: 120 }, (_, n) => mongo.stores.messages.append(line(id, ada, n))));
  expect(await mongo.stores.messages.overview([{ questionId: id, reader: 'u_1' }])).toMatchObject([
    { lastSeq: 120, unread: 100 },
  ]);
});

test('what a page of fifty costs is one query that looks at no more than it tells, and writing costs nothing', async () => {
  const customerId = `u_${randomUUID()}`;
  const ids = await Promise.all(Array.from({ length: 50 }, () => talk(customerId, 4)));
  await Promise.all(Array.from({ length: 30 }, () => talk(`u_${randomUUID()}`, 4))); // of others
  await Promise.all(ids.map((id) => mongo.stores.readMarks.move(id, customerId, 2, at(0))));
  const wanted = ids.map((questionId) => ({ questionId, reader: customerId }));
  const ops = await asked(async () => {
    const found = await mongo.stores.messages.overview(wanted);
    expect(found.map(({ unread }) => unread)).toEqual(Array(50).fill(1));
  });
  expect(ops).toHaveLength(1);
  // of each the last line, the mark and the two lines beyond it
  expect(ops[0]!['docsExamined']).toBeLessThanOrEqual(50 * 4);
  expect(ops[0]!['keysExamined']).toBeLessThanOrEqual(50 * 8);

  const writes = await asked(() => mongo.stores.messages.append(line(ids[0]!, ada, 5)));
  expect(writes.map(({ op }) => op as string)).toEqual(['insert']);
});

test('by activity: where something was written last, over pages, whatever was posted last', async () => {
  const customerId = `u_${randomUUID()}`;
  const actor = { id: customerId, role: 'customer', categories: [] } as unknown as Actor;
  const [first, second, third] = [await talk(customerId, 3), await talk(customerId, 1), await talk(customerId, 0)];
  const { questions, messages } = mongo.stores;
  const list = async (filter = {}) =>
    (await questions.listByActivity(actor, { limit: 10, ...filter })).map(({ question }) => question.id);
  expect(await list()).toEqual([first, second, third]);
  await messages.append(line(second, ada, 60));
  expect(await list()).toEqual([second, first, third]);
  expect(await list({ state: 'closed' })).toEqual([]);
  const [newest] = await questions.listByActivity(actor, { limit: 1 });
  expect(newest).toMatchObject({ question: { id: second }, activeAt: at(60_000) });
  expect(await list({ before: { at: newest!.activeAt, id: newest!.question.id } })).toEqual([first, third]);

  const [sorted] = await asked(() => questions.listByActivity(actor, { limit: 10 }));
  expect(sorted!['docsExamined']).toBeLessThanOrEqual(3 * 2);
});
