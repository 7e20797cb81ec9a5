// A clock that stands still while the machine does, for upper bounds: what a host that stopped everything for some seconds,
// or only the MongoDB or the Redis of the run, has taken away is nothing that the product took.

import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { afterAll, beforeAll, inject } from 'vitest';

const PAUSE_MS = 100; // between two looks whether all of them answer
const MOST_MS = 500; // that counts of the time from one look to the next

/** For a test file, at its beginning. Answers the milliseconds so far in which the tests, MongoDB and Redis ran. */
export function undisturbed(): () => number {
  let counted = 0;
  let since = { at: performance.now(), cpu: process.cpuUsage() };
  let isOver = false;
  let looking = Promise.resolve();

  const ran = () => {
    const { user, system } = process.cpuUsage(since.cpu);
    const workedMs = (user + system) / 1_000; // who works does not stand still
    return Math.min(performance.now() - since.at, Math.max(MOST_MS, workedMs));
  };
  async function look(mongo: mongoose.mongo.MongoClient, redis: Redis): Promise<void> {
    while (!isOver) {
      await sleep(PAUSE_MS);
      await Promise.allSettled([mongo.db('admin').command({ ping: 1 }), redis.ping()]);
      counted += ran();
      since = { at: performance.now(), cpu: process.cpuUsage() };
    }
    redis.disconnect();
    await mongo.close();
  }

  beforeAll(async () => {
    const uri = new URL(inject('mongodbUri'));
    uri.searchParams.set('directConnection', 'true');
    looking = look(await mongoose.mongo.MongoClient.connect(uri.href), new Redis(inject('redisUrl')));
  });
  afterAll(async () => {
    isOver = true;
    await looking;
  });
  return () => counted + ran();
}
