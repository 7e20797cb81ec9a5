// An ordinary client of the protocol: one Socket.IO connection, acknowledgements as promises, events kept as they come.
// It may drop the connection and come back, at another gateway if it likes.

import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import type { z } from 'zod';
import type { MessageView } from '../src/commands/views/message.ts';
import type { OfferView, RequestEntryView } from '../src/commands/views/offer.ts';
import type { QuestionView } from '../src/commands/views/question.ts';
import type { UserView } from '../src/commands/views/user.ts';
import { Feed } from './feed.ts';

export type Message = z.output<typeof MessageView>;
export type Offer = z.output<typeof OfferView>;
export type Question = z.output<typeof QuestionView>;
type RequestEntry = z.output<typeof RequestEntryView>;
type User = z.output<typeof UserView>;

export interface Notice {
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly text: string;
}

interface Session {
  readonly token: string;
  readonly user: User;
}

/** The commands that the robots use, and what they answer. */
interface Answers {
  'session.login': Session;
  'session.visitor': Session;
  'user.create': { user: User };
  'question.post': { question: Question };
  'question.claim': { question: Question };
  'question.watch': { question: Question; offers: Offer[]; messages: Message[] };
  'question.unwatch': Record<string, never>;
  'question.rate': { question: Question };
  'question.close': { question: Question };
  'message.send': { message: Message };
  'message.list': { items: Message[] };
  'offer.accept': { offer: Offer };
  'offer.decline': { offer: Offer };
  'request.get': { request: RequestEntry };
  'request.list': { items: RequestEntry[] };
  'request.accept': { request: RequestEntry };
  'request.decline': { request: RequestEntry };
  'request.report': { request: RequestEntry };
  'request.withdraw': { request: Offer };
  'payment.update': { question: Question; offers: Offer[] };
}

type Ack = { ok: true; data: unknown } | { ok: false; error: { code: string; message: string } };

const ANSWER_MS = 20_000;

/** A command that was refused. */
export class Refused extends Error {
  readonly code: string;
  constructor(command: string, { code, message }: { code: string; message: string }) {
    super(`${command}: ${code} (${message})`);
    this.code = code;
  }
}

export class Client {
  readonly user: User;
  readonly questions = new Feed<Question>();
  readonly offers = new Feed<Offer>();
  readonly notices = new Feed<Notice>();
  readonly messages = new Feed<Message>();
  readonly #token: string;
  #socket: Promise<Socket>;
  /** ends the wait of calls that were made while away */
  #back: (socket: Promise<Socket>) => void = () => undefined;

  private constructor(url: string, { token, user }: Session) {
    this.user = user;
    this.#token = token;
    this.#socket = this.#connect(url);
  }

  static async login(url: string, email: string, password: string): Promise<Client> {
    return Client.#open(url, await post(url, 'session.login', { email, password }));
  }

  static async visit(url: string, who: { name: string; email: string; locale: string }): Promise<Client> {
    return Client.#open(url, await post(url, 'session.visitor', who));
  }

  static async #open(url: string, session: Session): Promise<Client> {
    const client = new Client(url, session);
    await client.#socket;
    return client;
  }

  /** Rejects with Refused. While away it waits for the return. */
  async call<Name extends keyof Answers>(name: Name, input: object): Promise<Answers[Name]> {
    const socket = await this.#socket;
    const ack = (await socket.timeout(ANSWER_MS).emitWithAck(name, input)) as Ack;
    if (!ack.ok) throw new Refused(name, ack.error);
    return ack.data as Answers[Name]; // the protocol says so
  }

  /** Gone, as when a lid is closed. */
  async leave(): Promise<void> {
    const socket = await this.#socket;
    this.#socket = new Promise((resolve) => (this.#back = resolve));
    socket.disconnect();
  }

  async comeBack(url: string): Promise<void> {
    this.#back(this.#connect(url));
    await this.#socket;
  }

  async close(): Promise<void> {
    (await this.#socket).disconnect();
  }

  async #connect(url: string): Promise<Socket> {
    const socket = io(url, { transports: ['websocket'], auth: { token: this.#token }, forceNew: true });
    socket.on('message.created', (message: Message) => this.messages.push(message));
    socket.on('question.changed', (question: Question) => this.questions.push(question));
    socket.on('offer.changed', (offer: Offer) => this.offers.push(offer));
    socket.on('request.changed', (request: Offer) => this.offers.push(request));
    socket.on('notice', (notice: Notice) => this.notices.push(notice));
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return socket;
  }
}

async function post(url: string, name: 'session.login' | 'session.visitor', input: object): Promise<Session> {
  const response = await fetch(`${url}/v1/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  const body = await response.json();
  if (!response.ok) throw new Refused(name, body as { code: string; message: string });
  return body as Session;
}
