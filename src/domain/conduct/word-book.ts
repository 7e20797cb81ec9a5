// The words that phrases are made of, by number: looking a word up takes the same time however many phrases there are.

/** stands for any number in digits */
const ANY_NUMBER = '#';
const LONGEST_WORD = 24;
const MOST_REMEMBERED = 5_000; // less than a megabyte
const SHORTEST_BEGINNING = 3;
const SHORTEST_MISSPELT = 7; // shorter ones are too much like others

/** A number for each class, word or alternatives that a phrase names. */
export class WordBook {
  readonly #numbers = new Map<string, number>();
  readonly #exact = new Map<string, Set<number>>();
  readonly #beginnings = new Map<string, Set<number>>();
  /** what words become by a letter that is missing */
  readonly #shortened = new Map<string, Set<number>>();
  readonly #looked = new Map<string, ReadonlySet<number>>();
  #longestBeginning = 0;

  /** The number of these words. */
  numberOf(words: readonly string[]): number {
    const name = words.join(' ');
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(name, number);
    for (const word of words) {
      if (word.endsWith('*')) this.#noteBeginning(word.slice(0, -1), number);
      else this.#noteWord(word, number);
    }
    return number;
  }

  #noteBeginning(beginning: string, number: number): void {
    note(this.#beginnings, beginning, number);
    this.#longestBeginning = Math.max(this.#longestBeginning, beginning.length);
  }

  #noteWord(word: string, number: number): void {
    note(this.#exact, word, number);
    if (word.length < SHORTEST_MISSPELT) return;
    for (const shortened of shortenedBy1(word)) note(this.#shortened, shortened, number);
  }

  /** All numbers that a word of a text has. People use the same words over and over. */
  numbersOf(word: string): ReadonlySet<number> {
    if (word.length > LONGEST_WORD) return NONE;
    const known = this.#looked.get(word);
    if (known !== undefined) return known;
    const numbers = this.#lookUp(word);
    if (this.#looked.size >= MOST_REMEMBERED) this.#looked.clear();
    this.#looked.set(word, numbers);
    return numbers;
  }

  #lookUp(word: string): ReadonlySet<number> {
    const found = new Set(this.#exact.get(word));
    if (DIGIT.test(word)) addAll(found, this.#exact.get(ANY_NUMBER));
    for (let length = SHORTEST_BEGINNING; length <= Math.min(word.length, this.#longestBeginning); length += 1) {
      addAll(found, this.#beginnings.get(word.slice(0, length)));
    }
    return found.size > 0 ? found : this.#misspelt(word);
  }

  /** A letter is missing, or there is one too many. */
  #misspelt(word: string): ReadonlySet<number> {
    if (word.length < SHORTEST_MISSPELT - 1) return NONE;
    const missing = this.#shortened.get(word);
    if (missing !== undefined || word.length <= SHORTEST_MISSPELT) return missing ?? NONE;
    const found = new Set<number>();
    for (const shortened of shortenedBy1(word)) addAll(found, this.#exact.get(shortened));
    return found;
  }
}

const DIGIT = /^\d/;
const NONE: ReadonlySet<number> = new Set();

function addAll(to: Set<number>, numbers: Iterable<number> = NONE): void {
  for (const number of numbers) to.add(number);
}

function note(index: Map<string, Set<number>>, word: string, number: number): void {
  const numbers = index.get(word) ?? new Set();
  index.set(word, numbers.add(number));
}

const shortenedBy1 = (word: string): string[] =>
  Array.from(word, (_letter, at) => word.slice(0, at) + word.slice(at + 1));
