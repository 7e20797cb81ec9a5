// One of the people: their session, and a connection of the product's client that may go and come back, at another gateway if
// they like. What they hear is kept as it comes.

import { overHttp } from '../web/client/calls.ts';
import type { Answer, CommandName, Input } from '../web/client/calls.ts';
import { connect } from '../web/client/connection.ts';
import type { Connection } from '../web/client/connection.ts';
import type { Message, Notice, Offer, Question, QueueNews, User } from '../web/client/protocol.ts';
import { Feed } from './feed.ts';

export type { Message, Offer, Question };

const ANSWER_MS = 20_000;

export class Client {
  readonly user: User;
  readonly questions = new Feed<Question>();
  readonly offers = new Feed<Offer>();
  readonly notices = new Feed<Notice>();
  readonly #token: string;
  #heardQueueAt: string | null = null;
  #connection: Promise<Connection>;
  /** ends the wait of calls that were made while away */
  #back: (connection: Promise<Connection>) => void = () => undefined;

  private constructor(url: string, { token, user }: Answer<'session.login'>) {
    this.user = user;
    this.#token = token;
    this.#connection = this.#connect(url);
  }

  static async login(url: string, email: string, password: string): Promise<Client> {
    return Client.#open(url, await overHttp({ url }).call('session.login', { email, password }));
  }

  static async visit(url: string, who: Input<'session.visitor'>): Promise<Client> {
    return Client.#open(url, await overHttp({ url }).call('session.visitor', who));
  }

  static async #open(url: string, session: Answer<'session.login'>): Promise<Client> {
    const client = new Client(url, session);
    await client.#connection;
    return client;
  }

  /** The one of this moment; while away the next one. */
  get connection(): Promise<Connection> {
    return this.#connection;
  }

  /** Rejects with ParleyError. While away it waits for the return. */
  async call<N extends CommandName>(name: N, input: Input<N>): Promise<Answer<N>> {
    return (await this.#connection).call(name, input);
  }

  /** Gone, as when a lid is closed. */
  async leave(): Promise<void> {
    const connection = await this.#connection;
    this.#connection = new Promise((resolve) => (this.#back = resolve));
    connection.close();
  }

  async comeBack(url: string): Promise<void> {
    this.#back(this.#connect(url));
    await this.#connection;
  }

  async close(): Promise<void> {
    (await this.#connection).close();
  }

  /** 2.2: what waits for an expert, also after the line was lost. */
  async #watchQueue(connection: Connection): Promise<void> {
    const take = ({ at, items }: QueueNews) => {
      this.#heardQueueAt = at;
      for (const item of items) if ('subject' in item) this.questions.push(item);
    };
    const watch = async () => {
      const since = this.#heardQueueAt;
      take(await connection.call('queue.watch', since === null ? {} : { since }));
    };
    connection.on('queue.changed', take);
    await watch();
    connection.onStatus((status) => {
      if (status === 'online') watch().catch(() => undefined); // lost again: the next return asks again
    });
  }

  async #connect(url: string): Promise<Connection> {
    const connection = await connect({ url, token: this.#token, answerMs: ANSWER_MS });
    connection.on('question.changed', (question) => this.questions.push(question));
    if (this.user.role === 'expert') await this.#watchQueue(connection);
    connection.on('offer.changed', (offer) => this.offers.push(offer));
    connection.on('request.changed', (request) => this.offers.push(request));
    connection.on('notice', (notice) => this.notices.push(notice));
    return connection;
  }
}
