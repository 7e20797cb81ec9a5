// Who is connected, over all gateways: a hint in Redis that decides about e-mails and little lights, never about rights.

import type { Redis } from 'ioredis';

const PRESENCE_TTL_MS = 40_000; // a dead gateway is forgotten so soon that the beat tells of it within a minute
export const PRESENCE_REFRESH_MS = 15_000;

export type Presence = ReturnType<typeof presenceIn>;

export function presenceIn(redis: Redis, prefix: string, now: () => Date) {
  const keyOf = (userId: string) => `${prefix}:presence:${userId}`;
  return {
    async arrive(userId: string, socketId: string): Promise<void> {
      await mark([[userId, socketId]]);
    },

    async leave(userId: string, socketId: string): Promise<void> {
      await redis.zrem(keyOf(userId), socketId);
    },

    /** All sockets of a gateway in one pipeline. */
    refresh: mark,

    async online(userIds: readonly string[]): Promise<ReadonlySet<string>> {
      if (userIds.length === 0) return new Set();
      const pipeline = redis.pipeline();
      for (const id of userIds) pipeline.zcount(keyOf(id), now().getTime(), '+inf');
      const counts = (await pipeline.exec()) ?? [];
      return new Set(userIds.filter((_, index) => Number(counts[index]?.[1] ?? 0) > 0));
    },
  };

  async function mark(sockets: readonly (readonly [string, string])[]): Promise<void> {
    if (sockets.length === 0) return;
    const until = now().getTime() + PRESENCE_TTL_MS;
    const pipeline = redis.pipeline();
    for (const [userId, socketId] of sockets) {
      pipeline.zadd(keyOf(userId), until, socketId);
      pipeline.pexpire(keyOf(userId), PRESENCE_TTL_MS);
    }
    await pipeline.exec();
  }
}
