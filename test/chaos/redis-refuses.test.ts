// Redis that refuses to write: people notice nothing, and the log says it, but not for each attempt.

import { afterAll, expect, test } from 'vitest';
import { login, postQuestion, visitor } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { endProcesses, startProcess } from '../helpers/process.ts';
import { startRedisServer } from '../helpers/redis-server.ts';
import type { RedisServer } from '../helpers/redis-server.ts';

const QUESTIONS = 40;
const AT_ONCE = 8; // of a slow disk each is waited for

let server: RedisServer | undefined;
afterAll(async () => {
  await endProcesses();
  await server?.kill();
});

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly err?: { readonly message: string };
}

/** What it has written since, without what is no trouble. */
function troubles(said: string): string[] {
  const lines = said.split('\n').filter((line) => line.startsWith('{'));
  const parsed = lines.map((line) => JSON.parse(line) as Line).filter(({ level }) => level >= 40);
  return parsed.map(({ msg, err }) => `${msg}: ${err?.message.split(/[ :]/)[0] ?? ''}`);
}

test('no memory, too few replicas, gone: each is said once by each who meets it', { timeout: 600_000 }, async () => {
  const redis = (server = await startRedisServer());
  const { env } = world({ REDIS_URL: `redis://127.0.0.1:${redis.port}`, LOG_LEVEL: 'warn', POLICY_SWEEP: '100ms' });
  const node = await startProcess({ ...env, MAX_SOCKETS_PER_USER: '100' });
  const ada = await login(node.url, 'ada@example.test');
  const faults: Readonly<Record<string, () => Promise<unknown>>> = {
    OOM: () => redis.redis.config('SET', 'maxmemory', '1'),
    NOREPLICAS: async () => {
      await redis.redis.config('SET', 'maxmemory', '0');
      await redis.redis.config('SET', 'min-replicas-to-write', '1');
    },
    connect: () => redis.kill(),
  };
  for (const [word, fault] of Object.entries(faults)) {
    const before = node.said().length;
    await fault();
    const cora = await visitor(node.url);
    const ask = async () => {
      const { id } = await postQuestion(cora); // sets alarms
      await ada.call('question.claim', { questionId: id });
    };
    for (let asked = 0; asked < QUESTIONS; asked += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, ask));
    cora.close();
    await expect.poll(() => troubles(node.said().slice(before)).some((line) => line.includes(word))).toBe(true);
    const said = troubles(node.said().slice(before));
    expect(said.length, said.join('\n')).toBeLessThanOrEqual(12);
    expect(new Set(said).size, said.join('\n')).toBeGreaterThanOrEqual(said.length - 4); // the same words from another place
  }
  ada.close();
  expect(node.said()).not.toMatch(/unhandled|uncaught/i);
});
