// Two gateways and a worker over one Redis: what is published in one of them arrives in the others.
import { createShardedAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { Server } from 'socket.io';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { localFirst } from '../../src/gateway/adapter.ts';
import type { CreateAdapter } from '../../src/gateway/adapter.ts';
import type { Listeners } from '../../src/gateway/remote-listeners.ts';
import { publisher } from '../../src/gateway/publish.ts';
import type { Fact } from '../../src/domain/fact.ts';
import type { Question } from '../../src/domain/question.ts';
import { draft } from '../domain/examples.ts';
import { ask, createWorld, next } from './world.ts';
import type { World } from './world.ts';

const links: Redis[] = [];
const channelPrefix = `test-${process.pid}-${Date.now()}`;

async function adapter(): Promise<{ create: CreateAdapter; listeners: Listeners; pub: Redis }> {
  const options = { lazyConnect: true };
  const [pub, sub] = [new Redis(inject('redisUrl'), options), new Redis(inject('redisUrl'), options)];
  links.push(pub, sub);
  await Promise.all([pub.connect(), sub.connect()]);
  const listeners: Listeners = {
    subscribed: async () => {
      await sub.ping();
    },
    count: async (channels) => {
      const reply = (await pub.call('PUBSUB', 'SHARDNUMSUB', ...channels)) as unknown[];
      return channels.map((_, index) => Number(reply[index * 2 + 1]));
    },
  };
  return { create: createShardedAdapter(pub, sub, { subscriptionMode: 'dynamic', channelPrefix }), listeners, pub };
}

let one: World;
let other: World;
let onePub: Redis;
let worker: Server;
beforeAll(async () => {
  const [first, second, third] = [await adapter(), await adapter(), await adapter()];
  onePub = first.pub;
  one = await createWorld({ adapter: first.create, listeners: first.listeners });
  other = await createWorld({ adapter: second.create, listeners: second.listeners });
  worker = new Server({ adapter: localFirst(third.create, third.listeners) });
});
afterAll(async () => {
  await one.close();
  await other.close();
  for (const link of links) link.disconnect();
});

const typing = { type: 'typing', questionId: 'q1', by: { id: 'ada', name: 'Ada', role: 'expert' } } as const;

test('an event reaches the other gateway, and each socket once', async () => {
  const [cora, ada, carl] = [await one.join('cora'), await other.join('ada'), await other.join('carl')];
  for (const socket of [cora, ada, carl]) await ask(socket, 'question.watch', { questionId: 'q1' });
  const read = { type: 'read.changed', questionId: 'q1', by: { id: 'cora', name: 'Cora' }, seq: 1 } as const;
  const counts = { cora: 0, ada: 0 };
  cora.on('read.changed', () => (counts.cora += 1));
  ada.on('read.changed', () => (counts.ada += 1));
  await expect
    .poll(
      async () => {
        one.publish(read);
        const before = { ...counts };
        return before.ada > 0;
      },
      { interval: 50 },
    )
    .toBe(true);
  // the subscription is there now: exactly one each from here on
  await new Promise((resolve) => {
    ada.once('typing', resolve);
    one.publish({ ...typing, by: { ...typing.by, id: 'nobody' } });
  });
  counts.cora = 0;
  counts.ada = 0;
  const last = next(ada, 'typing');
  one.publish(read);
  one.publish({ ...typing, by: { ...typing.by, id: 'nobody' } });
  await last;
  expect(counts).toEqual({ cora: 1, ada: 1 });
});

test('a worker without a server publishes, evicts and disconnects', async () => {
  const publish = publisher(worker, { log: pino({ level: 'silent' }), now: () => new Date() });
  const dan = await other.join('dan');
  await ask(dan, 'question.watch', { questionId: 'q2' });
  const heard = next(dan, 'read.changed');
  const timer = setInterval(
    () => publish({ type: 'read.changed', questionId: 'q2', by: { id: 'x', name: 'X' }, seq: 1 }),
    50,
  );
  await heard;
  clearInterval(timer);
  publish({ type: 'question.changed', question: sides('q2', 2, 'ada'), lastSeq: 1, experts: ['ada'] });
  await expect.poll(() => other.io.sockets.adapter.rooms.has('question-q2')).toBe(false);
  const closed = new Promise((resolve) => dan.once('disconnect', resolve));
  publish({ type: 'user.revoked', userId: 'dan', tokenVersion: 2 });
  expect(await closed).toBe('io server disconnect');
});

test('I22 what is told late does nothing to what is newer: who follows, or has signed in, since', async () => {
  const publish = publisher(worker, { log: pino({ level: 'silent' }), now: () => new Date() });
  const follow = async (name: string, version: number) => {
    const socket = await other.join(name);
    await ask(socket, 'question.watch', { questionId: 'q5', version });
    return socket;
  };
  const room = () => other.io.sockets.adapter.rooms.get('question-q5')?.size;
  const [cora, care, ben] = [await follow('cora', 1), await follow('care', 1), await follow('ben', 6)];
  const ada = await follow('ada', 7);
  // of the same gateway, where nothing is late by itself: but a settled effect may be
  const released = { type: 'question.changed', question: sides('q5', 6, null), lastSeq: 1, experts: [] } as const;
  other.publish(released);
  expect(room()).toBe(4);
  // once from elsewhere: from before ben was let in as well as ada
  publish(released);
  const heard = next(ada, 'read.changed');
  await told(publish, 'q5', heard);
  expect(room()).toBe(4);
  // ada's own claim is what ben is evicted by, and nobody else
  publish({ type: 'question.changed', question: sides('q5', 7, 'ada'), lastSeq: 1, experts: ['ada'] });
  await expect.poll(room).toBe(3);
  // and a release after it evicts ada, who follows again when she has claimed again
  publish({ type: 'question.changed', question: sides('q5', 8, null), lastSeq: 1, experts: [] });
  await expect.poll(room).toBe(2);
  await ask(ada, 'question.watch', { questionId: 'q5', version: 9 });
  publish({ type: 'question.changed', question: sides('q5', 8, null), lastSeq: 1, experts: [] });
  await told(publish, 'q5', next(ada, 'read.changed'));
  expect(room()).toBe(3);
  // unfollowed, the version is forgotten: an old answer lets nobody in for longer
  await ask(ada, 'question.unwatch', { questionId: 'q5' });
  expect(room()).toBe(2);

  // the tokens of these are of version 1
  publish({ type: 'user.revoked', userId: 'cora', tokenVersion: 1 });
  publish({ type: 'user.revoked', userId: 'ben', tokenVersion: 2 });
  await new Promise((resolve) => ben.once('disconnect', resolve));
  expect([cora.connected, care.connected]).toEqual([true, true]);
  for (const socket of [cora, care, ada]) socket.disconnect();
});

/** The other gateway has heard all that this publisher has told it before. */
async function told(publish: (fact: Fact) => void, questionId: string, heard: Promise<unknown>): Promise<void> {
  const timer = setInterval(() => {
    publish({ type: 'read.changed', questionId, by: { id: 'x', name: 'X' }, seq: 1 });
  }, 50);
  await heard;
  clearInterval(timer);
}

function sides(id: string, version: number, expert: string | null): Question {
  return {
    ...draft,
    id,
    version,
    state: expert === null ? 'open' : 'claimed',
    customer: person('cora'),
    expert: expert === null ? null : person(expert),
  };
}
const person = (id: string) => ({ id, name: id });

test('after the connection to Redis was lost and came back, events arrive again', async () => {
  const ben = await other.join('ben');
  await ask(ben, 'question.watch', { questionId: 'q4' });
  for (const link of links) link.stream.destroy();
  const heard = next(ben, 'read.changed');
  const read = { type: 'read.changed', questionId: 'q4', by: { id: 'x', name: 'X' }, seq: 1 } as const;
  const timer = setInterval(() => one.publish(read), 50);
  expect(await heard).toMatchObject({ questionId: 'q4' });
  clearInterval(timer);
  ben.disconnect();
});

test('with Redis hung, those on the same gateway still hear each other', async () => {
  const [cora, ada] = [await one.join('cora'), await one.join('ada')];
  for (const socket of [cora, ada]) await ask(socket, 'question.watch', { questionId: 'q3' });
  onePub.disconnect();
  onePub.spublish = () => new Promise<never>(() => {});
  const heard = next(cora, 'typing');
  one.publish({ ...typing, questionId: 'q3' });
  expect(await heard).toMatchObject({ questionId: 'q3' });
  const closed = new Promise((resolve) => ada.once('disconnect', resolve));
  one.publish({ type: 'user.revoked', userId: 'ada', tokenVersion: 2 });
  expect(await closed).toBe('io server disconnect');
});
