// 28: what was decided in time and is written too late is not written. The write is held on its way to the database until
// the deadline has passed there; then time goes first, and who pressed hears so.

import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import mongoose from 'mongoose';
import type { Node } from '../../src/app.ts';
import { postQuestion, requested } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { startMongoLink } from '../helpers/mongo-link.ts';
import type { Asked, MongoLink } from '../helpers/mongo-link.ts';
import { world } from '../helpers/node.ts';
import { entriesOf, refused, scene } from '../helpers/people.ts';

const SOON_MS = 5_000; // all that is pressed is decided by then, on a busy machine too
const ROUNDS = 5; // one that stands still for so long may be late now and then

let link: MongoLink;
let node: Node;
let client: mongoose.mongo.MongoClient;
const own = world();
const database = new URL(own.env['MONGODB_URI']!).pathname.slice(1);

beforeAll(async () => {
  const { hostname, port } = new URL(inject('mongodbUri'));
  link = await startMongoLink({ host: hostname, port: Number(port) });
  node = await own.start({ ROLE: 'gateway', MONGODB_URI: link.uri(database) }); // nobody else looks what is due
  client = await mongoose.mongo.MongoClient.connect(own.env['MONGODB_URI']!);
});
afterAll(async () => {
  await own.close();
  await client.close();
  await link.close();
});

/**
 * A deadline of a record is brought near; what is pressed then is held on its way until it has passed. What was decided
 * after it, because the machine stood still, is done again with another record.
 */
async function pressedInTime<T extends { readonly id: string }>(
  make: () => Promise<T>,
  deadlines: readonly string[],
  press: (made: T) => Promise<unknown>,
): Promise<T & { readonly outcome: PromiseSettledResult<unknown> }> {
  for (let round = 1; ; round += 1) {
    const made = await make();
    const collection = made.id.startsWith('of_') ? 'offers' : 'questions';
    const held = link.hold((asked) => asked.collection === collection && isStep(asked, made.id));
    const at = new Date(node.ctx.now().getTime() + SOON_MS);
    const $set = Object.fromEntries([...deadlines, 'dueAt'].map((field) => [field, at]));
    const majority = { writeConcern: { w: 'majority' } } as const;
    await client.db(database).collection<{ _id: string }>(collection).updateOne({ _id: made.id }, { $set }, majority);
    const pressed = Promise.allSettled([press(made)]);
    const release = await Promise.race([held, pressed.then(() => null)]); // too late, it may not be written at all
    const isInTime = node.ctx.now() < at;
    await vi.waitFor(() => expect(node.ctx.now().getTime()).toBeGreaterThan(at.getTime() + 20), 30_000);
    release?.();
    const [outcome] = await pressed;
    if (isInTime) {
      expect(release, 'it is written').not.toBeNull();
      return { ...made, outcome };
    }
    expect(round, 'it was decided in time').toBeLessThan(ROUNDS);
  }
}

/** The whole record is written, not only the note that its effects are settled. */
const isStep = ({ command, says }: Asked, id: string) => command === 'update' && says(id) && says('categoryId');

const told = (outcome: PromiseSettledResult<unknown>) =>
  outcome.status === 'fulfilled' ? outcome.value : (outcome.reason as { code: string }).code;
const offer = async (id: string) => (await node.ctx.stores.offers.read(id))?.record;
const steps = async (id: string) => (await offer(id))?.history.map(({ what }) => what);
const release = { connected: true };

async function reserved(paymentMethod = 'pm_card_visa') {
  const { customer, first, category } = await scene(node, 0);
  const request = await requested(customer, first, { category, paymentMethod });
  return { customer, first, id: request.id as string, questionId: String(request.questionId) };
}

async function opened() {
  const { customer, first, others, category } = await scene(node, 1);
  const request = await requested(customer, first, { category });
  await first.call('request.decline', { requestId: request.id });
  return {
    customer,
    first,
    other: others[0]!,
    id: request.id as string,
    questionId: String(request.questionId),
  };
}

async function accepted() {
  const made = await opened();
  await made.other.call('request.accept', { requestId: made.id });
  return made;
}

