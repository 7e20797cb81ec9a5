// What is owed to the world outside: once, by one worker at a time, not before its time, again and again, and at last no more.
import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { deliverDue, deliveries } from '../../src/dispatch/deliver.ts';
import { OWED_INDEXES, owedStore } from '../../src/models/owed.ts';
import { isOutage } from '../../src/models/outcome.ts';
import { at } from '../domain/examples.ts';
import { MOMENTS, startMongoLink } from '../helpers/mongo-link.ts';

interface Letter {
  readonly words: string;
}

const MINUTE = 60_000;
const MAJORITY = { writeConcern: { w: 'majority', journal: true }, retryWrites: true } as const;

let connection: mongoose.Connection;
beforeAll(async () => {
  connection = await mongoose.createConnection(inject('mongodbUri')).asPromise();
});
afterAll(() => connection.close());

async function opened() {
  const name = `owed-${randomUUID()}`;
  await connection.db!.collection(name).createIndexes([...OWED_INDEXES]);
  return owedStore<Letter>(connection.db!, name);
}
const SENT = { state: 'sent' } as const;
const hello = { id: 'hello', words: 'Hello' };

test('it is owed once, as it was owed first', async () => {
  const owed = await opened();
  await owed.owe([hello], at(0));
  await owed.owe(
    [
      { ...hello, words: 'Again' },
      { id: 'other', words: 'Other' },
    ],
    at(1),
  );
  expect((await owed.due(at(2), 10)).map(({ id, words }) => [id, words])).toEqual([
    ['hello', 'Hello'],
    ['other', 'Other'],
  ]);
});

