// SIGTERM while a store is in any state: every process ends soon, with 0 and without an uncaught word.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, expect, test } from 'vitest';
import { login, postQuestion, visitor } from '../helpers/client.ts';
import { startLink } from '../helpers/link.ts';
import type { Link } from '../helpers/link.ts';
import { world } from '../helpers/node.ts';
import { endProcesses, startProcess } from '../helpers/process.ts';
import { startRedisServer } from '../helpers/redis-server.ts';
import type { RedisServer } from '../helpers/redis-server.ts';
import { undisturbed } from '../helpers/undisturbed.ts';

const SECONDS_MS = 15_000; // three on a machine that has nothing else to do
const clock = undisturbed();

const ends: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  await endProcesses();
  for (const end of ends.splice(0)) await end();
});

/** The same address by way of a link. */
async function by(url: string): Promise<{ link: Link; url: string }> {
  const way = new URL(url);
  const link = await startLink({ host: way.hostname, port: Number(way.port) });
  ends.push(() => link.close());
  way.port = String(link.port);
  return { link, url: way.href };
}

interface Stores {
  readonly redis: Link;
  readonly mongodb: Link;
  readonly server: RedisServer;
}

const STATES: Readonly<Record<string, (stores: Stores) => unknown>> = {
  'Redis is gone': ({ redis }) => redis.refuse(),
  'Redis swallows bytes': ({ redis }) => redis.swallow(),
  'Redis was gone and is just coming back': ({ redis }) => {
    redis.refuse();
    setTimeout(() => redis.heal(), 600).unref();
  },
  'Redis takes no writes': ({ server }) => server.redis.config('SET', 'maxmemory', '1'),
  'MongoDB is gone': ({ mongodb }) => mongodb.refuse(),
  'MongoDB hangs': ({ mongodb }) => mongodb.hang(),
  'both are gone': ({ redis, mongodb }) => {
    redis.refuse();
    mongodb.refuse();
  },
};

test.concurrent.each(Object.entries(STATES))('%s', { timeout: 600_000 }, async (_, fail) => {
  const server = await startRedisServer();
  ends.push(() => server.kill());
  const { env } = world({ REDIS_URL: `redis://127.0.0.1:${server.port}` });
  const [redis, mongodb] = [await by(env['REDIS_URL'] ?? ''), await by(env['MONGODB_URI'] ?? '')];
  const direct = `${mongodb.url}${mongodb.url.includes('?') ? '&' : '?'}directConnection=true`; // no way past the link
  const node = await startProcess({ ...env, REDIS_URL: redis.url, MONGODB_URI: direct, LOG_LEVEL: 'warn' });
  const [cora, ada] = [await visitor(node.url), await login(node.url, 'ada@example.test')];
  const { id } = await postQuestion(cora);
  await ada.call('question.claim', { questionId: id });
  for (const side of [cora, ada]) await side.call('question.watch', { questionId: id });

  await fail({ redis: redis.link, mongodb: mongodb.link, server });
  await new Promise((resolve) => setTimeout(resolve, 500)); // it is noticed, and being dealt with
  const asked = ada.call('question.watch', { questionId: id }).catch(() => undefined); // and somebody waits for an answer
  const started = clock();
  expect(await node.kill('SIGTERM')).toBe(0);
  expect(clock() - started).toBeLessThan(SECONDS_MS);
  expect(node.said()).not.toMatch(/unhandled|uncaught|Node\.js v/i);
  cora.close();
  ada.close();
  await asked;
});

test.concurrent.each(['REDIS_URL', 'MONGODB_URI'])(
  '%s leads to nobody, and the start still waits',
  { timeout: 600_000 },
  async (name) => {
    const { env } = world({ START_WAIT: '90s' });
    const nobody = new URL(env[name] ?? '');
    nobody.port = '1';
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env, [name]: nobody.href },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    ends.push(async () => child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    let said = '';
    child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
    await expect.poll(() => said, { timeout: 180_000 }).toContain('Waiting for');
    const started = clock();
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(clock() - started).toBeLessThan(SECONDS_MS);
    expect(
      said
        .trim()
        .split('\n')
        .filter((line) => !/^(?:Waiting for|Preparing MongoDB) /.test(line)), // on a machine that is busy, that takes a while
    ).toEqual([]);
  },
);
