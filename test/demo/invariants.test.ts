import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { checkInvariants } from '../../demo/invariants.ts';
import type { Db } from '../../demo/snapshot.ts';
import type { Witness } from '../../demo/witness.ts';
import { captureEntry, payoutEntry, refundEntry, reversalEntry } from '../../src/domain/ledger.ts';
import { ADA, BEN, call, curve, docs, line, refill, seen, subjectOf, witness } from './small-world.ts';

let mongo: mongoose.mongo.MongoClient;
let db: Db;

beforeAll(async () => {
  mongo = await mongoose.mongo.MongoClient.connect(inject('mongodbUri'));
  db = mongo.db(`t${randomBytes(6).toString('hex')}`);
});
beforeEach(() => refill(db));
afterAll(async () => {
  await db.dropDatabase();
  await mongo.close();
});

test('a sane little database passes every check, and every check has something to look at', async () => {
  const verdicts = await checkInvariants(db, witness());
  expect(verdicts.flatMap(({ faults }) => faults)).toEqual([]);
  expect(verdicts.map(({ examined }) => examined)).not.toContainEqual(expect.stringMatching(/^0 (?!overdue)/));
});

/** of_1 as a granted refund leaves it (8.4). */
async function refundAll(): Promise<void> {
  const subject = subjectOf('of_1', 3_900);
  await set('offers', 'of_1', { state: 'refunded', 'payment.state': 'refunded' });
  await book(reversalEntry(subject, BEN.id, { amount: 1_950, currency: 'USD' }));
  await book(refundEntry(subject));
  await add('simulated_payments', call('refund-of_1', 'refund', 'of_1', 3_900));
}

test('8.4 a service that was paid out and then refunded is sane: money in is money out', async () => {
  await refundAll();
  const verdicts = await checkInvariants(db, witness());
  expect(verdicts.flatMap(({ faults }) => faults)).toEqual([]);
});

type Plant = (saw: Witness) => Promise<unknown>;

const set = (collection: string, id: string, change: Record<string, unknown>) =>
  docs(db, collection).updateOne({ _id: id }, { $set: change });
const add = (collection: string, doc: Record<string, unknown> & { _id: string }) => docs(db, collection).insertOne(doc);
const remove = (collection: string, id: string) => docs(db, collection).deleteOne({ _id: id });
const book = ({ key, ...rest }: ReturnType<typeof captureEntry>) => add('entries', { _id: key, ...rest });

