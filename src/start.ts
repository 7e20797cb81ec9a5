// What stops a start is one line: what, where (without passwords), which setting, what to do. A store that is not there yet
// is waited for, because what starts together is not ready together.

import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError, isDebugging } from './config.ts';
import type { Config } from './config.ts';
import { ServicesUnavailable } from './development/services.ts';
import { KeyStoreError, connectMongo } from './models/mongo.ts';
import { OUTAGE_CODES } from './models/outcome.ts';
import { connectRedis } from './models/redis.ts';
import type { Mongo, Opening } from './models/mongo.ts';
import type { RedisLinks } from './models/redis.ts';
import type { RedisAddress } from './models/redis-links.ts';

/** One line for whoever starts it. */
class StartError extends Error {
  override name = 'StartError';
}

export interface Patience {
  /** how long a store that is not there yet is waited for */
  readonly waitMs: number;
  /** takes a line for whoever starts it */
  readonly say: (line: string) => void;
  /** how long a single try may take until the store is there, ms */
  readonly tryMs?: number;
}

/** A store as the settings name it. */
interface Store {
  readonly name: 'MongoDB' | 'Redis';
  /** where it is, with a password perhaps, which is not repeated */
  readonly uri: string;
  readonly setting: string;
}

const SAY_EVERY_MS = 5_000;
const TRY_EVERY_MS = 500;
const LONGEST_TRY_MS = 12_000; // longer than any try takes that ends by itself

/**
 * @throws StartError when it is there and cannot be used, or does not come in time
 */
export function reachMongo(
  uri: string,
  opening: Pick<Opening, 'keysUri' | 'now' | 'asIs'>,
  patience: Patience,
): Promise<Mongo> {
  const main: Store = { name: 'MongoDB', uri, setting: 'MONGODB_URI' };
  const keys: Store = { name: 'MongoDB', uri: opening.keysUri ?? uri, setting: 'KEYS_URI' };
  return waitFor(patience, async (_note, reached) => {
    try {
      return await connectMongo(uri, { ...opening, onReached: () => reached(main) });
    } catch (error) {
      throw error instanceof KeyStoreError ? new Failure(keys, error.cause) : new Failure(main, error);
    }
  });
}

/**
 * `onError`: takes what the links say later.
 * @throws StartError when it is there and cannot be used, or does not come in time
 */
export function reachRedis(
  address: RedisAddress,
  onError: (error: Error) => void,
  patience: Patience,
): Promise<RedisLinks> {
  const { url, sentinels } = address;
  const known = sentinels?.map(({ host, port }) => `${host}:${port}`).join();
  const store: Store = {
    name: 'Redis',
    uri: url,
    setting: known === undefined ? 'REDIS_URL' : `REDIS_URL, by the sentinels ${known} of REDIS_SENTINELS`,
  };
  return waitFor(patience, async (note) => {
    // the library says what is wrong by the way, and then only that it is over, or nothing at all
    let said: Failure | undefined;
    let hear = (error: Error) => {
      said ??= new Failure(store, error);
      note(said);
    };
    const redis = await connectRedis(address, (error) => {
      hear(error);
    }).catch((error: unknown) => {
      const isOver = error instanceof Error && error.message === 'Connection is closed.';
      throw (isOver ? said : undefined) ?? new Failure(store, error);
    });
    hear = onError;
    if (said === undefined || said.isPassing) return redis;
    await redis.close(); // a database that is not there, for example: it would go on with another one
    throw said;
  });
}

/** What went wrong, and with which of them. */
class Failure extends Error {
  readonly where: string;
  readonly words: string;
  readonly isPassing: boolean;
  constructor(store: Store, cause: unknown) {
    super('a store was not opened', { cause });
    this.where = whereIs(store);
    this.words = oneLine(wordsOf(cause, store));
    this.isPassing = isPassing(cause);
  }
}

/**
 * `open` may note what is in its way while it goes on trying, and that a store is reached: what it does with it then, like the
 * steps of an upgrade over many records, may take longer than any wait.
 */
