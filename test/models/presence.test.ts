// Presence is a hint, but one that is asked for: where Redis does not answer, nobody is called away for that.

import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { isOutage } from '../../src/models/outcome.ts';
import { presenceIn } from '../../src/models/presence.ts';
import type { Presence } from '../../src/models/presence.ts';
import { startLink } from '../helpers/link.ts';
import type { Link } from '../helpers/link.ts';
import { world } from '../helpers/node.ts';

let link: Link;
let redis: Redis;
let presence: Presence;
beforeAll(async () => {
  const { hostname, port } = new URL(inject('redisUrl'));
  link = await startLink({ host: hostname, port: Number(port) });
  redis = new Redis(link.port, '127.0.0.1', { commandTimeout: 2_000 });
  presence = presenceIn(redis, world().env['REDIS_PREFIX']!, () => new Date());
});
afterAll(async () => {
  redis.disconnect();
  await link.close();
});

test('who is there is there, and not known while Redis does not answer: an outage, and nobody is away', async () => {
  await presence.arrive('u_ada', 'here');
  expect([...(await presence.online(['u_ada', 'u_ben']))]).toEqual(['u_ada']);
  await presence.show('u_ada', 'here', false);
  expect([...(await presence.unseen(['u_ada', 'u_ben']))]).toEqual(['u_ada']);

  link.hang();
  const outcomes = await Promise.allSettled([
    presence.online(['u_ada']),
    presence.unseen(['u_ada']),
    presence.arrive('u_ada', 'also'),
    presence.refresh([['u_ada', 'here', true]]),
    presence.leave('u_ada', 'here'),
  ]);
  expect(outcomes.map((one) => one.status === 'rejected' && isOutage(one.reason))).toEqual(outcomes.map(() => true));
});
