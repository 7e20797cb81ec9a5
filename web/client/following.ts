// The conversations of a list are followed while it is shown, so that it hears of new lines and of what was read elsewhere.

import { ParleyError } from './errors.ts';
import type { Answer } from './calls.ts';
import type { Connection } from './connection.ts';
import { keepWatched } from './watches.ts';

const MOST = 30; // a connection may follow 50, and conversations that are open come first

/** Over one connection. */
export class Following {
  readonly #connection: Connection;
  readonly #told: (answer: Answer<'question.watch'>) => void;
  readonly #kept = new Map<string, () => void>();

  /** `told`: what was missed until somebody began to follow. */
  constructor(connection: Connection, told: (answer: Answer<'question.watch'>) => void) {
    this.#connection = connection;
    this.#told = told;
  }

  /** These, the first ones at least, and no others. */
  want(questionIds: readonly string[]): void {
    const wanted = new Set(questionIds.slice(0, MOST));
    for (const [questionId, letGo] of this.#kept) {
      if (wanted.has(questionId)) continue;
      this.#kept.delete(questionId);
      letGo();
    }
    for (const questionId of wanted) {
      if (this.#kept.has(questionId)) continue;
      this.#kept.set(questionId, keepWatched(this.#connection, questionId));
      void this.#watch(questionId);
    }
  }

  /** The connection was lost, and with it whatever was followed. */
  again(): void {
    for (const questionId of this.#kept.keys()) void this.#watch(questionId);
  }

  end(): void {
    this.want([]);
  }

  async #watch(questionId: string): Promise<void> {
    try {
      // of the lines only that there are some: the list is read after this
      this.#told(await this.#connection.call('question.watch', { questionId, afterSeq: LATEST }));
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error; // whoever is not told reads it again
    }
  }
}

const LATEST = 999_999_999; // beyond any line
