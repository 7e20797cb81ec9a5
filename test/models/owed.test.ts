// What is owed to the world outside: once, by one worker at a time, not before its time, again and again, and at last no more.
import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { deliverDue } from '../../src/dispatch/deliver.ts';
import { owedStore } from '../../src/models/owed.ts';
import { at } from '../domain/examples.ts';

interface Letter {
  readonly words: string;
}

const MINUTE = 60_000;

let connection: mongoose.Connection;
beforeAll(async () => {
  connection = await mongoose.createConnection(inject('mongodbUri')).asPromise();
});
afterAll(() => connection.close());

const opened = () => owedStore<Letter>(connection.db!, `owed-${randomUUID()}`);
const hello = { id: 'hello', words: 'Hello' };

test('it is owed once, as it was owed first', async () => {
  const owed = opened();
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

test('2.6 it waits for the end of its window, and what is owed again until then is in it', async () => {
  const owed = opened();
  await owed.owe([hello], at(0), at(2 * MINUTE));
  await owed.owe([hello], at(MINUTE), at(3 * MINUTE));
  expect(await owed.due(at(2 * MINUTE - 1), 10)).toEqual([]);
  expect(await owed.due(at(2 * MINUTE), 10)).toHaveLength(1);
});

test('of two workers one does it', async () => {
  const owed = opened();
  const letters = Array.from({ length: 120 }, (_, n) => ({ id: `n${n}`, words: 'Hello' }));
  await owed.owe(letters, at(0));
  const done: string[] = [];
  const work = () =>
    deliverDue(
      owed,
      () => at(1),
      async ({ id }) => {
        done.push(id);
        return 'sent';
      },
    );
  const [one, other] = await Promise.all([work(), work()]);
  expect(one + other).toBe(120);
  expect(done.toSorted()).toEqual(letters.map(({ id }) => id).toSorted());
  expect(await owed.due(at(1_000 * MINUTE), 1_000)).toEqual([]);
});

test('what was not taken comes back later and later, and is given up after the eighth time', async () => {
  const owed = opened();
  await owed.owe([hello], at(0));
  const tries: number[] = [];
  for (let minute = 0; minute <= 600; minute += 1) {
    await deliverDue(
      owed,
      () => at(minute * MINUTE),
      async () => {
        tries.push(minute);
        return 'again';
      },
    );
  }
  expect(tries).toEqual([0, 1, 3, 7, 15, 31, 63, 127]);
});

test('what nobody can get is not tried again', async () => {
  const owed = opened();
  await owed.owe([hello], at(0));
  expect(
    await deliverDue(
      owed,
      () => at(0),
      async () => 'failed',
    ),
  ).toBe(0);
  expect(await owed.due(at(1_000 * MINUTE), 10)).toEqual([]);
});

test('whoever dies over it leaves it to the next one', async () => {
  const owed = opened();
  await owed.owe([hello], at(0));
  const dies = () => Promise.reject(new Error('it ended here'));
  await expect(deliverDue(owed, () => at(0), dies)).rejects.toThrow('it ended here');
  expect(
    await deliverDue(
      owed,
      () => at(MINUTE - 1),
      async () => 'sent',
    ),
  ).toBe(0);
  expect(
    await deliverDue(
      owed,
      () => at(MINUTE),
      async () => 'sent',
    ),
  ).toBe(1);
});
