// The whole of what a page has of the server: who is signed in, a connection that comes back, conversations, lists and an outbox.

import { computed, signal } from '@preact/signals-core';
import type { ReadonlySignal } from '@preact/signals-core';
import { newClientId, overHttp } from './calls.ts';
import type { Answer, CallOptions, CommandName, Input } from './calls.ts';
import { Connection } from './connection.ts';
import type { EventName, TokenSource } from './connection.ts';
import { LiveConversation } from './conversation.ts';
import type { Conversation, Told } from './conversation.ts';
import { ParleyError, problem } from './errors.ts';
import type { Locale } from './errors.ts';
import type { Sources } from './lists.ts';
import { Outbox } from './outbox.ts';
import { OwedStore } from './owed-store.ts';
import { onLife, openPages } from './page.ts';
import type { News, Pages } from './page.ts';
import type { Message, User } from './protocol.ts';
import { Session } from './session.ts';
import { spoken } from './spoken.ts';
import type { Spoken } from './spoken.ts';
import { Standby } from './standby.ts';
import type { Badge } from './page.ts';
import { Kept, SEEN, pageStorage } from './storage.ts';
import type { KeyValues } from './storage.ts';
import { ServerTime } from './time.ts';

export interface ParleyOptions {
  /** where the server is, with the folder if it has one */
  readonly url: string;
  /** the host's own; by default whoever has signed in here, in the language of the browser */
  readonly token?: string | TokenSource | undefined;
  /** of errors that the server cannot word, and of new visitors */
  readonly locale?: Locale | undefined;
  /** Where the session and what is owed are kept: for all pages of the browser by default, `memory` for this one only. */
  readonly storage?: KeyValues | 'memory' | undefined;
  /** of everything that is kept, so that two of one origin keep apart; `parley.` by default */
  readonly prefix?: string | undefined;
  /** How long it waits at most before it tries to come back, about, ms; 15,000 by default: not all customers come back at once. */
  readonly latestMs?: number | undefined;
}

/** `idle`: not asked to connect, or nobody is signed in. `offline`: it tries again by itself. `ended`: sign in again. */
export type ParleyStatus = 'idle' | 'connecting' | 'online' | 'offline' | 'ended';

/** What moves money, or decides about it: never kept for later, and one at a time. */
const NOW_OR_NEVER: ReadonlySet<CommandName> = new Set<CommandName>([
  ...(['question.post', 'question.rate', 'question.close', 'payment.update', 'refund.request'] as const),
  ...(['offer.propose', 'offer.withdraw', 'offer.unable', 'offer.accept', 'offer.decline'] as const),
  ...(['request.accept', 'request.decline', 'request.withdraw', 'request.report', 'case.resolve'] as const),
]);

/** What changes an account, and answers it. */
const OWN: ReadonlySet<CommandName> = new Set<CommandName>(['session.email', 'user.update']);

const TIME_ASKED = 3; // the quickest answer of so many says what the time is
const TIME_MS = 3_600_000; // clocks drift
const AGAIN_MS = 1_000;
const LOCALES: readonly Locale[] = ['en', 'de', 'es'];

export class Parley {
  readonly #url: string;
  readonly #locale: Locale | undefined;
  readonly #latestMs: number | undefined;
  readonly #isShared: boolean;
  readonly #prefix: string;
  readonly #kept: Kept;
  readonly #session: Session;
  readonly #time = new ServerTime();
  readonly #status = signal<ParleyStatus>('idle');
  readonly #reason = signal<ParleyError | null>(null);
  readonly #connection = signal<Connection | null>(null);
  readonly #conversations = new Map<string, LiveConversation>();
  readonly #lists = new Set<{ forget(): void }>();
  readonly #heard = new Map<string, Set<(body: unknown) => void>>();
  readonly #underWay = new Map<string, Promise<unknown>>();
  #pages: Pages | null = null;
  #isWanted = false;
  /** another page keeps the line for this one, which nobody looks at */
  #isResting = false;
  readonly #standby: Standby;
  /** whose the conversations, lists and lines are */
  #owner: string | null = null;
  #stopLife: () => void = () => undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  readonly #outbox: Outbox;
  /** of what is said to whoever is signed in */
  readonly #localeOf = () => this.user.peek()?.locale ?? this.#locale ?? browserLocale();

