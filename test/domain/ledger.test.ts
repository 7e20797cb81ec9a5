import { describe, expect, test } from 'vitest';
import {
  account,
  assertBalanced,
  authoriseEntry,
  captureEntry,
  payoutEntry,
  refundEntry,
  releaseEntry,
  reversalEntry,
  shareOf,
} from '../../src/domain/ledger.ts';
import type { Entry, Money, Subject } from '../../src/domain/ledger.ts';
import { policy, seeded } from './examples.ts';

const usd = (amount: number): Money => ({ amount, currency: 'USD' });
const premium: Subject = { questionId: 'q_1', offerId: 'of_1', customerId: 'u_c', money: usd(3_901) };
const value: Subject = { ...premium, offerId: null, money: usd(1_001) };

const sum = (entry: Entry) => entry.legs.reduce((total, { amount }) => total + amount, 0);

/** Every movement there is, of this subject. */
const movements = (subject: Subject, payout: Money): Entry[] => [
  authoriseEntry(subject, 1),
  releaseEntry(subject, 1),
  captureEntry(subject),
  payoutEntry(subject, 'u_e', payout),
  refundEntry(subject),
];

/** What is on each account after these entries; accounts at zero are left out. */
function balances(entries: readonly Entry[]): Record<string, number> {
  const totals = new Map<string, number>();
  for (const { legs } of entries) {
    for (const { account: name, amount } of legs) totals.set(name, (totals.get(name) ?? 0) + amount);
  }
  return Object.fromEntries([...totals].filter(([, amount]) => amount !== 0));
}

describe('1.3 the share', () => {
  test.each([
    [1_000, 5_000, 500],
    [1_001, 5_000, 500],
    [1, 5_000, 0],
    [0, 5_000, 0],
    [3_901, 3_333, 1_300],
    [100_000_000, 9_999, 99_990_000],
    [999, 10_000, 999],
    [999, 0, 0],
  ])('1.3 of %i at %i hundredths of a percent is %i', (amount, basisPoints, share) => {
    expect(shareOf(usd(amount), basisPoints)).toEqual(usd(share));
  });

  test('1.3 is half by default, in the currency of the price', () => {
    expect(shareOf({ amount: 2_500, currency: 'EUR' }, policy.shareBasisPoints)).toEqual({
      amount: 1_250,
      currency: 'EUR',
    });
  });

  test('1.3 is a whole number and never more than the exact part, nor a unit less, whatever the amount', () => {
    const random = seeded(1);
    for (let round = 0; round < 5_000; round += 1) {
      const amount = Math.floor(random() * 100_000_000) + 1;
      const basisPoints = Math.floor(random() * 10_001);
      const share = shareOf(usd(amount), basisPoints).amount;
      expect(Number.isInteger(share)).toBe(true);
      const exact = BigInt(amount) * BigInt(basisPoints);
      const rest = exact - BigInt(share) * 10_000n;
      if (rest < 0n || rest >= 10_000n) expect.fail(`${amount} at ${basisPoints}: ${share}`);
    }
  });
});

