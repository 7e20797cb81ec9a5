// Opens and closes both stores, and makes sure that the indexes and validators the rules lean on are there.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { ANNOUNCED_INDEXES, AUDIT_INDEXES, AUDIT_VALIDATOR, auditStore } from './audit.ts';
import { CASE_INDEXES, caseStore } from './case.ts';
import { CATALOGUE_INDEXES, catalogueStore } from './catalogue.ts';
import { categoryStore } from './category.ts';
import { followClock, handedIn } from './clock.ts';
import type { Clock } from './clock.ts';
import { DATA_KEY_INDEXES, dataKeyStore } from './data-key.ts';
import { ENTRY_INDEXES, ENTRY_VALIDATOR, entryStore } from './entry.ts';
import { INBOX_INDEXES, MAIL_INDEXES, mailStore } from './mail.ts';
import { MESSAGE_INDEXES, messageStore } from './message.ts';
import { migrate } from './migrate.ts';
import { OFFER_INDEXES, offerStore } from './offer.ts';
import { PRIVATE_INFO_INDEXES, privateInfoStore } from './private-info.ts';
import { QUESTION_INDEXES, questionStore } from './question.ts';
import { READ_MARK_INDEXES, readMarkStore } from './read-mark.ts';
import { redisLinks } from './redis-links.ts';
import type { RedisAddress } from './redis-links.ts';
import { SIMULATED_PAYMENT_INDEXES, simulatedPaymentStore } from './simulated-payment.ts';
import { STRIPE_EVENT_INDEXES, stripeEventStore } from './stripe-event.ts';
import { STRIPE_PAYMENT_INDEXES, stripePaymentStore } from './stripe-payment.ts';
import { USER_INDEXES, userStore } from './user.ts';

const MIN_MONGODB = 6;
const SUBSCRIBED_MS = 500; // longer than Redis ever takes; without it people still catch up by seq
const MIN_REDIS = 7; // sharded publish/subscribe

export type Stores = ReturnType<typeof storesIn>;

