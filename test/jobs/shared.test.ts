import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { shared } from '../../src/jobs/shared.ts';

test('who asks while it runs shares that run; the next one begins it again', async () => {
  const ends: (() => void)[] = [];
  const ask = shared(() => new Promise((resolve) => ends.push(resolve)));
  let over = 0;
  const asked = [ask(), ask()].map((one) => one.then(() => (over += 1)));
  await turn();
  expect([ends.length, over]).toEqual([1, 0]);
  ends[0]!();
  await Promise.all(asked);
  const next = ask();
  expect(ends).toHaveLength(2);
  ends[1]!();
  await next;
});

test('a run that fails fails for all who share it, and for nobody after it', async () => {
  let runs = 0;
  const ask = shared(() => ((runs += 1) === 1 ? Promise.reject(new Error('no timer')) : Promise.resolve()));
  expect(await Promise.allSettled([ask(), ask()])).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  await ask();
  expect(runs).toBe(2);
});
