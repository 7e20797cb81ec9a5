// What stops a start is one line: what, where without passwords, which setting. What is not there yet is waited for.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startNode } from '../src/app.ts';
import type { NodeConfig } from '../src/parts.ts';
import { readConfig } from '../src/config.ts';
import { MONGODB, SOURCES, locate } from '../src/development/binaries.ts';
import { connectMongo } from '../src/models/mongo.ts';
import { explain, isPassing, reachMongo } from '../src/start.ts';
import { startLink } from './helpers/link.ts';
import { startMongoLink } from './helpers/mongo-link.ts';
import { world } from './helpers/node.ts';
import { startRedisServer } from './helpers/redis-server.ts';
import type { RedisServer } from './helpers/redis-server.ts';

const ROOT = path.join(import.meta.dirname, '..');
const here = world({ START_WAIT: '1s' });
afterAll(() => here.close());

interface Ended {
  /** why it did not start; null: it did */
  readonly line: string | null;
  /** what it said while it waited */
  readonly said: readonly string[];
}

/** Starts a node, and stops it if it could be started. `hear`: that it waits. */
async function start(change: Record<string, string>, hear: () => void = () => undefined): Promise<Ended> {
  const said: string[] = [];
  try {
    const config = readConfig({ ...here.env, ...change }) as NodeConfig; // the world gives all of them
    const node = await startNode(config, undefined, (line) => {
      if (line.startsWith('Preparing MongoDB ')) return; // on a machine that is busy, that takes a while
      said.push(line);
      hear();
    });
    await node.close();
    return { line: null, said };
  } catch (error) {
    const line = explain(error);
    expect(line).toMatch(/^.+$/); // one line: "." does not match a line break
    expect(line).not.toContain('hunter2');
    return { line, said };
  }
}

const PATIENT = { START_WAIT: '60s' }; // for what ends a start at once, on a machine that stood still meanwhile

/** That it waits for anything but a machine that stood still. */
const waits = ({ said }: Ended) => said.filter((line) => !/timed out|ETIMEDOUT/.test(line));

/** The address of the run's MongoDB, changed. */
function mongo(change: (uri: URL) => void): string {
  const uri = new URL(here.env['MONGODB_URI']!);
  change(uri);
  return uri.href;
}

describe('Redis', () => {
  let locked: RedisServer;
  beforeAll(async () => {
    locked = await startRedisServer(['databases 2']);
    await locked.redis.config('SET', 'requirepass', 'geheim');
  });
  afterAll(() => locked.kill());

  test('that nobody answers for is waited for, and then named with its address', async () => {
    const { line, said } = await start({ START_WAIT: '3s', REDIS_URL: 'redis://me:hunter2@127.0.0.1:1/3' });
    expect(line).toBe('Redis at 127.0.0.1:1/3 (REDIS_URL) cannot be reached: connect ECONNREFUSED 127.0.0.1:1');
    expect(said[0]).toBe(
      'Waiting for Redis at 127.0.0.1:1/3 (REDIS_URL), for up to 3 s: connect ECONNREFUSED 127.0.0.1:1',
    );
  });

  test('whose name nobody knows', async () => {
    const { line } = await start({ REDIS_URL: 'redis://nowhere.invalid' });
    expect(line).toMatch(
      /^Redis at nowhere\.invalid \(REDIS_URL\) cannot be reached: getaddrinfo E\w+ nowhere\.invalid$/,
    );
  });

  test.each([
    ['no password', '', 'its name or password is not that of REDIS_URL'],
    ['a wrong password', ':hunter2@', 'its name or password is not that of REDIS_URL'],
    ['a user who is not there', 'hunter2:hunter2@', 'its name or password is not that of REDIS_URL'],
  ])('that wants another one than %s is not waited for', async (_what, credentials, why) => {
    const ended = await start({ ...PATIENT, REDIS_URL: `redis://${credentials}127.0.0.1:${locked.port}` });
    expect(ended.line).toBe(`Redis at 127.0.0.1:${locked.port} (REDIS_URL) cannot be used: ${why}`);
    expect(waits(ended)).toEqual([]);
  });

  test('that has no such database: it would have gone on with another one', async () => {
    const { line } = await start({ ...PATIENT, REDIS_URL: `redis://:geheim@127.0.0.1:${locked.port}/7` });
    expect(line).toBe(`Redis at 127.0.0.1:${locked.port}/7 (REDIS_URL) cannot be used: ERR DB index is out of range`);
  });

  test('that comes a little later is waited for, and the start goes on', async () => {
    const { port } = new URL(inject('redisUrl'));
    const link = await startLink({ port: Number(port) });
    link.refuse();
    const later = { REDIS_URL: `redis://127.0.0.1:${link.port}`, START_WAIT: '30s' };
    const { line, said } = await start(later, () => setTimeout(() => link.heal(), 700));
    expect(line).toBeNull();
    expect(said[0]).toMatch(/^Waiting for Redis at 127\.0\.0\.1:\d+ \(REDIS_URL\), for up to 30 s: /);
    await link.close();
  });
});