export interface Mongo {
  readonly stores: Stores;
  /** the clock of the database, or the one that was handed in */
  readonly now: () => Date;
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Connects to MongoDB and prepares it. `keysUri`: where data keys are kept (9.1); by default beside the database, in
 * another one of the same server, so that a backup of the one does not take the other along. `now`: a clock instead of
 * the database's.
 * @throws Error with one clear line when it is unreachable, too old, no replica set, or not fit for the keys
 */
export async function connectMongo(uri: string, keysUri?: string, now?: () => Date): Promise<Mongo> {
  const main = await open(uri);
  const opened = [main];
  const close = async () => {
    await Promise.all(opened.map((one) => one.close()));
  };
  try {
    if (keysUri !== undefined) opened.push(await open(keysUri).catch(atKeys));
    const keysDb = opened[1]?.db ?? main.client.db(`${main.db.databaseName}_keys`);
    await unhurried(uri, async (db) => {
      await prepare(db);
      await migrate(db);
    });
    await prepareKeys(keysDb);
    const clock = now === undefined ? await followClock(main.db) : handedIn(now);
    return {
      stores: storesIn(main.db, keysDb, clock),
      now: clock.now,
      async ping() {
        return (await main.db.command({ ping: 1 }))['ok'] === 1;
      },
      async close() {
        clock.stop();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Indexes of large collections and steps over all their documents take their time. */
async function unhurried(uri: string, work: (db: mongoose.mongo.Db) => Promise<void>): Promise<void> {
  const patient = await open(uri, 0);
  try {
    await work(patient.db);
  } finally {
    await patient.close();
  }
}

/** Something is wrong with the store of the data keys, which is `cause`. */
export class KeyStoreError extends Error {
  constructor(cause: unknown) {
    super('KEYS_URI', { cause });
  }
}

function atKeys(error: unknown): never {
  throw new KeyStoreError(error);
}

interface Opened {
  readonly db: mongoose.mongo.Db;
  readonly client: mongoose.mongo.MongoClient;
  close(): Promise<void>;
}

/**
 * A primary that has vanished without a word is missed after `heartbeatFrequencyMS` and `connectTimeoutMS`: then all that
 * waits for it goes on with the next one. A single connection that has gone dead is given up after `ANSWER_MS`.
 */
const LIMITS = { heartbeatFrequencyMS: 2_000, connectTimeoutMS: 3_000, serverSelectionTimeoutMS: 10_000 };
const CONFIRM_MS = 5_000; // for a majority
const ANSWER_MS = 8_000; // longer, so that MongoDB says itself that it could not be confirmed

/** `answerMs`: how long one call may be without a sign; 0: as long as it takes. */
async function open(uri: string, answerMs = ANSWER_MS): Promise<Opened> {
  const connection = mongoose.createConnection(uri, {
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: CONFIRM_MS },
    readConcern: { level: 'majority' },
    retryWrites: true,
    maxPoolSize: 20,
    ...LIMITS,
    socketTimeoutMS: answerMs,
    ignoreUndefined: true,
    autoIndex: false,
    compressors: [],
  });
  await connection.asPromise();
  const db = connection.db;
  if (db === undefined) throw new Error('MongoDB: the connection has no database');
  await assertMongo(db);
  return { db, client: connection.getClient(), close: () => connection.close() };
}

function storesIn(db: mongoose.mongo.Db, keysDb: mongoose.mongo.Db, clock: Clock) {
  return {
    users: userStore(db),
    categories: categoryStore(db),
    catalogue: catalogueStore(db),
    questions: questionStore(db, clock),
    messages: messageStore(db),
    readMarks: readMarkStore(db),
    offers: offerStore(db, clock),
    cases: caseStore(db, clock),
    entries: entryStore(db),
    mails: mailStore(db),
    simulatedPayments: simulatedPaymentStore(db),
    stripePayments: stripePaymentStore(db),
    stripeEvents: stripeEventStore(db),
    audit: auditStore(db),
    privateInfo: privateInfoStore(db),
    dataKeys: dataKeyStore(keysDb),
  };
}

async function assertMongo(db: mongoose.mongo.Db): Promise<void> {
  const { version } = (await db.admin().serverInfo()) as { version: string };
  if (Number.parseInt(version, 10) < MIN_MONGODB) {
    throw new Error(`MongoDB ${version} is too old: ${MIN_MONGODB}.0 or newer is needed`);
  }
  const hello = await db.admin().command({ hello: 1 });
  if (typeof hello['setName'] !== 'string' && hello['msg'] !== 'isdbgrid') {
    throw new Error('MongoDB must run as a replica set (one member is enough): acknowledged writes must survive');
  }
}

async function prepare(db: mongoose.mongo.Db): Promise<void> {
  const indexes: Record<string, readonly mongoose.mongo.IndexDescription[]> = {
    users: USER_INDEXES,
    questions: QUESTION_INDEXES,
    messages: MESSAGE_INDEXES,
    offers: OFFER_INDEXES,
    catalogue: CATALOGUE_INDEXES,
    cases: CASE_INDEXES,
    read_marks: READ_MARK_INDEXES,
    private_info: PRIVATE_INFO_INDEXES,
    entries: ENTRY_INDEXES,
    mails: MAIL_INDEXES,
    inbox: INBOX_INDEXES,
    simulated_payments: SIMULATED_PAYMENT_INDEXES,
    stripe_payments: STRIPE_PAYMENT_INDEXES,
    stripe_events: STRIPE_EVENT_INDEXES,
    audit: AUDIT_INDEXES,
    audit_announced: ANNOUNCED_INDEXES,
  };
  await Promise.all(
    Object.entries(indexes).map(async ([name, wanted]) => {
      await db.collection(name).createIndexes([...wanted]);
    }),
  );
  await db.command({ collMod: 'entries', validator: ENTRY_VALIDATOR, validationLevel: 'strict' });
  await db.command({ collMod: 'audit', validator: AUDIT_VALIDATOR, validationLevel: 'strict' });
}

/** @throws Error for a main database, by whatever name of its host: whoever backs it up would back up the keys as well */
async function prepareKeys(db: mongoose.mongo.Db): Promise<void> {
  if (await db.listCollections({ name: 'questions' }, { nameOnly: true }).hasNext()) {
    throw new Error('KEYS_URI: this is the main database of an installation; data keys need one of their own');
  }
  await db.collection('data_keys').createIndexes([...DATA_KEY_INDEXES]);
}

/** The links of one process, each looked after as `redis-links.ts` says. */
export interface RedisLinks {
  /** request path: fails fast, never queues */
  readonly quick: Redis;
  /** the adapter's two connections */
  readonly pub: Redis;
  readonly sub: Redis;
  /** sets alarms: fails fast, the sweep finds what no alarm announced */
  readonly alarms: Redis;
  /** what the worker's connections are made from; not connected itself */
  readonly jobs: Redis;
  /** keys are in this database; channels are in none, and have to be told apart by their names */
  readonly database: number;
  /** who listens to the channels of live events */
  readonly listeners: {
    /** Resolves when all subscriptions asked for so far hold, or after a moment when Redis does not answer. */
    readonly subscribed: () => Promise<void>;
    /** How many processes are subscribed to each of these sharded channels. */
    readonly count: (channels: readonly string[]) => Promise<number[]>;
  };
  /** Why Redis cannot be worked with now; null when it can. */
  trouble(): string | null;
  close(): Promise<void>;
}

/**
 * Connects to Redis.
 * @throws Error with one clear line when it is unreachable, too old, or a cluster
 */
export async function connectRedis(address: RedisAddress, onError: (error: Error) => void): Promise<RedisLinks> {
  const links = redisLinks(address, onError);
  const failFast = { enableOfflineQueue: false, commandTimeout: 1_500, maxRetriesPerRequest: 1 };
  const quick = links.open(failFast);
  // events that go out in the same turn of the event loop share a write
  const pub = links.open({ ...failFast, enableAutoPipelining: true });
  const sub = links.openSubscriber();
  const alarms = links.open({ ...failFast, commandTimeout: 2_000 });
  const jobs = links.open({ maxRetriesPerRequest: null });
  try {
    await Promise.all([quick, pub, sub, alarms].map((redis) => redis.connect()));
    await assertRedis(quick);
  } catch (error) {
    await links.close();
    throw error;
  }
  return {
    quick,
    pub,
    sub,
    alarms,
    jobs,
    database: quick.options.db ?? 0,
    listeners: {
      async subscribed() {
        // commands of one connection are answered in their order
        await Promise.race([sub.ping().catch(() => undefined), sleep(SUBSCRIBED_MS)]);
      },
      async count(channels) {
        const reply = (await pub.call('PUBSUB', 'SHARDNUMSUB', ...channels)) as (string | number)[];
        return channels.map((_, index) => Number(reply[index * 2 + 1]));
      },
    },
    trouble: () => links.trouble(),
    close: () => links.close(),
  };
}

async function assertRedis(redis: Redis): Promise<void> {
  const info = await redis.info();
  const version = /(?:valkey|redis)_version:(\S+)/.exec(info)?.[1] ?? '0';
  if (Number.parseInt(version, 10) < MIN_REDIS) {
    throw new Error(`Redis ${version} is too old: ${MIN_REDIS}.0 or newer is needed`);
  }
  // its nodes would each know of their own channels and keys only
  if (/^cluster_enabled:1/m.test(info)) {
    throw new Error('REDIS_URL: this is a node of a Redis Cluster; a single Redis is needed, or one behind Sentinel');
  }
}
