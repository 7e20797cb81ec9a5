// Long-lived connections to Redis. The rule: each of them reaches the Redis that a new one would reach, and it is the one
// that takes writes. TCP tells neither: a line that swallows bytes stays open for a quarter of an hour, and after a
// failover the old master answers on, read-only. So each link is asked every second who answers; one that gives no sign
// of life is replaced by its socket timeout, and one whose server is not (or not any more) the master is opened anew.

import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';

const ASK_MS = 1_000;
const SILENCE_MS = 2_000; // without an answer for so long a link is replaced; `BLOCK_S` of the worker is less
const LOOK_MS = 2_000; // how often a new connection is opened to see which server the address leads to
const RETRY_MS = [50, 100, 200, 400, 800]; // between attempts to connect again; the last one from then on
const QUIT_MS = 1_000;
const SUBSCRIBED_AT_ONCE = 500; // channels in one command: thousands of single ones would be slow, one of them all blocks

/** Where Redis is: `REDIS_URL`, and with `sentinels` its host is the name by which these know the master. */
export interface RedisAddress {
  readonly url: string;
  readonly sentinels?: readonly { readonly host: string; readonly port: number }[] | undefined;
}

export type LinkOptions = Pick<
  RedisOptions,
  'enableOfflineQueue' | 'commandTimeout' | 'maxRetriesPerRequest' | 'enableAutoPipelining'
>;

export interface Links {
  /** A link that is looked after until all are closed; it connects when it is first used. So do its duplicates. */
  open(options: LinkOptions): Redis;
  /** Opens a link that only subscribes: what was asked of it holds again after every reconnect. */
  openSubscriber(): Redis;
  /** Why Redis cannot be worked with now; null when it can. In words that may be shown to strangers. */
  trouble(): string | null;
  /** Ends in a moment, whatever state Redis is in. */
  close(): Promise<void>;
}

/** `replyMapping` would change the types of all answers. */
type Options = Omit<RedisOptions, 'replyMapping'>;

interface Link {
  readonly redis: Redis;
  /** who answered last; null: nobody since it was connected */
  server: Server | null;
  asking: boolean;
  /** when it became usable, by `performance.now()` */
  readyAt: number;
}

interface Server {
  /** of one process: another one, or the same one started again, has another */
  readonly runId: string;
  readonly isMaster: boolean;
}

export function redisLinks(address: RedisAddress, onError: (error: Error) => void): Links {
  const links = new Set<Link>();
  const { url } = address;
  const base = baseOf(address);

  function open(options: Options): Redis {
    const link: Link = {
      redis: new Redis(url, {
        ...base,
        ...options,
        // refused, so it was not done: the same command again, where it can be done
        reconnectOnError: (error) => error.message.startsWith('READONLY') && hasSettled(link) && 2,
      }),
      server: null,
      asking: false,
      readyAt: 0,
    };
    const { redis } = link;
    redis.on('error', onError);
    redis.on('ready', () => {
      link.readyAt = performance.now();
      ask(link);
    });
    redis.on('close', () => (link.server = null));
    // BullMQ makes its connections from one that it is given
    redis.duplicate = (override) => {
      const { replyMapping: _, ...changed }: Partial<RedisOptions> = override ?? {};
      return open({ ...options, ...changed, lazyConnect: false });
    };
    links.add(link);
    return redis;
  }

  function ask(link: Link): void {
    if (link.asking || link.redis.status !== 'ready') return;
    link.asking = true;
    serverOf(link.redis)
      .then((server) => {
        link.server = server;
        if (!server.isMaster) follow(link);
      })
      .catch(() => undefined) // the socket timeout replaces it
      .finally(() => (link.asking = false));
  }

  /** The address may lead to another server while the old one goes on as if nothing had happened. */
  async function look(): Promise<void> {
    const redis = new Redis(url, { ...base, lazyConnect: true, commandTimeout: SILENCE_MS, retryStrategy: () => null });
    redis.on('error', () => undefined); // those of the links say it
    try {
      await redis.connect();
      const now = await serverOf(redis);
      if (!now.isMaster) return;
      for (const link of links) if (link.server !== null && link.server.runId !== now.runId) follow(link);
    } catch {
      // the links are in the same trouble, and say so
    } finally {
      redis.disconnect();
    }
  }

  const asking = setInterval(() => {
    for (const link of links) ask(link);
  }, ASK_MS).unref();
  const looking = setInterval(() => void look(), LOOK_MS).unref();

  return {
    open: (options) => open({ ...options, lazyConnect: true }),
    openSubscriber: () =>
      resubscribing(
        open({ lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: null, autoResubscribe: false }),
      ),
    trouble() {
      const troubles = [...links].map(troubleOf);
      return troubles.find((trouble) => trouble !== null) ?? null;
    },
    async close() {
      clearInterval(asking);
      clearInterval(looking);
      await Promise.all([...links].map(({ redis }) => quit(redis)));
    },
  };
}

