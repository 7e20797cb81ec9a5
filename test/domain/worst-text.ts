// Looks for the text that costs a recogniser most: pieces of text, repeated up to the limit, changed at random wherever the
// change made it dearer. Seeded, so that a find can be had again.

/** What recognisers look at: each of them stands for a branch of some pattern. */
const PIECES: readonly string[] = [
  ...['4 ', '0 ', '7;', '34 3 ', '1\u200d', '4\u0301', '4 \n', '12 345 ', '4/', '1..2 ', '7-', '٤ ', '0 4 7 '],
  ...['0', '1', '4', '49', '555', '1234', '01234567890123456789', '4242 4242 4242 4242', '+49', '(', ')', '٤', '４'],
  ...[' ', '  ', '   ', '\n', '\t', '\u00a0', '\u200b', '\u200d', '\u202e', '\u0301', '\u0345', '\u{e0041}'],
  ...[
    '.',
    ',',
    '-',
    '–',
    '_',
    '/',
    ':',
    ';',
    '*',
    '#',
    '|',
    '<',
    '>',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '=',
    '&',
    '%',
    '?',
  ],
  ...['@', ' @ ', ' at ', '(at)', '[at]', '-at-', ' arroba ', ' klammeraffe', ' ät ', ' aet ', ' bei ', ' en ', 'at'],
  ...[' dot ', '(dot)', '-dot-', ' punkt ', ' punto ', '.com', '.de', 'gmail', 'gmail.com', 'mailto:', '://', 'ssh '],
  ...['skype', 'Skype ', 'whatsapp', 'whats app', 'telegram', 'wa.me/', 't.me/', 'tg://', 'live:', 'skype:', '.cid.'],
  ...[' my ', ' is ', ' name ', ' id ', ' me on ', ' add ', ' call ', ' mi ', ' mein ', ' search for ', 'on ', 'it '],
  ...[
    'one',
    ' two',
    ' drei ',
    'zwei',
    'zig',
    'ty',
    'teen',
    'enta',
    'und',
    'einund',
    ' double ',
    ' y ',
    'plus ',
    'null ',
  ],
  ...['a', 'b', 'e', 'f', 'z', 'ä', 'é', 'e\u0301', 'ß', 'ſ', 'K', 'İ', '😀', '中', 'ا', 'ﷺ', 'x1', 'abc', 'deadbeef'],
  ...[
    'rate ',
    'please ',
    'my ',
    'answer ',
    'stars ',
    'five ',
    '★',
    '⭐',
    '“',
    '”',
    '„',
    '«',
    '»',
    '\n>',
    'bewerten ',
    'bitte ',
  ],
  ...[
    'Bewertung ',
    'Sie ',
    'valore ',
    'por favor ',
    'estrellas ',
    'su ',
    'valoracion ',
    'r a t e ',
    'bewertn',
    'your rating ',
  ],
  ...['card ', 'Karte', 'visa', 'Kontonummer', 'Tel. ', 'phone', 'error code ', '192.168.2.1', '2026-01-01', '12/27 '],
];

/** The pieces, for tests that write texts of their own. */
export const piecesOf = (): readonly string[] => PIECES;

export type Recogniser = (text: string) => unknown;

export interface Found {
  readonly text: string;
  /** CPU of one look, milliseconds */
  readonly ms: number;
}

export interface Search {
  readonly seed: number;
  readonly length: number;
  /** texts that are tried */
  readonly tries: number;
}

/** The dearest text that was found. */
export function worstText(recogniser: Recogniser, { seed, length, tries }: Search): Found {
  const random = randomFrom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const fresh = (): string[] => Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(PIECES));
  const changed = (unit: readonly string[]): string[] => {
    const at = Math.floor(random() * (unit.length + 1));
    const gone = Math.floor(random() * 2);
    return unit.toSpliced(at, gone, ...(random() < 0.7 ? [pick(PIECES)] : []));
  };
  const textOf = (head: string, unit: readonly string[]) => {
    const body = unit.join('') || ' ';
    return (head + body.repeat(Math.ceil(length / body.length))).slice(0, length);
  };
  // one piece alone is tried first, then what chance finds and makes worse
  let best = { head: '', unit: [' '], ms: 0 };
  for (let index = 0; index < tries; index += 1) {
    const alone = PIECES[index];
    const unit = alone !== undefined ? [alone] : random() < 0.4 ? fresh() : changed(best.unit);
    const head = alone !== undefined ? '' : random() < 0.3 ? fresh().join('') : best.head;
    const text = textOf(head, unit);
    const first = wallOf(recogniser, text);
    if (first <= best.ms) continue;
    const ms = Math.min(first, wallOf(recogniser, text), wallOf(recogniser, text)); // what another process took is not ours
    if (ms > best.ms) best = { head, unit, ms };
  }
  const text = textOf(best.head, best.unit);
  return { text, ms: cpuOf(recogniser, text) };
}

const wallOf = (recogniser: Recogniser, text: string): number => {
  const started = performance.now();
  recogniser(text);
  return performance.now() - started;
};

const LEAST_CPU_MS = 2; // the clock of CPU time is coarse: as many looks as this takes
const ROUNDS = 3;
const MOST_ROUNDS = 25; // of what seems dear: what else runs on the machine adds to a round, and never takes away

/**
 * CPU of one look, milliseconds: the least of some rounds, each of many looks. `enough`: what costs as much or more is looked
 * at in more rounds.
 */
export function cpuOf(recogniser: Recogniser, text: string, enough = Infinity): number {
  recogniser(text);
  let least = Infinity;
  for (let round = 0; round < ROUNDS || (least >= enough && round < MOST_ROUNDS); round += 1) {
    const started = process.cpuUsage();
    let looks = 0;
    let spent = 0;
    do {
      recogniser(text);
      looks += 1;
      const { user, system } = process.cpuUsage(started);
      spent = (user + system) / 1_000;
    } while (spent < LEAST_CPU_MS);
    least = Math.min(least, spent / looks);
  }
  return least;
}

const YARD_MS = 2.5; // CPU of `yard` where the limits were set: a core of a quiet Xeon, Node 20

/** How many times slower this machine is just now than the one the limits are about; never less than 1. */
const slowness = (): number => Math.max(1, cpuOf(yard, YARD) / YARD_MS);

/** Milliseconds of CPU for one look, on a machine like the one where the limit `most` was set. */
export function costOf(recogniser: Recogniser, text: string, most: number): number {
  const ms = cpuOf(recogniser, text, most);
  return ms < most ? ms : ms / slowness();
}

const YARD = '4 2a7 @x. '.repeat(1_000);

/** What recognisers do, in a fixed amount: walk over a text, and look for a pattern in it. */
function yard(text: string): number {
  let sum = 0;
  for (let times = 0; times < 20; times += 1) {
    for (let index = 0; index < text.length; index += 1) sum = (sum * 31 + text.charCodeAt(index)) | 0;
    for (const { index } of text.matchAll(/\d\p{L}/gu)) sum += index;
  }
  return sum;
}

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
