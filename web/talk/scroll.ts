// How the log scrolls: it follows the newest line while somebody looks at it, and never moves what they read otherwise.

import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

const NEAR = 24; // px: as good as the end

export class LogScroll {
  readonly #isAtEnd = signal(true);
  #log: HTMLElement | null = null;
  #height = 0;
  #top = 0;
  #isPrepending = false;

  /** Is the newest line in sight? */
  get isAtEnd(): ReadonlySignal<boolean> {
    return this.#isAtEnd;
  }

  /** `content`: all that is in the log. Call the result when they are gone. */
  attach(log: HTMLElement, content: HTMLElement): () => void {
    this.#log = log;
    const look = () => {
      const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight <= NEAR;
      // whoever has not moved up follows what grows below, even if it has grown before it could be followed
      if (isAtEnd || log.scrollTop < this.#top) this.#isAtEnd.value = isAtEnd;
      this.#top = log.scrollTop;
    };
    const settle = new ResizeObserver(() => {
      const grown = log.scrollHeight - this.#height;
      this.#height = log.scrollHeight;
      if (this.#isPrepending && grown !== 0) {
        log.scrollTop += grown;
        this.#isPrepending = false;
      } else if (this.#isAtEnd.peek()) this.toEnd();
      look();
    });
    settle.observe(content);
    settle.observe(log);
    log.addEventListener('scroll', look, { passive: true });
    return () => {
      settle.disconnect();
      log.removeEventListener('scroll', look);
      this.#log = null;
    };
  }

  toEnd(): void {
    this.#isAtEnd.value = true;
    if (this.#log !== null) this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** What comes next stands above: what is looked at stays where it is. */
  prepend(): void {
    this.#isPrepending = true;
  }

  /** The row is at the top, as far as there is enough below it. */
  to(row: HTMLElement): void {
    if (this.#log === null) return;
    this.#isAtEnd.value = false;
    this.#log.scrollTop = row.offsetTop - this.#log.offsetTop;
    this.#top = this.#log.scrollTop;
  }
}
