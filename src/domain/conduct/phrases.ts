// Finds phrases in what somebody wrote. A language is data: classes of words, and phrases of these. Whatever a text says, it
// is read once, and each phrase walks once over the places of its words: nothing is tried again, nothing goes back.

import { read } from './said.ts';
import type { Said } from './said.ts';
import { WordBook } from './word-book.ts';

/** What a language has to say about one matter. Words are folded: small letters without accents or apostrophes. */
export interface Phrases {
  /** parts of words as they are written, separated by blanks: a text without any of them is not read at all */
  readonly signs: string;
  /** by name in capitals: words separated by blanks; `bewert*` is all that begins so */
  readonly words: Readonly<Record<string, string>>;
  /**
   * Words and names of classes, `a|b` for either, `..3` for up to three words of any kind, `~3` for up to three of the class
   * `SMALL`, `^` and `$` for the beginning and the end of a sentence, `#` for a number in digits, `★` for a star or two, `★★★`
   * for more in a row. These are meant, whatever else is said.
   */
  readonly always: readonly string[];
  /** the same words in another sense: what such a phrase covers counts no more */
  readonly otherwise: readonly string[];
  /** meant, where it is not covered */
  readonly meant: readonly string[];
}

interface Step {
  /** words of this step, by their number */
  readonly word: number;
  /** between it and the step before: up to so many words */
  readonly gap: number;
  /** which may be these only; null: any */
  readonly only: number | null;
}

type Phrase = readonly Step[];

interface Compiled {
  readonly always: readonly Phrase[];
  readonly otherwise: readonly Phrase[];
  readonly meant: readonly Phrase[];
}

/** Are these phrases in a text, in any of the languages? What is in one of them otherwise is so in all. */
export function phraseFinder(languages: readonly Phrases[]): (text: string) => boolean {
  const book = new WordBook();
  const compiled = languages.map((language) => compile(language, book));
  const always = byFirstWord(compiled.flatMap((language) => language.always));
  const otherwise = byFirstWord(compiled.flatMap((language) => language.otherwise));
  const meant = byFirstWord(compiled.flatMap((language) => language.meant));
  const signs = new RegExp([...languages.flatMap((language) => language.signs.split(' ')), ODD].join('|'), 'iu');
  return (text) => {
    if (!signs.test(text)) return false;
    const said = read(text, book);
    if (isAnyIn(always, said)) return true;
    return isAnyIn(meant, said) && isAnyIn(meant, without(otherwise, said));
  };
}

/** Letters one by one, and those that only look like ours. */
const ODD = '(?<!\\p{L})\\p{L}\\s\\p{L}\\s\\p{L}(?!\\p{L})|[^\\0-\\u024f\\u2010-\\u2026]';

/** Phrases by the number of the word they begin with: most are not looked at, because it is not there. */
type Index = ReadonlyMap<number, readonly Phrase[]>;

function byFirstWord(phrases: readonly Phrase[]): Index {
  const index = new Map<number, Phrase[]>();
  for (const phrase of phrases) {
    const first = phrase[0]?.word ?? -1; // none is empty
    index.set(first, [...(index.get(first) ?? []), phrase]);
  }
  return index;
}

const isAnyIn = (phrases: Index, said: Said): boolean =>
  candidates(phrases, said).some((phrase) => find(phrase, said).length > 0);

const candidates = (phrases: Index, { places }: Said): Phrase[] =>
  [...places.keys()].flatMap((number) => phrases.get(number) ?? []);

/** What is left of a text that these phrases do not cover. */
function without(phrases: Index, said: Said): Said {
  const covered = new Set<number>();
  for (const phrase of candidates(phrases, said)) {
    for (const [from, to] of find(phrase, said)) {
      for (let place = from; place <= to; place += 1) covered.add(place);
    }
  }
  if (covered.size === 0) return said;
  const left = (all: readonly number[]) => all.filter((place) => !covered.has(place));
  return { ...said, places: new Map([...said.places].map(([number, all]) => [number, left(all)])) };
}

function compile({ words, ...phrases }: Phrases, book: WordBook): Compiled {
  const classOf = (name: string) => (words[name] ?? '').split(' ').filter((word) => word !== '');
  const numberOf = (element: string) =>
    book.numberOf(element.split('|').flatMap((one) => (one in words ? classOf(one) : [one])));
  const small = numberOf('SMALL');
  const phraseOf = (text: string): Phrase => {
    const steps: Step[] = [];
    let between: Omit<Step, 'word'> = ADJACENT;
    for (const element of text.split(' ')) {
      const [, sign, most] = /^(\.\.|~)(\d+)$/.exec(element) ?? [];
      if (most === undefined) steps.push({ word: numberOf(element), ...between });
      between = most === undefined ? ADJACENT : { gap: Number(most), only: sign === '~' ? small : null };
    }
    return steps;
  };
  return {
    always: phrases.always.map(phraseOf),
    otherwise: phrases.otherwise.map(phraseOf),
    meant: phrases.meant.map(phraseOf),
  };
}

const ADJACENT = { gap: 0, only: null };

type Span = readonly [from: number, to: number];

/** Where a phrase is: of those that end at one place the shortest. */
function find(phrase: Phrase, { places, sentences }: Said): Span[] {
  let spans: Span[] | null = null;
  for (const { word, gap, only } of phrase) {
    const here = places.get(word) ?? [];
    if (here.length === 0) return [];
    if (spans === null) {
      spans = here.map((place): Span => [place, place]);
      continue;
    }
    const next: Span[] = [];
    let index = 0;
    for (const place of here) {
      // the nearest one before this place is the best: the span that began last
      while (index + 1 < spans.length && (spans[index + 1]?.[1] ?? Infinity) < place) index += 1;
      const before: Span | undefined = spans[index];
      if (before === undefined || before[1] >= place || place - before[1] - 1 > gap) continue;
      if (sentences[before[1]] !== sentences[place]) continue;
      if (only !== null && !allOf(places.get(only) ?? [], before[1] + 1, place)) continue;
      next.push([before[0], place]);
    }
    if (next.length === 0) return [];
    spans = next;
  }
  return spans ?? [];
}

/** Are all places from one to before another among these, which ascend? */
function allOf(places: readonly number[], from: number, to: number): boolean {
  const first = firstFrom(places, from);
  return (places[first + (to - from) - 1] ?? Infinity) === to - 1 || from === to;
}

function firstFrom(places: readonly number[], from: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? Infinity) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
