// A database and a prefix in Redis for one part, gone afterwards; and what the two servers cost.

import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import type { Bench } from './bench.ts';
import { cpuOf, nameOf } from './cpu.ts';

/** That of src/models/mongo.ts: what the product waits for, its baselines wait for. */
export const WRITE_CONCERN = { w: 'majority', journal: true } as const;

interface Where {
  readonly mongodbUri: string;
  readonly redisUrl: string;
}

export interface PartStores extends Pick<Bench, 'stores' | 'storesCpu'> {
  readonly versions: { readonly mongodb: string; readonly redis: string };
  forget(): Promise<void>;
}

export async function openStores(where: Where, folder: string, part: string): Promise<PartStores> {
  const name = `bench-${part}-${randomBytes(4).toString('hex')}`;
  const uri = new URL(where.mongodbUri);
  uri.pathname = `/${name}`;
  const client = await mongoose.mongo.MongoClient.connect(uri.href);
  const redis = new Redis(where.redisUrl);
  const status = await client.db().admin().serverStatus();
  const info = await redis.info('server');
  const pids = [
    { pid: Number(status['pid']), name: /^mongo/ },
    { pid: Number(/process_id:(\d+)/.exec(info)?.[1]), name: /^(redis|valkey)/ },
  ];
  const here = pids.every(({ pid, name: pattern }) => pattern.test(nameOf(pid) ?? ''));
  return {
    stores: { mongodbUri: uri.href, redisUrl: where.redisUrl, redisPrefix: name, folder },
    storesCpu: here ? () => pids.reduce((sum, { pid }) => sum + cpuOf(pid), 0) : null,
    versions: {
      mongodb: String(status['version']),
      redis: /(?:valkey|redis)_version:(\S+)/.exec(info)?.[1] ?? '?',
    },
    async forget() {
      await client.db().dropDatabase();
      await client.close();
      for await (const keys of redis.scanStream({ match: `${name}*`, count: 1_000 }) as AsyncIterable<string[]>) {
        if (keys.length > 0) await redis.unlink(keys);
      }
      redis.disconnect();
    },
  };
}
