// Opens and closes MongoDB, and makes it ready.

import mongoose from 'mongoose';
import { followClock, handedIn } from './clock.ts';
import { assertMigrated, migrate } from './migrate.ts';
import { prepare } from './store.ts';
import { APART, MAIN, storesIn } from './stores.ts';
import type { Stores } from './stores.ts';

const MIN_MONGODB = 6;

export interface Mongo {
  readonly stores: Stores;
  /** the clock of the database, or the one that was handed in */
  readonly now: () => Date;
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

export interface Opening {
  /**
   * Where data keys are kept (9.1); by default beside the database, in another one of the same server, so that a backup of the
   * one does not take the other along.
   */
  readonly keysUri?: string | undefined;
  /** a clock instead of the database's */
  readonly now?: (() => Date) | undefined;
  /** The stores are there; indexes and the steps of an upgrade take from here what they need. */
  readonly onReached?: () => void;
  /** They are used as they are: for tools, which run beside nodes of another version, perhaps. */
  readonly asIs?: boolean;
}

/**
 * Connects to MongoDB and prepares it.
 * @throws Error with one clear line when it is unreachable, too old, no replica set, not fit for the keys, or `asIs` and not the
 *   database of an installation of this version
 */
export async function connectMongo(uri: string, opening: Opening = {}): Promise<Mongo> {
  const { keysUri, now, onReached, asIs = false } = opening;
  const main = await open(uri);
  const opened = [main];
  const close = async () => {
    await Promise.all(opened.map((one) => one.close()));
  };
  try {
    if (keysUri !== undefined) opened.push(await open(keysUri).catch(atKeys));
    onReached?.();
    const beside = main.client.db(`${main.db.databaseName}_keys`);
    const keysDb = opened[1]?.db ?? beside;
    await assertKeysOnly(keysDb);
    if (keysDb !== beside) await assertNoneLeft(beside, keysDb);
    if (asIs) await assertMigrated(main.db);
    else await makeReady(uri);
    await assertKeysOnly(keysDb); // a main database that was empty is known by its collections from here
    if (!asIs) await prepare(keysDb, Object.values(APART));
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

/** Indexes of large collections and steps over all their documents take their time, on each member of a majority. */
async function makeReady(uri: string): Promise<void> {
  const patient = await open(uri, true);
  try {
    await prepare(patient.db, Object.values(MAIN));
    await migrate(patient.db);
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

/** `takesItsTime`: a majority may confirm, and a call be without a sign, for as long as it takes. */
async function open(uri: string, takesItsTime = false): Promise<Opened> {
  const connection = mongoose.createConnection(uri, {
    writeConcern: { w: 'majority', journal: true, ...(!takesItsTime && { wtimeoutMS: CONFIRM_MS }) },
    readConcern: { level: 'majority' },
    retryWrites: true,
    maxPoolSize: 20,
    ...LIMITS,
    socketTimeoutMS: takesItsTime ? 0 : ANSWER_MS,
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

/** @throws Error for a main database, by whatever name of its host: whoever backs it up would back up the keys as well */
async function assertKeysOnly(db: mongoose.mongo.Db): Promise<void> {
  if (await db.listCollections({ name: 'questions' }, { nameOnly: true }).hasNext()) {
    throw new Error('KEYS_URI: this is the main database of an installation; data keys need one of their own');
  }
}

/**
 * Boxes whose keys were left behind could not be read, and the closing of a question would no longer destroy its key.
 * @throws Error when `beside`, where keys are by default, has a key that is not in `db`
 */
async function assertNoneLeft(beside: mongoose.mongo.Db, db: mongoose.mongo.Db): Promise<void> {
  const left = await newestKeyIn(beside);
  if (left === null || (await db.collection<KeyDoc>('data_keys').findOne({ _id: left._id })) !== null) return;
  throw new Error(
    `KEYS_URI: data keys of this installation are in the database "${beside.databaseName}" of MONGODB_URI: move them first (docs/privacy.md)`,
  );
}

interface KeyDoc {
  _id: string;
}

/** Null as well where this user may not look: then no key was ever kept there with this name. */
async function newestKeyIn(db: mongoose.mongo.Db): Promise<KeyDoc | null> {
  try {
    return await db.collection<KeyDoc>('data_keys').findOne({ kek: { $gte: 0 } }, { sort: { kek: -1, _id: -1 } });
  } catch (error) {
    if (error instanceof mongoose.mongo.MongoServerError && error.code === UNAUTHORIZED) return null;
    throw error;
  }
}

const UNAUTHORIZED = 13;
