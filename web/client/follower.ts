// Follows one question over a connection: all of it, whatever is lost, doubled or late on the way (I10).

import type { Connection, EventName } from './connection.ts';
import { ParleyError, problem } from './errors.ts';
import { Known } from './known.ts';
import type { Lines } from './lines.ts';
import type { Spoken } from './spoken.ts';

const FOLLOWED = [
  'message.created',
  'message.changed',
  'read.changed',
  'question.changed',
  'offer.changed',
  'request.changed',
  'private-info.changed',
  'presence.changed',
] as const satisfies EventName[];

const AGAIN_MS = 1_000; // after a failure that says nothing about when
const PAGE = 200;

type Followed = (typeof FOLLOWED)[number];

export interface FollowedParts {
  /** what there is of it already, from an earlier connection */
  readonly known?: Known | undefined;
  /** Of a conversation of which nothing is known, begin with so many of its lines; all by default. */
  readonly newest?: number | undefined;
}

export class Follower {
  readonly questionId: string;
  readonly known: Known;
  /** how often lines had to be asked for that no event had brought */
  gaps = 0;
  /** all of it has been here once */
  isReady = false;
  /** why it is followed no longer: signed out, or no side of it any more */
  ended: ParleyError | null = null;
  readonly #connection: Connection;
  readonly #lines: Lines;
  readonly #listeners = new Set<() => void>();
  readonly #stop: (() => void)[];
  #isCatchingUp = false;
  /** not watched yet, or away since then */
  #isStale = true;
  #isReleased = false;
  /** how many lines to begin with; undefined: all */
  readonly #newest: number | undefined;

  /** Begins at once, or as soon as the connection is there. */
  constructor(connection: Connection, questionId: string, { known = new Known(), newest }: FollowedParts = {}) {
    this.#connection = connection;
    this.questionId = questionId;
    this.known = known;
    this.#newest = newest;
    this.#lines = known.follow(questionId);
    this.#stop = FOLLOWED.map((name) => this.#hear(name));
    this.#stop.push(
      connection.onStatus((status) => {
        if (status === 'ended' || status === 'closed') this.#give(connection.reason ?? problem('offline'));
        if (status !== 'online') return;
        this.#isStale = true;
        void this.#catchUp();
      }),
    );
    void this.#catchUp();
  }

  get hasEarlier(): boolean {
    return this.#lines.first > 1;
  }

  /** Told after every change; call the result to hear no more. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** A page of the lines before those that are here. @throws ParleyError */
  async loadEarlier(): Promise<void> {
    const range = { questionId: this.questionId, beforeSeq: this.#lines.first, limit: PAGE };
    const { items } = await this.#connection.call('message.list', range);
    for (const message of items) this.#lines.take(message);
    this.#tell();
  }

  #hear<N extends Followed>(name: N): () => void {
    return this.#connection.on(name, (body) => {
      if (questionOf(body) !== this.questionId || !this.known.hear(name, body)) return;
      this.#tell();
      if (!this.#lines.isBehind || this.#isCatchingUp) return;
      this.gaps += 1;
      void this.#catchUp();
    });
  }

  /** One answer at a time, until nothing is missing; a lost connection calls it again when it is back. */
  async #catchUp(): Promise<void> {
    if (this.#isCatchingUp) return;
    this.#isCatchingUp = true;
    try {
      while (this.#mayAsk && (this.#isStale || this.#lines.isBehind)) await this.#ask();
    } finally {
      this.#isCatchingUp = false;
    }
  }

  get #mayAsk(): boolean {
    return !this.#isReleased && this.#connection.status === 'online';
  }

  async #ask(): Promise<void> {
    try {
      await (this.#isStale ? this.#watch() : this.#page());
      this.isReady ||= !this.#lines.isBehind;
      this.#tell();
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      this.#isStale = true; // whether it is watched is not known
      if (!error.retryable) this.#give(error);
      else if (this.#mayAsk) await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs ?? AGAIN_MS));
    }
  }

  async #watch(): Promise<void> {
    this.#isStale = false;
    const { questionId } = this;
    if (this.#newest !== undefined && this.#lines.last === 0) {
      const { items } = await this.#connection.call('message.list', { questionId, limit: this.#newest });
      if (items[0] !== undefined) this.#lines.begin(items[0].seq);
      for (const message of items) this.#lines.take(message);
    }
    this.known.catchUp(await this.#connection.call('question.watch', { questionId, afterSeq: this.#lines.last }));
  }

  async #page(): Promise<void> {
    const range = { questionId: this.questionId, afterSeq: this.#lines.last, limit: PAGE };
    const { items } = await this.#connection.call('message.list', range);
    for (const message of items) this.#lines.take(message);
    // told of and not there: whoever is no side any more hears so when it watches again
    if (this.#lines.last === range.afterSeq) throw problem('no_answer');
  }

  #give(reason: ParleyError | null): void {
    this.ended = reason;
    this.end();
    this.#tell();
  }

  /** Hears no more of it, and tells nobody. */
  end(): void {
    this.#isReleased = true;
    for (const stop of this.#stop.splice(0)) stop();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Null: of nobody else than oneself. */
function questionOf(body: Spoken[Followed]): string | null {
  if ('questionId' in body) return body.questionId;
  return 'id' in body ? body.id : null;
}
