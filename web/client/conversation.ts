// Follows one question over a connection: all of it from the first line on, whatever is lost, doubled or late on the way (I10).

import { newClientId } from './calls.ts';
import type { Input } from './calls.ts';
import type { Connection, EventName } from './connection.ts';
import { ParleyError, noAnswer } from './errors.ts';
import type { ProblemCode } from './errors.ts';
import { Known } from './known.ts';
import type { Lines } from './lines.ts';
import type { Events, Message, Offer, PrivateInfoChange, Question, Read } from './protocol.ts';

const FOLLOWED = [
  'message.created',
  'message.changed',
  'read.changed',
  'question.changed',
  'offer.changed',
  'request.changed',
  'private-info.changed',
] as const satisfies EventName[];

const AGAIN_MS = 1_000; // after a failure that says nothing about when
const PAGE = 200;
const SEND_TRIES = 3;

type Followed = (typeof FOLLOWED)[number];

export type Send = Omit<Input<'message.send'>, 'questionId' | 'clientId'> & { readonly clientId?: string };

export class Conversation {
  readonly questionId: string;
  readonly known: Known;
  /** how often lines had to be asked for that no event had brought */
  gaps = 0;
  /** why it is followed no longer: signed out, or no side of it any more */
  ended: ParleyError | null = null;
  readonly #connection: Connection;
  readonly #lines: Lines;
  readonly #listeners = new Set<() => void>();
  readonly #stop: (() => void)[];
  #isCatchingUp = false;
  /** away since it was watched */
  #isStale = false;
  #isReleased = false;

  /**
   * Resolves when all of it is here. `known`: what there is of it already, from an earlier connection.
   * @throws ParleyError
   */
  static async follow(connection: Connection, questionId: string, known = new Known()): Promise<Conversation> {
    const conversation = new Conversation(connection, questionId, known);
    try {
      await conversation.#watch();
      while (conversation.#lines.isBehind) await conversation.#page();
      return conversation;
    } catch (error) {
      conversation.#end();
      throw error;
    }
  }

  private constructor(connection: Connection, questionId: string, known: Known) {
    this.#connection = connection;
    this.questionId = questionId;
    this.known = known;
    this.#lines = known.follow(questionId);
    this.#stop = FOLLOWED.map((name) => this.#hear(name));
    this.#stop.push(
      connection.onStatus((status) => {
        if (status === 'ended') this.#give(connection.reason);
        if (status !== 'online') return;
        this.#isStale = true;
        void this.#catchUp();
      }),
    );
  }

  get question(): Question | null {
    return this.known.questions.get(this.questionId) ?? null;
  }

  /** In the order in which they became known. */
  get offers(): Offer[] {
    return [...this.known.offers.values()].filter(({ questionId }) => questionId === this.questionId);
  }

  /** Without a gap from the first one on. */
  get messages(): readonly Message[] {
    return this.#lines.shown;
  }

  get reads(): Read[] {
    return this.known.readsOf(this.questionId);
  }

  get privateInfo(): PrivateInfoChange | null {
    return this.known.privateInfo.get(this.questionId) ?? null;
  }

  /** Told after every change; call the result to hear no more. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Sent again under the same `clientId` when nobody has answered. @throws ParleyError */
  async send({ clientId = newClientId(), ...said }: Send): Promise<Message> {
    const input = { ...said, clientId, questionId: this.questionId };
    for (let tries = 1; ; tries += 1) {
      try {
        return (await this.#connection.call('message.send', input)).message;
      } catch (error) {
        if (!(error instanceof ParleyError) || error.code !== 'no_answer' || tries === SEND_TRIES) throw error;
      }
    }
  }

  /** No more of it is heard. @throws ParleyError when the server cannot be told so */
  async release(): Promise<void> {
    this.#end();
    await this.#connection.call('question.unwatch', { questionId: this.questionId });
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
      this.#tell();
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      this.#isStale = true; // whether it is watched is not known
      if (!PASSING.has(error.code)) this.#give(error);
      else if (this.#mayAsk) await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs ?? AGAIN_MS));
    }
  }

  async #watch(): Promise<void> {
    this.#isStale = false;
    const { questionId } = this;
    this.known.catchUp(await this.#connection.call('question.watch', { questionId, afterSeq: this.#lines.last }));
  }

  async #page(): Promise<void> {
    const range = { questionId: this.questionId, afterSeq: this.#lines.last, limit: PAGE };
    const { items } = await this.#connection.call('message.list', range);
    for (const message of items) this.#lines.take(message);
    // told of and not there: whoever is no side any more hears so when it watches again
    if (this.#lines.last === range.afterSeq) throw noAnswer('message.list');
  }

  #give(reason: ParleyError | null): void {
    this.ended = reason;
    this.#end();
    this.#tell();
  }

  #end(): void {
    this.#isReleased = true;
    for (const stop of this.#stop.splice(0)) stop();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** What says nothing about the question: it is asked again. */
const PASSING: ReadonlySet<string> = new Set<ProblemCode>(['no_answer', 'unavailable', 'internal', 'rate.limited']);

const questionOf = (body: Events[Followed]) => ('questionId' in body ? body.questionId : body.id);
