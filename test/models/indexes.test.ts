// Look-ups that happen at every sweep, alarm or log-in, on collections that grow for years: MongoDB itself says how many
// documents it had to look at.
import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { connectMongo } from '../../src/models/mongo.ts';
import type { Mongo } from '../../src/models/mongo.ts';
import type { Stores } from '../../src/models/stores.ts';
import { all } from '../helpers/all.ts';

const OTHERS = 500; // documents beside the one that is looked for
const LATER = new Date('2999-01-01');

let mongo: Mongo;
let raw: mongoose.Connection;

beforeAll(async () => {
  const uri = new URL(inject('mongodbUri'));
  uri.pathname = `/indexes-${randomUUID()}`;
  mongo = await connectMongo(uri.href);
  raw = await mongoose.createConnection(uri.href).asPromise();
  const disputed = (state: string) => ({ payment: { returned: { disputes: [{ state, taken: state === 'open' }] } } });
  const nothing = { dueAt: null, outboxAt: null, openOn: null, clientId: null, ratedExpert: null, ...disputed('won') };
  for (const name of ['users', 'questions', 'messages', 'offers', 'cases', 'mails', 'stripe_payments', 'deliveries']) {
    const others = Array.from({ length: OTHERS }, () => ({
      _id: randomUUID(),
      ...nothing,
      questionId: randomUUID(),
      customer: { id: randomUUID() },
    }));
    await collection(name).insertMany(others);
  }
  const due = { dueAt: new Date(0), outboxAt: new Date(0) };
  await collection('users').insertOne({ _id: 'one', login: 'one@example.test', followsSince: new Date(0) });
  await collection('questions').insertOne({
    _id: 'one',
    ...due,
    ...disputed('open'),
    ratedExpert: 'one',
    rating: { by: 'customer', stars: 1 },
  });
  await collection('offers').insertOne({
    _id: 'one',
    ...due,
    ...disputed('open'),
    openOn: 'one',
    clientId: 'one',
    proposedBy: { id: 'one' },
  });
  await collection('cases').insertOne({ _id: 'one', ...due, outboxAt: null, clientId: 'one', openedBy: { id: 'one' } });
  await collection('mails').insertOne({ _id: 'one', ...due, lane: 0 });
  await collection('deliveries').insertOne({ _id: 'one', webhookId: 'one', at: new Date(0), dueAt: new Date(0) });
  await collection('messages').insertOne({ _id: 'one 1', outboxAt: new Date(0) });
  await collection('stripe_payments').insertOne({ _id: 'one', key: 'one', once: 'one' });
});
afterAll(async () => {
  await raw.close();
  await mongo.close();
});

type Doc = { _id: string } & Record<string, unknown>;

const collection = (name: string) => raw.db!.collection<Doc>(name);

const LOOK_UPS: Record<string, (stores: Stores) => Promise<unknown>> = {
  'a log-in': ({ users }) => users.findByEmail('one@example.test'),
  'accounts from whose rights something follows': ({ users }) => users.unsettled(LATER),
  'ratings of an expert': ({ questions }) => questions.ratingsOf('one'),
  'a repeated proposal': ({ offers }) => offers.findProposal('one', 'one'),
  'the open offer of a question': ({ offers }) => offers.openOn('one'),
  'a repeated wish for a case': ({ cases }) => cases.findByClientId('one', 'one'),
  'offers with a dispute that is not decided': ({ offers }) => offers.undecided('', 100),
  'questions with a dispute that is not decided': ({ questions }) => questions.undecided('', 100),
  'the next deadlines': ({ offers }) => offers.dueBetween(new Date(-1), LATER),
  'deadlines read ahead': ({ cases }) => cases.dueWithin(new Date(-1), LATER, 10),
  'effects that stayed owed': ({ questions }) => all(questions.unsettled(LATER, 10)),
  'what is due': async ({ offers }) => {
    for await (const batch of offers.due(LATER, 10)) return batch;
    return [];
  },
  'mails that are due': ({ mails }) => mails.due(LATER, 10),
  'deliveries that are due': ({ deliveries }) => deliveries.due('one', LATER, ['another'], 10),
  'messages that owe': ({ messages }) => all(messages.unsettled(LATER, 10)),
  'who captures an authorisation': ({ stripePayments }) => stripePayments.keyOf('one'),
};

test.each(Object.entries(LOOK_UPS))('%s: nothing is read but what is found', async (_name, lookUp) => {
  await raw.db!.command({ profile: 2 });
  const found = await lookUp(mongo.stores);
  await raw.db!.command({ profile: 0 });
  expect(found).not.toEqual(null);
  expect(found).not.toEqual([]);
  const [looked] = await raw
    .db!.collection('system.profile')
    .find({ ns: { $not: /profile/ } })
    .sort({ ts: -1 })
    .limit(1)
    .toArray();
  expect(looked).toMatchObject({ op: expect.stringMatching(/query|command/) as unknown });
  expect(looked!['docsExamined']).toBeLessThanOrEqual(1);
});
