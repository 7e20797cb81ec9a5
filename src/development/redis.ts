// redis-server, or valkey-server.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Binary } from './binaries.ts';
import { CONNECT_MS, isOpen, onFreePort } from './ports.ts';
import { asError, until } from './servers.ts';
import type { Keeper, Running } from './servers.ts';

/** Starts redis-server (or valkey-server) and waits until it has loaded its data. Returns its port. */
export async function startRedis(keeper: Keeper, binary: Binary): Promise<{ server: Running; port: number }> {
  const folder = join(keeper.dataDir, 'redis');
  await mkdir(folder, { recursive: true });
  return await onFreePort(keeper, 'redis', async (port) => {
    const server = keeper.run('redis', binary.file, [
      ...[
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--dir',
        folder,
        '--appendonly',
        'yes',
        '--appendfsync',
        'everysec',
      ],
      // hz 100 makes delayed jobs punctual.
      ...['--save', '', '--maxmemory-policy', 'noeviction', '--hz', '100', '--dynamic-hz', 'no'],
    ]);
    await until(server, () => lookAtRedis(server, port));
    return server;
  });
}

async function lookAtRedis(server: Running, port: number): Promise<'ready' | Error> {
  if (!(await isOpen(port))) return new Error('its port is closed');
  const redis = new Redis({
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect(); // waits until the data are loaded
    const pid = /process_id:(\d+)/.exec(await redis.info('server'))?.[1];
    return pid === String(server.pid) ? 'ready' : new Error('its port is taken');
  } catch (error) {
    return asError(error);
  } finally {
    redis.disconnect();
  }
}