/** What all links have in common. */
function baseOf({ url, sentinels = [] }: RedisAddress): Options {
  const retry = (times: number) => RETRY_MS[Math.min(times, RETRY_MS.length) - 1];
  return {
    connectTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    disconnectTimeout: QUIT_MS,
    keepAlive: 10_000,
    retryStrategy: retry,
    ...(sentinels.length > 0 && {
      sentinels: sentinels.map(({ host, port }) => ({ host, port })),
      name: new URL(url).hostname,
      enableTLSForSentinelMode: url.startsWith('rediss:'),
      sentinelCommandTimeout: SILENCE_MS,
      sentinelRetryStrategy: retry,
    }),
  };
}

async function serverOf(redis: Redis): Promise<Server> {
  const info = await redis.info('server', 'replication');
  return { runId: /^run_id:(\S+)/m.exec(info)?.[1] ?? '', isMaster: /^role:master/m.test(info) };
}

/**
 * A new connection, to wherever the address leads now; commands that wait for an answer are asked again there. Not at
 * once again: an address that leads to a replica for good would have it reconnect without a pause.
 */
function follow(link: Link): void {
  if (link.redis.status === 'ready' && hasSettled(link)) link.redis.disconnect(true);
}

const hasSettled = ({ readyAt }: Link) => performance.now() - readyAt > ASK_MS;

function troubleOf({ redis, server }: Link): string | null {
  if (redis.status === 'wait' || redis.status === 'end') return null; // nobody uses it
  if (redis.status !== 'ready') return 'does not answer';
  return server !== null && !server.isMaster ? 'is a replica, which takes no writes' : null;
}

/**
 * What is asked for while Redis is away waits in a queue that a failed handshake empties, and what held before is asked
 * for again only once. So the channels are kept here, and asked for whenever the connection is ready.
 */
function resubscribing(redis: Redis): Redis {
  const wanted = new Set<string>();
  const send = (command: 'ssubscribe' | 'sunsubscribe', channels: readonly string[]) =>
    // NOTE: nobody waits for it, neither the adapter nor we: without a handler the first lost one would end the process
    redis.status === 'ready' ? redis.call(command, ...channels).catch(() => undefined) : Promise.resolve(undefined);
  redis.ssubscribe = (...channels: unknown[]) => {
    for (const channel of channels as string[]) wanted.add(channel);
    return send('ssubscribe', channels as string[]);
  };
  redis.sunsubscribe = (...channels: unknown[]) => {
    for (const channel of channels as string[]) wanted.delete(channel);
    return send('sunsubscribe', channels as string[]);
  };
  redis.on('ready', () => {
    const all = [...wanted];
    for (let from = 0; from < all.length; from += SUBSCRIBED_AT_ONCE) {
      void send('ssubscribe', all.slice(from, from + SUBSCRIBED_AT_ONCE));
    }
  });
  return redis;
}

/** A polite end, or after a moment an end: with Redis away and commands waiting, `quit` would never come back. */
async function quit(redis: Redis): Promise<void> {
  if (redis.status === 'end') return;
  if (redis.status === 'ready') {
    let late: NodeJS.Timeout | undefined;
    const tooLate = new Promise<void>((resolve) => (late = setTimeout(resolve, QUIT_MS)));
    await Promise.race([redis.quit().catch(() => undefined), tooLate]);
    clearTimeout(late);
  }
  redis.disconnect();
}
