// A text as phrases see it: its own words in their sentences, folded; what it quotes is somebody else's.

import type { WordBook } from './word-book.ts';

const START = '^';
const END = '$';
/** one star or two */
const STAR = '★';
/** three or more in a row */
const STARS = '★★★';
const MOST_TEXT = 10_000; // more than any message has

export interface Said {
  /** by number of a word: its places, ascending */
  readonly places: ReadonlyMap<number, readonly number[]>;
  /** by place: the sentence it is in */
  readonly sentences: readonly number[];
}

/** Reads a text once. Linear in its length. */
export function read(text: string, book: WordBook): Said {
  const places = new Map<number, number[]>();
  const sentences: number[] = [];
  let sentence = 0;
  const put = (word: string) => {
    for (const number of book.numbersOf(word)) {
      const known = places.get(number);
      if (known === undefined) places.set(number, [sentences.length]);
      else known.push(sentences.length);
    }
    sentences.push(sentence);
  };
  put(START);
  for (const word of wordsOf(text)) {
    put(word);
    if (word !== END) continue;
    sentence += 1;
    put(START);
  }
  put(END);
  return { places, sentences };
}

const WORD = /\d+(?:[.,:]\d+)*(?![\p{L}\p{N}_])|[\p{L}\p{N}_]+|[★☆⭐🌟✩✭✮]+|[.!?…\n]/gu;
const ADDRESS = /\b(?:https?:\/\/|www\.)\S+/giu;
const QUOTED_LINE = /^[ \t]*>.*$/gmu;
const QUOTED = /“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|»[^«»]*«|"[^"\n]*"/gu;

/** Whoever puts everything in quotation marks quotes nobody. */
function ownWords(text: string): string {
  if (!MAY_QUOTE.test(text)) return text;
  const own = text.replace(QUOTED_LINE, ' ').replace(QUOTED, ' ');
  return SAYS_ANYTHING.test(own) ? own : text;
}

const MAY_QUOTE = /[“”„«»">]/u;
const SAYS_ANYTHING = /[\p{L}★☆⭐🌟]/u;

/** Small letters without accents, apostrophes and what nobody sees. */
function fold(text: string): string {
  const plain = text.replace(ADDRESS, ' ').toLowerCase();
  if (PLAIN.test(plain)) return plain;
  return plain
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}'’´`]/gu, '')
    .slice(0, MOST_TEXT) // one sign may have become many
    .toLowerCase()
    .replace(/ß/gu, 'ss');
}

const PLAIN = /^[\n -&(-_a-~]*$/; // ASCII but for ' and `

/** Words of a text without what is quoted in it, folded; `$` between sentences. */
function* wordsOf(text: string): Generator<string> {
  const folded = fold(ownWords(text.slice(0, MOST_TEXT)));
  let letters = '';
  for (const [word] of folded.matchAll(WORD)) {
    if (/^\p{L}$/u.test(word)) {
      letters += word;
      continue;
    }
    if (letters !== '') yield* spelled(letters);
    letters = '';
    if (/^[.!?…\n]$/u.test(word)) yield END;
    else if (/^[★☆⭐🌟✩✭✮]/u.test(word)) yield [...word].length < 3 ? STAR : STARS;
    else yield word;
  }
  if (letters !== '') yield* spelled(letters);
}

/** "r a t e" is a word, "x y" are two. */
function* spelled(letters: string): Generator<string> {
  if (letters.length > 2) yield letters;
  else yield* letters;
}
