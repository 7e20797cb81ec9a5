// The lines of one conversation: ascending without a gap, from the first one on or from a later one; what comes before its turn waits
// for those that are missing.

import type { Message } from './protocol.ts';

export class Lines {
  /** each one further than the one before */
  readonly shown: Message[] = [];
  readonly #waiting = new Map<number, Message>();
  #announced = 0;
  #first = 1;

  /** The seq from which on every line is here. */
  get first(): number {
    return this.#first;
  }

  /** The seq up to which every line is here. */
  get last(): number {
    return this.#first - 1 + this.shown.length;
  }

  /** While nothing is here: what stands before this one is left for later, and comes in order from its end. */
  begin(seq: number): void {
    if (this.shown.length === 0) this.#first = seq;
  }

  /** Only so many of the newest stay here, as if it had been begun there. */
  trim(most: number): void {
    this.#first += this.shown.splice(0, this.shown.length - most).length;
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
    const place = seq - this.#first;
    const before = this.shown[place] ?? this.#waiting.get(seq);
    if (before !== undefined && !isNews(before, message)) return false;
    const merged = before?.flagged ? { flagged: before.flagged, ...message } : message;
    if (before !== undefined && this.shown[place] === before) this.shown[place] = merged;
    else this.#waiting.set(seq, merged);
    this.#advance();
    return true;
  }

  #advance(): void {
    for (let next = this.#taken(this.last + 1); next !== undefined; next = this.#taken(this.last + 1)) {
      this.shown.push(next);
    }
    const earlier: Message[] = [];
    for (let next = this.#taken(this.#first - 1); next !== undefined; next = this.#taken(this.#first - 1)) {
      earlier.push(next);
      this.#first -= 1;
    }
    if (earlier.length > 0) this.shown.unshift(...earlier.reverse());
  }

  #taken(seq: number): Message | undefined {
    const message = this.#waiting.get(seq);
    this.#waiting.delete(seq);
    return message;
  }
}

/** A line has no version: it is redacted once and for good, and flags are only added. */
function isNews(before: Message, message: Message): boolean {
  if (before.redacted !== message.redacted) return message.redacted;
  return weightOf(message) > weightOf(before);
}

/** Events of a line carry no more than all may see; an answer adds what is the reader's own. */
const weightOf = ({ flagged = [], warnings = [] }: Message) => flagged.length + warnings.length;
