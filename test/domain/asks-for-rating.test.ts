// Rule 3.1: how well is recognised that a message asks for a rating, on a labelled file and on sentences of their own.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { asksForRating } from '../../src/domain/conduct/asks-for-rating.ts';
import type { Locale } from '../../src/domain/people.ts';

interface Labelled {
  readonly half: 'development' | 'held-out';
  readonly locale: Locale;
  readonly asks: boolean;
  readonly text: string;
}

const lines = readFileSync(path.join(import.meta.dirname, '../fixtures/asks-for-rating.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Labelled);

const LOCALES = ['en', 'de', 'es'] as const satisfies readonly Locale[];
const HALVES = ['development', 'held-out'] as const;

test.each(LOCALES.flatMap((locale) => HALVES.map((half) => [locale, half] as const)))(
  '3.1 precision and recall on the labelled file: %s, %s',
  (locale, half) => {
    const sample = lines.filter((line) => line.locale === locale && line.half === half);
    const found = sample.filter(({ text }) => asksForRating(text));
    const right = found.filter(({ asks }) => asks).length;
    const wanted = sample.filter(({ asks }) => asks).length;
    const [precision, recall] = [right / found.length, right / wanted];
    console.log(
      `asks for a rating, ${locale}, ${half}, ${sample.length} sentences: precision ${precision.toFixed(3)}  ` +
        `recall ${recall.toFixed(3)}  (right ${right}, wrong ${found.length - right}, missed ${wanted - right})`,
    );
    expect(precision).toBeGreaterThanOrEqual(0.95);
    expect(recall).toBeGreaterThanOrEqual(0.95);
  },
);

test('3.1 the labelled file is what it says: enough of each language, in halves that share no sentence', () => {
  for (const locale of LOCALES) {
    const sample = lines.filter((line) => line.locale === locale);
    expect(sample.length).toBeGreaterThanOrEqual(250);
    const asking = sample.filter(({ asks }) => asks).length / sample.length;
    expect(asking).toBeGreaterThan(0.4);
    expect(asking).toBeLessThan(0.6);
    const heldOut = sample.filter(({ half }) => half === 'held-out').length;
    expect(Math.abs(heldOut - sample.length / 2)).toBeLessThanOrEqual(1);
  }
  expect(new Set(lines.map(({ locale, text }) => `${locale} ${text}`)).size).toBe(lines.length);
});

test.each([
  'Please rate my answer.',
  'PLEASE RATE MY ANSWER',
  'Ｐｌｅａｓｅ　ｒａｔｅ　ｍｅ',
  'please r a t e me',
  '“Please rate my answer with five stars.”', // everything is quoted: nobody is
  'First line.\n\nPlease rate me.',
  'Bitte bewerten Sie meine Antwort',
  'Bitte bewerten Sie mich'.normalize('NFD'),
  'Por favor, valóreme'.normalize('NFD'),
  'Por favor, valóreme',
  'Vielen Dank für die Bewertung. Bitte bewerten Sie auch diese Antwort.',
  'Thanks for the 5 stars! Would you rate this answer, too?',
])('3.1 asks: %s', (text) => {
  expect(asksForRating(text)).toBe(true);
});

test.each([
  '',
  '⭐',
  'the interest rate my bank gives me',
  'Sie schrieben: „Bitte bewerten Sie meine Antwort.“ Das ist das Banner.',
  '> Please rate my answer\nThat is the banner.',
  'See https://example.com/please/rate-my-answer for the log.',
  'x'.repeat(10_000) + ' please rate my answer', // longer than a message can be
])('3.1 asks not: %s', (text) => {
  expect(asksForRating(text)).toBe(false);
});
