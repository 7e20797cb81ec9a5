// What can wait gives way to deadlines: one at a time, and not without end.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { rightOfWay } from '../../src/jobs/right-of-way.ts';

test('what can wait goes on when the deadlines under way are kept, in the order in which it came', async () => {
  const way = rightOfWay();
  const deadline = held();
  const order: string[] = [];
  const kept = way.during(deadline.promise).then(() => order.push('deadline'));
  const giveWay = way.queue();
  const waiting = ['first', 'second'].map((name) => giveWay().then(() => order.push(name)));
  await sleep(20);
  expect(order).toEqual([]);
  deadline.resolve();
  await Promise.all([kept, ...waiting]);
  expect(order).toEqual(['deadline', 'first', 'second']);
});

test('each has a turn of the event loop of its own: what became due meanwhile is begun in between', async () => {
  const giveWay = rightOfWay().queue();
  const order: string[] = [];
  const waiting = ['first', 'second', 'third'].map((name) =>
    giveWay().then(() => {
      order.push(name);
      setImmediate(() => order.push('other work'));
    }),
  );
  await Promise.all(waiting);
  expect(order).toEqual(['first', 'other work', 'second', 'other work', 'third']);
});

test('a deadline that fails keeps nobody waiting, and whoever waits for it hears that', async () => {
  const way = rightOfWay();
  await expect(way.during(Promise.reject(new Error('no primary')))).rejects.toThrow('no primary');
  await way.queue()();
});

test('deadlines without a pause do not stop what waits, and one queue does not wait for another', async () => {
  const way = rightOfWay();
  void way.during(new Promise(() => undefined));
  let gone = 0;
  const [one, other] = [way.queue(), way.queue()];
  for (const giveWay of [one, one, other]) void giveWay().then(() => (gone += 1));
  await vi.waitFor(() => expect(gone).toBe(3), 60_000);
});

function held() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
