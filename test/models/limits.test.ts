import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { limitsIn } from '../../src/models/limits.ts';

let redis: Redis;
beforeAll(() => {
  redis = new Redis(inject('redisUrl'));
});
afterAll(() => redis.quit());

function limits(commands = 5) {
  const floods: string[] = [];
  const rates = { commands, logins: 2, visitors: 2 };
  return { floods, ...limitsIn(redis, `limits-${process.hrtime.bigint()}`, rates, (key) => void floods.push(key)) };
}

/** The penalty is counted in a turn of its own. */
const counted = () => new Promise((resolve) => setImmediate(resolve));

test('a call costs what it costs: fifty points in ten seconds are fifty small ones or five large ones', async () => {
  const { take } = limits();
  const small = await Promise.all(Array.from({ length: 60 }, () => take('commands', 'cora')));
  expect(small.filter((wait) => wait === null)).toHaveLength(50);
  const large = await Promise.all(Array.from({ length: 60 }, () => take('commands', 'ada', 10)));
  expect(large.filter((wait) => wait === null)).toHaveLength(5);
  for (const wait of [...small, ...large].filter((one) => one !== null)) {
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(10);
  }
});

test('what has happened already is refused to nobody, and counts against what comes next', async () => {
  const { take, charge } = limits();
  charge('cora', 50);
  await counted();
  expect(await take('commands', 'cora')).toBeGreaterThan(0);
  expect(await take('commands', 'ada')).toBeNull();
});

test('who goes on far beyond is not listened to for a minute; it is told once, and no one else is concerned', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const { take, floodedFor, floods } = limits();
  for (let n = 0; n < 400; n += 1) await take('commands', 'cora');
  expect([floodedFor('cora'), floods]).toEqual([0, []]);
  for (let n = 0; n < 400; n += 1) await take('commands', 'cora');
  expect([floodedFor('cora'), floodedFor('ada'), floods]).toEqual([60, 0, ['cora']]);
  vi.advanceTimersByTime(59_000);
  expect(floodedFor('cora')).toBe(1);
  vi.advanceTimersByTime(1_000);
  expect(floodedFor('cora')).toBe(0);
  vi.useRealTimers();
});

test('costs alone can be a flood, too', async () => {
  const { charge, floodedFor, floods } = limits();
  charge('cora', 401);
  await counted();
  expect([floodedFor('cora'), floods]).toEqual([60, ['cora']]);
});

test('log-ins and visitors are counted over all gateways, one try at a time', async () => {
  const { take } = limits();
  for (const kind of ['logins', 'visitors'] as const) {
    const waits = [await take(kind, 'home'), await take(kind, 'home'), await take(kind, 'home')];
    expect(waits.map((wait) => wait === null)).toEqual([true, true, false]);
  }
});
