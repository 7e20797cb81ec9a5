import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Turns } from '../../src/gateway/turns.ts';

interface Client {
  calls: number;
  slow: boolean;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function world() {
  const started: number[] = [];
  const refused: number[] = [];
  const ends: (() => void)[] = [];
  const turns = new Turns<Client, { n: number; size?: number }>({
    callerOf: (client) => client,
    sizeOf: ({ size = 1 }) => size,
    isSlow: ({ slow }) => slow,
    run: (_client, { n }) => {
      started.push(n);
      return new Promise((resolve) => ends.push(resolve));
    },
    refuse: (_client, { n }) => void refused.push(n),
  });
  const client: Client = { calls: 0, slow: false };
  return { turns, started, refused, ends, client };
}

const upTo = (end: number) => Array.from({ length: end }, (_, n) => n);
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('eight calls of a connection are under way, the others wait in their order', async () => {
  const { turns, started, ends, client } = world();
  for (const n of upTo(12)) turns.take(client, { n });
  expect(started).toEqual(upTo(8));
  ends[3]!();
  await settled();
  expect(started).toEqual(upTo(9));
  turns.take(client, { n: 12 }); // behind those that wait, although there may be a place
  for (const end of ends.slice(0, 3)) end();
  await settled();
  expect(started).toEqual(upTo(12));
  for (const end of ends) end();
  await settled();
  expect(started).toEqual(upTo(13));
  expect(client.calls).toBe(1);
  turns.stop();
});

test('others do not wait for a connection that has many', () => {
  const { turns, started, client } = world();
  for (const n of upTo(30)) turns.take(client, { n });
  turns.take({ calls: 0, slow: false }, { n: 99 });
  expect(started.at(-1)).toBe(99);
  turns.stop();
});

test('nothing is begun for a client that does not read, and everything goes on when it does', () => {
  const { turns, started, client } = world();
  client.slow = true;
  for (const n of upTo(3)) turns.take(client, { n });
  vi.advanceTimersByTime(10_000);
  expect(started).toEqual([]);
  client.slow = false;
  vi.advanceTimersByTime(50);
  expect(started).toEqual(upTo(3));
});

test('a thousand wait, what comes then is refused, and who has gone is waited for no more', () => {
  const { turns, started, refused, client } = world();
  client.slow = true;
  for (const n of upTo(1_002)) turns.take(client, { n });
  expect(refused).toEqual([1_000, 1_001]);
  turns.forget(client);
  client.slow = false;
  vi.advanceTimersByTime(50);
  expect(started).toEqual([]);
});

test('what waits is bounded by its size too: of one connection, and of all', () => {
  const { turns, started, refused, client } = world();
  const others = upTo(64).map((): Client => ({ calls: 0, slow: true }));
  client.slow = true;
  const half = 512 * 1024;
  for (const n of upTo(3)) turns.take(client, { n, size: half });
  expect(refused).toEqual([2]);
  for (const [index, other] of others.entries()) turns.take(other, { n: 100 + index, size: 2 * half });
  expect(refused).toEqual([2, 163]); // the last of 65 MiB
  turns.forget(others[0]!);
  turns.take(others[63]!, { n: 200, size: 2 * half });
  expect(refused).toEqual([2, 163]); // there is room again
  client.slow = false;
  vi.advanceTimersByTime(50);
  expect(started).toEqual([0, 1]);
  client.slow = true;
  turns.take(client, { n: 3, size: 2 * half });
  expect(refused).toEqual([2, 163]);
  turns.stop();
});
