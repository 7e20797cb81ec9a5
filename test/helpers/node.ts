// A whole node, or several, on the shared MongoDB and Redis of the run; each caller has a database and prefix of its own.

import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { inject } from 'vitest';
import { startNode } from '../../src/app.ts';
import type { Node } from '../../src/app.ts';
import type { NodeConfig } from '../../src/parts.ts';
import { readConfig } from '../../src/config.ts';

export const TOKEN_SECRET = 'a secret of the tests that is long enough';

export const KEK = `1:${Buffer.alloc(32, 'a key of the tests').toString('base64')}`;

export interface World {
  /** settings for processes of their own */
  readonly env: Record<string, string>;
  start(extra?: Record<string, string>, now?: () => Date): Promise<Node>;
  close(): Promise<void>;
}

const databases: string[] = [];

/** Their databases go with the worlds of a file: a server holds a few thousand open files, and every world has a hundred. */
export async function dropDatabases(): Promise<void> {
  if (databases.length === 0) return;
  const uri = new URL(inject('mongodbUri'));
  uri.searchParams.set('directConnection', 'true');
  const mongo = await mongoose.mongo.MongoClient.connect(uri.href);
  for (const name of databases.splice(0)) await mongo.db(name).dropDatabase();
  await mongo.close();
}

/** `env`: settings on top of short ones that suit tests. */
export function world(env: Record<string, string> = {}): World {
  const name = `t${randomBytes(6).toString('hex')}`;
  const uri = new URL(inject('mongodbUri'));
  uri.pathname = `/${name}`;
  databases.push(name);
  const all: Record<string, string> = {
    MONGODB_URI: uri.href,
    REDIS_URL: inject('redisUrl'),
    REDIS_PREFIX: name,
    TOKEN_SECRET,
    KEK,
    DEMO: '1',
    PORT: '0',
    LOG_LEVEL: 'silent',
    POLICY_SWEEP: '1s',
    RECONCILE_EVERY: '7d', // the first look comes after a quarter of an hour: what tests find is never let go meanwhile
    RATE_COMMANDS: '1000',
    RATE_LOGINS: '1000',
    RATE_VISITORS: '10000',
    RATE_DECLINES: '1000',
    PRICING: 'middle', // amounts are known beforehand; of what is learned there are tests of its own
    POLICY_FRAGMENT_WINDOW: '0s', // experts of the tests say many things in a row; of conduct there are tests of its own
    ...env,
  };
  const nodes: Node[] = [];
  return {
    env: all,
    async start(extra = {}, now) {
      const config = readConfig({ ...all, ...extra });
      const node = await startNode(config as NodeConfig, now); // the tests give all of them
      nodes.push(node);
      return node;
    },
    async close() {
      await Promise.all(nodes.splice(0).map((node) => node.close()));
    },
  };
}
