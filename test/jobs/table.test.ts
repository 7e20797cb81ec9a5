import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { postman } from '../../src/dispatch/mail.ts';
import { rightOfWay } from '../../src/jobs/right-of-way.ts';
import { HORIZON_MS } from '../../src/jobs/queue.ts';
import { jobTable } from '../../src/jobs/table.ts';
import { world } from '../helpers/node.ts';

const here = world({ ROLE: 'gateway' });
let node: Node;
beforeAll(async () => {
  node = await here.start();
});
afterAll(() => here.close());

/** How often the clock is asked: a timer that does not reach its instant asks it without end. */
function counted() {
  const asked = { times: 0 };
  const now = () => {
    asked.times += 1;
    return new Date();
  };
  const beside = { post: postman(node.ctx), webhooks: { look: () => undefined }, way: rightOfWay() };
  return { asked, table: jobTable({ ...node.ctx, now }, beside) };
}

test.each([
  ['the year 275760', 8_640_000_000_000_000],
  ['beyond all dates', Number.MAX_SAFE_INTEGER],
  ['a month away, where timers overflow', Date.now() + 31 * 86_400_000],
  ['a little beyond what alarms are set for', Date.now() + HORIZON_MS + 60_000],
])('23 a job of %s is none of ours: nothing is waited for', async (_what, at) => {
  const { asked, table } = counted();
  expect(await table['wake']!.run({ at })).toBe('nothing_due');
  expect(await table['ahead']!.run({ from: at - 500, to: at })).toBe('nothing_due');
  expect(await table['ahead']!.run({ from: 0, to: at })).toBe('nothing_due');
  expect(asked.times).toBeLessThan(10);
});

test('a job that is due is run', async () => {
  const { table } = counted();
  const at = Date.now();
  expect(await table['wake']!.run({ at })).toBe('nothing_due');
  expect(await table['ahead']!.run({ from: at - 500, to: at })).toBe('nothing_due');
});

test.each([[{}], [{ at: 1.5 }], [{ at: '1' }], [{ at: null }], [{ at: 1, more: 1 }]])(
  'a job of %j is refused',
  async (data) => {
    await expect(counted().table['wake']!.run(data)).rejects.toThrow();
  },
);
