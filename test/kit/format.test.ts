// How what people wrote is shortened where it is repeated.
import { expect, test } from 'vitest';
import { cut } from '../../web/kit/format.ts';

const FAMILY = '👩‍👩‍👧‍👦';
const ACCENTED = `e${'\u0301'.repeat(200)}`;

test('what is cut is cut between the characters that people see, never inside of one', () => {
  expect(cut(FAMILY.repeat(5), 5)).toBe(FAMILY.repeat(5));
  expect(cut(FAMILY.repeat(6), 5)).toBe(`${FAMILY.repeat(5)}…`);
  expect(cut(`${ACCENTED}bc`, 2)).toBe(`${ACCENTED}b…`);
  expect(cut('two words', 4)).toBe('two…');
  expect(cut('', 4)).toBe('');
});