/** What is planted, and the claim of the check that has to find it. */
const PLANTS: readonly (readonly [what: string, claim: string, plant: Plant])[] = [
  ['a gap in the log', 'messages are numbered', () => remove('messages', 'q_1/000000002')],
  [
    'the same message twice',
    'messages are numbered',
    () => add('messages', { ...line('q_1', 5, ADA.id), clientId: `${ADA.id}-1` }),
  ],
  ['an acknowledged message that is gone', 'what was acknowledged', () => remove('messages', 'q_2/000000001')],
  [
    'another text than acknowledged',
    'what was acknowledged',
    () => set('messages', 'q_1/000000001', { body: 'other' }),
  ],
  ['a message after the closing line', 'nothing follows', () => add('messages', line('q_1', 5, ADA.id))],
  ['a closed question without closing line', 'nothing follows', () => remove('messages', 'q_1/000000004')],
  [
    'a screen with lines in the wrong order',
    'every screen',
    async ({ screens }) => screens.push({ ...screens[0]!, lines: screens[0]!.lines.toReversed() }),
  ],
  [
    'a screen that misses the end',
    'every screen',
    async ({ screens }) => screens.push({ ...screens[0]!, lines: screens[0]!.lines.slice(0, 2) }),
  ],
  [
    'two winners of a race',
    'one winner a race',
    async ({ presses }) => presses.push({ requestId: 'of_1', round: 1, expert: ADA.id, outcome: 'won' }),
  ],
  [
    'a loser who heard something else',
    'one winner a race',
    async ({ presses }) => presses.push({ requestId: 'of_1', round: 1, expert: ADA.id, outcome: 'internal' }),
  ],
  ['another winner in the record', 'one winner a race', () => set('offers', 'of_1', { acceptedBy: ADA })],
  ['an acceptance after expiry', 'nothing was accepted at', () => set('offers', 'of_1', { expiresAt: new Date(0) })],
  ['an expired request with a winner', 'nothing was accepted at', () => set('offers', 'of_2', { acceptedBy: ADA })],
  [
    'an expiry before its time',
    'no deadline',
    async ({ heard }) => heard.push(seen('u_mia', 'of_2', 'expired', 21, { version: 22 })),
  ],
  ['an early opening', 'no deadline', async ({ heard }) => heard.push(seen(BEN.id, 'of_1', 'open', 6))],
  [
    'a reserved request that another expert was shown',
    'a reserved request',
    async ({ heard }) => heard.push(seen(BEN.id, 'of_1', 'reserved', 3)),
  ],
  [
    'a reserved request that another expert could read',
    'a reserved request',
    async ({ peeks }) => peeks.push({ ...peeks[0]!, read: null }),
  ],
  [
    'another expert during the reservation',
    'no other expert accepted',
    () => set('offers', 'of_1', { acceptedAt: new Date(Date.UTC(2026, 0, 1, 12, 0, 5)) }),
  ],
  [
    'a request shown outside its category',
    'nobody saw',
    async ({ heard }) => heard.push(seen('u_dan', 'of_1', 'open', 8)),
  ],
  [
    'a payout shown to the customer',
    'nobody saw',
    async ({ heard }) => heard.push(seen('u_mia', 'of_1', 'open', 8, { payout: { amount: 1_950, currency: 'USD' } })),
  ],
  ['a request that rests in capturing', 'nothing rests', () => set('offers', 'of_1', { state: 'capturing' })],
  ['an effect that is still owed', 'nothing rests', () => set('offers', 'of_1', { outboxAt: new Date() })],
  [
    'a second capture',
    'accepted ⇔ captured exactly once',
    () => add('simulated_payments', call('cap-of_1-2', 'capture', 'of_1', 3_900)),
  ],
  ['a question that was never charged', 'accepted ⇔ captured', () => remove('simulated_payments', 'cap-q_1-1')],
  ['a winner without a capture', 'accepted ⇔ captured', () => remove('simulated_payments', 'cap-of_1-1')],
  [
    'an expired request that was charged',
    'accepted ⇔ captured',
    () => set('simulated_payments', 'void-auth-of_2-1', { kind: 'capture' }),
  ],
  [
    'an authorisation that was captured and void',
    'an authorisation ends once',
    () => add('simulated_payments', call('void-auth-of_1-1', 'void', 'of_1', 3_900)),
  ],
  [
    'an entry that does not sum to zero',
    'each entry',
    () => set('entries', 'capture-of_1', { 'legs.2.amount': 3_901 }),
  ],
  ['half a cent', 'each entry', () => set('entries', 'capture-of_1', { 'legs.2.amount': 0.5, 'legs.3.amount': -0.5 })],
  [
    'money that was captured and went nowhere',
    'captured = paid out',
    () => set('entries', 'capture-of_1', { 'legs.3.account': 'elsewhere' }),
  ],
  ['a capture that the ledger does not know', 'the provider’s own list', () => remove('entries', 'capture-of_1')],
  ['a hold that was never let go', 'the provider’s own list', () => remove('entries', 'release-of_2-1')],
  [
    'a capture that the provider does not know',
    'the provider’s own list',
    () => book(captureEntry(subjectOf('of_2', 3_900))),
  ],
  [
    'another payout than shown',
    'paid payout = shown payout',
    () => set('entries', 'payout-of_1', { 'legs.1.amount': -1_951, 'legs.2.amount': -1_949 }),
  ],
  [
    'a payout to the wrong expert',
    'paid payout = shown payout',
    () => set('entries', 'payout-of_1', { 'legs.1.account': `payable:${ADA.id}` }),
  ],
  ['an earned payout that was not paid', 'paid payout', () => remove('entries', 'payout-q_1')],
  [
    'a payout that nobody has earned',
    'paid payout',
    () => book(payoutEntry(subjectOf('of_2', 3_900), ADA.id, { amount: 1_950, currency: 'USD' })),
  ],
  [
    'a refund that left the expert the earnings',
    'paid payout',
    async () => {
      await refundAll();
      await remove('entries', 'reversal-of_1');
    },
  ],
  [
    'a refund that the provider does not know',
    'accepted ⇔ captured',
    async () => {
      await refundAll();
      await remove('simulated_payments', 'refund-of_1');
    },
  ],
  ['a payout without a report', 'what was never reported', () => set('offers', 'of_1', { state: 'report_overdue' })],
  ['a charge of another price', 'charged price', () => set('simulated_payments', 'cap-of_1-1', { amount: 4_900 })],
  [
    'another payout shown than in the record',
    'charged price',
    async ({ heard }) => heard.push(seen(BEN.id, 'of_1', 'open', 8, { payout: { amount: 1, currency: 'USD' } })),
  ],
  ['a price that is not the middle one', 'shown price', () => set('offers', 'of_1', { pricePoints: [2_900, 3_900] })],
  [
    'a learned price that is no point',
    'shown price',
    () => set('offers', 'of_1', { priceHow: 'learned', pricePoints: [2_900, 4_900] }),
  ],
  [
    'an offer that admins are not told of',
    'what admins are told',
    async ({ curves }) => curves.splice(0, 1, curve(1, { requested: 1 })),
  ],
];

test.each(PLANTS)('finds %s', async (_what, claim, plant) => {
  const saw = witness();
  await plant(saw);
  const failed = (await checkInvariants(db, saw)).filter(({ faults }) => faults.length > 0);
  expect(failed.map((verdict) => verdict.claim)).toContainEqual(expect.stringContaining(claim));
});
