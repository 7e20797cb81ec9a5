// What is said to people who do not see: one polite region and one assertive, outside of what it is about. Many at once become one.

import { signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';

const GATHERED_MS = 2_000;
const MANY = 3;
const NO_BREAK = '\u00a0';

export class Announcer {
  readonly #polite = signal('');
  readonly #assertive = signal('');
  /** what came since the last was said, while more is gathered */
  #waiting: string[] | undefined;
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
    if (this.#waiting) {
      this.#waiting.push(text);
      return;
    }
    const waiting: string[] = (this.#waiting = []);
    tell(this.#polite, text);
    setTimeout(() => {
      this.#waiting = undefined;
      if (waiting.length > 0) this.say(waiting.length < MANY ? waiting.join(' ') : this.#many(waiting.length));
    }, GATHERED_MS);
  }

  /** At once: a payment that failed, a session that ended. */
  warn(text: string): void {
    tell(this.#assertive, text);
  }
}

/** A region whose text does not change is not read: the same words once more end with a space that nobody sees or hears. */
function tell(region: Signal<string>, text: string): void {
  region.value = region.peek() === text ? text + NO_BREAK : text;
}
