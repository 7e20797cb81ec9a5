// A question that is followed, for programs that look at it by themselves: what there is of it. A page has it as signals
// (conversation.ts).

import type { Connection } from './connection.ts';
import { Follower } from './follower.ts';
import type { FollowedParts } from './follower.ts';
import type { Message, Offer, PrivateInfoChange, Question, Read } from './protocol.ts';

export class Followed extends Follower {
  readonly #connection: Connection;

  constructor(connection: Connection, questionId: string, parts?: FollowedParts) {
    super(connection, questionId, parts);
    this.#connection = connection;
  }

  /** Resolves when all of it is here. @throws ParleyError why it cannot be followed */
  static follow(connection: Connection, questionId: string, parts: FollowedParts = {}): Promise<Followed> {
    const follower = new Followed(connection, questionId, parts);
    return new Promise((resolve, reject) => {
      const look = () => {
        if (follower.ended !== null) reject(follower.ended);
        else if (!follower.isReady) return;
        stop();
        resolve(follower);
      };
      const stop = follower.onChange(look);
    });
  }

  get question(): Question | null {
    return this.known.questions.get(this.questionId) ?? null;
  }

  /** In the order in which they became known. */
  get offers(): Offer[] {
    return [...this.known.offers.values()].filter(({ questionId }) => questionId === this.questionId);
  }

  /** Without a gap, from the first one on or from where it was begun. */
  get messages(): readonly Message[] {
    return this.known.follow(this.questionId).shown;
  }

  get reads(): Read[] {
    return this.known.readsOf(this.questionId);
  }

  get privateInfo(): PrivateInfoChange | null {
    return this.known.privateInfo.get(this.questionId) ?? null;
  }

  /** No more of it is heard. @throws ParleyError when the server cannot be told so */
  async release(): Promise<void> {
    this.end();
    await this.#connection.call('question.unwatch', { questionId: this.questionId });
  }
}
