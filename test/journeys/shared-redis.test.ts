// Several installations on one Redis, apart by database or by prefix: whatever separates their keys separates their
// channels and their queues.

import { Redis } from 'ioredis';
import { afterAll, expect, inject, test } from 'vitest';
import { login, postQuestion, visitor } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import type { World } from '../helpers/node.ts';
import { queued } from '../helpers/people.ts';

const ends: (() => Promise<unknown> | void)[] = [];
afterAll(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const database = (index: number) => `${inject('redisUrl')}/${index}`;

/** An expert at one gateway of an installation and a customer at another one. */
async function installation(env: Record<string, string>): Promise<{ here: World; ada: Client; cora: Client }> {
  const here = world(env);
  ends.push(() => here.close());
  const gateways = [await here.start({ ROLE: 'gateway' }), await here.start({ ROLE: 'gateway' })] as const;
  const [ada, cora] = [await login(gateways[0].url, 'ada@example.test'), await visitor(gateways[1].url)];
  ends.push(() => {
    ada.close();
    cora.close();
  });
  return { here, ada, cora };
}

const subjects = ({ events }: Client) =>
  events
    .filter(({ name }) => name === 'queue.changed')
    .flatMap(({ body }) => (body['items'] as Json[]).map(({ subject }) => String(subject)));

/** Each expert hears of the questions of their own installation, and of none of the other. */
async function assertApart(one: { ada: Client; cora: Client }, other: { ada: Client; cora: Client }): Promise<void> {
  for (const [mine, theirs, name] of [
    [one, other, 'first'],
    [other, one, 'second'],
  ] as const) {
    await postQuestion(mine.cora, { subject: `of the ${name}` });
    await queued(mine.ada, ({ subject }) => subject === `of the ${name}`);
    // whatever went astray was sent before this one
    await postQuestion(theirs.cora, { subject: 'the last one' });
    await queued(theirs.ada, ({ subject }) => subject === 'the last one');
    expect(subjects(theirs.ada)).not.toContain(`of the ${name}`);
    one.ada.events.length = 0;
    other.ada.events.length = 0;
  }
}

test('by database, with the same prefix', async () => {
  const prefix = `same-${process.pid}`;
  const one = await installation({ REDIS_PREFIX: prefix, REDIS_URL: database(1) });
  const other = await installation({ REDIS_PREFIX: prefix, REDIS_URL: database(2) });
  await assertApart(one, other);

  // one of database 0, where channels are called what they were always called, hears neither
  const third = await installation({ REDIS_PREFIX: prefix, REDIS_URL: database(0) });
  await assertApart(one, third);
});

test('by prefix, in the same database', async () => {
  const name = `apart-${process.pid}`;
  const one = await installation({ REDIS_PREFIX: name, REDIS_URL: database(3) });
  const other = await installation({ REDIS_PREFIX: `${name}-live-3`, REDIS_URL: database(3) });
  await assertApart(one, other);
});

test('queues and presence are in the database of the installation', async () => {
  const prefix = `keys-${process.pid}`;
  const { here, ada, cora } = await installation({ REDIS_PREFIX: prefix, REDIS_URL: database(4) });
  await here.start({ ROLE: 'worker' });
  const { id } = await postQuestion(cora);
  await ada.call('question.claim', { questionId: id });
  const keys = async (index: number) => {
    const redis = new Redis(database(index));
    try {
      return (await redis.keys(`${prefix}*`)).map((key) =>
        key.replace(/(:presence:|:ahead-|:wake-|limit:\w+:).*/, '$1'),
      );
    } finally {
      redis.disconnect();
    }
  };
  await expect
    .poll(() => keys(4))
    .toEqual(expect.arrayContaining([`${prefix}:presence:`, `${prefix}:alarms:ahead-`, `${prefix}:armed-until`]));
  expect(await keys(0)).toEqual([]);
});
