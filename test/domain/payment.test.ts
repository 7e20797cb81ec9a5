import { describe, expect, test } from 'vitest';
import { authoriseKey, captureKey, nextAttempt, noPayment, refundKey } from '../../src/domain/payment.ts';

describe('2.1, 6.5 the payment behind a value or a price', () => {
  const first = nextAttempt(noPayment('pm_visa'), 'pm_visa');

  test('2.1 begins with a method and nothing tried', () => {
    expect(noPayment('pm_visa')).toEqual({
      state: 'none',
      method: 'pm_visa',
      attempt: 0,
      authorisation: null,
      reason: null,
    });
  });

  test('2.1 each try has a number, and forgets what became of the one before', () => {
    expect(first).toMatchObject({ state: 'authorising', attempt: 1 });
    const failed = { ...first, state: 'capture_failed', authorisation: 'auth_1', reason: 'expired_card' } as const;
    expect(nextAttempt(failed, 'pm_other')).toEqual({
      state: 'authorising',
      method: 'pm_other',
      attempt: 2,
      authorisation: null,
      reason: null,
    });
  });

  test('1.4 the keys come from the record alone: the same try asks for the same thing, another card for another', () => {
    const second = nextAttempt(first, 'pm_visa');
    expect(authoriseKey('of_1', first)).toBe('auth-of_1-1');
    expect(captureKey('of_1', first)).toBe('cap-of_1-1');
    expect(authoriseKey('of_1', { ...first, state: 'capturing', authorisation: 'auth_1' })).toBe('auth-of_1-1');
    expect(authoriseKey('of_1', second)).toBe('auth-of_1-2');
    expect(captureKey('of_1', second)).toBe('cap-of_1-2');
  });

  test('1.4 a refund has one key: money is given back once', () => {
    expect(refundKey('of_1')).toBe('refund-of_1');
  });
});