// each takes as long as the driver looks for a server
describe.concurrent('what cannot be found for long', () => {
  test('MongoDB that nobody answers for', async () => {
    const { line } = await start({ MONGODB_URI: 'mongodb://me:hunter2@127.0.0.1:1/parley' });
    expect(line).toBe(
      'MongoDB at 127.0.0.1:1/parley (MONGODB_URI) cannot be reached: connect ECONNREFUSED 127.0.0.1:1',
    );
  });

  test.concurrent('of the data keys that is away although the other one is there', async () => {
    const { line } = await start({ KEYS_URI: 'mongodb://127.0.0.1:1/keys' });
    expect(line).toBe('MongoDB at 127.0.0.1:1/keys (KEYS_URI) cannot be reached: connect ECONNREFUSED 127.0.0.1:1');
  });

  test('MongoDB that is of another replica set', async () => {
    const { line } = await start({ MONGODB_URI: mongo((uri) => uri.searchParams.set('replicaSet', 'others')) });
    expect(line).toContain('(MONGODB_URI) cannot be reached: no primary of a replica set "others" is there');
  });

  test('Redis whose sentinels are not there', async () => {
    const { line, said } = await start({ REDIS_URL: 'redis://mymaster', REDIS_SENTINELS: '127.0.0.1:1' });
    expect(line).toContain(
      'Redis at mymaster (REDIS_URL, by the sentinels 127.0.0.1:1 of REDIS_SENTINELS) cannot be reached',
    );
    expect(said.length).toBeGreaterThan(0);
  });
});

