// Redis moves, falls silent, and comes back. Whatever its links go through, soon after it is whole again every gateway
// hears the others, alarms are set, and until then readiness says no and why.

import { afterEach, expect, test, vi } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, login, post, postQuestion, requested, visitor } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { startLink } from '../helpers/link.ts';
import type { Link } from '../helpers/link.ts';
import { world } from '../helpers/node.ts';
import { startRedisServer } from '../helpers/redis-server.ts';
import type { RedisServer } from '../helpers/redis-server.ts';

const SOON_MS = 20_000; // long before a sweep looks, on a busy machine too
const PATIENCE = { timeout: 180_000, interval: 50 };
const LINKS = 6; // of a node with all roles: for requests, publishing, subscribing, alarms, and two of the worker

const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function redisServer(lines?: readonly string[]): Promise<RedisServer> {
  const server = await startRedisServer(lines);
  ends.push(() => server.kill());
  return server;
}

async function linkTo(server: RedisServer): Promise<Link> {
  const link = await startLink(server);
  ends.push(() => link.close());
  return link;
}

interface Sides {
  /** each at a gateway of their own, in one conversation */
  readonly cora: Client;
  readonly ada: Client;
  readonly questionId: string;
  readonly nodes: readonly [Node, Node];
  readonly start: (env?: Record<string, string>) => Promise<Node>;
}

/** Two nodes, each with everything, over these ways to Redis. */
async function sides(urls: readonly [string, string], env: Record<string, string> = {}): Promise<Sides> {
  const here = world(env);
  ends.push(() => here.close());
  const first = await here.start({ REDIS_URL: urls[0] });
  const second = await here.start({ REDIS_URL: urls[1] });
  const [cora, ada] = [await visitor(first.url), await login(second.url, 'ada@example.test')];
  ends.push(() => {
    cora.close();
    ada.close();
  });
  const { id } = await postQuestion(cora);
  await ada.call('question.claim', { questionId: id });
  for (const side of [cora, ada]) await side.call('question.watch', { questionId: id });
  return { cora, ada, questionId: id as string, nodes: [first, second], start: (more) => here.start(more) };
}

const urlOf = ({ port }: { port: number }, rest = '') => `redis://127.0.0.1:${port}${rest}`;

let lines = 0;
/** One side writes until the other hears a line that was written later than `since`. */
async function hears(from: Client, to: Client, questionId: string, within = SOON_MS): Promise<void> {
  const sent = new Set<string>();
  await vi.waitFor(
    async () => {
      const { message } = await from.call('message.send', {
        questionId,
        clientId: clientId(),
        body: `${(lines += 1)}`,
      });
      sent.add(message.id);
      await to.heard('message.created', (heard) => sent.has(heard['id'] as string), 150);
    },
    { timeout: within, interval: 100 },
  );
}

async function bothHear({ cora, ada, questionId }: Sides, within = SOON_MS): Promise<void> {
  await Promise.all([hears(cora, ada, questionId, within), hears(ada, cora, questionId, within)]);
}

async function readiness(node: Node): Promise<{ status: number; body: Json }> {
  const response = await fetch(`${node.url}/health/ready`);
  return { status: response.status, body: (await response.json()) as Json };
}

async function becomesReady(nodes: readonly Node[], within = SOON_MS): Promise<void> {
  await vi.waitFor(
    async () => {
      for (const node of nodes) expect((await readiness(node)).body).toMatchObject({ ready: true });
    },
    { timeout: within, interval: 100 },
  );
}

/** How many connections of nodes it has: not ours, nor those of replication. */
async function connectionsOf({ redis }: RedisServer): Promise<number> {
  const own = await redis.client('ID');
  const all = ((await redis.client('LIST')) as string).trim().split('\n');
  return all.filter((line) => !/ flags=[SM] /.test(line) && !line.startsWith(`id=${own} `)).length;
}

async function haveMoved(from: RedisServer, to: RedisServer, count: number): Promise<void> {
  await vi.waitFor(async () => expect([await connectionsOf(from), await connectionsOf(to)]).toEqual([0, count]), {
    timeout: SOON_MS,
    interval: 50,
  });
}

