// The composition: stores, providers, ctx and the roles, started in order and stopped in reverse. One call is one node;
// several of them, in one process or in many, make an installation.

import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createShardedAdapter } from '@socket.io/redis-adapter';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Server } from 'socket.io';
import { actorOf } from './commands/session.ts';
import { COMMANDS } from './commands/table.ts';
import type { Config } from './config.ts';
import type { Ctx } from './context.ts';
import { kekMisfits } from './dispatch/kek.ts';
import { lastChange } from './dispatch/private-info.ts';
import { eventNoticed, providerNoticed, returnNoticed } from './dispatch/provider-notice.ts';
import type { Fact } from './domain/fact.ts';
import { localFirst } from './gateway/adapter.ts';
import { Backlog } from './gateway/backlog.ts';
import { startBeat } from './gateway/beat.ts';
import type { Io } from './gateway/client.ts';
import { createMetrics } from './gateway/metrics.ts';
import { networkOf } from './gateway/origin.ts';
import { publisher } from './gateway/publish.ts';
import { buildServer } from './gateway/server.ts';
import { attachSockets } from './gateway/sockets.ts';
import { Told } from './gateway/told.ts';
import type { TakeNotice } from './gateway/webhooks.ts';
import { alarms as openAlarms } from './jobs/queue.ts';
import { startWorker } from './jobs/worker.ts';
import { openLog } from './log.ts';
import type { Mongo } from './models/mongo.ts';
import type { RedisLinks } from './models/redis.ts';
import { declinesIn } from './models/declines.ts';
import { limitsIn } from './models/limits.ts';
import { presenceIn } from './models/presence.ts';
import { seed } from './models/seed.ts';
import { paymentsOf } from './payments.ts';
import { mailProvider } from './providers/mail.ts';
import { stripeNotice } from './providers/stripe-webhook.ts';
import { tokens } from './providers/tokens.ts';
import { vault } from './providers/vault.ts';
import { kekError } from './secrets.ts';
import type { Kek } from './settings/keks.ts';
import { cannotListen, reachMongo, reachRedis } from './start.ts';

/** Settings after the start-up has found or started the services that were not given. */
export type NodeConfig = Config & {
  readonly mongodbUri: string;
  readonly redisUrl: string;
  readonly tokenSecret: string;
  readonly keks: readonly Kek[];
};

export interface Node {
  /** where it listens */
  readonly url: string;
  readonly ctx: Ctx;
  close(): Promise<void>;
}

const WEB = fileURLToPath(new URL('../web/', import.meta.url)); // beside src/ and beside dist/
const SKEW_MS = 1_000;
const SWEEPS_MISSED = 6; // a worker that has not swept for this many intervals is not ready

