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
/** A first digit that some issuer has. */
const ISSUED = /[2-6]/;
const SHORTEST = 13;
const LONGEST = 19;
const KEPT = 4;
const MOST_LOOKS = 3; // one number may hide another that it touches

const ENOUGH_DIGITS = /(?:\d\D{0,3}){12}\d/;
const CUE =
  /\b(?:cards?|visa|master ?card|maestro|amex|american express|discover|diners|cvv2?|cvc2?|(?:kredit|bank|giro|ec-?)?karten?|kartennummer|tarjetas?|cr[ée]dito|d[ée]bito)\b/i;
/** Groups of a card number stand this close. */
const GAP = /^(?:[\s\-–—_.·*/,]|\s?[-–—.·/,]\s?|\s{2,3})$/;
/** Where cards are spoken of any one sign will do. */
const LOOSE_GAP = new RegExp(`${GAP.source}|^[^\\p{L}\\d]$`, 'u');
const GROUP = /\d+/g;
/** "12/27" behind the number */
const EXPIRY = /^.\s?(?:0[1-9]|1[0-2])\s?[/.\-:]?\s?(?:20)?\d\d(?!\d)/;
const MOST_EXPIRY = 12; // characters

/** The card numbers in a text. Linear in its length. */
export function findCards(text: string): FoundCard[] {
  const written = ENOUGH_DIGITS.test(text) ? writtenCards(text) : [];
  const spelled = spelledRuns(text).flatMap(spelledCards);
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

/** The card numbers in a run of words; other numbers may stand before and behind them, such as the expiry date. */
function spelledCards({ digits, items }: SpelledRun): FoundCard[] {
  const found: FoundCard[] = [];
  for (let first = 0; first < items.length; first += 1) {
    const { start = 0, from = 0 } = items[first] ?? {};
    if (!ISSUED.test(digits.charAt(from))) continue;
    let longest: number | null = null;
    for (let last = first; last < items.length; last += 1) {
      const number = digits.slice(from, items[last]?.to);
      if (number.length > LONGEST) break;
      if (number.length >= SHORTEST && isCard(number) && isSpelled(items.slice(first, last + 1))) longest = last;
    }
    if (longest === null) continue;
    const { end = 0, to = 0 } = items[longest] ?? {};
    found.push({ start, end, digits: digits.slice(from, to), spelled: true });
    first = longest;
  }
  return found;
}

interface Group extends Span {
  readonly length: number;
}

function writtenCards(text: string): FoundCard[] {
  const groups: Group[] = [...text.matchAll(GROUP)].map(({ 0: digits, index }) => ({
    start: index,
    end: index + digits.length,
    length: digits.length,
  }));
  const told = CUE.test(text);
  const found: FoundCard[] = [];
  for (let first = 0; first < groups.length; first += 1) {
    const card = cardFrom(text, groups, first, told);
    if (card === null) continue;
    found.push(card.found);
    first = card.last;
  }
  return found;
}

/** The longest card number that begins with this group; it has at most nineteen groups. */
function cardFrom(text: string, groups: readonly Group[], first: number, told: boolean) {
  if (!ISSUED.test(text.charAt(groups[first]?.start ?? 0))) return null;
  const gap = told ? LOOSE_GAP : GAP;
  let digits = '';
  let longest: { readonly last: number; readonly found: FoundCard } | null = null;
  for (let last = first; last < groups.length; last += 1) {
    const group = groups[last];
    const before = groups[last - 1];
    if (group === undefined || (last > first && !gap.test(text.slice(before?.end, group.start)))) break;
    digits += text.slice(group.start, group.end);
    if (digits.length > LONGEST) break;
    if (digits.length < SHORTEST || !isCard(digits)) continue;
    const parts = groups.slice(first, last + 1);
    const start = parts[0]?.start ?? 0;
    if (isFraction(text, parts) || !(told || isUsual(parts)) || isPartOfMore(text, parts, groups[last + 1])) continue;
    longest = { last, found: { start, end: group.end, digits, spelled: false } };
  }
  return longest;
}

/** As cards are printed, or all groups of one length but for the last. */
function isUsual(parts: readonly Group[]): boolean {
  const lengths = parts.map(({ length }) => length);
  if (/^(?:4,6,[45]|6,13)$/.test(lengths.join(','))) return true;
  const [size = 0] = lengths;
  if (lengths.length > 1 && (size === 6 || size === 7)) return false;
  return lengths.slice(0, -1).every((length) => length === size) && (lengths.at(-1) ?? 0) <= Math.max(size, 4);
}

/** "4337152.565000" */
const isFraction = (text: string, parts: readonly Group[]) =>
  parts.length === 2 && /[.,]/.test(text.charAt(parts[0]?.end ?? 0));

const HEX = /[0-9a-f]/i;

/** Digits of a fraction, of a hash or of a list that goes on are no card number. */
function isPartOfMore(text: string, parts: readonly Group[], next: Group | undefined): boolean {
  const start = parts[0]?.start ?? 0;
  const end = parts.at(-1)?.end ?? 0;
  if (parts.length === 1) {
    if (/\d[.,]$/.test(text.slice(Math.max(0, start - 2), start))) return true;
    const goesOn = next?.start === end + 1 && /[.:]/.test(text.charAt(end));
    if (goesOn && !EXPIRY.test(text.slice(end, end + MOST_EXPIRY))) return true;
  }
  let from = start;
  let to = end;
  while (from > 0 && start - from < 40 && HEX.test(text.charAt(from - 1))) from -= 1;
  while (to < text.length && to - end < 40 && HEX.test(text.charAt(to))) to += 1;
  // a word that sticks to the number is no part of it, unless both together are too long for a card
  const digits = parts.reduce((sum, { length }) => sum + length, 0);
  const stuck = to - from - (end - start);
  return stuck > 0 && digits + stuck > LONGEST;
}

/** The check digit first: it costs less, and most numbers fail it. */
function isCard(digits: string): boolean {
  return checks(digits) && issued(digits);
}

function issued(digits: string): boolean {
  return ISSUERS.some(([from, to, lengths]) => {
    const prefix = Number(digits.slice(0, String(to).length));
    return prefix >= from && prefix <= to && lengths.includes(digits.length);
  });
}

/** The check digit of ISO/IEC 7812 (Luhn). */
function checks(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

function dots(text: string, spelled: boolean, digits: string): string {
  const last = digits.slice(-KEPT);
  if (spelled) return '•'.repeat(text.length - KEPT) + last;
  let left = digits.length - KEPT;
  return text.replace(/[\d\uff10-\uff19\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g, (digit) =>
    left-- > 0 ? '•' : digit,
  );
}
