// Rule 9.2: numbers of payment cards. They are recognised by their issuer's prefix, their length and their check digit,
// and are never stored: whatever comes in as free text is masked at the door.

import { isSpelled, spelledRuns } from './spelled-digits.ts';
import type { Span, SpelledRun } from './spelled-digits.ts';

export interface FoundCard extends Span {
  /** in words */
  readonly spelled: boolean;
  readonly digits: string;
}

/** Issuers: first digits from, to, and the lengths they use. */
const ISSUERS: readonly (readonly [from: number, to: number, lengths: readonly number[]])[] = [
  [4, 4, [13, 16, 19]], // Visa
  [51, 55, [16]], // Mastercard
  [2221, 2720, [16]],
  [34, 34, [15]], // American Express
  [37, 37, [15]],
  [300, 305, [14, 16, 17, 18, 19]], // Diners
  [36, 36, [14, 16, 17, 18, 19]],
  [38, 39, [14, 16, 17, 18, 19]],
  [3528, 3589, [16, 17, 18, 19]], // JCB
  [6011, 6011, [16, 17, 18, 19]], // Discover
  [644, 649, [16, 17, 18, 19]],
  [65, 65, [16, 17, 18, 19]],
  [62, 62, [16, 17, 18, 19]], // UnionPay
  [50, 50, [13, 14, 15, 16, 17, 18, 19]], // Maestro
  [56, 58, [13, 14, 15, 16, 17, 18, 19]],
  [60, 60, [13, 14, 15, 16, 17, 18, 19]],
  [63, 63, [13, 14, 15, 16, 17, 18, 19]],
  [67, 67, [13, 14, 15, 16, 17, 18, 19]],
];
const PREFIX = 4;
/** For the first four digits of a number: the lengths that their issuers use, a bit for each. */
const LENGTHS_OF = lengthsByPrefix();
const SHORTEST = 13;
const LONGEST = 19;
const KEPT = 4;
const MOST_LOOKS = 3; // one number may hide another that it touches

const ENOUGH_DIGITS = /(?:\d\D{0,3}){12}\d/;
const CUE =
  /\b(?:cards?|visa|master ?card|maestro|amex|american express|discover|diners|cvv2?|cvc2?|(?:kredit|bank|giro|ec-?)?karten?|kartennummer|tarjetas?|cr[ée]dito|d[ée]bito)\b/i;
/** Groups of a card number stand this close. */
const GAP = /^(?:[\s\-–—_.·*/,]|\s?[-–—.·/,]\s?|\s{2,3})$/;
const MOST_GAP = 3; // characters
/** Where cards are spoken of any one sign will do. */
const LOOSE_GAP = new RegExp(`${GAP.source}|^[^\\p{L}\\d]$`, 'u');
const GROUP = /\d+/g;
/** "12/27" behind the number */
const EXPIRY = /^.\s?(?:0[1-9]|1[0-2])\s?[/.\-:]?\s?(?:20)?\d\d(?!\d)/;
const MOST_EXPIRY = 12; // characters

/** The card numbers in a text; `runs`: what is spelled out in it. Linear in its length. */
export function findCards(text: string, runs: readonly SpelledRun[] = spelledRuns(text)): FoundCard[] {
  const written = ENOUGH_DIGITS.test(text) ? writtenCards(text) : [];
  const spelled = runs.flatMap(spelledCards);
  return [...written, ...spelled.filter((one) => !written.some((other) => overlap(one, other)))];
}

/** The text with dots in place of card numbers but for their last four digits; every other character keeps its place. */
export function maskCards(text: string): string {
  let masked = text;
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const cards = findCards(asciiDigits(masked));
    if (cards.length === 0) break;
    masked = withoutCards(masked, cards);
  }
  return masked;
}

function withoutCards(text: string, cards: readonly FoundCard[]): string {
  let masked = text;
  for (const { start, end, spelled, digits } of cards) {
    masked = masked.slice(0, start) + dots(text.slice(start, end), spelled, digits) + masked.slice(end);
  }
  return masked;
}

