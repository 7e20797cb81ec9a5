// Deadlines and the alarms that announce them, on a node whose sweep is far away.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { requested } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { scene } from '../helpers/people.ts';

const ON_TIME_MS = 600; // generous for a busy machine, and well below what is left of a whole second
const here = world({ POLICY_RESERVATION: '250ms', POLICY_SWEEP: '60s' });
let node: Node;

beforeAll(async () => {
  node = await here.start();
});
afterAll(() => here.close());

test('6.1 a deadline is acted upon when it comes, not at the next whole second', async () => {
  const lateness: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const { category, customer, first } = await scene(node, 0);
    const request = await requested(customer, first, { category });
    await first.heard('request.changed', ({ id, state }) => id === request.id && state === 'open');
    lateness.push(Date.now() - new Date(request.reservedUntil).getTime());
  }
  expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0);
  expect(Math.min(...lateness)).toBeLessThan(ON_TIME_MS);
});
