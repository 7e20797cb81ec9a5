// What is said to people who do not see: one polite region and one assertive, outside of what it is about. Many at once become one.

import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

const GATHERED_MS = 2_000;
const MANY = 3;

export class Announcer {
  readonly #polite = signal('');
  readonly #assertive = signal('');
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #many: (count: number) => string;

  /** `many`: the words for so many at once */
  constructor(many: (count: number) => string) {
    this.#many = many;
  }

  get polite(): ReadonlySignal<string> {
    return this.#polite;
  }

  get assertive(): ReadonlySignal<string> {
    return this.#assertive;
  }

  /** The first at once; what comes within two seconds is gathered. */
  say(text: string): void {
    if (this.#timer === undefined) {
      this.#polite.value = text;
      this.#timer = setTimeout(() => this.#flush(), GATHERED_MS);
    } else this.#waiting.push(text);
  }

  /** At once: a payment that failed, a session that ended. */
  warn(text: string): void {
    this.#assertive.value = '';
    this.#assertive.value = text;
  }

  #flush(): void {
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length >= MANY) this.#polite.value = this.#many(waiting.length);
    else if (waiting.length > 0) this.#polite.value = waiting.join(' ');
    if (waiting.length > 0) this.#timer = setTimeout(() => this.#flush(), GATHERED_MS);
  }
}
