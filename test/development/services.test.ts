// Real servers, each test in a data folder of its own; they run side by side, as two checkouts would.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { describe, expect, test as plain, vi } from 'vitest';
import { type Claim, isAlive, lifeOf, readClaim } from '../../src/development/lock.ts';
import {
  type Services,
  type ServicesOptions,
  ServicesUnavailable,
  startServices,
} from '../../src/development/services.ts';

const { PARLEY_CACHE, XDG_CACHE_HOME } = process.env;
const CACHE = PARLEY_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'parley');
const soon = { timeout: 180_000, interval: 25 };

interface Lab {
  folder(): Promise<string>;
  start(options: Partial<ServicesOptions> & { dataDir: string }): Promise<Services>;
  startElsewhere(dataDir: string, then?: string): Promise<{ parent: ChildProcess; services: Services }>;
  occupy(port: number): Promise<void>;
}

/** Whatever a test starts ends with it, also when it fails: `onTestFinished` knows no tests that run side by side. */
const test = plain.extend<{ lab: Lab }>({
  lab: async ({}, use) => {
    const endings: (() => unknown)[] = [];
    await use({
      folder: async () => {
        const folder = await mkdtemp(join(tmpdir(), 'parley-services-'));
        endings.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
        return folder;
      },
      /** With the real cache, which the first run on a machine fills. */
      start: async (options) => {
        const services = await startServices({ cacheDir: CACHE, say: () => undefined, ...options });
        endings.push(() => services.stop());
        return services;
      },
      startElsewhere: async (dataDir, then = '') => {
        const parent = spawnParent(dataDir, then);
        endings.push(() => parent.kill('SIGKILL'));
        return { parent, services: await firstMessage<Services>(parent) };
      },
      occupy: async (port) => {
        const server = createServer((socket) => socket.destroy());
        // whoever has it already occupies it as well
        await new Promise<void>((resolve) => server.once('error', () => resolve()).listen(port, '127.0.0.1', resolve));
        endings.push(() => server.close());
      },
    });
    for (const ending of endings.reverse()) await ending();
  },
});

describe.concurrent('starting, stopping, starting again', () => {
  test('a start in an empty folder gives a primary, and a Redis that evicts nothing and knows sharded channels', async ({
    lab,
  }) => {
    const dataDir = await lab.folder();
    const services = await lab.start({ dataDir });

    expect(services.versions).toEqual({
      mongodb: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      redis: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    });
    expect(services.mongodbUri).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\/parley\?replicaSet=parley$/);
    await inMongo(services, async (client) => {
      await client.withSession((session) =>
        session.withTransaction(() => client.db().collection('t').insertOne({ a: 1 }, { session })),
      );
      expect(await client.db().collection('t').countDocuments()).toBe(1);
    });
    await inRedis(services, async (redis) => {
      expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
      expect(await redis.config('GET', 'hz')).toEqual(['hz', '100']);
      expect(await redis.spublish('channel', 'text')).toBe(0);
    });
  });

  test('a stop leaves no process and no lock', async ({ lab }) => {
    const dataDir = await lab.folder();
    const services = await lab.start({ dataDir });
    const { guardian, servers } = claimOf(dataDir);
    expect([guardian!, ...servers].map(isAlive)).toEqual([true, true, true]);

    await services.stop();

    expect([guardian!, ...servers].map(isAlive)).toEqual([false, false, false]);
    expect(existsSync(join(dataDir, 'lock'))).toBe(false);
  });

  test('the servers do not hear the Ctrl-C of the terminal: each leads a process group of its own', async ({ lab }) => {
    const dataDir = await lab.folder();
    await lab.start({ dataDir });
    const { guardian, servers } = claimOf(dataDir);
    for (const { pid } of [guardian!, ...servers]) expect(process.kill(-pid, 0)).toBe(true);
  });

  test('data survive a stop, and the kill of both servers, which is told; the addresses stay', async ({ lab }) => {
    const dataDir = await lab.folder();
    const first = await lab.start({ dataDir });
    await write(first, 'one');
    await first.stop();

    const said: string[] = [];
    const second = await lab.start({ dataDir, say: (line) => said.push(line) });
    expect([second.mongodbUri, second.redisUrl]).toEqual([first.mongodbUri, first.redisUrl]);
    expect(await read(second)).toEqual(['one', 'one']);
    await write(second, 'two');
    for (const { pid } of claimOf(dataDir).servers) process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => {
      expect(said).toContainEqual(
        expect.stringMatching(/^mongod ended unexpectedly \(SIGKILL\), its log is .+mongod\.log$/),
      );
      expect(said).toContainEqual(expect.stringMatching(/^redis ended unexpectedly \(SIGKILL\)/));
    }, soon);
    await second.stop();

    const third = await lab.start({ dataDir });
    expect(await read(third)).toEqual(['two', 'two']);
  });

  test('on other ports than last time, because those are taken, the data are there all the same', async ({ lab }) => {
    const dataDir = await lab.folder();
    const first = await lab.start({ dataDir });
    await write(first, 'one');
    await first.stop();
    await lab.occupy(portOf(first.mongodbUri));
    await lab.occupy(portOf(first.redisUrl));

    const second = await lab.start({ dataDir });

    expect(portOf(second.mongodbUri)).not.toBe(portOf(first.mongodbUri));
    expect(portOf(second.redisUrl)).not.toBe(portOf(first.redisUrl));
    expect(await read(second)).toEqual(['one', 'one']);
  });

  test('a server that does not start is an error that quotes its log, and the other one is stopped', async ({
    lab,
  }) => {
    const dataDir = await lab.folder();
    await mkdir(join(dataDir, 'mongo'));
    await writeFile(join(dataDir, 'mongo/storage.bson'), 'not what mongod wrote');

    const failure: unknown = await lab.start({ dataDir }).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(ServicesUnavailable);
    expect(String(failure)).toMatch(
      /: mongod ended \(exit code 14\), its log is .+mongod\.log:\n {2}"Unable to read the storage engine/,
    );
    const redis = Number(/^(\d+):/.exec(await readFile(join(dataDir, 'redis.log'), 'utf8'))?.[1]);
    expect(redis).toBeGreaterThan(0);
    expect(lifeOf(redis)).toBeUndefined();
    expect(existsSync(join(dataDir, 'lock'))).toBe(false);
  });
});

