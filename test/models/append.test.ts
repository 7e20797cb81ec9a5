// Writing at the end of a conversation while others write there at another gateway, which take the place again and again.
import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { appending, fromDoc } from '../../src/models/append.ts';
import type { MessageDoc, NewMessage } from '../../src/models/append.ts';
import { connectMongo } from '../../src/models/mongo.ts';
import type { Mongo } from '../../src/models/mongo.ts';
import { at } from '../domain/examples.ts';

type Messages = mongoose.mongo.Collection<MessageDoc>;

let mongo: Mongo;
let client: mongoose.mongo.MongoClient;
beforeAll(async () => {
  const uri = new URL(inject('mongodbUri'));
  uri.pathname = `/append-${randomUUID()}`;
  mongo = await connectMongo(uri.href); // with its indexes
  client = await mongoose.mongo.MongoClient.connect(uri.href);
});
afterAll(() => Promise.all([mongo.close(), client.close()]));

const customer = { id: 'u_cora', name: 'Cora', role: 'customer' } as const;
const line = (questionId: string, body: string): NewMessage => ({
  ...{ questionId, clientId: randomUUID(), body, by: customer, at: at(0), kind: 'message' },
});

/** The same messages, where somebody else takes the place of each line of it just before it is written, so many times. */
function contested(messages: Messages, questionId: string, times: number): Messages {
  let left = times;
  const insertMany: Messages['insertMany'] = async (docs, options) => {
    const doc = docs.find((one) => one.questionId === questionId);
    if (doc !== undefined && left > 0) {
      left -= 1;
      await messages.insertOne({ _id: doc._id, ...line(doc.questionId, 'elsewhere') });
    }
    return messages.insertMany(docs, options);
  };
  return new Proxy(messages, {
    get(target, name) {
      if (name === 'insertMany') return insertMany;
      const found: unknown = Reflect.get(target, name);
      return typeof found === 'function' ? (found.bind(target) as unknown) : found;
    },
  });
}

const logOf = async (questionId: string) => {
  const log = await client.db().collection<MessageDoc>('messages').find({ questionId }).sort({ _id: 1 }).toArray();
  return log.map((doc) => fromDoc(doc).body);
};
const messages = () => client.db().collection<MessageDoc>('messages');
const elsewhere = (count: number) => Array.from({ length: count }, () => 'elsewhere');

test('2.3 who loses the place sixty times in a row writes behind all of them', async () => {
  const questionId = `q_${randomUUID()}`;
  const { append } = appending(contested(messages(), questionId, 60), 600_000);
  const mine = ['one', 'two', 'three'].map((body) => append(line(questionId, body)));
  expect((await Promise.all(mine)).map(({ message }) => message.seq)).toEqual([61, 62, 63]);
  expect(await logOf(questionId)).toEqual([...elsewhere(60), 'one', 'two', 'three']);
});

test('2.3 it is given up in time, and then nothing was written', async () => {
  const questionId = `q_${randomUUID()}`;
  const { append } = appending(contested(messages(), questionId, Infinity), 100);
  await expect(append(line(questionId, 'mine'))).rejects.toMatchObject({ code: 'unavailable' });
  const log = await logOf(questionId);
  expect(log).toEqual(elsewhere(log.length));
  // and it is no end: the next line stands behind them
  const { message } = await appending(messages()).append(line(questionId, 'mine'));
  expect(message.seq).toBe(log.length + 1);
});

test('2.3 nobody waits for the race of another conversation, and nobody in it comes before the one who races', async () => {
  const [raced, other] = [`q_${randomUUID()}`, `q_${randomUUID()}`];
  const { append } = appending(contested(messages(), raced, 80), 600_000);
  const order: string[] = [];
  const write = async (questionId: string, body: string) => {
    await append(line(questionId, body));
    order.push(body);
  };
  // of one batch; and then of the next ones
  const first = [write(raced, 'first of the race'), write(other, 'beside it')];
  const second = [write(raced, 'second of the race')];
  await first[1];
  await write(other, 'after it');
  expect(order).toEqual(['beside it', 'after it']);
  await Promise.all([...first, ...second]);
  expect(await logOf(raced)).toEqual([...elsewhere(80), 'first of the race', 'second of the race']);
});