describe('MongoDB', () => {
  test('that is a standalone, or knows nobody of that name', async () => {
    const found = await locate(
      MONGODB,
      SOURCES.mongodb,
      SOURCES.path,
      readConfig(process.env).cacheDir,
      () => undefined,
    );
    if (Array.isArray(found)) throw new Error(found.join('\n'));
    const port = await freePort();
    const dir = await mkdtemp(path.join(tmpdir(), 'parley-standalone-'));
    const args = ['--dbpath', dir, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket', '--quiet'];
    const mongod = spawn(found.file, args, { stdio: 'ignore' });
    const atExit = () => mongod.kill('SIGKILL');
    process.once('exit', atExit);
    const alone = `mongodb://127.0.0.1:${port}/parley`;
    expect((await start({ MONGODB_URI: alone, START_WAIT: '30s' })).line).toBe(
      `MongoDB at 127.0.0.1:${port}/parley (MONGODB_URI) cannot be used: ` +
        'MongoDB must run as a replica set (one member is enough): acknowledged writes must survive',
    );
    expect((await start({ ...PATIENT, MONGODB_URI: alone.replace('//', '//me:hunter2@') })).line).toBe(
      `MongoDB at 127.0.0.1:${port}/parley (MONGODB_URI) cannot be used: its name or password is not that of MONGODB_URI`,
    );
    mongod.kill('SIGKILL');
    await once(mongod, 'exit');
    process.off('exit', atExit);
    await rm(dir, { recursive: true, force: true });
  });

  test('that comes a little later is waited for, and the start goes on', async () => {
    const link = await startLink({ port: Number(new URL(here.env['MONGODB_URI']!).port) });
    link.refuse();
    const direct = mongo((uri) => {
      uri.port = String(link.port);
      uri.search = '?directConnection=true'; // the set itself would lead past the line
    });
    setTimeout(() => link.heal(), 1_200);
    expect((await start({ MONGODB_URI: direct, START_WAIT: '30s' })).line).toBeNull();
    await link.close();
  });

  test('indexes and steps over all documents wait for a majority as long as it takes', async () => {
    const uri = new URL(here.env['MONGODB_URI']!);
    const link = await startMongoLink({ port: Number(uri.port) });
    const waits = new Set<string>();
    void link.hold(({ command, says }) => {
      if (command === 'createIndexes' && says('majority')) waits.add(says('wtimeout') ? 'not for long' : 'for long');
      return false; // nothing is kept on the line
    });
    const there = await connectMongo(link.uri(uri.pathname.slice(1)));
    await there.close();
    // of the large collections, then of the data keys
    expect([...waits]).toEqual(['for long', 'not for long']);
    await link.close();
  });

  test('what an upgrade does with its records takes as long as it takes, and it is said', async () => {
    const uri = mongo((changed) => (changed.pathname += '-upgraded'));
    const client = await mongoose.mongo.MongoClient.connect(uri);
    const notes = client.db().collection<{ _id: string; until: Date }>('migrations');
    await notes.insertOne({ _id: 'lock', until: new Date(Date.now() + 3_600_000) }); // another node is at it
    const said: string[] = [];
    const hears = new Promise<void>((resolve) => {
      const say = (line: string) => {
        said.push(line);
        resolve();
      };
      // the wait is over, and the longest try, before it says for the first time that it is at work
      void reachMongo(uri, { keysUri: undefined }, { waitMs: 0, tryMs: 4_000, say }).then(
        (there) => there.close().then(() => said.push('ready')),
        (error: unknown) => said.push(explain(error)),
      );
    });
    await hears;
    await notes.deleteOne({ _id: 'lock' });
    await expect.poll(() => said.at(-1), { timeout: 180_000 }).toBe('ready');
    expect(said[0]).toMatch(
      /^Preparing MongoDB at \S+-upgraded \(MONGODB_URI\): indexes, and the steps of an upgrade$/,
    );
    await client.close();
  });

  test.each([
    [64, 'a majority did not confirm it in time'],
    [100, 'there are too few members for a majority'],
    [189, 'the primary steps down'],
  ])('that cannot do it now is waited for: %i, %s', (code, errmsg) => {
    const { MongoServerError, MongoWriteConcernError } = mongoose.mongo;
    expect(isPassing(new MongoWriteConcernError({ ok: 1, writeConcernError: { code, errmsg } }))).toBe(true);
    expect(isPassing(new MongoServerError({ ok: 0, code, errmsg }))).toBe(true);
  });

  test.each([
    "Socket timeout. Expecting data, but didn't receive any in 2000ms.",
    'Command timed out',
    'LOADING Redis is loading the dataset in memory',
  ])('a Redis that stands still is waited for: %s', (words) => {
    expect(isPassing(new Error(words))).toBe(true);
  });

  test('that will not do it is not waited for', () => {
    const { MongoServerError } = mongoose.mongo;
    const refused = new MongoServerError({ ok: 0, code: 13, errmsg: 'not authorized on parley' });
    expect(isPassing(refused)).toBe(false);
  });

  test.each([
    ['option', 'foo', 'bar', /: option foo is not supported$/],
    ['value', 'tls', 'perhaps', /\(MONGODB_URI\) cannot be used: .*tls/i],
  ])('with an %s that it does not take', async (_what, name, value, why) => {
    const ended = await start({ ...PATIENT, MONGODB_URI: mongo((uri) => uri.searchParams.set(name, value)) });
    expect(ended.line).toMatch(why);
    expect(waits(ended)).toEqual([]);
  });
});

describe('the place where it listens', () => {
  test('is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo; // it listens on TCP, so this is no string
    expect((await start({ PORT: String(port) })).line).toBe(
      `HOST and PORT: 127.0.0.1, port ${port}, is taken by another process: stop that, or choose another PORT`,
    );
    other.close();
  });

  test.each([
    ['203.0.113.77', 'is no address of this machine: mend HOST'],
    ['nowhere.invalid', 'is no name that this machine knows: mend HOST'],
    ['2001:db8::77', /is no address of this machine|EAFNOSUPPORT/],
  ])('is not here: %s', async (host, why) => {
    expect((await start({ HOST: host })).line).toMatch(why);
  });
});

