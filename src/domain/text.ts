// Text at the door (docs/decisions.md, 53): the one form in which it is stored, compared and looked for, and what is no
// name, subject or title because nobody could see it, or would see what stands beside it in another order.

/**
 * More marks on one letter than any language has, as in the stream-safe format of Unicode (UAX 15): NFC sorts them, which
 * costs the square of their number, so such text stays as it is.
 */
const PILED_UP = /\p{M}{31}/u;

/** Line ends as "\n": for what stays as it was written otherwise. */
export const withLineEnds = (text: string): string => text.replace(/\r\n?/g, '\n');

/** NFC with line ends as "\n": the same for two ways of writing the same. Linear. */
export function normalForm(text: string): string {
  const lines = withLineEnds(text);
  return PILED_UP.test(lines) ? lines : lines.normalize('NFC');
}

/** What is said in several lines: nothing round it. */
export const prose = (text: string): string => normalForm(text).trim();

/** Marks where a word may or may not be broken: they come along with what is copied from a page, and say nothing. */
const BREAK_HINTS = /[\u00ad\u200b\u2060\ufeff]/g;

/** What stands in one line: a subject, a title. Other white space is a blank. */
export const oneLine = (text: string): string => normalForm(text.replace(BREAK_HINTS, '')).replace(/\s/g, ' ').trim();

/** Letters of no shape: fillers of Hangul, the empty pattern of Braille. */
const SHAPELESS = String.raw`\p{Default_Ignorable_Code_Point}\u2800`;
const SEEN = new RegExp(String.raw`(?![${SHAPELESS}])[\p{L}\p{N}\p{P}\p{S}]`, 'u');

/** Is there anything to see? Not if it is blanks, marks on nothing, and what has no shape. */
export const isSeen = (text: string): boolean => SEEN.test(text);

/** Scripts in which a joiner says how the letters beside it are written. */
const JOINED = [
  'Arab',
  'Syrc',
  'Mong',
  'Deva',
  'Beng',
  'Guru',
  'Gujr',
  'Orya',
  'Taml',
  'Telu',
  'Knda',
  'Mlym',
  'Sinh',
  'Khmr',
  'Mymr',
]
  .map((script) => String.raw`\p{Script=${script}}`)
  .join('');
/** What is not seen by itself but has its place: */
const IN_PLACE = [
  String.raw`(?<=[${JOINED}])[\u200c\u200d](?=[${JOINED}])`, // between letters of such a script,
  String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})`, // in an emoji,
  String.raw`(?<=\p{Emoji})[\ufe0e\ufe0f]`, // behind one,
  String.raw`(?<=\p{Ideographic})[\ufe00-\ufe02\u{e0100}-\u{e01ef}]`, // and behind an ideograph
].join('|');
/** Controls of terminals and of direction, tags, characters that are none, and the rest of what has no shape. */
const UNSEEN = new RegExp(
  String.raw`(?!${IN_PLACE})[\p{Cc}\p{Bidi_Control}\p{Noncharacter_Code_Point}\ufff9-\ufffb${SHAPELESS}]`,
  'u',
);
const ALL_UNSEEN = new RegExp(UNSEEN.source, 'gu');
/** More marks on one letter than a name needs reach into the lines above and below. */
const REACHING_OUT = /\p{M}{9}/u;

/** Is all of this line seen, and does nothing in it change how its surroundings are seen? */
export const isPlain = (line: string): boolean => !UNSEEN.test(line) && !REACHING_OUT.test(line);

/** What is left of a line of which parts are not seen. */
export const withoutUnseen = (line: string): string => oneLine(line.replace(ALL_UNSEEN, ''));

/** NOTE: never half a character, which would be stored as another one: what is hashed would not be what is stored. */
export const beginningOf = (text: string, length: number): string =>
  text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
