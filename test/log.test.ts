// What the log says of errors: libraries attach to theirs what they were working on.
import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openLog } from '../src/log.ts';

const CANARY = 'canary-in-an-error-51d0';
let client: mongoose.mongo.MongoClient;
let docs: mongoose.mongo.Collection<{ _id: string; body: string; email: string }>;

beforeAll(async () => {
  const url = new URL(inject('mongodbUri'));
  url.pathname = `/log-${randomUUID()}`;
  client = await mongoose.mongo.MongoClient.connect(url.href);
  docs = await client.db().createCollection('docs', {
    validator: { $jsonSchema: { properties: { body: { bsonType: 'string', maxLength: 5 } } } },
  });
  await docs.createIndexes([{ key: { email: 1 }, unique: true }]);
  await docs.insertOne({ _id: '1', body: 'short', email: `${CANARY}@example.test` });
});
afterAll(async () => {
  await client.db().dropDatabase();
  await client.close();
});

/** The line that this error leaves, and what it says as JSON. */
function logged(err: unknown): { line: string; error: Record<string, unknown> } {
  let line = '';
  const into = new Writable({
    write(chunk: Buffer, _encoding, done) {
      line += chunk.toString();
      done();
    },
  });
  openLog({ level: 'trace', role: 'all' }, into).error({ err }, 'unexpected');
  return { line, error: (JSON.parse(line) as { err: Record<string, unknown> }).err };
}
const thrown = (work: Promise<unknown>) =>
  work.then(
    () => Promise.reject(new Error('it went well')),
    (error: unknown) => error,
  );

test('errors of the database are logged by name, code and place, without what was to be stored', async () => {
  const doc = { _id: '2', body: CANARY, email: 'x' };
  const failures = [
    docs.insertMany([doc], { ordered: false }),
    docs.insertOne(doc),
    docs.findOneAndUpdate({ _id: '1' }, { $set: { body: CANARY } }),
    docs.replaceOne({ _id: '3' }, { body: CANARY, email: 'y' }, { upsert: true }),
  ];
  for (const error of await Promise.all(failures.map(thrown))) {
    const { line, error: said } = logged(error);
    expect(line).not.toContain(CANARY);
    expect(said).toMatchObject({
      type: expect.stringMatching(/^Mongo/),
      message: expect.stringContaining('failed validation'),
      code: 121,
      stack: expect.stringContaining('failed validation'),
    });
  }
});

test('what a write that was not confirmed in time has answered is not logged', () => {
  const answer = {
    ok: 1,
    value: { body: CANARY },
    writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' },
  };
  const { line, error } = logged(new mongoose.mongo.MongoWriteConcernError(answer));
  expect(line).not.toContain(CANARY);
  expect(error).toMatchObject({
    type: 'MongoWriteConcernError',
    message: 'waiting for replication timed out',
    code: 64,
  });
});

test('addresses of people, and of stores with their passwords, are cut out of the words of an error', async () => {
  const taken = await thrown(docs.insertOne({ _id: '2', body: '', email: `${CANARY}@example.test` }));
  expect(logged(taken).line).not.toContain(CANARY);
  expect(logged(taken).error['message']).toContain('E11000');
  const refused = new Error(`550 <${CANARY}@example.test>: no such user`, {
    cause: new Error(`connect mongodb://parley:${CANARY}@db:27017/parley failed`),
  });
  const { line, error } = logged(refused);
  expect(line).not.toContain(CANARY);
  expect(error).toMatchObject({ message: '550 <…>: no such user', cause: { message: 'connect mongodb://… failed' } });
  expect(error['stack']).toContain('log.test.ts');
});

test('what is thrown and no error is logged by its kind', () => {
  expect(logged(CANARY).line).not.toContain(CANARY);
  expect(logged({ body: CANARY }).line).not.toContain(CANARY);
});
