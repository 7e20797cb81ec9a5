// 3.1, 9.2: no text is dear to look at. CPU of one look is counted, not time, in milliseconds of the machine where the limit was
// set, so that neither a busy machine nor a slow one makes anything fail.
// Longer, by hand: WORST_TRIES=20000 WORST_SEED=7 npx vitest run --project pure test/domain/worst-text.test.ts

import { expect, test } from 'vitest';
import { asksForRating } from '../../src/domain/conduct/asks-for-rating.ts';
import { findCards, maskCards } from '../../src/domain/personal-data/card-number.ts';
import { findEmails, findHandles } from '../../src/domain/personal-data/contact-handles.ts';
import { findPersonalData } from '../../src/domain/personal-data/personal-data.ts';
import { findPhones } from '../../src/domain/personal-data/phone-number.ts';
import { spelledRuns } from '../../src/domain/personal-data/spelled-digits.ts';
import { costOf, cpuOf, worstText } from './worst-text.ts';
import type { Recogniser } from './worst-text.ts';

const LIMIT = 10_000; // characters: more than any text of a command has
const MOST_MS = 10; // of CPU for one look
const TRIES = Number(process.env['WORST_TRIES'] ?? 250);
const SEED = Number(process.env['WORST_SEED'] ?? 1);

const RECOGNISERS: readonly (readonly [name: string, recogniser: Recogniser])[] = [
  ['cards are masked', maskCards],
  ['personal data of an American', (text) => findPersonalData(text, 'US')],
  ['personal data of a German', (text) => findPersonalData(text, 'DE')],
  ['personal data of a Spaniard', (text) => findPersonalData(text, 'ES')],
  ['asks for a rating', asksForRating],
];

const repeated = (unit: string, head = '', length = LIMIT) =>
  (head + unit.repeat(Math.ceil(length / unit.length))).slice(0, length);

/** What was dear once, or would be for a pattern that goes back. */
const DEAR: readonly (readonly [what: string, unit: string, head?: string])[] = [
  ['digits', '4'],
  ['digits with a blank between', '4 '],
  ['digits with a blank between, where cards are spoken of', '4 ', 'card '],
  ['pairs and single digits', '34 3 '],
  ['different digits with a blank between', '4 0 7 '],
  ['digits with a joiner between', '4\u200d'],
  ['digits with a mark on them', '4\u0301'],
  ['digits with a sign between, where cards are spoken of', '4;', 'card '],
  ['card numbers', '4242424242424242 '],
  ['groups that never make a card number', '4000-'],
  ['blanks', ' '],
  ['blanks behind an "at"', ' ', 'kim at'],
  ['blanks that do not break', '\u00a0'],
  ['joiners', '\u200d'],
  ['marks', '\u0301', 'a'],
  ['numbers in words', 'four '],
  ['numbers in words and digits', 'zwei 4 '],
  ['almost numbers in words', 'ateen'],
  ['one long word', 'a'],
  ['full stops', 'a.'],
  ['at signs', '@'],
  ['addresses', 'a@a.de '],
  ['almost addresses', 'a@a.a'],
  ['disguised addresses', 'a at a dot a '],
  ['names of a messenger', 'skype '],
  ['words behind the name of a messenger', 'skype is my is my '],
  ['dates', '2026-01-01 '],
  ['addresses of machines', '192.168.2.1 '],
  ['almost asking', 'please your rate my a '],
  ['thanks for ratings', 'thanks for your rating '],
  ['words that are misspelt', 'bewertugn valoracoin '],
  ['different misspelt words', 'abewertung bbewertung '],
  ['letters one by one', 'r a t e '],
  ['quotation marks', '“„«»"'],
  ['quotation marks that open', '„', '“rate'],
  ['stars', '★ ⭐'],
  ['signs that are many', 'ﷺ', 'rate '],
  ['sentences', 'rate. ★! '],
];

const dear = DEAR.map(([what, unit, head]) => [what, repeated(unit, head)] as const);

test.each(dear)(`${LIMIT} characters of %s cost less than ${MOST_MS} ms`, (_what, text) => {
  for (const [name, recogniser] of RECOGNISERS) expect(costOf(recogniser, text, MOST_MS), name).toBeLessThan(MOST_MS);
});

test.each(RECOGNISERS)(`of ${TRIES} texts none costs more: %s`, { timeout: TRIES * 200 }, (_name, recogniser) => {
  const { text } = worstText(recogniser, { seed: SEED, length: LIMIT, tries: TRIES });
  expect(costOf(recogniser, text, MOST_MS), JSON.stringify(text.slice(0, 200))).toBeLessThan(MOST_MS);
});

// what looks at a text has its own limit; the parts of it are asked without
test.each<[string, Recogniser]>([
  ['findCards', findCards],
  ['spelledRuns', spelledRuns],
  ['findEmails', findEmails],
  ['findHandles', findHandles],
  ['findPhones', (text) => findPhones(text, 'US')],
])('four times the text costs about four times as much, not sixteen times: %s', (_name, recogniser) => {
  for (const [what, unit, head] of DEAR) {
    const once = cpuOf(recogniser, repeated(unit, head, LIMIT));
    if (once < 0.3) continue; // too little to compare
    const most = 9 * once;
    expect(cpuOf(recogniser, repeated(unit, head, 4 * LIMIT), most), what).toBeLessThan(most);
  }
});
