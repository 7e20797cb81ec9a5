// Rule 9.2: telephone numbers. The plan of each country is libphonenumber's (docs/decisions.md, 29); which digits of a
// technical conversation are worth asking about, and how sure one must be, is decided here.

import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { spelledRuns } from './spelled-digits.ts';
import type { Span, SpelledRun } from './spelled-digits.ts';

/** The country whose way of writing telephone numbers is taken for granted. */
export type Country = 'US' | 'DE' | 'ES';

/** Fewer digits than these are no telephone number. */
export const ENOUGH_DIGITS = /\d(?:\D{0,3}\d){6}/;
const LEAST_DIGITS = 7;
const MOST_DIGITS = 17;
const MOST_CHUNKS = 10; // pieces of one number, set apart by blanks
const MOST_ASKED = 60; // candidates of one message: with more it is a list of numbers, not of telephones
const MOST_LOOKS = 1_500; // stretches of digits of one message that are looked at closely
const MOST_CHUNK = 40;
const MOST_BESIDE = 25; // characters beside a number that says all there is to say

const CUE_WORD =
  'call|phone|telephone|telefon|tel[eé]fono|tel|tlf|tfno|telf|mobile|mobil|m[oó]vil|cell|celular|cellphone|handy|fon|number|nummer|n[uú]mero|nr|sms|text|ring|dial|fax|landline|festnetz|fijo|whatsapp|whats|signal|telegram|reach|contact|contacto|anrufen|anruf|ruf|rufen|ruft|erreichen|erreichbar|erreichst|melde|durchwahl|ll[aá]mame|llama|llamar|ll[aá]meme|ll[aá]menos|marca|marcar|marque|home|office|work';