describe.concurrent('not meeting, and leaving nothing behind', () => {
  test('two starts at once in two folders have servers of their own', async ({ lab }) => {
    const folders = [await lab.folder(), await lab.folder()];
    const both = await Promise.all(folders.map((dataDir) => lab.start({ dataDir })));

    await Promise.all(both.map((services, index) => write(services, `mine ${index}`)));

    expect(await Promise.all(both.map(read))).toEqual([
      ['mine 0', 'mine 0'],
      ['mine 1', 'mine 1'],
    ]);
  });

  test('of many starts at once in one folder one succeeds, the others say who has it', async ({ lab }) => {
    const dataDir = await lab.folder();
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => lab.start({ dataDir })));

    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(failures).toHaveLength(3);
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(ServicesUnavailable);
      expect(String(failure)).toContain(`process ${process.pid} uses this data folder`);
    }
    expect(claimOf(dataDir).servers).toHaveLength(2);
  });

  test('a parent killed with SIGKILL leaves no servers and no lock, and the next start has its data', async ({
    lab,
  }) => {
    const dataDir = await lab.folder();
    const { parent, services } = await lab.startElsewhere(dataDir);
    await write(services, 'kept');
    const { owner, guardian, servers } = claimOf(dataDir);
    expect(owner.pid).toBe(parent.pid);

    parent.kill('SIGKILL');

    await vi.waitFor(() => expect([guardian!, ...servers].map(isAlive)).toEqual([false, false, false]), soon);
    expect(existsSync(join(dataDir, 'lock'))).toBe(false);
    expect(await read(await lab.start({ dataDir }))).toEqual(['kept', 'kept']);
  });

  test('a start while the servers of a killed parent are still stopping waits for them', async ({ lab }) => {
    const dataDir = await lab.folder();
    const { parent, services } = await lab.startElsewhere(dataDir);
    await write(services, 'kept');
    // they stop when they go on, which they do when somebody waits for them
    const { servers } = claimOf(dataDir);
    for (const { pid } of servers) process.kill(pid, 'SIGSTOP');
    const died = new Promise((resolve) => parent.once('exit', resolve));
    parent.kill('SIGKILL');
    await died;

    const said: string[] = [];
    const next = await lab.start({
      dataDir,
      say: (line) => {
        if (said.push(line) === 1) for (const { pid } of servers) process.kill(pid, 'SIGCONT');
      },
    });

    expect(said[0]).toBe(`Waiting for the servers of process ${parent.pid}, which is gone, to stop`);
    expect(await read(next)).toEqual(['kept', 'kept']);
  });

  test('a start after parent and guardian were both killed ends their servers first', async ({ lab }) => {
    const dataDir = await lab.folder();
    const { parent, services } = await lab.startElsewhere(dataDir);
    await write(services, 'kept');
    const { guardian, servers } = claimOf(dataDir);
    process.kill(guardian!.pid, 'SIGKILL');
    await vi.waitFor(() => expect(isAlive(guardian!)).toBe(false), soon);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive({ ...claimOf(dataDir).owner })).toBe(false), soon);
    expect(servers.map(isAlive)).toEqual([true, true]);

    const next = await lab.start({ dataDir });

    expect(servers.map(isAlive)).toEqual([false, false]);
    expect(await read(next)).toEqual(['kept', 'kept']);
  });

  test('a program that forgets to stop them may end, and they end with it', async ({ lab }) => {
    const dataDir = await lab.folder();
    const { parent } = await lab.startElsewhere(dataDir, 'parent.disconnect()');
    const { guardian, servers } = claimOf(dataDir);
    await vi.waitFor(() => expect(parent.exitCode).toBe(0), soon);
    await vi.waitFor(() => expect([guardian!, ...servers].map(isAlive)).toEqual([false, false, false]), soon);
  });

  test('given both addresses nothing is started, and not even a folder made', async ({ lab }) => {
    const dataDir = join(await lab.folder(), 'never');
    const services = await lab.start({ dataDir, mongodbUri: 'mongodb://elsewhere/x', redisUrl: 'redis://elsewhere' });
    expect(services).toMatchObject({
      mongodbUri: 'mongodb://elsewhere/x',
      redisUrl: 'redis://elsewhere',
      versions: {},
    });
    expect(existsSync(dataDir)).toBe(false);
  });

  test('given one address only the other is started', async ({ lab }) => {
    const dataDir = await lab.folder();
    const services = await lab.start({ dataDir, mongodbUri: 'mongodb://elsewhere/x' });
    expect(services.mongodbUri).toBe('mongodb://elsewhere/x');
    expect(Object.keys(services.versions)).toEqual(['redis']);
    expect(claimOf(dataDir).servers).toHaveLength(1);
    await inRedis(services, async (redis) => expect(await redis.ping()).toBe('PONG'));
  });
});