describe('1.4 every movement is one balanced entry with a key of its own', () => {
  test('1.4 the keys name the movement, what it is about, and the attempt where there can be several', () => {
    expect(movements(premium, usd(1_950)).map(({ key, kind }) => [kind, key])).toEqual([
      ['authorise', 'authorise-of_1-1'],
      ['release', 'release-of_1-1'],
      ['capture', 'capture-of_1'],
      ['payout', 'payout-of_1'],
      ['refund', 'refund-of_1'],
    ]);
    expect(movements(value, usd(500)).map(({ key }) => key)).toEqual([
      'authorise-q_1-1',
      'release-q_1-1',
      'capture-q_1',
      'payout-q_1',
      'refund-q_1',
    ]);
    expect(authoriseEntry(value, 2).key).toBe('authorise-q_1-2');
  });

  test('1.4 each says what it is about', () => {
    for (const entry of movements(premium, usd(1_950))) {
      expect(entry).toMatchObject({ questionId: 'q_1', offerId: 'of_1', currency: 'USD' });
    }
    for (const entry of movements(value, usd(500))) expect(entry).toMatchObject({ questionId: 'q_1', offerId: null });
  });

  test('1.4 a promise that is kept ends on provider, expert and platform', () => {
    const entries = [authoriseEntry(premium, 1), captureEntry(premium), payoutEntry(premium, 'u_e', usd(1_950))];
    expect(balances(entries.slice(0, 1))).toEqual({ 'hold:u_c': 3_901, 'promised:u_c': -3_901 });
    expect(balances(entries.slice(0, 2))).toEqual({ provider: 3_901, unearned: -3_901 });
    expect(balances(entries)).toEqual({ provider: 3_901, 'payable:u_e': -1_950, revenue: -1_951 });
  });

  test('1.4 what is given back leaves nothing behind', () => {
    expect(balances([authoriseEntry(premium, 1), releaseEntry(premium, 1)])).toEqual({});
    expect(balances([authoriseEntry(premium, 1), captureEntry(premium), refundEntry(premium)])).toEqual({});
  });

  test('1.4 the accounts of people carry their id, those of the platform none', () => {
    expect([account.hold('a'), account.promised('a'), account.payable('a')]).toEqual([
      'hold:a',
      'promised:a',
      'payable:a',
    ]);
    expect([account.provider, account.unearned, account.revenue]).toEqual(['provider', 'unearned', 'revenue']);
  });

  test('1.4 whatever the amount and the share, every entry sums to zero and the parts to the whole', () => {
    const random = seeded(2);
    for (let round = 0; round < 3_000; round += 1) {
      const money = usd(Math.floor(random() * 100_000_000) + 1);
      const subject = { ...premium, money };
      const payout = shareOf(money, Math.floor(random() * 10_001));
      const entries = movements(subject, payout);
      for (const entry of entries) {
        if (sum(entry) !== 0) expect.fail(`${entry.key} of ${money.amount} is off by ${sum(entry)}`);
      }
      const after = balances([authoriseEntry(subject, 1), captureEntry(subject), entries[3]!]);
      const parts = (after['payable:u_e'] ?? 0) + (after.revenue ?? 0);
      if (parts !== -money.amount || after.provider !== money.amount) expect.fail(`parts of ${money.amount}`);
    }
  });

  test.each([0.5, 10.01, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER + 1])(
    '1.3 an amount of %d is refused by every movement',
    (amount) => {
      const subject = { ...premium, money: usd(amount) };
      for (const book of [
        () => authoriseEntry(subject, 1),
        () => releaseEntry(subject, 1),
        () => captureEntry(subject),
        () => payoutEntry(subject, 'u_e', usd(1)),
        () => refundEntry(subject),
      ]) {
        expect(book).toThrow(/is not balanced$/);
      }
    },
  );

  test('1.3 a payout that is not a whole number is refused', () => {
    expect(() => payoutEntry(premium, 'u_e', usd(0.5))).toThrow('entry payout-of_1 is not balanced');
  });

  test('1.4 legs that do not sum to zero are refused', () => {
    const entry = refundEntry(premium);
    expect(() => {
      assertBalanced(entry);
    }).not.toThrow();
    const tampered = { ...entry, legs: [entry.legs[0]!, { account: 'provider', amount: -3_900 }] };
    expect(() => {
      assertBalanced(tampered);
    }).toThrow('entry refund-of_1 is not balanced');
  });

  test('8.4 a payout, its reversal and the refund leave nobody with anything', () => {
    const payout = shareOf(premium.money, 5_000);
    const reversal = reversalEntry(premium, 'u_e', payout);
    expect(reversal).toMatchObject({ key: 'reversal-of_1', kind: 'reversal', offerId: 'of_1' });
    const after = balances([
      authoriseEntry(premium, 1),
      captureEntry(premium),
      payoutEntry(premium, 'u_e', payout),
      reversal,
      refundEntry(premium),
    ]);
    expect(Object.values(after).every((amount) => amount === 0)).toBe(true);
    const nothing = reversalEntry(premium, 'u_e', { ...payout, amount: 0 });
    expect(nothing.legs.every(({ amount }) => !Object.is(amount, -0))).toBe(true);
  });
});
