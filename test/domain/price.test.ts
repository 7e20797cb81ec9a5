import { describe, expect, test } from 'vitest';
import { middlePrice } from '../../src/domain/price.ts';

describe('5.2 the price that is shown', () => {
  test.each([
    [[3_900], 3_900],
    [[2_900, 3_900, 4_900], 3_900],
    [[4_900, 2_900, 3_900], 3_900],
    [[2_900, 3_900, 4_900, 5_900], 3_900],
    [[900, 10_000], 900],
    [[10_000, 900, 2_000], 2_000],
  ])('5.2 of the points %j is %i', (points, shown) => {
    expect(middlePrice(points)).toBe(shown);
  });

  test('5.2 the points stay as they are', () => {
    const points = Object.freeze([3, 1, 2]);
    expect(middlePrice(points)).toBe(2);
    expect(points).toEqual([3, 1, 2]);
  });

  test('5.2 there must be a point', () => {
    expect(() => middlePrice([])).toThrow('at least one price point');
  });
});