test('a replica is promoted behind the same address: all connections follow, those of the worker too', async () => {
  const [old, young] = [await redisServer(), await redisServer()];
  await young.follow(old);
  await young.synced();
  const link = await linkTo(old);
  const all = await sides([urlOf(link), urlOf(link)]);
  const links = LINKS * 2;
  await haveMoved(young, old, links);

  link.target(young);
  await young.follow(null);
  await old.follow(young);
  await bothHear(all);
  await becomesReady(all.nodes);
  await haveMoved(old, young, links);

  const third = await all.start({ REDIS_URL: urlOf(link) });
  const late = await login(third.url, 'care@example.test');
  ends.push(() => late.close());
  await late.call('question.watch', { questionId: all.questionId });
  await hears(all.cora, late, all.questionId);
  // alarms are set where they are heard
  const { id } = await postQuestion(all.cora);
  await all.ada.call('question.claim', { questionId: id });
  await expect.poll(async () => (await young.redis.keys('*alarms:ahead-*')).length).toBeGreaterThan(0);
});

test('the address leads elsewhere, and the old server goes on as if nothing had happened', async () => {
  const [old, young] = [await redisServer(), await redisServer()];
  const link = await linkTo(old);
  const all = await sides([urlOf(link), urlOf(link)]);
  await vi.waitFor(async () => expect(await connectionsOf(old)).toBe(LINKS * 2), { timeout: SOON_MS });
  link.target(young); // what is open stays where it is, and would do so for good
  await haveMoved(old, young, LINKS * 2);
  await bothHear(all);
  await becomesReady(all.nodes);
});

test('only a replica is to be had: readiness says so, commands are answered, and all is well once it is promoted', async () => {
  const [old, young] = [await redisServer(), await redisServer()];
  await young.follow(old);
  await young.synced();
  const link = await linkTo(old);
  const all = await sides([urlOf(link), urlOf(link)]);
  link.target(young);
  link.cut();
  await vi.waitFor(
    async () => {
      const { status, body } = await readiness(all.nodes[0]);
      expect([status, body]).toEqual([
        503,
        expect.objectContaining({ ready: false, why: ['redis is a replica, which takes no writes'] }),
      ]);
      expect(body['checks']).toMatchObject({ redis: false, mongodb: true });
    },
    { timeout: SOON_MS, interval: 50 },
  );
  await postQuestion(all.cora);
  const connections = (await young.redis.info('stats')).match(/total_connections_received:(\d+)/)?.[1];
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const later = (await young.redis.info('stats')).match(/total_connections_received:(\d+)/)?.[1];
  // about one attempt a second for each link, not one for each refusal
  expect(Number(later) - Number(connections)).toBeLessThan(LINKS * 2 * 4);
  await young.follow(null);
  await bothHear(all);
  await becomesReady(all.nodes);
});

test('behind Sentinel: the master is killed, and everything follows the one that is promoted', async () => {
  const [first, second] = [await redisServer(), await redisServer()];
  await second.follow(first);
  await second.synced();
  const sentinels = await Promise.all(
    [1, 2, 3].map(() =>
      redisServer([
        `sentinel monitor parley-master 127.0.0.1 ${first.port} 2`,
        'sentinel down-after-milliseconds parley-master 500',
        'sentinel failover-timeout parley-master 3000',
      ]),
    ),
  );
  // they find each other and the replica through the master
  await vi.waitFor(
    async () => {
      for (const { redis } of sentinels) {
        const [state] = (await redis.call('SENTINEL', 'MASTERS')) as string[][];
        const of = (name: string) => state?.[state.indexOf(name) + 1];
        expect([of('num-slaves'), of('num-other-sentinels')]).toEqual(['1', '2']);
      }
    },
    { timeout: 180_000, interval: 100 },
  );
  const all = await sides(['redis://parley-master/2', 'redis://parley-master/2'], {
    REDIS_SENTINELS: sentinels.map(({ port }) => `127.0.0.1:${port}`).join(),
  });
  await bothHear(all);
  await first.kill();
  await bothHear(all, 60_000); // Sentinel itself takes a few seconds
  await becomesReady(all.nodes);
  expect(await second.redis.info('replication')).toContain('role:master');
  expect(await second.redis.info('keyspace')).toContain('db2:');
});

test('a node of a Redis Cluster is refused at the start in one line', async () => {
  const node = await redisServer(['cluster-enabled yes']);
  const here = world();
  await expect(here.start({ REDIS_URL: urlOf(node) })).rejects.toThrow(/^REDIS_URL: .*Redis Cluster.*$/);
});