/** A program of ours in a process of its own, which ends by itself. */
async function run(program: string, env: Record<string, string>): Promise<{ code: unknown; stderr: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', ...program.split(' ')], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...here.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = await once(child, 'close');
  return { code, stderr };
}

test.concurrent.each([
  ['src/main.ts', 1],
  ['src/operate/main.ts ledger:verify', 2],
  ['src/operate/main.ts audit:verify', 2],
  ['src/operate/main.ts keys:rotate', 2],
])('%s ends with one line and the code %i', async (program, expected) => {
  const { code, stderr } = await run(program, {
    MONGODB_URI: mongo((uri) => {
      uri.username = 'me';
      uri.password = 'hunter2';
    }),
  });
  expect(stderr).toMatch(
    /^MongoDB at \S+ \(MONGODB_URI\) cannot be used: its name or password is not that of MONGODB_URI\n$/,
  );
  expect(code).toBe(expected);
});

// a word wrong in MONGODB_URI, or none, must not be told that all is well with nothing
test.concurrent.each(['ledger:verify', 'audit:verify', 'keys:rotate'])(
  '%s finds no installation where there is none, and makes none',
  async (tool) => {
    const empty = mongo((uri) => (uri.pathname = `/none-${randomUUID()}`));
    const database = new URL(empty).pathname.slice(1);
    const there = await run(`src/operate/main.ts ${tool}`, { MONGODB_URI: empty });
    expect(there).toEqual({
      code: 2,
      stderr: expect.stringMatching(
        /^MONGODB_URI: there is no installation in the database "none-\S+": a tool is that of the version which runs there\n$/,
      ),
    });
    const client = await mongoose.mongo.MongoClient.connect(empty);
    const names = (await client.db().admin().listDatabases({ nameOnly: true })).databases.map(({ name }) => name);
    expect(names.filter((name) => name.startsWith(database))).toEqual([]);
    await client.close();

    const folder = path.join(tmpdir(), `parley-none-${randomUUID()}`);
    const nowhere = await run(`src/operate/main.ts ${tool}`, { MONGODB_URI: '', PARLEY_DATA: folder });
    expect(nowhere).toEqual({
      code: 2,
      stderr: `Settings: MONGODB_URI: is not set, and there is no installation in ${folder}\n`,
    });
    await expect(access(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  },
);

test.concurrent.each([
  ['keys:rotate --dry-run', 'keys:rotate takes nothing behind its name: it begins at once'],
  [`audit:verify 1:${'a'.repeat(64)} 2`, 'audit:verify takes one row, not "2" as well'],
])('%s is not taken for something else', async (words, why) => {
  const uri = mongo((changed) => (changed.pathname += `-words-${words.slice(0, 4)}`));
  await (await connectMongo(uri)).close();
  const { code, stderr } = await run(`src/operate/main.ts ${words}`, { MONGODB_URI: uri });
  expect(stderr).toContain(why);
  expect(code).toBe(2);
});

test('what operators may run is said to whoever asks for something else', async () => {
  const { code, stderr } = await run('src/operate/main.ts ledger:fix', {});
  expect(stderr).toBe('"ledger:fix" is none of audit:verify, keys:rotate, ledger:verify\n');
  expect(code).toBe(2);
});

test('whoever debugs sees where it happened', async () => {
  const { code, stderr } = await run('src/main.ts', { REDIS_URL: 'redis://127.0.0.1:1', LOG_LEVEL: 'debug' });
  expect(code).toBe(1);
  expect(stderr).toMatch(/\n {4}at .+start\.ts/);
});

const LOGS = `
  import { openLog } from './src/log.ts';
  const log = openLog({ level: 'info', role: 'all' });
  log.info('one');
  setInterval(() => undefined, 1_000);
  process.once('SIGTERM', () => {
    log.info('two');
    process.exit(3);
  });`;

test.runIf(process.platform === 'linux')(
  'a log on a full disk ends nothing, and keeps nothing from ending',
  async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', LOGS], {
      cwd: ROOT,
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    const atExit = () => child.kill('SIGKILL');
    process.once('exit', atExit);
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = once(child, 'close');
    await expect.poll(() => said).toMatch(/^The log cannot be written: ENOSPC/);
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(3);
    expect(said.trim().split('\n')).toHaveLength(1);
    process.off('exit', atExit);
  },
);

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo; // it listens on TCP, so this is no string
  probe.close();
  return port;
}
