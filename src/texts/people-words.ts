// What people wrote, inside of what we say: it stays theirs, and cannot pass for more than that.

/** What a text can name. */
export type Values = Record<string, string | number>;

const QUOTE_LENGTH = 600;
const BREAK = '\u200b'; // has no width, and no address goes on after it

/** Controls, and marks that turn the direction of what follows them. */
const UNSEEN = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** On its line, whether that becomes a header, a paragraph or a notice; and only that line can turn its direction. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Zl}\p{Zp}\s\u0085]+/gu, ' ')
    .replace(UNSEEN, '')
    .trim();

/** In so many characters of the eye, at the end of a word where there is one near. */
export const shortened = (text: string, length: number): string => cut(oneLine(text), length);

/** As it was written, with its lines, but not without end. */
export function quoted(excerpt: unknown): string {
  if (typeof excerpt !== 'string') return '';
  const lines = excerpt.replace(/\r\n?|[\u0085\p{Zl}\p{Zp}]/gu, '\n').split('\n');
  const seen = lines.map((line) => line.replaceAll('\t', ' ').replace(UNSEEN, '').trimEnd());
  return cut(
    seen
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
    QUOTE_LENGTH,
  );
}

/**
 * Mail programs make a link of whatever looks like an address. One in a name or a subject would look like ours there, so none is
 * made of it. What is quoted stays as it was written, and ours are in `href`s.
 */
export function linkless(values: Readonly<Values>): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? withoutLinks(value) : value]),
  );
}

/** With the dots that stand for one in names of domains (UTS 46), and their wide signs. */
const withoutLinks = (text: string) =>
  text
    .replace(/(?<=[\p{L}\p{N}])([.@\u3002\uff0e\uff61\uff20])(?=[\p{L}\p{N}]*\p{L})/gu, `$1${BREAK}`)
    .replaceAll('://', `:${BREAK}//`);

const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });

function cut(text: string, length: number): string {
  let end = 0;
  let seen = 0;
  for (const { index, segment } of letters.segment(text)) {
    if (seen === length) break;
    seen += 1;
    end = index + segment.length;
  }
  if (end === text.length) return text;
  const start = text.slice(0, end);
  const [words = ''] = /^.*\s/su.exec(start) ?? [];
  return `${(words.length > end / 2 ? words : start).trimEnd()}…`;
}