async function waitFor<T extends { close(): Promise<void> }>(
  { waitMs, say, tryMs = LONGEST_TRY_MS }: Patience,
  open: (note: (failure: Failure) => void, reached: (store: Store) => void) => Promise<T>,
): Promise<T> {
  const end = performance.now() + waitMs;
  let last: Failure | undefined;
  let preparing: Store | undefined;
  const announce = () => {
    const leftS = Math.ceil((end - performance.now()) / 1_000);
    if (preparing !== undefined) say(`Preparing ${whereIs(preparing)}: indexes, and the steps of an upgrade`);
    else if (last !== undefined && leftS > 0) say(`Waiting for ${last.where}, for up to ${leftS} s: ${last.words}`);
  };
  const note = (failure: Failure) => {
    const isFirst = last === undefined;
    last = failure;
    if (isFirst && failure.isPassing) announce();
  };
  const announcing = setInterval(announce, SAY_EVERY_MS);
  const limit = new AbortController();
  const never = new Promise<never>(() => undefined);
  const tooLate = sleep(waitMs + tryMs, null, { signal: limit.signal }).catch(() => never);
  const reached = (store: Store) => {
    preparing = store;
    limit.abort();
  };
  try {
    for (;;) {
      preparing = undefined;
      const attempt = open(note, reached);
      try {
        const opened = await Promise.race([attempt, tooLate]);
        if (opened !== null) return opened;
        attempt.then((late) => late.close()).catch(() => undefined);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        note(error);
        const { where, words, cause } = error;
        if (!error.isPassing)
          throw new StartError(namesSetting(words) ? words : `${where} cannot be used: ${words}`, { cause });
      }
      if (performance.now() >= end) {
        const { where, words, cause } = last ?? { where: 'a store', words: 'it does not answer', cause: undefined };
        throw new StartError(`${where} cannot be reached: ${words}`, { cause });
      }
      await sleep(TRY_EVERY_MS);
    }
  } finally {
    clearInterval(announcing);
    limit.abort();
  }
}

/** Some of our own refusals do already. */
const namesSetting = (words: string) => /^[A-Z_]+: /.test(words);

const whereIs = ({ name, uri, setting }: Store) => `${name} at ${placeOf(uri)} (${setting})`;

/** Hosts, ports and database of an address. */
function placeOf(uri: string): string {
  return uri
    .replace(/^[a-z+]+:\/\//i, '')
    .replace(/^[^/?]*@/, '')
    .replace(/[?#].*$/, '')
    .replace(/\/$/, '');
}

const ON_THE_WAY = /\b(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)\b/;
const BEGINNING =
  /^(?:LOADING|MASTERDOWN|BUSY|ERR max number of clients)|Connection is closed|timed out|Socket timeout|All sentinels/;
const NEVER = /certificate|\bSSL\b|\bTLS\b|self[- ]signed/i;

/** It may come by itself; what is wrong with the settings, or with what answers there, does not. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const words = serverErrorOf(error)?.message ?? error.message;
  if (NEVER.test(words)) return false;
  if (/^Mongo(?:ose)?(?:ServerSelection|Network)/.test(error.name)) return true;
  return OUTAGE_CODES.has((error as { code?: unknown }).code) || ON_THE_WAY.test(words) || BEGINNING.test(words);
}

/** While no server of a set can be chosen, the driver keeps what each of them said. */
function serverErrorOf(error: Error): Error | undefined {
  const { reason } = error as { reason?: { servers?: ReadonlyMap<string, { error?: Error | null }> } };
  return [...(reason?.servers?.values() ?? [])].flatMap((server) => server.error ?? [])[0];
}

function wordsOf(error: unknown, { uri, setting }: Store): string {
  if (!(error instanceof Error)) return String(error);
  const words = serverErrorOf(error)?.message ?? error.message;
  if (/^(?:NOAUTH|WRONGPASS|Authentication failed)/.test(words))
    return `its name or password is not that of ${setting}`;
  if (!words.startsWith('Server selection timed out')) return words;
  const set = /[?&]replicaSet=([^&]*)/i.exec(uri)?.[1];
  return set === undefined
    ? 'no server there can be written to'
    : `no primary of a replica set "${set}" is there; a standalone is none, nor a set that was not initiated`;
}

const LISTENING: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another process: stop that, or choose another PORT',
  EACCES: 'needs more rights than this process has: choose a PORT from 1024 on',
  EADDRNOTAVAIL: 'is no address of this machine: mend HOST',
  ENOTFOUND: 'is no name that this machine knows: mend HOST',
  EAI_AGAIN: 'is no name that this machine knows: mend HOST',
};

/** @throws StartError for a place where nothing can listen */
export function cannotListen(error: unknown, { host, port }: Pick<Config, 'host' | 'port'>): never {
  const why = LISTENING[(error as { code?: string }).code ?? ''];
  if (why === undefined) throw error;
  throw new StartError(`HOST and PORT: ${host}, port ${port}, ${why}`, { cause: error });
}

/** What stops a start or an operator's work, as one line. What nobody has foreseen shows its place to whoever debugs. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  if (isDebugging()) return [error, error.cause].flatMap((one) => (one instanceof Error ? [one.stack] : [])).join('\n');
  const isForeseen = [ConfigError, StartError, ServicesUnavailable].some((kind) => error instanceof kind);
  return oneLine(isForeseen ? error.message : `${error.message} (LOG_LEVEL=debug shows where)`);
}

const oneLine = (text: string) => text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').replace(/\/\/[^/\s@]*@/g, '//…@');
