// The beginning of a question, as lists show it.
import { expect, test } from 'vitest';
import { previewOf } from '../../src/domain/preview.ts';

test('6.3 a short question is shown as it is, in one line', () => {
  expect(previewOf('It is\n\n dark.\t', 'en')).toBe('It is dark.');
});

test('6.3 a long one is cut behind 200 characters as people count them, never within one', () => {
  expect(previewOf('x'.repeat(201), 'en')).toBe(`${'x'.repeat(200)}…`);
  expect(previewOf('x'.repeat(200), 'en')).toBe('x'.repeat(200));
  const family = '👩‍👩‍👧';
  expect(previewOf(family.repeat(150), 'en')).toBe(`${family.repeat(125)}…`); // no more than 1,000 units
  expect(previewOf('ä'.normalize('NFD').repeat(300), 'de')).toBe(`${'ä'.normalize('NFD').repeat(200)}…`);
  expect(previewOf(`a${'\u0301'.repeat(5_000)}`, 'en').length).toBeLessThanOrEqual(1_001);
});

test('9.2 what looks like personal data is not in it, nor a part of it where it is cut', () => {
  expect(previewOf('Call me: 212 555 0123, or write to cora@example.test', 'en')).toBe('Call me: •••, or write to •••');
  expect(previewOf('Rufen Sie mich an: 030 / 1234567', 'de')).toBe('Rufen Sie mich an: •••');
  for (let before = 180; before < 200; before += 1) {
    const shown = previewOf(`${'x '.repeat(before / 2)}(212) 555-0123 is my number`, 'en');
    expect(shown).not.toMatch(/\d/);
  }
});
