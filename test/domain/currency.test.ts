// Rule 1.3: which currencies and amounts can be paid at all.
import { describe, expect, test } from 'vitest';
import { MOST_AMOUNT, amountProblem, isCurrency } from '../../src/domain/currency.ts';

const problem = (amount: number, currency: string) => amountProblem({ amount, currency });

describe('1.3 amounts', () => {
  test.each(['BHD', 'JOD', 'KWD', 'OMR', 'TND'])('1.3 three decimals of %s end with a 0', (currency) => {
    expect(problem(1_234, currency)).toEqual({ reason: 'not_multiple_of', multipleOf: 10 });
    expect(problem(1_230, currency)).toBeNull();
  });

  test('1.3 eight digits are the most, whatever the currency', () => {
    for (const currency of ['USD', 'JPY', 'KWD', 'EUR', 'KRW']) {
      expect(problem(100_000_000, currency)).toEqual({ reason: 'too_big', maximum: MOST_AMOUNT });
    }
    expect(problem(MOST_AMOUNT, 'USD')).toBeNull();
    expect(problem(99_999_990, 'KWD')).toBeNull();
  });

  test.each([
    ['USD', 50],
    ['GBP', 30],
    ['JPY', 50],
    ['MXN', 1_000],
    ['CZK', 1_500],
    ['SEK', 300],
  ])('1.3 the least in %s is %i', (currency, minimum) => {
    expect(problem(minimum - 1, currency)).toEqual({ reason: 'too_small', minimum });
    expect(problem(minimum, currency)).toBeNull();
  });

  test('1.3 where no least is known, the smallest unit is', () => {
    expect(isCurrency('KRW')).toBe(true);
    expect(problem(1, 'KRW')).toBeNull();
  });
});