describe.each(MOMENTS)('hundreds, and the connection is lost when they are confirmed, %s', (moment) => {
  test.each([1, 2])('%i times', async (times) => {
    const link = await startMongoLink({ port: Number(/:(\d+)\//.exec(inject('mongodbUri'))?.[1]) });
    const far = await mongoose.createConnection(link.uri(connection.name), MAJORITY).asPromise();
    const name = `owed-${randomUUID()}`;
    await connection.db!.collection(name).createIndexes([...OWED_INDEXES]);
    link.lose(({ command }) => command === 'commitTransaction', moment, times);
    const letters = Array.from({ length: 100 }, (_, n) => ({ id: `n${n}`, words: 'Hello' }));
    const outcome = await Promise.allSettled([owedStore<Letter>(far.db!, name).owe(letters, at(0))]);
    expect(link.lost()).toBe(times);
    const there = (await owedStore<Letter>(connection.db!, name).due(at(1), 1_000)).length;
    if (times === 1) expect([outcome[0].status, there]).toEqual(['fulfilled', 100]);
    else
      expect([outcome[0], there]).toEqual([
        { status: 'rejected', reason: expect.toSatisfy(isOutage) },
        moment === 'before it' ? 0 : 100,
      ]);
    await far.close();
    await link.close();
  });
});

test('2.6 it waits for the end of its window, and what is owed again until then is in it', async () => {
  const owed = await opened();
  await owed.owe([{ ...hello, notBefore: at(2 * MINUTE) }], at(0));
  await owed.owe([{ ...hello, notBefore: at(3 * MINUTE) }], at(MINUTE));
  expect(await owed.due(at(2 * MINUTE - 1), 10)).toEqual([]);
  expect(await owed.due(at(2 * MINUTE), 10)).toHaveLength(1);
});

test('of two workers one does it', async () => {
  const owed = await opened();
  const letters = Array.from({ length: 120 }, (_, n) => ({ id: `n${n}`, words: 'Hello' }));
  await owed.owe(letters, at(0));
  const done: string[] = [];
  const work = () =>
    deliverDue({
      store: owed,
      now: () => at(1),
      async send({ id }) {
        done.push(id);
        return SENT;
      },
    });
  const [one, other] = await Promise.all([work(), work()]);
  expect(one + other).toBe(120);
  expect(done.toSorted()).toEqual(letters.map(({ id }) => id).toSorted());
  expect(await owed.due(at(1_000 * MINUTE), 1_000)).toEqual([]);
});

test('what was not taken comes back later and later, and is given up after the eighth time', async () => {
  const owed = await opened();
  await owed.owe([hello], at(0));
  const tries: number[] = [];
  for (let minute = 0; minute <= 600; minute += 1) {
    await deliverDue({
      store: owed,
      now: () => at(minute * MINUTE),
      async send() {
        tries.push(minute);
        return { state: 'again' };
      },
    });
  }
  expect(tries).toEqual([0, 1, 3, 7, 15, 31, 63, 127]);
});

test('what nobody can get is not tried again', async () => {
  const owed = await opened();
  await owed.owe([hello], at(0));
  expect(
    await deliverDue({ store: owed, now: () => at(0), send: async () => ({ state: 'failed', why: 'nobody' }) }),
  ).toBe(0);
  expect(await owed.due(at(1_000 * MINUTE), 10)).toEqual([]);
});

test('whoever dies over it leaves it to the next one', async () => {
  const owed = await opened();
  await owed.owe([hello], at(0));
  const dies = () => Promise.reject(new Error('it ended here'));
  await expect(deliverDue({ store: owed, now: () => at(0), send: dies })).rejects.toThrow('it ended here');
  expect(await deliverDue({ store: owed, now: () => at(MINUTE - 1), send: async () => SENT })).toBe(0);
  expect(await deliverDue({ store: owed, now: () => at(MINUTE), send: async () => SENT })).toBe(1);
});

test('2.6 what is owed under a word that waits is gathered in it; from the moment it is taken, the next one is another', async () => {
  const owed = await opened();
  const of = (id: string) => ({ id, words: id, gather: 'q_1' });
  await owed.owe([of('one'), of('two')], at(0));
  await owed.owe([of('three')], at(1));
  const [one, ...others] = await owed.due(at(2), 10);
  expect([one!.id, others]).toEqual(['one', []]);
  expect(await owed.claim(one!, at(2), at(MINUTE))).toBe(true);
  await owed.owe([of('four'), of('one')], at(3));
  expect((await owed.due(at(4), 10)).map(({ id }) => id)).toEqual(['four']);
});

test('2.6 what is gathered by a letter that has failed wakes it, and gives it all its tries again', async () => {
  const owed = await opened();
  const of = (id: string) => ({ id, words: id, gather: 'q_1' });
  const tries: number[] = [];
  let isUp = false;
  const minutes = async (from: number, to: number) => {
    for (let minute = from; minute < to; minute += 1) {
      await deliverDue({
        store: owed,
        now: () => at(minute * MINUTE),
        async send() {
          tries.push(minute);
          return isUp ? SENT : { state: 'again' };
        },
      });
    }
  };
  await owed.owe([of('greeting')], at(0));
  await minutes(0, 100);
  await owed.owe([of('greeting')], at(100 * MINUTE)); // the same once more says nothing new
  await owed.owe([{ ...of('answer'), notBefore: at(102 * MINUTE) }], at(100 * MINUTE));
  await minutes(100, 130);
  isUp = true;
  await minutes(130, 400);
  expect(tries).toEqual([0, 1, 3, 7, 15, 31, 63, 102, 103, 105, 109, 117, 133]);
});

test('what is of a lower lane goes first, and a lane can be looked at alone', async () => {
  const owed = await opened();
  await owed.owe([{ ...hello, id: 'late', lane: 2 }], at(0));
  await owed.owe([{ ...hello, id: 'early', lane: 0 }], at(1));
  await owed.owe([{ ...hello, id: 'soon', lane: 1 }], at(2));
  expect((await owed.due(at(3), 10)).map(({ id }) => id)).toEqual(['early', 'soon', 'late']);
  expect((await owed.due(at(3), 10, [1])).map(({ id }) => id)).toEqual(['soon']);
});

test('what is held comes back at its time, with why, and that was no attempt', async () => {
  const owed = await opened();
  await owed.owe([hello], at(0));
  const seen: [string, number][] = [];
  const look = (minute: number) =>
    deliverDue({
      store: owed,
      now: () => at(minute * MINUTE),
      async send({ attempts }) {
        seen.push([`at ${minute}`, attempts]);
        return minute < 5 ? { state: 'held', until: at(5 * MINUTE), why: 'quiet_hours' } : SENT;
      },
    });
  await look(0);
  expect(await owed.due(at(5 * MINUTE), 10)).toMatchObject([{ state: 'held', why: 'quiet_hours', attempts: 0 }]);
  await look(4);
  expect(await look(5)).toBe(1);
  expect(seen).toEqual([
    ['at 0', 1],
    ['at 5', 1],
  ]);
});

test('one that hangs holds up no other: whoever looks meanwhile goes on', async () => {
  const owed = await opened();
  await owed.owe([{ ...hello, id: 'hangs' }], at(0));
  let letGo = () => {};
  const hanging = new Promise<void>((resolve) => (letGo = resolve));
  const gone: string[] = [];
  const post = deliveries({
    store: owed,
    now: () => at(1),
    atOnce: 2,
    async send({ id }) {
      if (id === 'hangs') await hanging;
      gone.push(id);
      return SENT;
    },
  });
  expect(await post.look()).toBe(1);
  await owed.owe(
    [
      { ...hello, id: 'other' },
      { ...hello, id: 'third' },
    ],
    at(0),
  );
  expect(await post.look()).toBeGreaterThan(0);
  await vi.waitFor(() => expect(gone.toSorted()).toEqual(['other', 'third']), 60_000);
  letGo();
  expect(await post.drain()).toBe(3);
});

test('whoever closes takes nothing more, and waits for what is under way', async () => {
  const owed = await opened();
  await owed.owe(
    [
      { ...hello, id: 'first' },
      { ...hello, id: 'second' },
    ],
    at(0),
  );
  let letGo = () => {};
  const hanging = new Promise<void>((resolve) => (letGo = resolve));
  const gone: string[] = [];
  const post = deliveries({
    store: owed,
    now: () => at(1),
    atOnce: 1,
    async send({ id }) {
      await hanging;
      gone.push(id);
      return SENT;
    },
  });
  await post.look();
  const closed = post.close();
  letGo();
  await closed;
  expect(gone).toHaveLength(1);
  expect(await owed.due(at(1), 10)).toHaveLength(1);
});
