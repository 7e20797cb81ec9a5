// Asking the frame of a card for a payment method. Who asks before the frame is there waits for it: a press is never lost.

import type { CardLine } from './card-port.ts';

export class CardMethod {
  #line: CardLine | null | undefined; // undefined: on its way, null: it did not come
  #waiting: ((line: CardLine | null) => void)[] = [];

  /** The frame answers by this line, does not come (null), or is on its way (undefined). */
  set(line: CardLine | null | undefined): void {
    this.#line = line;
    if (line !== undefined) for (const go of this.#waiting.splice(0)) go(line);
  }

  /**
   * The id of a payment method; null: the card's own form says what is wrong. Rejects with a ParleyError when the server lets no card be
   * saved.
   */
  async method(): Promise<string | null> {
    const line =
      this.#line === undefined ? await new Promise<CardLine | null>((go) => this.#waiting.push(go)) : this.#line;
    return line === null ? null : line.method();
  }
}