/** `now`: a clock for the whole node, instead of the database's; `say`: takes lines for whoever waits for the start. */
export async function startNode(
  config: NodeConfig,
  now?: () => Date,
  say: (line: string) => void = () => undefined,
): Promise<Node> {
  const log = openLog({ level: config.logLevel, role: config.role });
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) {
      await closer().catch((error: unknown) => {
        log.warn({ err: error }, 'a part did not close as it should'); // the others have to all the same
      });
    }
  };
  try {
    const patience = { waitMs: config.startWaitMs, say };
    const mongo = await reachMongo(config.mongodbUri, { ...config, now }, patience);
    closers.push(() => mongo.close());
    noteSkew(log, now ?? (() => new Date()), mongo.now);
    const address = { url: config.redisUrl, sentinels: config.redisSentinels };
    const sayTrouble = (error: Error) => {
      log.warn({ err: error }, 'Redis');
    };
    const redis = await reachRedis(address, sayTrouble, patience);
    closers.push(() => redis.close());
    return { ...(await compose(config, mongo.now, { log, mongo, redis, closers })), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** It does no harm to what is decided; people who read logs, and certificates, may wonder. */
function noteSkew(log: Logger, own: () => Date, databases: () => Date): void {
  const skewMs = own().getTime() - databases().getTime();
  if (Math.abs(skewMs) > SKEW_MS)
    log.warn({ skewMs }, 'the clock of this machine is not that of the database, which decides');
}

interface Opened {
  readonly log: Logger;
  readonly mongo: Mongo;
  readonly redis: RedisLinks;
  readonly closers: (() => Promise<void>)[];
}

async function compose(config: NodeConfig, now: () => Date, opened: Opened): Promise<Pick<Node, 'url' | 'ctx'>> {
  const { log, mongo, redis, closers } = opened;
  const { redisPrefix: prefix, policy } = config;
  const { stores } = mongo;
  const measured = createMetrics();
  const presence = presenceIn(redis.quick, prefix, now);
  const tokenPort = tokens(config.tokenSecret, now);
  await seed(stores, { demo: config.demo, admin: config.admin, hash: tokenPort.hash, now: now() });

  const alarms = openAlarms({
    connection: redis.alarms,
    prefix,
    note: {
      get: () => redis.quick.get(`${prefix}:armed-until`),
      set: (value) => redis.quick.set(`${prefix}:armed-until`, value),
    },
    now,
    log,
  });
  closers.push(() => alarms.close());

  let { port } = config; // when it is 0, the one that the system gives
  const inbox = config.production ? undefined : stores.mails.inbox;
  const mail = mailProvider({
    smtpUrl: config.smtpUrl,
    from: config.mailFrom,
    publicUrl: () => config.publicUrl ?? reachedAt(config.host, port),
    inbox,
  });
  closers.push(() => Promise.resolve(mail.close()));

  // the transports need the ctx and the ctx tells the transports: joined below
  let publish: (fact: Fact) => void = () => undefined;
  const ctx: Ctx = {
    now,
    policy,
    reservedNames: config.reservedNames,
    log,
    stores,
    tokens: tokenPort,
    publish: (fact) => {
      publish(fact);
    },
    setAlarm: alarms.set,
    payments: paymentsOf(config, {
      stores,
      now,
      onNotice: (key) => {
        providerNoticed(ctx, key).catch((error: unknown) => {
          log.warn({ err: error }, 'a notice of the payment provider was not looked at');
        });
      },
      onReturn: (key) => {
        returnNoticed(ctx, key).catch((error: unknown) => {
          log.warn({ err: error }, 'a notice of the payment provider was not looked at');
        });
      },
    }),
    declines: declinesIn(redis.quick, prefix, config.limits.declines, networkOf),
    vault: vault(config.keks),
    // without Redis nobody is known to be present: a letter too many is better than one too few
    online: (ids) =>
      presence.online(ids).catch((error: unknown) => {
        log.warn({ err: error }, 'presence is not known');
        return new Set<string>();
      }),
    mail,
    metrics: measured.metrics,
  };

  await assertKekFits(ctx);

  const adapter = createShardedAdapter(redis.pub, redis.sub, {
    subscriptionMode: 'dynamic',
    channelPrefix: channelsOf(prefix, redis.database),
  });
  const worker =
    config.role === 'gateway'
      ? null
      : startWorker(ctx, {
          connection: redis.jobs,
          prefix,
          alarms,
          sweepMs: config.sweepMs,
          reconcileMs: config.reconcileMs,
        });
  if (worker) closers.push(() => worker.close());

  const parts = {
    ctx,
    table: config.role === 'worker' ? {} : COMMANDS,
    limits: limitsIn(redis.quick, prefix, config.limits, (caller) => {
      log.warn({ caller }, 'far beyond what one may ask: cut, and not listened to for a minute');
    }),
    backlog: new Backlog(() => {
      log.warn('more waits for clients that do not read than this process may hold: reading is refused');
    }),
    actorOf: (token: string) => actorOf(ctx, token),
    revokedSince: (since: Date) => stores.users.revokedSince(since),
    publicUrl: config.publicUrl,
    allowedOrigins: config.allowedOrigins,
    development: !config.production,
    trustProxy: config.trustProxy,
    caps: config.limits,
    presence,
    told: new Told(),
    connections: measured.connections,
    cuts: measured.cuts,
    adapter,
    subscribed: redis.listeners.subscribed,
    listeners: redis.listeners,
    registry: measured.registry,
    inbox: config.smtpUrl === undefined && config.role !== 'worker' ? inbox : undefined,
    pages: config.role === 'worker' ? undefined : WEB,
    notices: config.role === 'worker' ? undefined : noticesOf(config, ctx),
    board: config.role === 'worker' ? undefined : { queues: [alarms.board] },
    ready: async () => ({
      mongodb: (await answers(mongo.ping())) ? null : 'does not answer',
      redis: redis.trouble(),
      ...(worker && {
        worker: isSweeping(worker.lastSweptAt(), now(), config.sweepMs) ? null : 'has not looked for due records',
      }),
    }),
  };
  const server = await buildServer(parts);
  closers.push(async () => {
    await Promise.all([server.close(), worker?.close()]); // both wait for what is under way
  });
  const io: Io =
    config.role === 'worker'
      ? new Server({ adapter: localFirst(adapter, redis.listeners) })
      : attachSockets(server, parts);
  if (config.role !== 'worker') {
    const rest = startBeat(io, { ...parts, lastBoxChange: (questionId) => lastChange(ctx, questionId) });
    closers.push(() => Promise.resolve(rest()));
  }
  publish = publisher(io, { log });
  const url = await listen(server, config);
  port = Number(new URL(url).port);
  return { url, ctx };
}

/** Keys are apart by database and prefix; channels are in no database, so their names say it. */
const channelsOf = (prefix: string, database: number) => `${prefix}-live${database === 0 ? '' : `-${database}`}`;

/** 9.1: one that would leave boxes closed is refused; not a newer one elsewhere, which is being handed out. */
async function assertKekFits(ctx: Ctx): Promise<void> {
  const misfits = await kekMisfits(ctx);
  const wrong = misfits.filter(({ why }) => why !== 'newer');
  if (wrong.length > 0) throw kekError(wrong);
  for (const { version } of misfits) {
    ctx.log.warn({ kek: version }, 'a KEK that is newer than those of the settings wraps data keys');
  }
}

/** Payments are simulated: nobody has anything to say. */
function noticesOf({ stripe }: Config, ctx: Ctx): TakeNotice | undefined {
  if (stripe === undefined) return undefined;
  const read = stripeNotice(stripe.webhookSecret, ctx.now);
  return async (body, signature) => {
    const notice = read(body, signature);
    if (notice !== null) await eventNoticed(ctx, notice);
    return notice !== null;
  };
}

function listen(server: FastifyInstance, { host, port }: Config): Promise<string> {
  return server.listen({ host, port }).catch((error: unknown) => cannotListen(error, { host, port }));
}

/** Where people on this machine reach a server that listens: a host that stands for all addresses is none. */
function reachedAt(host: string, port: number): URL {
  if (port === 0) throw new Error('it does not listen yet');
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : isIP(host) === 6 ? `[${host}]` : host;
  return new URL(`http://${name}:${port}`);
}

function answers(ping: Promise<boolean>): Promise<boolean> {
  return ping.catch(() => false);
}

function isSweeping(lastSweptAt: Date | null, now: Date, sweepMs: number): boolean {
  return lastSweptAt !== null && now.getTime() - lastSweptAt.getTime() < sweepMs * SWEEPS_MISSED + 10_000;
}
