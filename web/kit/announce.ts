// What is said to people who do not see: one polite region and one assertive, outside of what it is about. Many at once become one.

import { signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';

const GATHERED_MS = 2_000;
const MANY = 3;
const NO_BREAK = '\u00a0';

export class Announcer {
  readonly #polite = signal('');
  readonly #assertive = signal('');
  /** what came since the last was said */
  readonly #messages: string[] = [];
  readonly #others: string[] = [];
  /** something was said just now, or is about to be */
  #isHeld = false;
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

  /**
   * The first at once, with what comes in the same turn; what comes within two seconds is gathered, and many messages are
   * counted, not read out.
   */
  say(text: string, isMessage = false): void {
    (isMessage ? this.#messages : this.#others).push(text);
    if (this.#isHeld) return;
    this.#isHeld = true;
    queueMicrotask(this.#tell);
  }

  readonly #tell = (): void => {
    const messages = this.#messages.splice(0);
    const said = [...this.#others.splice(0), ...(messages.length < MANY ? messages : [this.#many(messages.length)])];
    this.#isHeld = said.length > 0;
    if (!this.#isHeld) return;
    tell(this.#polite, said.join(' '));
    setTimeout(this.#tell, GATHERED_MS);
  };

  /** At once: a payment that failed, a session that ended. */
  warn(text: string): void {
    tell(this.#assertive, text);
  }
}

/** A region whose text does not change is not read: the same words once more end with a space that nobody sees or hears. */
function tell(region: Signal<string>, text: string): void {
  region.value = region.peek() === text ? text + NO_BREAK : text;
}
