// Rule 9.1: whoever dies in the middle of a closing, key and text are destroyed in the end, and nobody reads them meanwhile;
// with a key store on a connection of its own, and the commands that an operator runs.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { post } from '../helpers/client.ts';
import type { Client } from '../helpers/client.ts';
import { KEK, world } from '../helpers/node.ts';
import { codeOf } from '../helpers/people.ts';
import { endProcesses } from '../helpers/process.ts';
import type { NodeProcess } from '../helpers/process.ts';
import { installation, people, reserved } from './world.ts';
import type { Installation } from './world.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NEW_KEK = `${KEK},2:${Buffer.alloc(32, 'the next key').toString('base64')}`;

let here: Installation;
let env: Record<string, string>;
let keys: mongoose.mongo.MongoClient;
let gateway: NodeProcess;
let customer: Client;
let ada: Client;

beforeAll(async () => {
  const base = world().env;
  const keysUri = new URL(base['MONGODB_URI'] ?? '');
  keysUri.pathname += '_vault';
  env = { ...base, KEYS_URI: keysUri.href };
  here = await installation(env);
  keys = await mongoose.mongo.MongoClient.connect(keysUri.href);
  await start();
});
afterAll(async () => {
  await endProcesses();
  await keys.close();
  await here.close();
});

async function start(): Promise<void> {
  gateway = await here.gateway();
  ({ customer, ada } = await people(gateway.url));
}

const keysOf = () => keys.db().collection<{ _id: string; state: string; kek?: number }>('data_keys');
const textsOf = () => here.db.collection<{ _id: string; version: number | null }>('private_info');
const left = async (questionId: string) => {
  const [key, text] = await Promise.all([
    keysOf().findOne({ _id: questionId }),
    textsOf().findOne({ _id: questionId }),
  ]);
  return { key: key?.state, text: text?.version === null ? 'destroyed' : 'there' };
};

/** A box with something in it. */
async function filled(text: string): Promise<string> {
  const request = await reserved(customer, ada);
  await ada.call('request.accept', { requestId: request['id'] });
  const questionId = request['questionId'] as string;
  await customer.call('private-info.put', { questionId, text });
  expect(await left(questionId)).toEqual({ key: 'live', text: 'there' });
  return questionId;
}

/** From now on this store takes no tombstone, as if the process had stopped right before it. */
const stuck = {
  'before the key': [() => keys.db(), 'data_keys', { state: 'live' }],
  'between key and text': [() => here.db, 'private_info', { version: { $type: 'number' } }],
} as const;

test.each([
  ['before the key', { key: 'live', text: 'there' }],
  ['between key and text', { key: 'destroyed', text: 'there' }],
] as const)('9.1 SIGKILL in a closing, %s: the sweep finishes it', { timeout: 600_000 }, async (when, half) => {
  const questionId = await filled('To be destroyed');
  const [db, collection, validator] = stuck[when];
  await db().command({ collMod: collection, validator });
  await customer.call('question.close', { questionId });
  expect(await left(questionId)).toEqual(half);
  for (const who of [customer, ada]) {
    expect(await codeOf(post(gateway.url, 'private-info.get', { questionId }, who.token))).toBe('conflict.closed');
  }
  await gateway.kill('SIGKILL');
  await db().command({ collMod: collection, validator: {} });
  expect(await left(questionId)).toEqual(half);

  const worker = await here.worker();
  await vi.waitFor(async () => expect(await left(questionId)).toEqual({ key: 'destroyed', text: 'destroyed' }), {
    timeout: 180_000,
    interval: 100,
  });
  await worker.kill('SIGKILL');
  await start();
  expect(await codeOf(customer.call('private-info.get', { questionId }))).toBe('not_found'); // another visitor by now
});

test('9.1 the keys are where KEYS_URI says, and nowhere beside the text', async () => {
  const questionId = await filled('Elsewhere');
  const names = (await here.db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  expect(names).not.toContain('data_keys');
  const beside = keys.db(`${here.db.databaseName}_keys`);
  expect(await beside.listCollections({}, { nameOnly: true }).toArray()).toEqual([]);
  expect((await keysOf().findOne({ _id: questionId }))?.kek).toBe(1);
});

/** The exit code and what it said. */
function rotate(extra: Record<string, string>): Promise<{ code: number; said: string }> {
  const own = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env, ...extra };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'src/operate/main.ts', 'keys:rotate'],
      { cwd: ROOT, env: own },
      (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, said: out + err });
      },
    );
  });
}

test('9.1 npm run keys:rotate beside running servers; then the old KEK can go', { timeout: 600_000 }, async () => {
  const questionId = await filled('Through the rotation');
  const request = { questionId };
  const both = await here.gateway({ KEK: NEW_KEK });
  const read = async (url: string) =>
    (await post(url, 'private-info.get', request, customer.token))['privateInfo'].text as string;
  expect(await read(both.url)).toBe('Through the rotation');

  const first = await rotate({ KEK: NEW_KEK });
  expect(first).toMatchObject({ code: 0, said: expect.stringMatching(/^[1-9]\d* data keys were wrapped anew/) });
  expect(await keysOf().countDocuments({ state: 'live', kek: { $ne: 2 } })).toBe(0);
  expect((await rotate({ KEK: NEW_KEK })).said).toMatch(/^0 data keys/);
  // with settings that lack what it would have to unwrap it stops, and says which version is missing
  const lacking = await rotate({ KEK: `3:${Buffer.alloc(32, 'a third').toString('base64')}` });
  expect(lacking).toMatchObject({ code: 2, said: expect.stringContaining('KEK: version 2 is not among the settings') });

  // and where it does not see the keys of boxes, it does not say that older versions can go
  const elsewhere = await rotate({ KEK: NEW_KEK, KEYS_URI: '' });
  expect(elsewhere).toMatchObject({
    code: 1,
    said: expect.stringMatching(/The keys of [1-9]\d* boxes are not here: if KEYS_URI/),
  });

  const newOnly = await here.gateway({ KEK: NEW_KEK.split(',')[1]! });
  for (const { url } of [both, newOnly]) expect(await read(url)).toBe('Through the rotation');
  expect(await codeOf(read(gateway.url))).toBe('unavailable'); // has not heard of version 2 yet
});
