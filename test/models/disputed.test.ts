// 1.4: which records the reconciler looks after because of a dispute, of questions and offers alike.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Dispute, Payment } from '../../src/domain/payment.ts';
import { connectMongo } from '../../src/models/mongo.ts';
import type { Mongo } from '../../src/models/mongo.ts';
import { at, draft, offered } from '../domain/examples.ts';

let mongo: Mongo;
beforeAll(async () => {
  const uri = new URL(inject('mongodbUri'));
  uri.pathname = `/disputed-${randomUUID()}`;
  mongo = await connectMongo(uri.href);
});
afterAll(() => mongo.close());

type Stand = Pick<Dispute, 'state' | 'taken'>;
const WON: Stand = { state: 'won', taken: false };

const STANDS: Record<string, readonly Stand[]> = {
  decided: [WON, { state: 'lost', taken: true }],
  inquiry: [{ state: 'inquiry', taken: false }],
  none: [],
  open: [WON, { state: 'open', taken: true }],
  unpaid: [{ state: 'won', taken: true }],
};

function disputed(stands: readonly Stand[]): Payment {
  const disputes = stands.map((stand, place) => ({
    ...{ id: `dp_${place}`, reason: 'fraudulent', amount: 100, dueBy: null },
    ...stand,
  }));
  return { ...offered.payment, returned: { asked: 0, moves: [], disputes } };
}

test('1.4 a dispute is looked after until it is decided and the money has come, page by page', async () => {
  const { offers, questions } = mongo.stores;
  for (const [id, stands] of Object.entries(STANDS)) {
    const payment = disputed(stands);
    await offers.insert({ ...offered, id, payment }, [], at(0));
    await questions.insert({ ...draft, id, clientId: id, payment }, [], at(0));
  }
  await offers.insert({ ...offered, id: 'zero' }, [], at(0));
  for (const store of [offers, questions]) {
    expect(await store.undecided('', 2)).toEqual(['inquiry', 'open']);
    expect(await store.undecided('open', 2)).toEqual(['unpaid']);
    expect(await store.undecided('unpaid', 2)).toEqual([]);
  }
});
