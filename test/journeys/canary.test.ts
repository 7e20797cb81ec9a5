// 9.1, proved by looking: texts that stand nowhere else are put into boxes, the system lives, and then everything that
// it has stored, said or sent is searched for them; before and after the closing, with all keys that are left.
import mongoose from 'mongoose';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { vault } from '../../src/providers/vault.ts';
import { clientId, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { KEK, world } from '../helpers/node.ts';
import { outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';
import { codeOf, eventually, mailsTo, settled } from '../helpers/people.ts';
import { endProcesses, startProcess } from '../helpers/process.ts';
import type { NodeProcess } from '../helpers/process.ts';

const CANARIES = {
  customer: 'canary-by-the-customer-6b1f',
  expert: 'canary-by-the-expert-90d2',
  replaced: 'canary-that-was-replaced-77ce',
  refused: 'canary-that-was-refused-3fa8',
  broken: 'canary-in-a-broken-call-c04b',
};
const DUMPS_ALL = { LOG_LEVEL: 'trace', MAX_SOCKETS_PER_USER: '50' };

const here = world(DUMPS_ALL);
let process: NodeProcess; // the whole product, its log on the highest level
let node: Node; // another node of the same installation
let client: mongoose.mongo.MongoClient;
let people: Outsiders;

beforeAll(async () => {
  node = await here.start({ ROLE: 'gateway', LOG_LEVEL: 'silent' });
  process = await startProcess(here.env);
  client = await mongoose.mongo.MongoClient.connect(here.env['MONGODB_URI'] ?? '');
  people = await outsiders({ ...node, url: process.url });
});
afterAll(async () => {
  await endProcesses();
  await client.close();
  await here.close();
});

/** Every document of every collection, of the databases named, as text with binary data as it is. */
async function documentsOf(...databases: string[]): Promise<mongoose.mongo.Document[]> {
  const all: mongoose.mongo.Document[] = [];
  for (const name of databases) {
    const db = client.db(name);
    for (const { name: collection } of await db.listCollections({}, { nameOnly: true }).toArray()) {
      all.push(...(await db.collection(collection).find().toArray()));
    }
  }
  return all;
}
const main = () => client.db().databaseName;
const keys = () => `${main()}_keys`;

/** All strings and binary data of a document, however deep. */
const bytesOf = (documents: readonly mongoose.mongo.Document[]) =>
  Buffer.concat(documents.map((one) => mongoose.mongo.BSON.serialize(one)));

/** Every key with its value. */
async function redisText(): Promise<string> {
  const redis = new Redis(here.env['REDIS_URL'] ?? '');
  const readers: Record<string, (key: string) => Promise<unknown>> = {
    string: (key) => redis.get(key),
    hash: (key) => redis.hgetall(key),
    list: (key) => redis.lrange(key, 0, -1),
    set: (key) => redis.smembers(key),
    zset: (key) => redis.zrange(key, '0', '-1'),
    stream: (key) => redis.xrange(key, '-', '+'),
  };
  const all: unknown[] = [];
  for await (const keysFound of redis.scanStream({ count: 1_000 })) {
    for (const key of keysFound as string[]) all.push(key, await readers[await redis.type(key)]?.(key));
  }
  redis.disconnect();
  return JSON.stringify(all);
}

function expectNone(what: string, haystack: string | Buffer): void {
  const text = typeof haystack === 'string' ? Buffer.from(haystack) : haystack;
  for (const canary of Object.values(CANARIES)) {
    for (const form of [
      canary,
      Buffer.from(canary).toString('base64').slice(0, -2),
      Buffer.from(canary).toString('hex'),
    ]) {
      expect([what, canary, text.includes(form)]).toEqual([what, canary, false]);
    }
  }
}

/** Opens whatever can be opened with the KEK and the wrapped keys that are among these documents. */
function opened(documents: readonly mongoose.mongo.Document[]): string[] {
  const box = vault(readConfig({ KEK }).keks!);
  const wrapped = documents.filter(({ wrapped: bytes }) => bytes !== undefined);
  const texts = documents.filter(({ sealed }) => sealed !== undefined);
  return texts.flatMap((text) =>
    wrapped.flatMap((key) => {
      try {
        const one = { kek: Number(key['kek']), wrapped: (key['wrapped'] as mongoose.mongo.Binary).buffer };
        const sealed = (text['sealed'] as mongoose.mongo.Binary).buffer;
        return [box.open(String(text['_id']), Number(text['version']), one, sealed)];
      } catch {
        return []; // not its key
      }
    }),
  );
}

test(
  '9.1 nothing of a box is anywhere but in the box, and after the closing nowhere',
  { timeout: 600_000 },
  async () => {
    const { customer, first, colleague, otherCustomer, stranger, admin, category } = people;
    const outside: Client[] = [colleague, otherCustomer, stranger, admin];
    const request = await requested(customer, first, { category });
    const { questionId } = request;
    await customer.call('question.watch', { questionId });
    await first.call('question.watch', { questionId });
    await admin.call('question.watch', { questionId });
    await first.call('request.accept', { requestId: request.id });

    // the box is used
    const put = (who: Client, text: string, more: Json = {}) =>
      who.call('private-info.put', { questionId, text, ...more });
    await put(customer, CANARIES.replaced);
    await put(customer, CANARIES.customer);
    await put(first, `${CANARIES.customer} ${CANARIES.expert}`);
    for (const who of [customer, first]) {
      expect((await who.call('private-info.get', { questionId })).privateInfo.text).toContain(CANARIES.expert);
    }
    const read = await admin.call('private-info.get', { questionId, reason: 'The customer asked us to' });
    expect(read.privateInfo.text).toContain(CANARIES.customer);

    // and misused: none of these is taken, and none may repeat what it was given
    const refusals = await Promise.all([
      codeOf(put(customer, CANARIES.refused, { version: 1 })),
      codeOf(put(colleague, CANARIES.refused)),
      codeOf(put(otherCustomer, CANARIES.refused)),
      codeOf(put(admin, CANARIES.refused)),
      codeOf(put(customer, CANARIES.broken.repeat(1_000))),
      codeOf(put(customer, CANARIES.broken, { [CANARIES.broken]: 1 })),
      codeOf(customer.call('private-info.put', { questionId, text: { [CANARIES.broken]: CANARIES.broken } })),
      codeOf(customer.call('private-info.put', { questionId: CANARIES.broken, text: CANARIES.broken })),
    ]);
    expect(refusals).toEqual([
      ...['conflict.stale', 'not_found', 'not_found', 'auth.forbidden'],
      ...['input.invalid', 'input.invalid', 'input.invalid', 'input.invalid'],
    ]);
    // an unexpected error, logged with its stack: the ciphertext in the store has been tampered with
    const stored = client.db().collection<{ _id: string }>('private_info');
    const before = await stored.findOne({ _id: String(questionId) });
    await stored.updateOne({ _id: String(questionId) }, { $set: { version: 99 } });
    expect(await codeOf(first.call('private-info.get', { questionId }))).toBe('internal');
    await stored.replaceOne({ _id: String(questionId) }, before!);

    // life goes on: messages, mails, reports, lists
    await customer.call('message.send', { questionId, clientId: clientId(), body: 'It is in the box' });
    customer.close();
    await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'I have got it' });
    await first.call('request.report', { requestId: request.id, connected: true });
    const answers: Json[] = [];
    for (const who of [...outside, first]) {
      answers.push(await who.call('question.list', { view: 'all' }));
      for (const name of ['question.get', 'message.list']) {
        answers.push(await who.call(name, { questionId }).catch((error: unknown) => ({ said: String(error) })));
      }
    }
    const lists = ['audit.list', 'user.list', 'case.list', 'question.list'];
    for (const name of lists) answers.push(await admin.call(name, name === 'question.list' ? { view: 'all' } : {}));
    answers.push(await admin.call('evidence.get', { questionId }));
    answers.push(await first.call('earnings.list'), await first.call('request.list', { view: 'done' }));
    const csv = await fetch(`${process.url}/v1/earnings.csv`, { headers: { authorization: `Bearer ${first.token}` } });
    answers.push({ csv: await csv.text() });
    expect(csv.status).toBe(200);
    await settled(first, ...outside);

    // nothing of it is anywhere
    const backup = await documentsOf(main()); // what a backup has: everything but the store of the keys
    const everything = [...backup, ...(await documentsOf(keys()))];
    expect(opened(everything).join()).toContain(CANARIES.expert); // the search does find what is there to be found
    expectNone('documents', bytesOf(everything));
    const oplog = await client
      .db('local')
      .collection('oplog.rs')
      .find({ ns: { $regex: `^${main()}` } })
      .toArray();
    expect(oplog.length).toBeGreaterThan(0);
    expectNone('the log of all writes', bytesOf(oplog));
    expectNone('Redis', await redisText());
    expectNone('the log', process.said());
    expect(process.said()).toContain('private-info.put'); // it does say who did what
    expect(process.said()).toContain('unexpected');
    expectNone('answers', JSON.stringify(answers));
    for (const who of [...outside, first, customer]) expectNone('events', JSON.stringify(who.events));
    const addresses = [...outside, first, customer].map(({ user }) => String(user.email));
    for (const address of addresses)
      expectNone('mail', JSON.stringify(await mailsTo({ ...node, url: process.url }, address)));
    for (const page of ['metrics', 'openapi.json', 'health/ready', 'dev/mail']) {
      expectNone(page, await (await fetch(`${process.url}/${page}`)).text());
    }

    // the backup alone opens with nothing
    expect(opened(backup)).toEqual([]);
    const wrapped = await client.db(keys()).collection('data_keys').find().toArray();
    expect(wrapped.map(({ state }) => state as string)).toContain('live');

    await admin.call('question.close', { questionId });
    const left = () =>
      client
        .db(keys())
        .collection<{ _id: string; state: string }>('data_keys')
        .findOne({ _id: String(questionId) });
    await eventually(async () => (await left())?.state).toBe('destroyed');

    // neither what is alive now nor the backup, together with the keys and the KEK that are left, opens
    const alive = await documentsOf(main(), keys());
    expect(alive.filter((document) => document['sealed'] !== undefined)).toEqual([]);
    expect(opened(alive)).toEqual([]);
    expect(opened([...backup, ...alive])).toEqual([]);
    // only whoever had copied the keys before could still read: the limit that docs/privacy.md names
    expect(opened([...backup, ...wrapped]).join()).toContain(CANARIES.customer);
    expectNone('the log', process.said());
    expectNone('documents', bytesOf(alive));
    for (const who of outside) who.close();
  },
);
