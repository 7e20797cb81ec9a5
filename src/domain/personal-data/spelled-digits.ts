// Rule 9.2: numbers that are written out in words ("null eins sieben", "double five"), alone or mixed with digits, in
// English, German and Spanish.

/** A stretch of text, in UTF-16 units: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A run of numbers of which at least some are words. */
export interface SpelledRun extends Span {
  /** what the run says, as digits, without a leading "plus" */
  readonly digits: string;
  readonly items: readonly SpelledItem[];
}

/** A number of a run; it says the digits of the run from `from` up to, not including, `to`. */
export interface SpelledItem extends Span {
  readonly from: number;
  readonly to: number;
  /** not written in digits */
  readonly word: boolean;
}

const DIGIT_WORDS: readonly (readonly [words: string, digits: string])[] = [
  ['zero oh nought null cero', '0'],
  ['one eins uno', '1'],
  ['two zwei zwo dos', '2'],
  ['three drei tres', '3'],
  ['four vier cuatro', '4'],
  ['five fünf fuenf cinco', '5'],
  ['six sechs seis', '6'],
  ['seven sieben siete', '7'],
  ['eight acht ocho', '8'],
  ['nine neun nueve', '9'],
  ['ten zehn diez', '10'],
  ['eleven elf once', '11'],
  ['twelve zwölf zwoelf doce', '12'],
  ['thirteen dreizehn trece', '13'],
  ['fourteen vierzehn catorce', '14'],
  ['fifteen fünfzehn fuenfzehn quince', '15'],
  ['sixteen sechzehn dieciséis dieciseis', '16'],
  ['seventeen siebzehn diecisiete', '17'],
  ['eighteen achtzehn dieciocho', '18'],
  ['nineteen neunzehn diecinueve', '19'],
  ['veintiuno veintiún', '21'],
  ['veintidós veintidos', '22'],
  ['veintitrés veintitres', '23'],
  ['veinticuatro', '24'],
  ['veinticinco', '25'],
  ['veintiséis veintiseis', '26'],
  ['veintisiete', '27'],
  ['veintiocho', '28'],
  ['veintinueve', '29'],
];
const TENS_WORDS: readonly (readonly [words: string, digits: string])[] = [
  ['twenty zwanzig veinte', '2'],
  ['thirty dreißig dreissig treinta', '3'],
  ['forty vierzig cuarenta', '4'],
  ['fifty fünfzig fuenfzig cincuenta', '5'],
  ['sixty sechzig sesenta', '6'],
  ['seventy siebzig setenta', '7'],
  ['eighty achtzig ochenta', '8'],
  ['ninety neunzig noventa', '9'],
];
const tableOf = (rows: readonly (readonly [string, string])[]): ReadonlyMap<string, string> =>
  new Map(rows.flatMap(([words, digits]) => words.split(' ').map((word) => [word, digits] as const)));
const DIGITS = tableOf(DIGIT_WORDS);
const TENS = tableOf(TENS_WORDS);
const REPEATS: ReadonlyMap<string, number> = new Map([
  ['double', 2],
  ['doppel', 2],
  ['doble', 2],
  ['triple', 3],
  ['dreifach', 3],
]);

const ITEM = /[\p{L}\p{M}]+|\d+/gu;
/** Between two numbers of one run: white space and a little punctuation. */
const GAP = /^[\s,.\-–—/()]{0,4}$/;
const GERMAN_TENS = /^(ein|zwei|drei|vier|fünf|fuenf|sechs|sieben|acht|neun)und(\p{L}+)$/u;
const UNIT =
  'zero|oh|null|one|two|three|four|five|six|seven|eight|nine|eins|zwei|zwo|drei|vier|fünf|fuenf|sechs|sieben|acht|neun|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|[a-zü]+zig|dreißig|dreissig|[a-z]+enta|[a-z]+ty|[a-z]+teen|zehn|doce|quince';
/** Two number words, or one and a digit, one after the other: without that there is nothing to find. */
const PAIR = new RegExp(
  String.raw`(?<![\p{L}])(?:${UNIT})[\s,.\-–—/()]{1,4}(?:(?:double|triple|doppel|doble|y) ?)?(?:${UNIT}|\d)`,
  'iu',
);

const LEAST_DIGITS = 7; // a shorter number is no telephone number
const LEAST_WORDS = 3;

/** Runs of at least seven digits of which three or more numbers are words. Linear in the length of the text. */
export function spelledRuns(text: string): SpelledRun[] {
  if (!PAIR.test(text)) return [];
  const runs: SpelledRun[] = [];
  let run: Run | null = null;
  const finish = () => {
    if (run !== null && run.digits.length >= LEAST_DIGITS && isSpelled(run.items)) {
      const { start, end, digits, items } = run;
      runs.push({ start, end, digits, items });
    }
    run = null;
  };
  for (const { 0: item, index } of text.matchAll(ITEM)) {
    if (run !== null && !GAP.test(text.slice(run.seen, index))) finish();
    run ??= begun(index);
    if (!take(run, item, index)) finish();
  }
  finish();
  return runs;
}

/** Enough of these numbers are words. */
export const isSpelled = (items: readonly SpelledItem[]): boolean =>
  items.filter(({ word }) => word).length >= LEAST_WORDS;

/** A run under way: it grows in place, so that a long one stays cheap. */
interface Run {
  start: number;
  end: number;
  digits: string;
  readonly items: SpelledItem[];
  /** where the last item ended, also one that adds nothing yet ("double", "y") */
  seen: number;
  /** the next digit counts so often */
  times: number;
  /** the tens of a number whose units may follow */
  tens: boolean;
}

const begun = (index: number): Run => ({
  start: index,
  end: index,
  digits: '',
  items: [],
  seen: index,
  times: 1,
  tens: false,
});

/** The run with one item more; false when the item does not belong to it. */
function take(run: Run, item: string, index: number): boolean {
  const word = item.toLowerCase();
  const seen = index + item.length;
  const grow = (digits: string, isWord: boolean, isTens: boolean) => {
    run.items.push({ start: index, end: seen, from: run.digits.length, to: digits.length, word: isWord });
    Object.assign(run, { digits, end: seen, seen, times: 1, tens: isTens });
    return true;
  };
  if (isDigit(item)) return grow(run.digits + item, false, false);
  const units = DIGITS.get(word);
  if (units !== undefined) {
    // "thirty four" is 34, not 304
    const before = run.tens && units.length === 1 ? run.digits.slice(0, -1) : run.digits;
    return grow(before + units.repeat(run.times), true, false);
  }
  const tens = TENS.get(word) ?? germanTens(word);
  if (tens !== undefined) {
    return grow(run.digits + (tens.length === 1 ? `${tens}0` : tens), true, tens.length === 1);
  }
  const times = REPEATS.get(word);
  if (times !== undefined) run.times = times;
  else if (word === 'plus' && run.digits === '') Object.assign(run, begun(index));
  else if (word !== 'y' || !run.tens) return false;
  run.seen = seen;
  return true;
}

/** "vierunddreißig" is 34. */
function germanTens(word: string): string | undefined {
  const [, units, tens] = GERMAN_TENS.exec(word) ?? [];
  const first = tens === undefined ? undefined : TENS.get(tens);
  if (units === undefined || first === undefined) return undefined;
  return first + (units === 'ein' ? '1' : (DIGITS.get(units) ?? ''));
}

const isDigit = (item: string) => item.charCodeAt(0) <= 0x39;
