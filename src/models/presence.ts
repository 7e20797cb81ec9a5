// Who is connected, over all gateways: a hint in Redis that decides about e-mails and little lights, never about rights.

import type { ChainableCommander, Redis } from 'ioredis';

const PRESENCE_TTL_MS = 40_000; // a dead gateway is forgotten so soon that the beat tells of it within a minute
export const PRESENCE_REFRESH_MS = 15_000;

/** A socket whose page nobody sees is kept under a name that says so. */
const UNSEEN = 'unseen ';
const unseenMember = (socketId: string) => UNSEEN + socketId;

/** One of a gateway’s sockets, with whether its page is seen. */
export type Marked = readonly [userId: string, socketId: string, isSeen: boolean];

export type Presence = ReturnType<typeof presenceIn>;

export function presenceIn(redis: Redis, prefix: string, now: () => Date) {
  const keyOf = (userId: string) => `${prefix}:presence:${userId}`;
  return {
    async arrive(userId: string, socketId: string): Promise<void> {
      await mark([[userId, socketId, true]]);
    },

    async leave(userId: string, socketId: string): Promise<void> {
      await redis.zrem(keyOf(userId), socketId, unseenMember(socketId));
    },

    /** The page behind a socket is seen, or not any more. */
    async show(userId: string, socketId: string, isSeen: boolean): Promise<void> {
      await redis.zrem(keyOf(userId), isSeen ? unseenMember(socketId) : socketId);
      await mark([[userId, socketId, isSeen]]);
    },

    /** Who is connected, and by pages alone that nobody sees. */
    async unseen(userIds: readonly string[]): Promise<ReadonlySet<string>> {
      if (userIds.length === 0) return new Set();
      const pipeline = redis.pipeline();
      for (const id of userIds) pipeline.zrangebyscore(keyOf(id), now().getTime(), '+inf');
      const members = (await answersOf(pipeline)) as string[][];
      const isUnseen = (here: readonly string[] = []) => here.length > 0 && here.every((one) => one.startsWith(UNSEEN));
      return new Set(userIds.filter((_, index) => isUnseen(members[index])));
    },

    /** All sockets of a gateway in one pipeline. */
    refresh: mark,

    async online(userIds: readonly string[]): Promise<ReadonlySet<string>> {
      if (userIds.length === 0) return new Set();
      const pipeline = redis.pipeline();
      for (const id of userIds) pipeline.zcount(keyOf(id), now().getTime(), '+inf');
      const counts = (await answersOf(pipeline)) as number[];
      return new Set(userIds.filter((_, index) => (counts[index] ?? 0) > 0));
    },
  };

  async function mark(sockets: readonly Marked[]): Promise<void> {
    if (sockets.length === 0) return;
    const until = now().getTime() + PRESENCE_TTL_MS;
    const pipeline = redis.pipeline();
    for (const [userId, socketId, isSeen] of sockets) {
      pipeline.zadd(keyOf(userId), until, isSeen ? socketId : unseenMember(socketId));
      pipeline.pexpire(keyOf(userId), PRESENCE_TTL_MS);
    }
    await answersOf(pipeline);
  }
}

/** @throws Error of the first command that was not answered: that nobody knows does not mean that nobody is there */
async function answersOf(pipeline: ChainableCommander): Promise<unknown[]> {
  const answers = (await pipeline.exec()) ?? [];
  return answers.map(([error, answer]) => {
    if (error !== null) throw error;
    return answer;
  });
}
