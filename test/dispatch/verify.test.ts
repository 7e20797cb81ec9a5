// 1.4: the ledger against the states and the provider's own list. A world that was lived through is clean, and every kind
// of difference that is planted into it is named, by the function and by the command.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Node } from '../../src/app.ts';
import { verify } from '../../src/dispatch/verify.ts';
import type { Difference, Verification } from '../../src/domain/books.ts';
import { clientId, greeted, login, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { refused, scene } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const here = world({ POLICY_SWEEP: '200ms' });
let node: Node;
let care: Client;
let connection: mongoose.Connection;
let db: mongoose.mongo.Db;

/** What became of each life. */
const lives = { rated: '', held: '', fulfilled: '', withdrawn: '', replaced: '', refunded: '', returned: '' };

beforeAll(async () => {
  node = await here.start();
  care = await login(node.url, 'care@example.test');
  // as the stores read: what is quiet here is quiet there
  const majority = { readConcern: { level: 'majority' }, writeConcern: { w: 'majority' } } as const;
  connection = await mongoose.createConnection(here.env['MONGODB_URI']!, majority).asPromise();
  db = connection.db!;
  await live();
  await quiet();
});
afterAll(async () => {
  await connection.close();
  await here.close();
});

async function live(): Promise<void> {
  lives.rated = await answered(await scene(node, 0), 5);
  lives.held = await answered(await scene(node, 0), null);
  await answered(await scene(node, 0), 1);
  lives.fulfilled = await delivered(await scene(node, 0));
  lives.refunded = await delivered(await scene(node, 0), 'refund');

  const taken = await scene(node, 0);
  const request = await requested(taken.customer, taken.first, { category: taken.category });
  await taken.customer.call('request.withdraw', { requestId: request.id });
  lives.withdrawn = String(request.id);

  const replaced = await scene(node, 0);
  const failing = { category: replaced.category, paymentMethod: 'pm_card_chargeCustomerFail' };
  const failed = await requested(replaced.customer, replaced.first, failing);
  await refused(replaced.first.call('request.accept', { requestId: failed.id }), 'payment.failed');
  const update = { questionId: failed.questionId, paymentMethod: 'pm_card_chargeDeclined' };
  await refused(replaced.customer.call('payment.update', update), 'payment.failed');
  await replaced.customer.call('payment.update', { ...update, paymentMethod: 'pm_card_visa' });
  await replaced.first.call('request.accept', { requestId: failed.id });
  lives.replaced = String(failed.id);

  const back = await scene(node, 0);
  const unmet = await requested(back.customer, back.first, { category: back.category });
  await back.first.call('request.accept', { requestId: unmet.id });
  const said = { connected: false, attempts: 3, reason: 'no answer', comment: 'Rang three times.' };
  await back.first.call('request.report', { requestId: unmet.id, ...said });
  await back.customer.call('request.withdraw', { requestId: unmet.id });
  lives.returned = String(unmet.id);

  const { category, customer } = await scene(node, 0);
  await refused(postQuestion(customer, { category, paymentMethod: 'pm_card_chargeDeclined' }), 'payment.failed');
  const { id: questionId } = await postQuestion(customer, { category });
  await customer.call('question.close', { questionId });
}

async function answered({ category, customer, first }: Scene, stars: number | null): Promise<string> {
  const { id: questionId } = await postQuestion(customer, { category });
  await greeted(customer, first, String(questionId));
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Do this.' });
  if (stars !== null) await customer.call('question.rate', { questionId, stars });
  return String(questionId);
}

async function delivered({ category, customer, first }: Scene, then?: 'refund'): Promise<string> {
  const { id: requestId, questionId } = await requested(customer, first, { category });
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Do this.' });
  await first.call('request.accept', { requestId });
  await first.call('request.report', { requestId, connected: true });
  await quiet();
  if (then === 'refund') {
    for (const offerId of [requestId, undefined]) {
      const wish = { questionId, reason: 'It did not help.', ...(offerId !== undefined && { offerId }) };
      const { case: opened } = await customer.call('refund.request', wish);
      await care.call('case.resolve', { caseId: opened.id, resolution: 'grant' });
    }
  }
  return String(requestId);
}

/** Nothing is owed any more. */
async function quiet(): Promise<void> {
  await vi.waitFor(
    async () => {
      const owing = { outboxAt: { $ne: null } };
      const counts = ['questions', 'offers', 'cases'].map((name) => db.collection(name).countDocuments(owing));
      expect(await Promise.all(counts)).toEqual([0, 0, 0]);
    },
    { timeout: 180_000, interval: 20 },
  );
}

type Doc = { _id: string } & Record<string, unknown>;
const entries = () => db.collection<Doc>('entries');
const provider = () => db.collection<Doc>('simulated_payments');
const past = { bypassDocumentValidation: true };

/** Changes one document past every check, looks, and puts it back. */
async function planted(
  collection: mongoose.mongo.Collection<Doc>,
  id: string,
  change: ((doc: Doc) => Doc) | 'deleted',
): Promise<readonly Difference[]> {
  const before = await collection.findOne({ _id: id });
  if (before === null) throw new Error(`there is no ${id}`);
  if (change === 'deleted') await collection.deleteOne({ _id: id });
  else await collection.replaceOne({ _id: id }, change(structuredClone(before)), past);
  try {
    return (await verify(node.ctx)).differences;
  } finally {
    await collection.replaceOne({ _id: id }, before, { ...past, upsert: true });
  }
}

/** Adds a document, looks, and takes it away. */
async function added(collection: mongoose.mongo.Collection<Doc>, doc: Doc): Promise<readonly Difference[]> {
  await collection.insertOne(doc, past);
  try {
    return (await verify(node.ctx)).differences;
  } finally {
    await collection.deleteOne({ _id: doc._id });
  }
}

const kinds = (differences: readonly Difference[]) => differences.map(({ kind, id }) => `${kind} ${id}`).toSorted();

test('1.4 a world that was lived through verifies clean, and every life left the entries it demands', async () => {
  const verified = await verify(node.ctx);
  expect(verified.differences).toEqual([]);
  expect(verified.inProgress).toEqual([]);
  expect(verified.lapsedHolds).toEqual([]);
  const { summary } = verified;
  expect(summary.questions).toBeGreaterThanOrEqual(10);
  expect(summary.offers).toBeGreaterThanOrEqual(7);
  expect(summary.entries).toBe(await entries().countDocuments());
  expect(summary.payments).toBe(await provider().countDocuments({ kind: 'authorise' }));
  expect(summary.sums.map(({ account }) => account)).toEqual(
    expect.arrayContaining(['hold', 'payable', 'promised', 'provider', 'revenue', 'unearned']),
  );
  expect(summary.sums.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
});

describe('1.4 what is planted is named', () => {
  test.each([
    ['authorise', () => `authorise-${lives.held}-1`],
    ['capture', () => `capture-${lives.fulfilled}`],
    ['payout', () => `payout-${lives.rated}`],
    ['release', () => `release-${lives.withdrawn}-1`],
    ['release of a card that failed', () => `release-${lives.replaced}-1`],
    ['refund', () => `refund-${lives.returned}`],
    ['reversal', () => `reversal-${lives.refunded}`],
  ])('a missing entry: %s', async (_, key) => {
    const differences = await planted(entries(), key(), 'deleted');
    const [missing] = differences.filter(({ id }) => id === key());
    expect(missing).toMatchObject({ kind: 'entry.missing', found: 'nothing' });
    expect(missing?.expected).toMatch(/^[a-z]+ of \w+-?.+: .+ -?\d+ USD$/);
    // money that moved is missed on the provider's side as well
    const alsoAtProvider = /^(?:capture|refund)/.test(key()) ? 1 : 0;
    expect(differences).toHaveLength(1 + alsoAtProvider);
  });

  test('an amount that was changed, balanced or not', async () => {
    const key = `payout-${lives.fulfilled}`;
    const balanced = await planted(entries(), key, (doc) => {
      const [first, second, third] = doc['legs'] as { account: string; amount: number }[];
      const shifted = [first, { ...second, amount: second!.amount - 100 }, { ...third, amount: third!.amount + 100 }];
      return { ...doc, legs: shifted };
    });
    expect(kinds(balanced)).toEqual([`entry.differs ${key}`]);
    expect(balanced[0]?.expected).toMatch(/payable:\S+ -1950\b/);
    expect(balanced[0]?.found).toMatch(/payable:\S+ -2050\b/);
    for (const change of [1, 0.5]) {
      const unbalanced = await planted(entries(), key, (doc) => {
        const [first, ...rest] = doc['legs'] as { account: string; amount: number }[];
        return { ...doc, legs: [{ ...first, amount: first!.amount + change }, ...rest] };
      });
      expect(kinds(unbalanced)).toEqual([`entry.differs ${key}`, `entry.unbalanced ${key}`]);
    }
  });

  test('halves that sum to zero are no integers', async () => {
    const key = `payout-${lives.rated}`;
    const differences = await planted(entries(), key, (doc) => {
      const [first, second, ...rest] = doc['legs'] as { account: string; amount: number }[];
      const legs = [{ ...first, amount: first!.amount + 0.5 }, { ...second, amount: second!.amount - 0.5 }, ...rest];
      return { ...doc, legs };
    });
    expect(kinds(differences)).toEqual([`entry.differs ${key}`, `entry.unbalanced ${key}`]);
  });

  test('a payout to somebody else, another currency, another question', async () => {
    const key = `payout-${lives.fulfilled}`;
    const thief = await planted(entries(), key, (doc) => {
      const [first, second, ...rest] = doc['legs'] as { account: string; amount: number }[];
      return { ...doc, legs: [first, { ...second, account: 'payable:u_thief' }, ...rest] };
    });
    expect(kinds(thief)).toEqual([`entry.differs ${key}`]);
    const francs = await planted(entries(), key, (doc) => ({ ...doc, currency: 'CHF' }));
    expect(kinds(francs)).toEqual([`entry.differs ${key}`]);
    const moved = await planted(entries(), key, (doc) => ({ ...doc, offerId: lives.withdrawn }));
    expect(kinds(moved)).toEqual([`entry.missing ${key}`, `entry.unexpected ${key}`]);
  });

  test('the same movement under another key, and a payout that nothing has earned', async () => {
    const payout = (await entries().findOne({ _id: `payout-${lives.fulfilled}` }))!;
    const again = await added(entries(), { ...payout, _id: `payout-${lives.fulfilled}-2` });
    expect(kinds(again)).toEqual([`entry.unexpected payout-${lives.fulfilled}-2`]);
    const unearned = { ...payout, _id: `payout-${lives.withdrawn}`, offerId: lives.withdrawn };
    const differences = await added(entries(), unearned);
    expect(kinds(differences)).toEqual([`entry.unexpected payout-${lives.withdrawn}`]);
    expect(differences[0]?.expected).toContain('is released');
  });

  test('an entry about nothing that exists', async () => {
    const payout = (await entries().findOne({ _id: `payout-${lives.fulfilled}` }))!;
    const nowhere = `of_${clientId()}`;
    const differences = await added(entries(), { ...payout, _id: `payout-${nowhere}`, offerId: nowhere });
    expect(kinds(differences)).toEqual([`entry.unknown_record payout-${nowhere}`]);
  });

  test('captured at the provider and nowhere else', async () => {
    const authorisation = `sim_auth-${lives.held}-1`;
    const hold = (await provider().findOne({ _id: `auth-${lives.held}-1` }))!;
    const capture = { ...hold, _id: 'cap-by-hand', kind: 'capture', once: `end ${authorisation}` };
    const differences = await added(provider(), capture);
    expect(kinds(differences)).toEqual([`provider.capture ${lives.held}`]);
    expect(differences[0]).toMatchObject({ expected: '0 USD', found: `1000 USD (${authorisation})` });
  });

  test('captured in the journal and not at the provider, or another amount', async () => {
    const key = `cap-${lives.fulfilled}-1`;
    const missing = await planted(provider(), key, 'deleted');
    expect(kinds(missing)).toEqual(
      [`provider.capture ${lives.fulfilled}`, `provider.hold sim_auth-${lives.fulfilled}-1`].toSorted(),
    );
    const other = await planted(provider(), `auth-${lives.fulfilled}-1`, (doc) => ({ ...doc, amount: 3_901 }));
    expect(other).toMatchObject([{ kind: 'provider.capture', id: lives.fulfilled, expected: '3900 USD' }]);
    const francs = await planted(provider(), `auth-${lives.fulfilled}-1`, (doc) => ({ ...doc, currency: 'CHF' }));
    expect(kinds(francs)).toEqual([`provider.capture ${lives.fulfilled}`]);
  });

  test('refunded at the provider only, or in the journal only', async () => {
    const authorisation = `sim_auth-${lives.fulfilled}-1`;
    const capture = (await provider().findOne({ _id: `cap-${lives.fulfilled}-1` }))!;
    const refund = { ...capture, _id: 'refund-by-hand', kind: 'refund', once: `refund ${authorisation}` };
    expect(await added(provider(), refund)).toMatchObject([
      { kind: 'provider.refund', id: lives.fulfilled, expected: '0 USD', found: '3900 USD' },
    ]);
    const kept = await planted(provider(), `refund-${lives.returned}`, 'deleted');
    expect(kinds(kept)).toEqual([`provider.refund ${lives.returned}`]);
  });

  test('held at the provider with no record that wants it', async () => {
    const leftOver = await planted(provider(), `void-auth-${lives.withdrawn}-1`, 'deleted');
    expect(kinds(leftOver)).toEqual([`provider.hold sim_auth-${lives.withdrawn}-1`]);
    expect(leftOver[0]).toMatchObject({ found: 'held 3900 USD' });
    const hold = (await provider().findOne({ _id: `auth-${lives.held}-1` }))!;
    const stray = { ...hold, _id: `auth-of_${clientId()}-1`, authorisation: 'sim_stray' };
    expect(kinds(await added(provider(), stray))).toEqual(['provider.unknown_record sim_stray']);
    const twice = { ...hold, _id: `auth-${lives.held}-2`, authorisation: 'sim_twice' };
    expect(kinds(await added(provider(), twice))).toEqual(['provider.hold sim_twice']);
  });

  test('a record that says authorised, and the provider has never heard of it', async () => {
    const differences = await planted(provider(), `auth-${lives.held}-1`, 'deleted');
    expect(kinds(differences)).toEqual([`provider.hold ${lives.held}`]);
    expect(differences[0]).toMatchObject({ expected: 'held 1000 USD', found: 'nothing' });
  });

  test('a record that was changed by hand', async () => {
    const questions = db.collection<Doc>('questions');
    const differences = await planted(questions, lives.rated, (doc) => ({
      ...doc,
      value: { amount: 1_001, currency: 'USD' },
    }));
    expect(kinds(differences)).toEqual(
      ['authorise', 'capture', 'payout'].map(
        (kind) => `entry.differs ${kind}-${lives.rated}${kind === 'authorise' ? '-1' : ''}`,
      ),
    );
  });

  test('and afterwards everything is as it was', async () => {
    expect((await verify(node.ctx)).differences).toEqual([]);
  });
});

test('a hold that the provider let go by itself is told, and is no difference', async () => {
  const hold = (await provider().findOne({ _id: `auth-${lives.held}-1` }))!;
  const lapsed = { ...hold, _id: 'lapsed', kind: 'void', once: `end sim_auth-${lives.held}-1` };
  await provider().insertOne(lapsed);
  const verified = await verify(node.ctx);
  await provider().deleteOne({ _id: 'lapsed' });
  expect([verified.differences, verified.lapsedHolds]).toEqual([[], [lives.held]]);
});

test('what is under way, owed, or moved while it was looked at is in progress', async () => {
  const offers = db.collection<Doc>('offers');
  const payment = (await offers.findOne({ _id: lives.fulfilled }))!['payment'] as Json;
  await entries().updateOne({ _id: `payout-${lives.fulfilled}` }, { $set: { currency: 'CHF' } }, past);
  const set = (fields: Json) => offers.updateOne({ _id: lives.fulfilled }, { $set: fields });
  try {
    // what is owed came with a version of its own
    const version = ((await offers.findOne({ _id: lives.fulfilled }))!['version'] as number) + 1;
    const owing = { outbox: [{ type: 'changed' }], version };
    for (const fields of [{ payment: { ...payment, state: 'capturing' } }, owing]) {
      await set(fields);
      const { differences, inProgress } = await verify(node.ctx);
      await set({ payment, outbox: [] });
      expect([differences, inProgress]).toEqual([[], [lives.fulfilled]]);
    }
    // somebody moves it between the first and the last look
    const payments: Node['ctx']['payments'] = {
      ...node.ctx.payments,
      async *list() {
        const versions = db.collection<{ _id: string; version: number }>('offers');
        await versions.updateOne({ _id: lives.fulfilled }, { $inc: { version: 1 } });
        yield* node.ctx.payments.list();
      },
    };
    const { differences, inProgress } = await verify({ stores: node.ctx.stores, payments });
    expect([differences, inProgress]).toEqual([[], [lives.fulfilled]]);
  } finally {
    await entries().updateOne({ _id: `payout-${lives.fulfilled}` }, { $set: { currency: 'USD' } }, past);
  }
  expect((await verify(node.ctx)).differences).toEqual([]);
});

test(
  'npm run ledger:verify tells each difference in a line, and ends with 1 when there is one',
  { timeout: 600_000 },
  async () => {
    const clean = await command();
    expect(clean.code).toBe(0);
    expect(clean.said).toMatch(/^\d+ questions and \d+ offers against \d+ entries of \d+ accounts/);
    expect(clean.said).toMatch(/no differences\n$/);
    const payout = (await entries().findOne({ _id: `payout-${lives.fulfilled}` }))!;
    await entries().deleteOne({ _id: payout._id });
    const plain = await command();
    expect(plain.code).toBe(1);
    expect(plain.said).toMatch(
      new RegExp(`^entry\\.missing payout-${lives.fulfilled}: expected payout of .+; found nothing\n`),
    );
    const json = await command('--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.said) as Verification).toMatchObject({
      differences: [{ kind: 'entry.missing', id: `payout-${lives.fulfilled}`, found: 'nothing' }],
      inProgress: [],
    });
    await entries().insertOne(payout, past);
  },
);

test(
  'with --repair it books what records prove and the journal lacks, once, and leaves the rest to people',
  { timeout: 600_000 },
  async () => {
    const lost = [`authorise-${lives.held}-1`, `payout-${lives.fulfilled}`, `capture-${lives.rated}`];
    const before = await entries()
      .find({ _id: { $in: lost } })
      .toArray();
    await entries().deleteMany({ _id: { $in: lost } });
    const extra = { ...before[0]!, _id: `capture-${lives.withdrawn}`, offerId: lives.withdrawn };
    await entries().insertOne(extra, past);
    const busy = `release-${lives.replaced}-1`;
    const released = (await entries().findOne({ _id: busy }))!;
    await entries().deleteOne({ _id: busy });
    await db.collection<Doc>('offers').updateOne({ _id: lives.replaced }, { $set: { outbox: [{ type: 'changed' }] } });

    const { code, said } = await command('--repair');
    expect(code).toBe(1); // of what is left
    const lines = said.split('\n');
    expect(lines.filter((line) => line.startsWith('booked ')).map((line) => line.split(/[ :]/)[1])).toEqual(
      expect.arrayContaining(lost),
    );
    expect(said).toMatch(/^3 missing entries booked$/m);
    expect(said).toMatch(new RegExp(`^entry\\.unexpected ${extra._id}: `, 'm'));
    expect(said).toMatch(/^1 differences$/m);
    // as they were, but for when; what is on its way is not booked for it
    for (const { _id, legs, kind, currency, questionId, offerId } of before) {
      expect(await entries().findOne({ _id })).toMatchObject({ legs, kind, currency, questionId, offerId });
    }
    expect(await entries().findOne({ _id: busy })).toBeNull();

    await db.collection<Doc>('offers').updateOne({ _id: lives.replaced }, { $set: { outbox: [] } });
    await entries().insertOne(released, past);
    await entries().deleteOne({ _id: extra._id });
    const again = await command('--repair');
    expect([again.code, again.said.includes('booked')]).toEqual([0, false]);
    const rows = (await node.ctx.stores.audit.list(undefined, undefined, 500)).filter(
      ({ action }) => action === 'ledger.repair',
    );
    expect(rows.map(({ reason }) => reason)).toEqual(expect.arrayContaining(lost));
    expect(rows).toHaveLength(3);
    expect(rows.every(({ actor, outcome }) => actor.role === 'system' && outcome === 'done')).toBe(true);
    expect(rows.find(({ reason }) => reason === lost[1])?.targets).toContainEqual({
      what: 'offer',
      id: lives.fulfilled,
    });
    expect(await node.ctx.stores.audit.verify()).toMatchObject({ broken: null });
  },
);

test('with settings that do not hold it says so in one line', { timeout: 600_000 }, async () => {
  const { code, warned } = await command('', { PAYMENTS: 'stripe' });
  expect(code).toBe(2);
  expect(warned).toMatch(/^Settings: STRIPE_SECRET_KEY: .+\n$/);
});

/** The command as it is run, without building it first. */
function command(
  option = '',
  env: Record<string, string> = {},
): Promise<{ code: number; said: string; warned: string }> {
  const args = ['--import', 'tsx', 'src/operate/main.ts', 'ledger:verify', ...(option === '' ? [] : [option])];
  const settings: NodeJS.ProcessEnv = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...here.env, ...env };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: ROOT, env: settings }, (error, said, warned) => {
      resolve({ code: Number(error?.code ?? 0), said, warned });
    });
  });
}