describe.concurrent('a press that was in time and a write that was not', () => {
  test('I4: a request is not won after its end, and nothing is charged', async () => {
    const { id: requestId, outcome } = await pressedInTime(opened, ['expiresAt'], ({ other, id }) =>
      other.call('request.accept', { requestId: id }),
    );
    expect(told(outcome)).toBe('conflict.expired');
    expect((await offer(requestId))?.state).toBe('expired');
    await vi.waitFor(
      async () => expect(await entriesOf(node, requestId)).toEqual(['authorise-1', 'release-1']),
      30_000,
    );
  });

  test('6.8: nor withdrawn: it has expired', async () => {
    const { id, outcome } = await pressedInTime(opened, ['expiresAt'], (made) =>
      made.customer.call('request.withdraw', { requestId: made.id }),
    );
    expect([told(outcome), (await offer(id))?.state]).toEqual(['conflict.expired', 'expired']);
  });

  test('6.2: an expert who was asked first and is too late wins among all: it has lapsed before', async () => {
    const { id } = await pressedInTime(
      () => reserved(),
      ['reservedUntil'],
      (made) => made.first.call('request.accept', { requestId: made.id }),
    );
    expect(await steps(id)).toEqual(['authorise', 'request', 'lapse', 'win', 'captured']);
  });

  test('6.2: No Thanks to what has lapsed is no No Thanks', async () => {
    const { id, outcome } = await pressedInTime(
      () => reserved(),
      ['reservedUntil'],
      (made) => made.first.call('request.decline', { requestId: made.id }),
    );
    expect([told(outcome), await steps(id)]).toEqual(['conflict.not_reserved', ['authorise', 'request', 'lapse']]);
  });

  test('I16: a report that is too late pays nothing', async () => {
    const { id, outcome } = await pressedInTime(accepted, ['reportDueAt'], (made) =>
      made.other.call('request.report', { requestId: made.id, ...release }),
    );
    expect([told(outcome), (await offer(id))?.state]).toEqual(['conflict.report_overdue', 'report_overdue']);
    expect(await entriesOf(node, id)).not.toContain('payout');
  });

  test('6.6: another card for a request that has ended is let go', async () => {
    const unpaid = async () => {
      const made = await reserved('pm_card_chargeCustomerFail');
      await refused(made.first.call('request.accept', { requestId: made.id }), 'payment.failed');
      return made;
    };
    // the attempt itself is held: what follows it finds the request gone
    const { id: requestId, outcome } = await pressedInTime(unpaid, ['expiresAt'], ({ customer, questionId }) =>
      customer.call('payment.update', { questionId, paymentMethod: 'pm_card_visa' }),
    );
    expect(outcome.status).toBe('rejected');
    expect((await offer(requestId))?.state).toBe('expired');
    const held: string[] = [];
    for await (const one of node.ctx.payments.list()) {
      if (one.key.includes(requestId) && one.state === 'held') held.push(one.key);
    }
    expect(held).toEqual([]);
  });

  test('2.2: a claim is not held for longer once it has lapsed: it is a new one', async () => {
    const claimed = async () => {
      const { customer, first, category } = await scene(node, 0);
      const id = String((await postQuestion(customer, { category })).id);
      await first.call('question.claim', { questionId: id });
      return { id, first };
    };
    const { id } = await pressedInTime(claimed, ['lockedUntil'], (made) =>
      made.first.call('question.claim', { questionId: made.id }),
    );
    const saved = await node.ctx.stores.questions.read(id);
    expect(saved?.record.history.map(({ what }: Json) => what as string).slice(-3)).toEqual([
      'claim',
      'lapse',
      'claim',
    ]);
  });
});

test('what is held on its way and still in time is written', async () => {
  const { other, id: requestId } = await opened();
  const held = link.hold((asked) => isStep(asked, requestId));
  const pressed = other.call('request.accept', { requestId });
  (await held)();
  expect((await pressed)['request']).toMatchObject({ state: 'accepted' });
});

describe('what time brings about', () => {
  test('I6: is not written before its time by the clock of the database, one or many', async () => {
    const { id: requestId } = await opened();
    const saved = (await node.ctx.stores.offers.read(requestId))!.record;
    const next = { ...saved, version: saved.version + 1, state: 'expired' } as const;
    const early = new Date(node.ctx.now().getTime() + 60_000);
    expect(await node.ctx.stores.offers.save(next, [], early, { from: early })).toBe(false);
    expect(await node.ctx.stores.offers.saveMany([{ before: saved, next, outbox: [] }], early)).toEqual([]);
    expect((await offer(requestId))?.version).toBe(saved.version);
    const now = node.ctx.now();
    expect(await node.ctx.stores.offers.saveMany([{ before: saved, next, outbox: [] }], now)).toEqual([next]);
  });
});
