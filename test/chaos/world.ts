// An installation of real processes on a database and a prefix of its own, and a look at what it has stored.

import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { v7 as uuid } from 'uuid';
import { expect } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { tokens } from '../../src/providers/tokens.ts';
import { greeted, login, postQuestion, visitor } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { TOKEN_SECRET, world } from '../helpers/node.ts';
import { startProcess } from '../helpers/process.ts';
import type { NodeProcess } from '../helpers/process.ts';

export interface Version {
  /** when MongoDB wrote it */
  readonly at: number;
  readonly record: Json;
}

export interface Installation {
  readonly db: mongoose.mongo.Db;
  gateway(extra?: Record<string, string>): Promise<NodeProcess>;
  worker(extra?: Record<string, string>): Promise<NodeProcess>;
  /** What Redis keeps for this installation is gone; answers how many keys that were. */
  emptyRedis(): Promise<number>;
  offer(id: string): Promise<Json>;
  question(id: string): Promise<Json>;
  /** Everything booked, taken and mailed for these offers. */
  effectsOf(offerIds: readonly string[]): Promise<{ captures: Json[]; entries: Json[]; mails: Json[] }>;
  /** From now on every version of offers and questions, in the order in which they were written. */
  history(): Promise<History>;
  close(): Promise<void>;
}

export interface History {
  readonly versions: ReadonlyMap<string, readonly Version[]>;
  close(): Promise<void>;
}

export async function installation(env: Record<string, string> = {}): Promise<Installation> {
  const settings: Record<string, string> = {
    ...world(env).env,
    MAX_SOCKETS_PER_USER: '100',
    RATE_COMMANDS: '10000',
    ...env,
  };
  const prefix = settings['REDIS_PREFIX'] ?? '';
  const mongo = await mongoose.mongo.MongoClient.connect(settings['MONGODB_URI'] ?? '');
  const redis = new Redis(settings['REDIS_URL'] ?? '');
  const db = mongo.db();
  const find = async (collection: string, id: string): Promise<Json> => {
    const doc = await db.collection<{ _id: string }>(collection).findOne({ _id: id });
    if (doc === null) throw new Error(`there is no ${id}`);
    return doc;
  };
  return {
    db,
    gateway: (extra) => startProcess({ ...settings, ROLE: 'gateway', ...extra }),
    worker: (extra) => startProcess({ ...settings, ROLE: 'worker', ...extra }),

    async emptyRedis() {
      let gone = 0;
      let cursor = '0';
      do {
        const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}:*`, 'COUNT', 1_000);
        if (keys.length > 0) gone += await redis.del(keys);
        cursor = next;
      } while (cursor !== '0');
      return gone;
    },

    offer: (id) => find('offers', id),
    question: (id) => find('questions', id),

    async effectsOf(offerIds) {
      const ids = offerIds.join('|');
      const [captures, entries, mails] = await Promise.all([
        db
          .collection('simulated_payments')
          .find({ kind: 'capture', authorisation: { $regex: ids } })
          .toArray(),
        db
          .collection('entries')
          .find({ offerId: { $in: [...offerIds] } })
          .toArray(),
        db
          .collection('mails')
          .find({ 'params.offerId': { $in: [...offerIds] } })
          .toArray(),
      ]);
      return { captures, entries, mails };
    },

    history: () => historyOf(db),

    async close() {
      redis.disconnect();
      await mongo.close();
    },
  };
}

async function historyOf(db: mongoose.mongo.Db): Promise<History> {
  const versions = new Map<string, Version[]>();
  const { operationTime } = await db.command({ ping: 1 });
  const stream = db.watch<Json>([{ $match: { 'ns.coll': { $in: ['offers', 'questions'] } } }], {
    startAtOperationTime: operationTime as mongoose.mongo.Timestamp,
  });
  stream.on('change', (change) => {
    if (change.operationType !== 'update' && change.operationType !== 'replace' && change.operationType !== 'insert')
      return;
    const id = String(change.documentKey._id);
    const before = versions.get(id) ?? [];
    const last = before.at(-1);
    const at = (change.wallTime ?? new Date(0)).getTime();
    if (change.operationType !== 'update') {
      versions.set(id, [...before, { at, record: change.fullDocument }]);
    } else if (last !== undefined) {
      const record = { ...last.record, ...change.updateDescription.updatedFields };
      // no version of its own: an outbox that was cleared, or a deadline that a test has moved
      if (record['version'] === last.record['version']) versions.set(id, [...before.slice(0, -1), { ...last, record }]);
      else versions.set(id, [...before, { at, record }]);
    }
  });
  stream.on('error', () => undefined); // closed at the end of its test
  return { versions, close: () => stream.close() };
}

export interface Expert {
  readonly id: string;
  readonly token: string;
}

/** Experts of `computer`, without passwords: what is tested is what they do when they are in. */
export async function experts({ db }: Installation, count: number): Promise<Expert[]> {
  const port = tokens(TOKEN_SECRET, () => new Date(), readConfig({}).sessions);
  const made = await Promise.all(
    Array.from({ length: count }, async () => {
      const id = `u_${uuid()}`;
      return { id, token: await port.sign({ userId: id, role: 'expert', tokenVersion: 1 }) };
    }),
  );
  await db.collection<{ _id: string }>('users').insertMany(
    made.map(({ id }, index) => ({
      ...{ _id: id, version: 1, role: 'expert', name: `Expert ${index}`, locale: 'en', passwordHash: null },
      ...{ email: `${id}@example.test`, categories: ['computer'], notify: { openRequests: false }, active: true },
      ...{ tokenVersion: 1, createdAt: new Date() },
    })),
  );
  return made;
}

/** A request that Ada was asked about first. */
export async function reserved(customer: Client, ada: Client, paymentMethod = 'pm_card_visa'): Promise<Json> {
  const question = await postQuestion(customer, { paymentMethod });
  const offer = await greeted(customer, ada, question['id'] as string);
  const { offer: request } = await customer.call('offer.accept', { offerId: offer['id'] });
  expect(request.state).toBe('reserved');
  return request as Json;
}

/** A request that all experts of the category may accept. */
export async function opened(customer: Client, ada: Client, paymentMethod?: string): Promise<Json> {
  const request = await reserved(customer, ada, paymentMethod);
  return (await ada.call('request.decline', { requestId: request['id'] }))['request'] as Json;
}

export async function people(url: string): Promise<{ customer: Client; ada: Client }> {
  const [customer, ada] = await Promise.all([visitor(url), login(url, 'ada@example.test')]);
  return { customer, ada };
}
