// The parts of a node that every role has: its stores, and the ctx with its ports.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { isIP } from 'node:net';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { Ctx } from './context.ts';
import { awayAt } from './domain/availability.ts';
import { takeProviderNotice, takeReturnNotice } from './dispatch/provider-notice.ts';
import { createMetrics } from './gateway/metrics.ts';
import { networkOf } from './gateway/caller.ts';
import { alarms } from './jobs/queue.ts';
import type { Alarms } from './jobs/queue.ts';
import { declinesIn } from './models/declines.ts';
import type { Mongo } from './models/mongo.ts';
import { presenceIn } from './models/presence.ts';
import { priceCounts } from './models/price-counts.ts';
import type { RedisLinks } from './models/redis.ts';
import { paymentsOf, siteOf } from './payments.ts';
import { mailProvider } from './providers/mail/mail.ts';
import { priceSeeds } from './providers/price-seeds.ts';
import { outbound } from './providers/outbound.ts';
import { tokens } from './providers/tokens.ts';
import { vault } from './providers/vault.ts';
import { webhookProvider } from './providers/webhook.ts';
import type { Kek } from './settings/keks.ts';
import { reachMongo, reachRedis } from './start.ts';

const SKEW_MS = 1_000;

/** Settings after the start-up has found or started the services that were not given. */
export type NodeConfig = Config & {
  readonly mongodbUri: string;
  readonly redisUrl: string;
  readonly tokenSecret: string;
  readonly keks: readonly Kek[];
};

/** All parts of a node that its role is made from. */
export type Parts = Opened & ReturnType<typeof contextOf>;

/** What ends the parts, in the order in which they were started. */
export type Closers = (() => Promise<void>)[];

export interface Opened {
  readonly config: NodeConfig;
  readonly log: Logger;
  readonly closers: Closers;
  readonly mongo: Mongo;
  readonly redis: RedisLinks;
}

export async function openStores(
  config: NodeConfig,
  { log, closers }: Pick<Opened, 'log' | 'closers'>,
  now: (() => Date) | undefined,
  say: (line: string) => void,
): Promise<Pick<Opened, 'mongo' | 'redis'>> {
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
  return { mongo, redis };
}

/** It does no harm to what is decided; people who read logs, and certificates, may wonder. */
function noteSkew(log: Logger, own: () => Date, databases: () => Date): void {
  const skewMs = own().getTime() - databases().getTime();
  if (Math.abs(skewMs) > SKEW_MS)
    log.warn({ skewMs }, 'the clock of this machine is not that of the database, which decides');
}

/** The transports need the ctx, and the ctx tells the transports and says where they listen: set when they are there. */
export interface Late {
  publish: Ctx['publish'];
  isHere: Ctx['isHere'];
  /** when it is 0 in the settings, the one that the system gives */
  port: number;
}

export function contextOf({ config, log, closers, mongo: { stores, now }, redis }: Opened, late: Late) {
  const prefix = config.redisPrefix;
  const measured = createMetrics();
  const presence = presenceIn(redis.quick, prefix, now);
  const alarmClock = openAlarms(redis, prefix, now, log);
  closers.push(() => alarmClock.close());
  const tokenPort = tokens(config.tokenSecret, now, config.sessions);
  const mail = mailProvider({
    smtpUrl: config.smtpUrl,
    from: config.mailFrom,
    publicUrl: () => config.publicUrl ?? reachedAt(config.host, late.port),
    signChoice: tokenPort.signChoice,
    inbox: config.production ? undefined : stores.inbox,
  });
  closers.push(() => Promise.resolve(mail.close()));
  // without Redis nobody is known to be present: a letter too many is better than one too few
  const notKnown = (error: unknown) => {
    log.warn({ err: error }, 'presence is not known');
    return new Set<string>();
  };
  const ctx: Ctx = {
    now,
    policy: config.policy,
    reservedNames: config.reservedNames,
    site: siteOf(config),
    log,
    stores,
    tokens: tokenPort,
    publish: (fact) => {
      late.publish(fact);
    },
    setAlarm: alarmClock.set,
    turn: () => nextTurn(),
    payments: paymentsOf(config, {
      stores,
      now,
      onNotice: (key) => {
        logTrouble(takeProviderNotice(ctx, key), log);
      },
      onReturn: (key) => {
        logTrouble(takeReturnNotice(ctx, key), log);
      },
    }),
    declines: declinesIn(redis.quick, prefix, config.limits.declines, networkOf),
    vault: vault(config.keks),
    prices: { ...priceCounts(stores, config.policy.price, now, log), seed: priceSeeds(config.tokenSecret) },
    webhooks: webhookProvider(outbound({ allowPrivate: config.allowPrivateWebhooks })),
    webhookLimits: config.webhooks,
    connected: (ids) => presence.online(ids).catch(notKnown),
    online: (ids) => availableOf(stores, presence.online(ids), now).catch(notKnown),
    isHere: (userId) => late.isHere(userId),
    unseen: (ids) =>
      presence.unseen(ids).catch((error: unknown) => {
        notKnown(error);
        return null;
      }),
    mail,
    metrics: measured.metrics,
  };
  return { ctx, measured, presence, alarmClock };
}

/** Who is away gets letters as who is not connected does (6.1). */
async function availableOf({ users }: Ctx['stores'], asked: Promise<ReadonlySet<string>>, now: () => Date) {
  const present = new Set(await asked);
  for (const [id, availability] of await users.availabilityOf([...present])) {
    if (awayAt(availability, now()) !== null) present.delete(id);
  }
  return present;
}

function logTrouble(looking: Promise<void>, log: Logger): void {
  looking.catch((error: unknown) => {
    log.warn({ err: error }, 'a notice of the payment provider was not looked at');
  });
}

function openAlarms({ alarms: connection, quick }: RedisLinks, prefix: string, now: () => Date, log: Logger): Alarms {
  const key = `${prefix}:armed-until`;
  const note = { get: () => quick.get(key), set: (value: string) => quick.set(key, value) };
  return alarms({ connection, prefix, note, now, log });
}

/** Where people on this machine reach a server that listens: a host that stands for all addresses is none. */
function reachedAt(host: string, port: number): URL {
  if (port === 0) throw new Error('it does not listen yet');
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : isIP(host) === 6 ? `[${host}]` : host;
  return new URL(`http://${name}:${port}`);
}
