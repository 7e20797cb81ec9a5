// The same contract on the store that all processes share: what makes it hold is the unique index on `once`.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, inject } from 'vitest';
import { connectMongo } from '../../src/models/mongo.ts';
import type { Mongo } from '../../src/models/mongo.ts';
import { simulatedPayments } from '../../src/providers/simulated-payments.ts';
import type { SimulatedPayment } from '../../src/models/simulated-payment.ts';
import { paymentsContract } from './payments-contract.ts';

let processes: [Mongo, Mongo];

beforeAll(async () => {
  const uri = new URL(inject('mongodbUri'));
  uri.pathname = `/payments-${randomUUID()}`;
  processes = [await connectMongo(uri.href), await connectMongo(uri.href)];
});

afterAll(async () => {
  await Promise.all(processes.map((mongo) => mongo.close()));
});

paymentsContract('the simulated provider on MongoDB', async () => {
  const [one, other] = processes.map(({ stores }) => stores.simulatedPayments) as [Records, Records];
  const settings = { timeoutMs: 1_000, lateMs: 20 };
  const count = (kind: SimulatedPayment['kind']) => async (authorisation: string) => {
    const all = await one.byAuthorisation(authorisation);
    return all.filter((record) => record.kind === kind && record.outcome === 'ok').length;
  };
  return {
    ports: [simulatedPayments({ ...settings, records: one }), simulatedPayments({ ...settings, records: other })],
    captures: count('capture'),
    refunds: count('refund'),
  };
});

type Records = Mongo['stores']['simulatedPayments'];
