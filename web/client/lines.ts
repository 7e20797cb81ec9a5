// The lines of one conversation: ascending without a gap; what comes before its turn waits for those that are missing.

import type { Message } from './protocol.ts';

export class Lines {
  /** from the first on, each one further than the one before */
  readonly shown: Message[] = [];
  readonly #waiting = new Map<number, Message>();
  #announced = 0;

  /** The seq up to which every line is here. */
  get last(): number {
    return this.shown.length;
  }

  /** Is there a line that is not here? */
  get isBehind(): boolean {
    return this.last < this.#announced;
  }

  announce(seq: number): void {
    this.#announced = Math.max(this.#announced, seq);
  }

  /** False: it says nothing new. True also when it has to wait for the lines before it. */
  take(message: Message): boolean {
    const { seq } = message;
    this.announce(seq);
    const before = this.shown[seq - 1] ?? this.#waiting.get(seq);
    if (before !== undefined && !isNews(before, message)) return false;
    const merged = before?.flagged ? { flagged: before.flagged, ...message } : message;
    if (seq <= this.last) this.shown[seq - 1] = merged;
    else this.#waiting.set(seq, merged);
    this.#advance();
    return true;
  }

  #advance(): void {
    for (let next = this.#waiting.get(this.last + 1); next !== undefined; next = this.#waiting.get(this.last + 1)) {
      this.#waiting.delete(next.seq);
      this.shown.push(next);
    }
  }
}

/** A line has no version: it is redacted once and for good, and flags are only added. */
function isNews(before: Message, message: Message): boolean {
  if (before.redacted !== message.redacted) return message.redacted;
  return weightOf(message) > weightOf(before);
}

/** Events of a line carry no more than all may see; an answer adds what is the reader's own. */
const weightOf = ({ flagged = [], warnings = [] }: Message) => flagged.length + warnings.length;
