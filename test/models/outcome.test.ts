// What is a store's fault and not ours.
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { isOutage } from '../../src/models/outcome.ts';

let client: mongoose.mongo.MongoClient;
beforeAll(async () => {
  client = await mongoose.mongo.MongoClient.connect(inject('mongodbUri'));
});
afterAll(() => client.close());

test('what is asked while the connections are being closed is an outage: nothing was sent', async () => {
  const session = client.startSession();
  await session.endSession(); // as closing does with all of them
  const asked = client.db('nowhere').collection('none').findOne({}, { session });
  await expect(asked).rejects.toSatisfy(isOutage);
});

test('what we asked wrongly is no outage', async () => {
  const asked = client.db('nowhere').collection('none').findOne({ $wrong: 1 });
  await expect(asked).rejects.toSatisfy((error) => !isOutage(error));
});
