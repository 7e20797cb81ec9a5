// 9.1: what the start asks of KEK and KEYS_URI, so that nobody finds out at the first box that it does not open.
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { rotateKeys } from '../../src/dispatch/keys.ts';
import { rotateAll } from '../../src/operate/keys-rotate.ts';
import { vault } from '../../src/providers/vault.ts';
import { requested } from '../helpers/client.ts';
import { KEK, world } from '../helpers/node.ts';
import { outsiders } from '../helpers/outsiders.ts';

const here = world({ ROLE: 'gateway' });
const keyOf = (text: string) => Buffer.alloc(32, text).toString('base64');
const OTHER = `1:${keyOf('another key')}`;
const NEXT = `2:${keyOf('the next key')}`;
let node: Node;

beforeAll(async () => {
  node = await here.start();
  const { customer, first, category } = await outsiders(node);
  const request = await requested(customer, first, { category });
  await first.call('request.accept', { requestId: request.id });
  await customer.call('private-info.put', { questionId: request.questionId, text: 'Ring twice' });
});
afterAll(() => here.close());

test('9.1 a KEK that is not the one which wrapped the stored keys is refused at the start', async () => {
  await expect(here.start({ KEK: OTHER })).rejects.toThrow(
    /^Settings: KEK: version 1 is not the key that wraps the stored data keys$/,
  );
});

test('9.1 a version that was taken out too early is refused at the start, and can go after the rotation', async () => {
  await expect(here.start({ KEK: NEXT })).rejects.toThrow(
    /^Settings: KEK: version 1 is not among the settings: it still wraps data keys, until "npm run keys:rotate" is through$/,
  );
  await here.start({ KEK: `${KEK},${NEXT}` });
  await rotateKeys({ stores: node.ctx.stores, vault: vault(readConfig({ KEK: `${KEK},${NEXT}` }).keks!) });
  await here.start({ KEK: NEXT });
});

test('9.1 who has not heard of the newest version yet starts: while it is handed out, boxes wait', async () => {
  await here.start({ KEK });
});

test('9.1 keys:rotate says which version is missing', async () => {
  const box = vault(readConfig({ KEK }).keks!);
  await expect(rotateKeys({ stores: node.ctx.stores, vault: box })).rejects.toThrow(
    'KEK: version 2 is not among the settings',
  );
});

test('9.1 data keys are not kept in the main database: a backup would have both', async () => {
  const fresh = new URL(here.env['MONGODB_URI']!);
  fresh.pathname += '-fresh';
  const refusal = /^KEYS_URI: this is the main database of an installation/;
  for (const uri of [here.env['MONGODB_URI']!, fresh.href]) {
    await expect(here.start({ MONGODB_URI: uri, KEYS_URI: uri })).rejects.toThrow(refusal);
  }
  const client = await mongoose.mongo.MongoClient.connect(fresh.href);
  expect(await client.db().listCollections({ name: 'data_keys' }).toArray()).toEqual([]);
  await client.close();
});

test('9.1 keys that were left behind are not forgotten: another KEYS_URI is refused until they are there too', async () => {
  const apart = new URL(here.env['MONGODB_URI']!);
  apart.pathname += '_of_their_own';
  const [client, name] = [
    await mongoose.mongo.MongoClient.connect(apart.href),
    new URL(here.env['MONGODB_URI']!).pathname,
  ];
  await expect(here.start({ KEYS_URI: apart.href })).rejects.toThrow(
    `KEYS_URI: data keys of this installation are in the database "${name.slice(1)}_keys" of MONGODB_URI: move them first`,
  );
  const beside = client.db(`${name.slice(1)}_keys`).collection('data_keys');
  const moved = client.db().collection('data_keys');
  expect(await moved.countDocuments()).toBe(0);
  await moved.insertMany(await beside.find().toArray());
  await here.start({ KEYS_URI: apart.href });
  // and an installation that has none starts with keys wherever it likes, wrapped by whatever KEK
  apart.pathname += '-fresh';
  const main = new URL(here.env['MONGODB_URI']!);
  main.pathname += '-without';
  await here.start({ MONGODB_URI: main.href, KEYS_URI: apart.href, KEK: OTHER });
  await client.close();
});

test('9.1 a key that is damaged is named and left as it is, and all others are wrapped anew', async () => {
  const apart = world({ ROLE: 'gateway' });
  const { stores } = (await apart.start()).ctx;
  const now = new Date();
  const old = vault(readConfig({ KEK }).keks!);
  const next = vault(readConfig({ KEK: `${KEK},${NEXT}` }).keks!);
  for (const questionId of ['q_1', 'q_2', 'q_3']) {
    const { kek, wrapped } = old.makeKey(questionId);
    const whole = Uint8Array.from(wrapped);
    const broken = whole.with(20, whole[20]! ^ 1);
    await stores.dataKeys.keep({ questionId, kek, wrapped: questionId === 'q_1' ? broken : whole }, now);
  }
  const said: string[] = [];
  const desk = { stores, now: () => now, say: (line: string) => void said.push(line) };
  const isWell = await rotateAll({ config: readConfig({ KEK: `${KEK},${NEXT}` }), ...desk }, []);
  expect(isWell).toBe(false);
  expect(said).toEqual([
    'The key of q_1 does not open: it is damaged, and was left as it is.',
    expect.stringMatching(/^2 data keys were wrapped anew; all but 1 are wrapped by version 2 now\. .*privacy\.md/),
  ]);
  const kekOf = async (questionId: string) => {
    const key = await stores.dataKeys.find(questionId);
    return typeof key === 'object' ? key?.kek : key;
  };
  expect(await Promise.all(['q_1', 'q_2', 'q_3'].map(kekOf))).toEqual([1, 2, 2]);
  expect(await rotateKeys({ stores, vault: next })).toEqual({ rewrapped: 0, damaged: ['q_1'] });
  await apart.close();
});