test('if none can be had, one line says for both what was tried, what each said, and the ways out', async ({ lab }) => {
  const folder = await lab.folder();
  const options = { dataDir: join(folder, 'data'), cacheDir: join(folder, 'cache'), say: () => undefined };
  const refused = (name: string, reason: string) => ({ name, fetch: () => Promise.reject(new Error(reason)) });

  const failure: unknown = await startServices(options, {
    path: folder,
    mongodb: [refused('download', 'ENOTFOUND'), refused('wheel', 'no such package')],
    redis: [refused('apt-get', 'needs root')],
  }).catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(ServicesUnavailable);
  expect((failure as ServicesUnavailable).message.replaceAll(folder, '')).toMatchInlineSnapshot(
    `"There is no MongoDB 6.0 or newer (mongod on the PATH or in /cache/bin: not there; download: ENOTFOUND; wheel: no such package). There is no Redis 7.0 or newer (redis-server or valkey-server on the PATH or in /cache/bin: not there; apt-get: needs root). Run everything in containers (docker compose up), or install mongod and redis-server (or valkey-server) so that they are on the PATH, or set MONGODB_URI and REDIS_URL to servers that run already (MongoDB as a replica set)."`,
  );
  expect(existsSync(options.dataDir)).toBe(false);
});

/** A process of its own that starts the servers; it stays until it is killed or has nothing more to do. */
function spawnParent(dataDir: string, then: string): ChildProcess {
  const module = pathToFileURL(join(import.meta.dirname, '../../src/development/services.ts')).href;
  const script = `
    import { startServices } from '${module}';
    const parent = process;
    process.send(await startServices({ ...${JSON.stringify({ dataDir, cacheDir: CACHE })}, say() {} }));
    process.on('message', () => {});
    ${then}`;
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

function firstMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`the process ended with ${code}`)));
  });
}

interface Kept {
  _id: string;
  value: string;
}

function claimOf(dataDir: string): Claim {
  const claim = readClaim(join(dataDir, 'lock'));
  if (!claim) throw new Error('nobody has the lock');
  return claim;
}

async function write(services: Services, value: string): Promise<void> {
  await inMongo(services, (client) =>
    client
      .db()
      .collection<Kept>('kept')
      .replaceOne({ _id: 'it' }, { value }, { upsert: true, writeConcern: { w: 1, journal: true } }),
  );
  await inRedis(services, (redis) => redis.set('kept', value));
}

async function read(services: Services): Promise<unknown[]> {
  const kept = await inMongo(services, (client) => client.db().collection<Kept>('kept').findOne({ _id: 'it' }));
  return [kept?.value, await inRedis(services, (redis) => redis.get('kept'))];
}

async function inMongo<T>(services: Services, work: (client: mongoose.mongo.MongoClient) => Promise<T>): Promise<T> {
  const client = new mongoose.mongo.MongoClient(services.mongodbUri, { serverSelectionTimeoutMS: 60_000 });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

async function inRedis<T>(services: Services, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(services.redisUrl);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

function portOf(address: string): number {
  return Number(/:(\d+)/.exec(address)?.[1]);
}
