// Opens and closes the links to Redis.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { redisLinks } from './redis-links.ts';
import type { RedisAddress } from './redis-links.ts';

const SUBSCRIBED_MS = 500; // longer than Redis ever takes; without it people still catch up by seq
const MIN_REDIS = 7; // sharded publish/subscribe

/** The links of one process, each looked after as `redis-links.ts` says. */
export interface RedisLinks {
  /** request path: fails fast, never queues */
  readonly quick: Redis;
  /** the adapter's two connections */
  readonly pub: Redis;
  readonly sub: Redis;
  /** sets alarms: fails fast, the sweep finds what no alarm announced */
  readonly alarms: Redis;
  /** what the worker's connections are made from; not connected itself */
  readonly jobs: Redis;
  /** keys are in this database; channels are in none, and have to be told apart by their names */
  readonly database: number;
  /** who listens to the channels of live events */
  readonly listeners: {
    /** Resolves when all subscriptions asked for so far hold, or after a moment when Redis does not answer. */
    readonly subscribed: () => Promise<void>;
    /** How many processes are subscribed to each of these sharded channels. */
    readonly count: (channels: readonly string[]) => Promise<number[]>;
  };
  /** Why Redis cannot be worked with now; null when it can. */
  trouble(): string | null;
  close(): Promise<void>;
}

/**
 * Connects to Redis.
 * @throws Error with one clear line when it is unreachable, too old, or a cluster
 */
export async function connectRedis(address: RedisAddress, onError: (error: Error) => void): Promise<RedisLinks> {
  const links = redisLinks(address, onError);
  const failFast = { enableOfflineQueue: false, commandTimeout: 1_500, maxRetriesPerRequest: 1 };
  const quick = links.open(failFast);
  // events that go out in the same turn of the event loop share a write
  const pub = links.open({ ...failFast, enableAutoPipelining: true });
  const sub = links.openSubscriber();
  const alarms = links.open({ ...failFast, commandTimeout: 2_000 });
  const jobs = links.open({ maxRetriesPerRequest: null });
  try {
    await Promise.all([quick, pub, sub, alarms].map((redis) => redis.connect()));
    await assertRedis(quick);
  } catch (error) {
    await links.close();
    throw error;
  }
  return {
    quick,
    pub,
    sub,
    alarms,
    jobs,
    database: quick.options.db ?? 0,
    listeners: {
      async subscribed() {
        // commands of one connection are answered in their order
        await Promise.race([sub.ping().catch(() => undefined), sleep(SUBSCRIBED_MS)]);
      },
      async count(channels) {
        const reply = (await pub.call('PUBSUB', 'SHARDNUMSUB', ...channels)) as (string | number)[];
        return channels.map((_, index) => Number(reply[index * 2 + 1]));
      },
    },
    trouble: () => links.trouble(),
    close: () => links.close(),
  };
}

async function assertRedis(redis: Redis): Promise<void> {
  const info = await redis.info();
  const version = /(?:valkey|redis)_version:(\S+)/.exec(info)?.[1] ?? '0';
  if (Number.parseInt(version, 10) < MIN_REDIS) {
    throw new Error(`Redis ${version} is too old: ${MIN_REDIS}.0 or newer is needed`);
  }
  // its nodes would each know of their own channels and keys only
  if (/^cluster_enabled:1/m.test(info)) {
    throw new Error('REDIS_URL: this is a node of a Redis Cluster; a single Redis is needed, or one behind Sentinel');
  }
}