const CUE = new RegExp(String.raw`(?<![\p{L}\d_])(?:${CUE_WORD})(?![\p{L}\d_])`, 'iu');
/** The words around a number that is a machine's. */
const MACHINE_BEFORE =
  /(?:\b(?:pid|uid|gid|ppid|id|bug|bugs|version|build|kernel|error|code|errno|serial|ticket|order|case|invoice|block|blocks|sector|sectors|inode|size|port|total|rev|revision|release|model|part|item|key|commit|offset|address|addr|bytes|isbn|article|kb|fehler|fehlercode|auftrag|bestell(?:nummer)?|rechnung|seriennummer|artikel(?:nummer)?|versión|fehlernummer|pedido|factura|serie|error|c[oó]digo|launchpad)[\s#:=.]{0,3}(?:(?:number|nummer|n[uú]mero|no|nr|is|ist|es|de|:)[\s#:=.]{0,2}){0,3}|[#$€£]\s?|[@&%^~=\\/_-])$/iu;
const MACHINE_AFTER =
  /^\s?(?:blocks?|bytes?|sectors?|kb|k|kib|mb|mib|gb|b|bit|bits|files?|seconds?|secs?|ms|ns|users?|records?|inodes?|cylinders?|heads?|packets?|hz|mhz|rpm|iterations|%|\$|€|£|dollars?|euros?)\b/iu;
const DATE = /(?:^|[\s(])(?:(?:19|20)\d\d([-./])\d\d?\1\d\d?|\d\d?([-./])\d\d?\2(?:\d\d){1,2})(?=$|[\s)])/;

/** A piece between blanks that may belong to a telephone number. */
interface Chunk extends Span {
  /** nothing before it in the same piece, so that it may follow another one */
  readonly opens: boolean;
  readonly closes: boolean;
  readonly digits: number;
  /** which digits there are: a bit for each */
  readonly kinds: number;
}

const PIECE = /[^\s,;|]+/g;
const NUMBER_PIECE = new RegExp(
  String.raw`^(["'«“„<\[{*]{0,2}|(?:${CUE_WORD})[:.=#]{1,2})?([+(]{0,2}\d[\d().\/\-+]{0,28})(["'»”“>\]}*!?:…]{0,3})$`,
  'iu',
);
const CONNECTOR = /^[-/.–]$/;

/** Telephone numbers in a text: written with digits, or spelled out (`runs`). Linear in its length. */
export function findPhones(text: string, country: Country, runs: readonly SpelledRun[] = spelledRuns(text)): Span[] {
  const spelled: Span[] = runs.filter(({ digits }) => isSpelledPhone(digits));
  if (!ENOUGH_DIGITS.test(text)) return spelled;
  const told = CUE.test(text);
  const found: Span[] = [];
  let looks = 0;
  let asked = 0;
  for (const row of rowsOf(text)) {
    for (let first = 0; first < row.length; first += 1) {
      for (const last of endsFrom(row, first)) {
        if ((looks += 1) > MOST_LOOKS) return [...spelled, ...found];
        const span = { start: row[first]?.start ?? 0, end: row[last]?.end ?? 0 };
        const candidate = candidateOf(text, span, { start: row[0]?.start ?? 0, end: row.at(-1)?.end ?? 0 });
        if (candidate === null) continue;
        if ((asked += 1) > MOST_ASKED) return [...spelled, ...found];
        if (!isPhone(candidate, country, told || text.length - (span.end - span.start) <= MOST_BESIDE)) continue;
        found.push(span);
        first = last;
        break;
      }
    }
  }
  return [...spelled, ...found];
}

/** Where a number that begins with this piece may end, the farthest first: as many digits as a telephone number has. */
function endsFrom(row: readonly Chunk[], first: number): number[] {
  const ends: number[] = [];
  let digits = 0;
  let kinds = 0;
  for (let last = first; last < row.length && last < first + MOST_CHUNKS; last += 1) {
    const chunk = row[last];
    digits += chunk?.digits ?? 0;
    kinds |= chunk?.kinds ?? 0;
    if (digits > MOST_DIGITS) break;
    if (digits >= LEAST_DIGITS && isVaried(kinds)) ends.unshift(last);
  }
  return ends;
}

/** No telephone number has fewer than three different digits: without its two lowest bits something is left. */
function isVaried(kinds: number): boolean {
  const less = kinds & (kinds - 1);
  return (less & (less - 1)) !== 0;
}

/** Pieces that look like parts of a telephone number, in rows with nothing else between them. */
function rowsOf(text: string): Chunk[][] {
  const rows: Chunk[][] = [];
  let row: Chunk[] = [];
  let seen = 0;
  const finish = () => {
    if (row.length > 0) rows.push(row);
    row = [];
  };
  for (const { 0: piece, index } of text.matchAll(PIECE)) {
    const chunk = piece.length > MOST_CHUNK ? null : chunkOf(piece, index);
    if (!/^[ \t]{0,3}$/.test(text.slice(seen, index)) || chunk?.opens) finish();
    seen = index + piece.length;
    if (chunk !== null) row.push(chunk);
    else if (!CONNECTOR.test(piece)) finish();
    if (chunk?.closes) finish();
  }
  finish();
  return rows;
}

function chunkOf(piece: string, index: number): Chunk | null {
  const parts = NUMBER_PIECE.exec(piece);
  if (parts === null) return null;
  const [, lead = '', core = '', tail = ''] = parts;
  const closed = core.startsWith('(') && !core.includes(')') && tail.startsWith(')');
  // a full stop at the end belongs to the sentence, brackets around it all to the text
  const number = closed ? `${core})` : core.replace(/[./\-+]+$/, '');
  const rest = closed ? tail.slice(1) : tail;
  const start = index + lead.length;
  const digits = number.replace(/\D/g, '');
  return {
    start,
    end: start + number.length,
    digits: digits.length,
    kinds: [...digits].reduce((bits, digit) => bits | (1 << Number(digit)), 0),
    opens: lead !== '',
    closes: rest !== '' || (!closed && number !== core),
  };
}

/** What might be a telephone number, with what its look says. */
interface Candidate {
  readonly text: string;
  readonly digits: string;
  /** lengths of its groups of digits: "3,3,4" */
  readonly groups: string;
  /** a word or sign beside it says that it is a machine's number */
  readonly machine: boolean;
  /** no other numbers stand beside it */
  readonly whole: boolean;
}

function candidateOf(text: string, { start, end }: Span, row: Span): Candidate | null {
  const candidate = text.slice(start, end);
  const digits = candidate.replace(/\D/g, '');
  if (DATE.test(candidate) || !/^[+(]{0,2}[\d\s().\/-]+$/.test(candidate)) return null;
  const groups = (candidate.match(/\d+/g) ?? []).map(({ length }) => length);
  if (COUNTING.includes(digits)) return null;
  // 192.168.2.1, 2.6.10-19, 3108.204701
  if (/(?:^|\D)\d{1,3}(?:\.\d{1,3}){3}(?:\D|$)/.test(candidate) && !/^\+/.test(candidate)) return null;
  if (/(?:^|[.\-])\d\.|\.\d(?:[.\-]|$)/.test(candidate) && groups.length < 5 && !/^(?:\+?1\.|\+)/.test(candidate))
    return null;
  if (groups.length === 2 && candidate.includes('.') && !/[\s()]/.test(candidate) && !digits.startsWith('0'))
    return null;
  if (/[-./]{2}|\/.*\/.*\//.test(candidate)) return null;
  const before = text.slice(Math.max(0, start - 40), start);
  const after = text.slice(end, end + 20);
  if (/^[.,:]?\d|^[\w@]/u.test(after)) return null;
  return {
    text: candidate,
    digits,
    groups: groups.join(','),
    whole: start === row.start && end === row.end,
    machine:
      MACHINE_BEFORE.test(before) ||
      MACHINE_BEFORE.test(text.slice(Math.max(0, row.start - 40), row.start)) ||
      MACHINE_AFTER.test(text.slice(row.end, row.end + 20)),
  };
}

/** `told`: the message speaks of calling, or says little else than this number. */
function isPhone(candidate: Candidate, country: Country, told: boolean): boolean {
  const { text, digits } = candidate;
  const number = parsePhoneNumberFromString(text.replace(/\(0\)/, ''), country);
  if (number === undefined) return false;
  // of numbers that nobody has (555 …) only the length is known
  if (/^\(?\+/.test(text)) return digits.length >= 8 && number.isPossible();
  if (candidate.machine) return false;
  if (digits.startsWith('00')) return digits.length >= 10 && number.isValid();
  if (looksDialled(candidate, country)) return number.isPossible();
  if (!told) return false;
  return isBare(candidate, country)
    ? number.isPossible()
    : isLocal(candidate, country) || isElsewhere(candidate, country);
}

/** Grouped the way people of this country write telephone numbers. */
function looksDialled({ text, digits, groups }: Candidate, country: Country): boolean {
  switch (country) {
    case 'US':
      return /^(?:1,)?3,3,4$/.test(groups) && /^1?[2-9]/.test(digits);
    case 'DE':
      return (
        /^0[1-9]/.test(digits) &&
        digits.length >= 8 &&
        !/^\d+\.\d+$/.test(text) &&
        (groups.includes(',') || digits.length >= 10)
      );
    case 'ES':
      return /^(?:3,3,3|3,2,2,2|2,3,2,2)$/.test(groups) && /^[6789]/.test(digits);
  }
}

/** All digits of a whole number, in other groups or none. */
function isBare({ digits }: Candidate, country: Country): boolean {
  switch (country) {
    case 'US':
      return /^1?[2-9]\d{9}$/.test(digits);
    case 'DE':
      return /^0[1-9]\d{6,}$/.test(digits);
    case 'ES':
      return /^[6789]\d{8}$/.test(digits);
  }
}

/** A number of another country, in its own way of writing. */
function isElsewhere(candidate: Candidate, country: Country): boolean {
  const others: readonly Country[] = ['US', 'DE', 'ES'];
  return others.some(
    (other) =>
      candidate.whole &&
      other !== country &&
      looksDialled(candidate, other) &&
      (parsePhoneNumberFromString(candidate.text, other)?.isValid() ?? false),
  );
}

/** "555-1234" */
const isLocal = ({ text, whole }: Candidate, country: Country) =>
  whole && country === 'US' && /^[2-9]\d\d[-.\s]\d{4}$/.test(text);

/** Nobody spells out so many digits for anything else; counting aloud aside. */
function isSpelledPhone(digits: string): boolean {
  return digits.length >= LEAST_DIGITS && digits.length <= MOST_DIGITS && !COUNTING.includes(digits);
}

const COUNTING = '01234567891011121314151617181920';