const FAULTS: Readonly<Record<string, (link: Link, server: RedisServer) => Promise<void>>> = {
  'swallows bytes': async (link) => link.swallow(),
  hangs: async (link) => link.hang(),
  refuses: async (link) => link.refuse(),
  'is cut': async (link) => link.cut(),
  'swallowed bytes for a moment': async (link) => {
    link.swallow(); // what is lost is lost, and whatever was open is deaf from here on
    await new Promise((resolve) => setTimeout(resolve, 100));
    link.heal();
  },
};

const BRIEF: ReadonlySet<string> = new Set(['is cut', 'swallowed bytes for a moment']);

test.each(Object.keys(FAULTS))(
  'a link to Redis that %s: soon after it is whole again everything is heard',
  async (fault) => {
    const server = await redisServer();
    const link = await linkTo(server);
    const all = await sides([urlOf(link), urlOf(server)]);
    await bothHear(all);
    await FAULTS[fault]?.(link, server);
    // somebody comes meanwhile, whose conversation has no channel yet
    const meanwhile = await visitor(all.nodes[0].url);
    ends.push(() => meanwhile.close());
    const { id } = await postQuestion(meanwhile);
    await meanwhile.call('question.watch', { questionId: id });
    if (!BRIEF.has(fault)) {
      await vi.waitFor(
        async () => expect((await readiness(all.nodes[0])).body).toMatchObject({ why: ['redis does not answer'] }),
        {
          timeout: SOON_MS,
          interval: 50,
        },
      );
    }
    link.heal();
    await bothHear(all);
    await all.ada.call('question.claim', { questionId: id });
    await hears(all.ada, meanwhile, id as string);
    await becomesReady(all.nodes);
  },
);

test.each(['swallows bytes', 'refuses'])(
  'a worker alone, whose link to Redis %s: alarms ring in time again, long before a sweep',
  async (fault) => {
    const server = await redisServer();
    const link = await linkTo(server);
    const here = world({ POLICY_SWEEP: '10m', POLICY_RESERVATION: '1500ms' });
    ends.push(() => here.close());
    const node = await here.start({ REDIS_URL: urlOf(link) });
    const [cora, ada] = [await visitor(node.url), await login(node.url, 'ada@example.test')];
    ends.push(() => {
      cora.close();
      ada.close();
    });
    await FAULTS[fault]?.(link, server);
    await vi.waitFor(async () => expect((await readiness(node)).status).toBe(503), { timeout: SOON_MS, interval: 50 });
    link.heal();
    await becomesReady([node]);
    // a single alarm may be lost with a link that is slow for two seconds on a busy machine
    await vi.waitFor(async () => {
      const { id } = await requested(cora, ada);
      const opened = (request: Json) => request['id'] === id && request['state'] === 'open';
      await cora.heard('offer.changed', opened, 5_000);
    }, PATIENCE);
  },
);

test('6.1 while Redis is away a page says whether it is looked at, and nobody is away for that', async () => {
  const server = await redisServer();
  const link = await linkTo(server);
  const here = world();
  ends.push(() => here.close());
  const node = await here.start({ REDIS_URL: urlOf(link) });
  const ada = await login(node.url, 'ada@example.test');
  ends.push(() => ada.close());
  link.refuse();
  await vi.waitFor(async () => expect((await readiness(node)).status).toBe(503), { timeout: SOON_MS, interval: 50 });
  for (const hidden of [true, false]) {
    expect(await ada.call('presence.set', { hidden })).toMatchObject({ state: 'available' });
  }
  link.heal();
  await becomesReady([node]);
  expect(await ada.call('presence.set', { hidden: true })).toMatchObject({ state: 'available' });
});

test('I22 a release that is told late does not evict who has claimed and follows since', async () => {
  const server = await redisServer();
  const link = await linkTo(server);
  const { ada, cora, questionId, nodes } = await sides([urlOf(link), urlOf(server)]);
  link.hang(); // what the first node tells the second one stays on the way
  await post(nodes[0].url, 'question.release', { questionId }, ada.token);
  await ada.call('question.claim', { questionId });
  await ada.call('question.watch', { questionId });
  link.heal(); // before anybody has given the link up
  await hears(cora, ada, questionId);
  await hears(ada, cora, questionId);
  // told in time it evicts as ever
  await post(nodes[0].url, 'question.release', { questionId }, ada.token);
  await vi.waitFor(async () => {
    ada.events.length = 0;
    await cora.call('message.send', { questionId, clientId: clientId(), body: 'Anybody?' });
    await expect(ada.heard('message.created', undefined, 300)).rejects.toThrow();
  }, PATIENCE);
});
