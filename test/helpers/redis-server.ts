// A redis-server of a test's own, to be made a replica, a sentinel or a node of a cluster, stopped and killed.

import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { readConfig } from '../../src/config.ts';
import { locate, REDIS, SOURCES } from '../../src/development/binaries.ts';

const READY_MS = 60_000;

export interface RedisServer {
  readonly port: number;
  /** a connection to it, for orders and questions */
  readonly redis: Redis;
  /** Orders it to follow another one, or nobody. */
  follow(other: RedisServer | null): Promise<void>;
  /** Resolves when what it follows has told it everything. */
  synced(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** `lines`: of its configuration file */
export async function startRedisServer(lines: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'parley-redis-'));
  const file = join(dir, 'redis.conf');
  const common = [`port ${port}`, 'bind 127.0.0.1', `dir ${dir}`, 'save ""', 'repl-diskless-sync-delay 0', 'hz 100'];
  const isSentinel = lines.some((line) => line.startsWith('sentinel '));
  await writeFile(file, [...(isSentinel ? common.slice(0, 3) : common), ...lines, ''].join('\n'));
  const child = spawn(await binary(), [file, ...(isSentinel ? ['--sentinel'] : [])], { stdio: 'ignore' });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const atExit = () => child.kill('SIGKILL');
  process.once('exit', atExit);
  const redis = new Redis({ host: '127.0.0.1', port, lazyConnect: true, retryStrategy: () => 25 });
  redis.on('error', () => undefined);
  await until(async () => (await redis.ping()) === 'PONG');
  return {
    port,
    redis,
    async follow(other) {
      await (other === null ? redis.replicaof('NO', 'ONE') : redis.replicaof('127.0.0.1', other.port));
    },
    synced: () => until(async () => (await redis.info('replication')).includes('master_link_status:up')),
    async kill(signal = 'SIGKILL') {
      redis.disconnect();
      child.kill(signal);
      await gone;
      process.off('exit', atExit);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function binary(): Promise<string> {
  const { cacheDir } = readConfig(process.env);
  const found = await locate(REDIS, SOURCES.redis, SOURCES.path, cacheDir, () => undefined);
  if (Array.isArray(found)) throw new Error(found.join('\n'));
  return found.file;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const giveUp = Date.now() + READY_MS; !(await holds().catch(() => false));) {
    if (Date.now() > giveUp) throw new Error('a redis-server is not what it should be');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo; // it listens on TCP, so this is no string
      probe.close(() => resolve(port));
    });
  });
}