  constructor({ url, token, locale, storage, prefix = 'parley.', latestMs }: ParleyOptions) {
    this.#url = url.replace(/\/+$/, '');
    this.#locale = locale;
    this.#prefix = prefix;
    this.#latestMs = latestMs;
    this.#isShared = storage !== 'memory' && typeof window !== 'undefined';
    const kept = new Kept(prefix, storage === 'memory' ? null : (storage ?? pageStorage()));
    this.#kept = kept;
    this.#session = new Session(kept, token);
    this.#listen();
    this.#outbox = new Outbox({
      store: new OwedStore(this.#isShared ? `${prefix}outbox` : null, kept),
      send: async (line) => (await this.#carry('message.send', line)).message,
      isOnline: () => this.#status.peek() === 'online',
      now: () => this.now(),
      sent: (message) => {
        this.#take({ message });
        this.#pages?.tell({ type: 'sent', message });
      },
      changed: () => this.#pages?.tell({ type: 'owed' }),
      inTurn: (work) => this.#pages?.inTurn(work) ?? work(),
    });
    this.#standby = new Standby({
      user: this.user,
      owed: this.#outbox.owed,
      pages: () => this.#listen(),
      connect: () => this.connect(),
      rest: () => {
        this.#isResting = true;
        this.#isWanted = false;
        this.#disconnect();
      },
      counting: async (counted) => (await import('./counting.ts')).counting(this, kept, counted),
    });
    this.#isOf(this.user.peek());
  }

  /** What is new for whoever is signed in; true while this page stands by (`attend`). */
  get badge(): ReadonlySignal<Badge> {
    return this.#standby.badge;
  }

  /** The line is another window's, or there are too many: `useHere`. */
  readonly elsewhere: ReadonlySignal<boolean> = computed(
    () => this.#standby.hasYielded.value || this.#reason.value?.code === 'conflict.too_many_sockets',
  );

  /**
   * Stands by until the result is called: while no page of the browser is looked at, one of them has a connection, and all know what
   * is new; a page that is looked at has its own. `isShown`: is this one?
   */
  attend(isShown: ReadonlySignal<boolean>): () => void {
    return this.#standby.attend(isShown);
  }

  /** Other windows of this browser let their lines go, and this one has it. */
  useHere(): void {
    this.#standby.take();
    this.connect();
    this.#connection.peek()?.resume();
  }

  /** What was written and is not acknowledged. */
  get outbox(): Pick<Outbox, 'owed' | 'retry' | 'discard'> {
    return this.#outbox;
  }

  get status(): ReadonlySignal<ParleyStatus> {
    return this.#status;
  }

  /** Why it is not online, as far as the server has said it. */
  get reason(): ReadonlySignal<ParleyError | null> {
    return this.#reason;
  }

  get user(): ReadonlySignal<User | null> {
    return this.#session.user;
  }

  /** By the server's clock, ms. */
  now(): number {
    return this.#time.now();
  }

  /** Connects, and stays connected as far as it can, as soon as somebody is signed in. */
  connect(): void {
    this.#isWanted = true;
    this.#isResting = false;
    this.#listen();
    const status = this.#connection.peek()?.status;
    if (status === 'ended') this.#disconnect(); // the host may have another token now
    if ((status === undefined || status === 'ended') && this.#session.isSignedIn) this.#open();
  }

  /** Lets everything go; `connect` takes it up again. */
  close(): void {
    this.#isWanted = false;
    this.#disconnect();
    this.#outbox.stop();
    this.#pages?.close();
    this.#pages = null;
  }

  /**
   * Over the connection; over HTTP while there is none. What moves money is refused (`offline`) when the connection is lost, and the
   * same asked twice at once is asked once. What the answer tells is shown before its event comes.
   * @throws ParleyError
   */
  async call<N extends CommandName>(name: N, input: Input<N>, options?: CallOptions): Promise<Answer<N>> {
    const answer = NOW_OR_NEVER.has(name)
      ? await this.#callOnce(name, input, options)
      : await this.#carry(name, input, options);
    this.#take(answer as Told); // as far as it is about a conversation
    if (OWN.has(name)) this.#knows((answer as Answer<'session.get'>).user);
    return answer;
  }

  /** Over all connections there will be; call the result to hear no more. */
  on<N extends EventName>(name: N, hear: (body: Spoken[N]) => void): () => void {
    const listeners = this.#heard.get(name) ?? new Set();
    const listener = hear as (body: unknown) => void; // the protocol says so
    this.#heard.set(name, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  readonly session = {
    /** A new anonymous customer. @throws ParleyError */
    visitor: async (input: Partial<Input<'session.visitor'>> = {}): Promise<User> => {
      const who = { locale: this.#locale ?? browserLocale(), ...input };
      return this.#begin(await this.#once('session.visitor', who, () => this.#http(null).call('session.visitor', who)));
    },
    /** @throws ParleyError */
    login: async (input: Input<'session.login'>): Promise<User> =>
      this.#begin(await this.#http(null).call('session.login', input)),
    /**
     * By the link of a letter, once (4.1); asked again as the same opening when nobody has answered. `clientId`: of an opening whose
     * answer was lost before. @throws ParleyError
     */
    open: async (
      link: string,
      clientId = newClientId(),
    ): Promise<{ readonly user: User; readonly questionId: string }> => {
      const opening = { link, clientId };
      const ask = () => this.#http(null).call('session.open', opening);
      const { questionId, ...signedIn } = await this.#once('session.open', link, () =>
        ask().catch((error: unknown) => {
          if (error instanceof ParleyError && error.code === 'no_answer') return ask();
          throw error;
        }),
      );
      return { user: this.#begin(signedIn), questionId };
    },
    /** Forgets who was signed in, here and in all pages of the browser, with everything that was theirs. */
    end: async (): Promise<void> => {
      await this.#outbox.clear();
      this.#kept.remove(SEEN);
      const token = this.#session.own;
      // whoever has copied it has nothing either; without a line it ends by itself
      if (token !== null)
        void this.#http(token)
          .call('session.end', {})
          .catch(() => undefined);
      this.#session.end();
      this.#pages?.tell({ type: 'session' });
      this.#changed();
    },
  };

  /** Held until it is released as often as it was asked for. */
  conversation(questionId: string): Conversation {
    if (!this.#isResting) this.connect();
    const { user } = this;
    const conversation =
      this.#conversations.get(questionId) ??
      new LiveConversation(questionId, {
        connection: this.#connection,
        user,
        outbox: this.#outbox,
        released: () => this.#conversations.delete(questionId),
      });
    this.#conversations.set(questionId, conversation);
    return conversation.hold();
  }

  /** A list of this person's, over whatever line there is; forgotten with them. `make`: one of `lists.ts`. */
  listed<List extends { forget(): void }>(make: (sources: Sources) => List): List {
    const list = make({
      connection: this.#connection,
      user: this.user,
      released: (one) => void this.#lists.delete(one),
    });
    this.#lists.add(list);
    if (!this.#isResting) this.connect();
    return list;
  }

  async #callOnce<N extends CommandName>(name: N, input: Input<N>, options?: CallOptions): Promise<Answer<N>> {
    await this.#tried();
    if (this.#status.peek() === 'offline') throw problem('offline', this.#localeOf());
    return this.#once(name, input, () => this.#carry(name, input, options));
  }

  /** The first line is on its way, as when somebody has just signed in: whether it comes is known in a moment. */
  #tried(): Promise<void> {
    if (this.#status.peek() !== 'connecting') return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.#status.subscribe((status) => {
        if (status === 'connecting') return;
        queueMicrotask(() => stop()); // it may be told at once
        resolve();
      });
    });
  }

  async #once<Result>(name: string, input: unknown, ask: () => Promise<Result>): Promise<Result> {
    const key = `${name} ${JSON.stringify(input)}`;
    const before = this.#underWay.get(key) as Promise<Result> | undefined; // of the same name
    if (before !== undefined) return before;
    const asked = ask().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, asked);
    return asked;
  }

  async #carry<N extends CommandName>(name: N, input: Input<N>, options?: CallOptions): Promise<Answer<N>> {
    const connection = this.#connection.peek();
    if (connection !== null && connection.status !== 'ended') return connection.call(name, input, options);
    return this.#http(await this.#session.token()).call(name, input, options);
  }

  #http(token: string | null) {
    const [url, locale, time] = [this.#url, this.#localeOf(), this.#time];
    return overHttp({ url, locale, time, ...(token !== null && { token }) });
  }

  /** Of oneself: admins change others too. */
  #knows(user: User): void {
    if (user.id !== this.user.peek()?.id) return;
    this.#session.knows(user);
    this.#pages?.tell({ type: 'session' });
  }

  #take(told: Told): void {
    for (const conversation of this.#conversations.values()) conversation.take(told);
  }

  #begin(signedIn: Parameters<Session['begin']>[0]): User {
    this.#session.begin(signedIn);
    this.#pages?.tell({ type: 'session' });
    this.#changed();
    return signedIn.user;
  }

  /** Somebody else may be signed in than before, or nobody. */
  #changed(): void {
    this.#disconnect();
    this.#isOf(this.user.peek());
    if (this.#isWanted && this.#session.isSignedIn) this.#open();
  }

  /** Nobody sees what was somebody else's. */
  #isOf(user: User | null): void {
    const owner = user?.id ?? null;
    if (this.#owner !== null && this.#owner !== owner) {
      for (const conversation of [...this.#conversations.values()]) conversation.forget();
      for (const list of [...this.#lists]) list.forget();
    }
    this.#owner = owner;
    void this.#outbox.belongsTo(owner);
  }

  #open(): void {
    const locale = this.#localeOf;
    const connection = new Connection({ url: this.#url, token: this.#session.token, locale, latestMs: this.#latestMs });
    connection.socket.onAny((name: EventName, body: unknown) => {
      for (const hear of [...(this.#heard.get(name) ?? [])]) hear(spoken(name, body, locale));
    });
    const follow = () => {
      const { status, reason } = connection;
      this.#reason.value = reason;
      this.#status.value = status === 'closed' ? 'idle' : status;
      if (status === 'online') void this.#greet(connection);
    };
    connection.onStatus(follow);
    follow();
    this.#connection.value = connection;
    this.#stopLife = onLife({
      wake: () => {
        connection.resume();
        if (connection.status === 'online') void this.#askTime(connection);
      },
      leave: () => connection.pause(),
    });
    this.#timer = setInterval(() => void this.#askTime(connection), TIME_MS);
  }

  #disconnect(): void {
    const connection = this.#connection.peek();
    this.#stopLife();
    clearInterval(this.#timer);
    this.#connection.value = null;
    connection?.close();
    this.#status.value = 'idle';
    this.#reason.value = null;
  }

  /** The line is there: who is this, what time is it, what is owed? */
  async #greet(connection: Connection): Promise<void> {
    try {
      const { user } = await connection.call('session.get', {});
      if (connection !== this.#connection.peek()) return;
      this.#session.knows(user);
      this.#isOf(user);
      this.#outbox.back();
      await this.#askTime(connection);
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      if (!error.retryable || connection.status !== 'online') return;
      setTimeout(() => {
        if (connection.status === 'online') void this.#greet(connection);
      }, error.retryAfterMs ?? AGAIN_MS);
    }
  }

  async #askTime(connection: Connection): Promise<void> {
    for (let times = 0; times < TIME_ASKED && connection.status === 'online'; times += 1) {
      const asked = this.#time.asked();
      const answer = await connection.call('time.get', {}).catch(() => null); // asked again soon enough
      if (answer !== null) this.#time.learnExactly(answer.now, asked);
    }
  }

  #listen(): Pages {
    return (this.#pages ??= openPages(this.#isShared ? this.#prefix : null, (news) => this.#hear(news)));
  }

  #hear(news: News): void {
    if (news.type === 'session') {
      if (this.#session.look()) this.#changed();
    } else if (news.type === 'sent') this.#take({ message: news.message as Message });
    else if (news.type !== 'owed') this.#standby.hear(news);
    else {
      void this.#outbox.look();
      if (this.#pages?.takeTurns) this.#outbox.run();
    }
  }
}

/** The first language of the browser that the server speaks. */
function browserLocale(): Locale {
  const tags = typeof navigator === 'undefined' ? [] : navigator.languages;
  return tags.map((tag) => LOCALES.find((locale) => tag.startsWith(locale))).find(Boolean) ?? 'en';
}
