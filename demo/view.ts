// A conversation as one screen shows it, also when its person was away: strictly ascending, nothing twice (I10).

import type { Connection } from '../web/client/connection.ts';
import { Followed } from '../web/client/followed.ts';
import { Known } from '../web/client/known.ts';
import type { Message } from './client.ts';
import { Feed } from './feed.ts';

export interface Line {
  readonly seq: number;
  readonly clientId: string;
}

export class View {
  readonly questionId: string;
  readonly lines: Line[] = [];
  /** what appeared while somebody was looking */
  readonly appeared = new Feed<Message>();
  readonly #shown = new Feed<Message>();
  readonly #known = new Known();
  readonly #followed: Followed[] = [];

  constructor(questionId: string) {
    this.questionId = questionId;
  }

  /** From where it was left. */
  async follow(connection: Connection): Promise<Followed> {
    const conversation = await Followed.follow(connection, this.questionId, { known: this.#known });
    this.#followed.push(conversation);
    this.#show(conversation); // what was missed
    conversation.onChange(() => {
      for (const message of this.#show(conversation)) this.appeared.push(message);
    });
    return conversation;
  }

  get last(): number {
    return this.lines.at(-1)?.seq ?? 0;
  }

  /** how often something had to be asked for that no event had brought */
  get gaps(): number {
    return this.#followed.reduce((sum, { gaps }) => sum + gaps, 0);
  }

  /** Resolves when the line with this seq is on the screen. */
  async reached(seq: number): Promise<void> {
    if (this.last >= seq) return;
    await this.#shown.until((message) => message.seq >= seq, `line ${seq} of ${this.questionId}`, 20_000);
  }

  async close(): Promise<void> {
    await this.#followed.at(-1)?.release();
  }

  /** Answers what is new. */
  #show({ messages }: Followed): readonly Message[] {
    const fresh = messages.slice(this.lines.length);
    for (const message of fresh) {
      this.lines.push({ seq: message.seq, clientId: message.clientId });
      this.#shown.push(message);
    }
    return fresh;
  }
}
