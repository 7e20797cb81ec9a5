// The clock of upper bounds leaves out what stood still, and nothing else.
import { expect, test } from 'vitest';
import { undisturbed } from './undisturbed.ts';

const clock = undisturbed();

test('who works for two seconds has taken them, also when nothing else can run meanwhile', () => {
  const [started, from] = [clock(), process.cpuUsage()];
  const workedMs = () => {
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1_000;
  };
  while (workedMs() < 2_000);
  expect(clock() - started).toBeGreaterThan(1_400);
});

test('whoever waits while all of them run has taken that time, and no more', async () => {
  const [from, started] = [performance.now(), clock()];
  await expect.poll(() => clock() - started).toBeGreaterThan(2_000);
  const took = clock() - started;
  expect(took).toBeLessThanOrEqual(performance.now() - from);
});

test('three seconds in which the process stood still are not three seconds', () => {
  const started = clock();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000);
  expect(clock() - started).toBeLessThan(1_000);
});