/** Digits of other scripts, and the blanks and dashes that look like ours, as ASCII; no character changes its place. */
export function asciiDigits(text: string): string {
  if (!/[^\x00-\x7f]/.test(text)) return text;
  return (
    text
      .replace(/[\uff10-\uff19\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g, (digit) => {
        const code = digit.charCodeAt(0);
        const zero = code >= 0xff10 ? 0xff10 : code >= 0x0966 ? 0x0966 : code >= 0x06f0 ? 0x06f0 : 0x0660;
        return String(code - zero);
      })
      // also what nobody sees: soft hyphens, joiners, marks of direction
      .replace(/[\u00a0\u00ad\u061c\u180e\u2000-\u200f\u2028-\u202f\u2060-\u2069\u3000\ufeff]/g, ' ')
      .replace(/[\u2010-\u2015\u2212\uff0d]/g, '-')
      .replace(/[\uff0b]/g, '+')
      .replace(/[\uff20]/g, '@')
      .replace(/[\uff0e\u3002]/g, '.')
  );
}

export const overlap = (one: Span, other: Span) => one.start < other.end && other.start < one.end;

/** A number, or the part of one, in a stretch of digits: it says those from `from` up to, not including, `to`. */
interface Part extends Span {
  readonly from: number;
  readonly to: number;
}

/** Card numbers that are made of whole parts, each as long as `isLikely` allows; other numbers may touch them. */
function cardsAmong<P extends Part>(
  digits: string,
  parts: readonly P[],
  isLikely: (some: readonly P[]) => boolean,
): { readonly digits: string; readonly parts: readonly P[] }[] {
  const found: { digits: string; parts: readonly P[] }[] = [];
  const sums = checkSums(digits);
  for (let first = 0; first < parts.length; first += 1) {
    const from = parts[first]?.from ?? 0;
    const lengths = LENGTHS_OF[Number(digits.slice(from, from + PREFIX))] ?? 0;
    if (lengths === 0) continue;
    let longest: { readonly last: number; readonly digits: string; readonly parts: readonly P[] } | null = null;
    for (let last = first; last < parts.length; last += 1) {
      const to = parts[last]?.to ?? 0;
      if (to - from > LONGEST) break;
      if ((lengths & (1 << (to - from))) === 0 || !checks(sums, from, to)) continue;
      const some = parts.slice(first, last + 1);
      if (isLikely(some)) longest = { last, digits: digits.slice(from, to), parts: some };
    }
    if (longest === null) continue;
    found.push(longest);
    first = longest.last;
  }
  return found;
}

/** The card numbers in a run of words; other numbers may stand before and behind them, such as the expiry date. */
function spelledCards({ digits, items }: SpelledRun): FoundCard[] {
  return cardsAmong(digits, items, isSpelled).map((card) => ({
    ...spanOf(card.parts),
    digits: card.digits,
    spelled: true,
  }));
}

function writtenCards(text: string): FoundCard[] {
  const told = CUE.test(text);
  return stretchesOf(text, told ? LOOSE_GAP : GAP).flatMap(({ digits, groups }) =>
    cardsAmong(digits, groups, (some) => isLikely(text, some, told)).map((card) => ({
      ...spanOf(card.parts),
      digits: card.digits,
      spelled: false,
    })),
  );
}

const spanOf = (parts: readonly Span[]): Span => ({ start: parts[0]?.start ?? 0, end: parts.at(-1)?.end ?? 0 });

const isLikely = (text: string, groups: readonly Part[], told: boolean) =>
  !isFraction(text, groups) && (told || isUsual(groups)) && !isPartOfMore(text, groups);

/** Groups of digits that stand close enough to belong to one number. */
interface Stretch {
  readonly digits: string;
  readonly groups: readonly Part[];
}

/** Each gap is looked at once, not for every number that it may be part of. */
function stretchesOf(text: string, gap: RegExp): Stretch[] {
  const stretches: Stretch[] = [];
  let digits = '';
  let groups: Part[] = [];
  let seen = 0;
  const finish = () => {
    if (digits.length >= SHORTEST) stretches.push({ digits, groups });
    digits = '';
    groups = [];
  };
  for (const { 0: more, index } of text.matchAll(GROUP)) {
    if (index - seen > MOST_GAP || !gap.test(text.slice(seen, index))) finish();
    seen = index + more.length;
    groups.push({ start: index, end: seen, from: digits.length, to: digits.length + more.length });
    digits += more;
  }
  finish();
  return stretches;
}

/** As cards are printed, or all groups of one length but for the last. */
function isUsual(parts: readonly Part[]): boolean {
  const lengths = parts.map(({ from, to }) => to - from);
  if (/^(?:4,6,[45]|6,13)$/.test(lengths.join(','))) return true;
  const [size = 0] = lengths;
  if (lengths.length > 1 && (size === 6 || size === 7)) return false;
  return lengths.slice(0, -1).every((length) => length === size) && (lengths.at(-1) ?? 0) <= Math.max(size, 4);
}

/** "4337152.565000" */
const isFraction = (text: string, parts: readonly Part[]) =>
  parts.length === 2 && /[.,]/.test(text.charAt(parts[0]?.end ?? 0));

const HEX = /[0-9a-f]/i;

/** Digits of a fraction, of a hash or of a list that goes on are no card number. */
function isPartOfMore(text: string, parts: readonly Part[]): boolean {
  const { start, end } = spanOf(parts);
  if (parts.length === 1) {
    if (/\d[.,]$/.test(text.slice(Math.max(0, start - 2), start))) return true;
    const goesOn = /^[.:]\d/.test(text.slice(end, end + 2));
    if (goesOn && !EXPIRY.test(text.slice(end, end + MOST_EXPIRY))) return true;
  }
  let from = start;
  let to = end;
  while (from > 0 && start - from < 40 && HEX.test(text.charAt(from - 1))) from -= 1;
  while (to < text.length && to - end < 40 && HEX.test(text.charAt(to))) to += 1;
  // a word that sticks to the number is no part of it, unless both together are too long for a card
  const digits = parts.reduce((sum, { from: first, to: last }) => sum + last - first, 0);
  const stuck = to - from - (end - start);
  return stuck > 0 && digits + stuck > LONGEST;
}

function lengthsByPrefix(): Uint32Array {
  const table = new Uint32Array(10 ** PREFIX);
  for (const [from, to, lengths] of ISSUERS) {
    const rest = 10 ** (PREFIX - String(to).length);
    const bits = lengths.reduce((sum, length) => sum | (1 << length), 0);
    for (let prefix = from * rest; prefix < (to + 1) * rest; prefix += 1) table[prefix] = (table[prefix] ?? 0) | bits;
  }
  return table;
}

/** Sums of the first digits, up to each place: with those at even places doubled, and with those at odd places. */
type CheckSums = readonly [evenDoubled: readonly number[], oddDoubled: readonly number[]];

function checkSums(digits: string): CheckSums {
  const even = [0];
  const odd = [0];
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(index) - 0x30;
    const doubled = digit > 4 ? digit * 2 - 9 : digit * 2;
    const isEven = index % 2 === 0;
    even.push((even[index] ?? 0) + (isEven ? doubled : digit));
    odd.push((odd[index] ?? 0) + (isEven ? digit : doubled));
  }
  return [even, odd];
}

/** The check digit of ISO/IEC 7812 (Luhn): every second digit is doubled, from the last but one. */
function checks([even, odd]: CheckSums, from: number, to: number): boolean {
  const sums = to % 2 === 0 ? even : odd; // the last but one is at `to - 2`
  return ((sums[to] ?? 0) - (sums[from] ?? 0)) % 10 === 0;
}

function dots(text: string, spelled: boolean, digits: string): string {
  const last = digits.slice(-KEPT);
  if (spelled) return '•'.repeat(text.length - KEPT) + last;
  let left = digits.length - KEPT;
  return text.replace(/[\d\uff10-\uff19\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g, (digit) =>
    left-- > 0 ? '•' : digit,
  );
}
