// What an error of a store proves. One is harmless only by what it proves: a document that is refused as a duplicate is
// there, and a majority has it. Of everything else the outcome is unknown: it is neither done nor failed, so whoever
// asked asks again, or reads what became of it.

import mongoose from 'mongoose';

const { MongoBulkWriteError, MongoError, MongoNetworkError, MongoServerError, MongoSystemError } = mongoose.mongo;

const DUPLICATE_KEY = 11_000;

/** Of one write: its key is taken. Of a batch it says nothing about the others: `duplicatesOf` does. */
export function isDuplicate(error: unknown): boolean {
  if (!(error instanceof MongoServerError) || error instanceof MongoBulkWriteError) return false;
  return error.code === DUPLICATE_KEY && error.errorResponse['writeConcernError'] === undefined;
}

/**
 * Of an unordered batch of `size` inserts: the places of those that were there before, when all the others are written
 * and a majority has them. Null when that is not known of each single one.
 */
export function duplicatesOf(error: unknown, size: number): readonly number[] | null {
  if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError() !== undefined) return null;
  const refused = error.result.getWriteErrors();
  // a connection that is lost in a batch is an error of the batch without one of a document
  if (error.insertedCount + refused.length !== size) return null;
  return refused.every(({ code }) => code === DUPLICATE_KEY) ? refused.map(({ index }) => index) : null;
}

/** Runs an insert; false when its key is taken already. */
export async function insertOnce(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** Runs an upsert by `_id`. When it loses against an insert, there is something to replace the second time. */
export async function upsert(write: () => Promise<unknown>): Promise<void> {
  if (!(await insertOnce(write))) await write();
}

/** Nothing of ours is wrong: a store did not answer, or cannot do now what it is asked. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof MongoNetworkError || error instanceof MongoSystemError || OUTAGES.has(error.name)) return true;
  if (OF_REDIS.test(error.message)) return true;
  if (!(error instanceof MongoError)) return false;
  if (LABELS.some((label) => error.hasErrorLabel(label))) return true;
  if (!(error instanceof MongoServerError)) return false;
  if (OUTAGE_CODES.has(Number(error.code))) return true;
  if (!(error instanceof MongoBulkWriteError)) return false;
  // what ended a batch is inside of it
  const cause: unknown = error.errorResponse;
  return error.result.getWriteConcernError() !== undefined || (cause !== error && isOutage(cause));
}

/** Known by name only. */
const OUTAGES: ReadonlySet<string> = new Set([
  'MongoOperationTimeoutError',
  'MongoWriteConcernError',
  'MongoPoolClosedError',
  'MongoNotConnectedError',
  'MongoServerClosedError',
  'MongoTopologyClosedError',
  'MongoClientClosedError',
  'MongoExpiredSessionError', // its client closes: nothing was sent
  'MongoStalePrimaryError',
  'MongoWaitQueueTimeoutError',
  'MaxRetriesPerRequestError', // of Redis
]);

/** What ioredis says that nobody answered, and what Redis answers when it cannot now: without a class of their own. */
const OF_REDIS =
  /^(?:Command timed out$|Connection is closed\.$|Stream isn't writeable|Socket timeout\.|(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|MISCONF|OOM|BUSY) )/;

const LABELS = [
  ...['RetryableWriteError', 'PoolRequestedRetry', 'ResetPool', 'SystemOverloadedError'],
  ...['TransientTransactionError', 'UnknownTransactionCommitResult'],
] as const;

/** Of MongoDB: another primary, none, one that stops, takes too long, or has no room left. */
export const OUTAGE_CODES: ReadonlySet<unknown> = new Set([
  6, // HostUnreachable
  7, // HostNotFound
  43, // CursorNotFound: it went with the primary
  50, // MaxTimeMSExpired
  64, // WriteConcernFailed
  89, // NetworkTimeout
  91, // ShutdownInProgress
  100, // UnsatisfiableWriteConcern
  133, // FailedToSatisfyReadPreference
  134, // ReadConcernMajorityNotAvailableYet
  189, // PrimarySteppedDown
  202, // NetworkInterfaceExceededTimeLimit
  237, // CursorKilled
  262, // ExceededTimeLimit
  279, // ClientDisconnect
  384, // ConnectionError
  9_001, // SocketException
  10_107, // NotWritablePrimary
  11_600, // InterruptedAtShutdown
  11_601, // Interrupted
  11_602, // InterruptedDueToReplStateChange
  13_435, // NotPrimaryNoSecondaryOk
  13_436, // NotPrimaryOrSecondary
  14_031, // OutOfDiskSpace
]);
