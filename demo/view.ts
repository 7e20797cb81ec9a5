// A conversation as one screen shows it: strictly ascending, doubles dropped, gaps asked for (I10).

import type { Message } from './client.ts';
import { Feed } from './feed.ts';

export interface Line {
  readonly seq: number;
  readonly clientId: string;
}

export class View {
  readonly questionId: string;
  readonly lines: Line[] = [];
  /** how often something had to be asked for that no event had brought */
  gaps = 0;
  readonly #shown = new Feed<Message>();
  readonly #missed: (afterSeq: number) => Promise<readonly Message[]>;
  #asking: Promise<void> | null = null;
  /** the newest line that any event has told of */
  #announced = 0;

  constructor(questionId: string, missed: (afterSeq: number) => Promise<readonly Message[]>) {
    this.questionId = questionId;
    this.#missed = missed;
  }

  get last(): number {
    return this.lines.at(-1)?.seq ?? 0;
  }

  /** A live event. It is a hint: what it skips is asked for. True when it is shown now. */
  hear(message: Message): boolean {
    this.#announced = Math.max(this.#announced, message.seq);
    const isShown = this.#show(message);
    if (this.last < this.#announced) this.#asking ??= this.#ask();
    return isShown;
  }

  /** What a command answered, ascending. */
  take(messages: readonly Message[]): void {
    for (const message of messages) this.#show(message);
  }

  /** Resolves when the line with this seq is on the screen. */
  async reached(seq: number): Promise<void> {
    if (this.last >= seq) return;
    await this.#shown.until((message) => message.seq >= seq, `line ${seq} of ${this.questionId}`, 20_000);
  }

  #show(message: Message): boolean {
    if (message.seq !== this.last + 1) return false; // shown before, or after a gap: it will be asked for
    this.lines.push({ seq: message.seq, clientId: message.clientId });
    this.#shown.push(message);
    return true;
  }

  async #ask(): Promise<void> {
    this.gaps += 1;
    try {
      // more may be announced while the answer is on its way
      while (this.last < this.#announced) this.take(await this.#missed(this.last));
    } finally {
      this.#asking = null;
    }
  }
}
