// One Socket.IO connection: it calls, it hears, it comes back by itself, and says when there is nothing to come back with.

import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { ANSWER_MS } from './calls.ts';
import type { Answer, CallOptions, Calls, CommandName, Input } from './calls.ts';
import { ParleyError, problem } from './errors.ts';
import type { Locale } from './errors.ts';
import type { Events, Failure, Reply } from './protocol.ts';
import { heardBy } from './spoken.ts';
import type { Spoken } from './spoken.ts';

export type EventName = keyof Events;

/** `offline`: it tries again by itself. `ended`: the token holds no more. `closed`: for good. */
export type Status = 'connecting' | 'online' | 'offline' | 'ended' | 'closed';

type StatusListener = (status: Status, before: Status) => void;

/** Asked before every connection, and once more when its last one was refused; null: nobody is signed in. */
export type TokenSource = () => string | null | Promise<string | null>;

export interface ConnectionOptions {
  /** where the server is, with the folder if it has one */
  readonly url: string;
  /** without one only the commands for anyone can be called, and not for long */
  readonly token?: string | TokenSource | undefined;
  /** of what is said to people when the server cannot, and of what it says to many; English while nobody knows */
  readonly locale?: Locale | (() => Locale | undefined) | undefined;
  /** false: a lost connection is `closed` */
  readonly reconnects?: boolean | undefined;
  readonly answerMs?: number | undefined;
  /** how long it waits at most before it tries again, about, ms */
  readonly latestMs?: number | undefined;
  /** another one that speaks Socket.IO, for tests */
  readonly io?: typeof io | undefined;
}

const SOON_MS = 500; // until the first try to come back; half of it is chance, so that not all come at once
const LATEST_MS = 15_000;
const REST_MS = 5_000; // when the server has sent us away without saying for how long

export class Connection implements Calls {
  /** What is below, for who measures or breaks it. */
  readonly socket: Socket;
  readonly #answerMs: number;
  readonly #localeOf: () => Locale | undefined;
  readonly #reconnects: boolean;
  readonly #listeners = new Set<StatusListener>();
  #status: Status = 'connecting';
  /** why the server has sent us away */
  #reason: ParleyError | null = null;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #isPaused = false;
  /** the token it comes with, and the last one that was refused */
  #token: string | null | undefined;
  #refused: string | null | undefined;
  readonly #asksAgain: boolean;

  constructor({
    url,
    token,
    locale,
    reconnects = true,
    answerMs = ANSWER_MS,
    latestMs = LATEST_MS,
    io: make = io,
  }: ConnectionOptions) {
    this.#answerMs = answerMs;
    this.#localeOf = () => localeIn({ locale });
    this.#reconnects = reconnects;
    this.#asksAgain = typeof token === 'function';
    const { origin, pathname } = new URL(url);
    this.socket = make(origin, {
      path: `${pathname.replace(/\/+$/, '')}/socket.io`,
      transports: ['websocket'],
      auth: typeof token === 'function' ? (give) => void this.#authenticate(token, give) : { token },
      forceNew: true,
      reconnection: reconnects,
      reconnectionDelay: SOON_MS,
      reconnectionDelayMax: latestMs,
    });
    this.socket.on('connect', () => {
      this.#reason = null;
      this.#refused = undefined;
      this.#become('online');
    });
    this.socket.on('connect_error', (error: Error & { readonly data?: Failure }) => {
      this.#reason = error.data === undefined ? null : new ParleyError(error.data);
      this.#lost(error.data !== undefined);
    });
    this.socket.on('disconnect', (why) => {
      if (why !== 'io client disconnect') this.#lost(why === 'io server disconnect');
      else this.#become(this.#isPaused ? 'offline' : 'closed');
    });
    this.on('notice', ({ code, params, text }) => {
      if (code === 'auth.required' || code === 'rate.limited') {
        this.#reason = new ParleyError({ code, message: text, details: params });
      }
    });
  }

  get status(): Status {
    return this.#status;
  }

  /** Why it is not online, as far as the server has said it. */
  get reason(): ParleyError | null {
    return this.#reason;
  }

  /** While offline it waits for the return. @throws ParleyError what was refused, or `no_answer` */
  call<N extends CommandName>(name: N, input: Input<N>, options: CallOptions = {}): Promise<Answer<N>> {
    const { timeoutMs = this.#answerMs, signal } = options;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const refuse = () => {
        reject(this.#reason ?? problem('no_answer', this.#localeOf()));
      };
      if (this.#status === 'ended' || this.#status === 'closed') {
        refuse();
        return;
      }
      const stop = () => {
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', stop);
      // waits for a line that does not come; what was sent on one may have been done, and hears of that one's loss
      const unheard = this.onStatus((status, before) => {
        if (status === 'ended' && before !== 'online') refuse();
      });
      this.socket.timeout(timeoutMs).emit(name, input, (lost: Error | null, answer: Reply<Answer<N>>) => {
        signal?.removeEventListener('abort', stop);
        unheard();
        if (lost !== null) reject(problem('no_answer', this.#localeOf()));
        else if (answer.ok) resolve(answer.data);
        else reject(new ParleyError(answer.error));
      });
    });
  }

  /** Call the result to hear no more. */
  on<N extends EventName>(name: N, hear: (body: Spoken[N]) => void): () => void {
    const listener = heardBy(name, hear, this.#localeOf);
    this.socket.on<string>(name, listener);
    return () => {
      this.socket.off<string>(name, listener);
    };
  }

  /** Told whenever the status changes; call the result to hear no more. */
  onStatus(listener: StatusListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close(): void {
    this.#become('closed');
    this.socket.disconnect();
  }

  /**
   * Lets the line go until `resume`: a page that is left may be kept by its browser only so. A wait that the server has asked for goes on, since
   * `resume` does not cut it short: after it there is a line again.
   */
  pause(): void {
    if (this.#status === 'ended' || this.#status === 'closed') return;
    this.#isPaused = true;
    this.socket.disconnect();
    this.#become('offline'); // also when there was no line
  }

  /** Tries at once instead of after its wait, unless the server has asked for that wait. */
  resume(): void {
    if (this.#status !== 'offline' || this.#reason?.retryAfterMs !== undefined) return;
    clearTimeout(this.#rest);
    this.#isPaused = true; // not closed by this
    this.socket.disconnect();
    this.#isPaused = false;
    this.socket.connect();
  }

  async #authenticate(source: TokenSource, give: (data: object) => void): Promise<void> {
    try {
      this.#token = await source();
    } catch {
      // whoever gives tokens could not be asked: later
      this.#reason = null;
      this.pause();
      this.#isPaused = false;
      this.#later();
      return;
    }
    if (this.#token !== null && this.#token !== this.#refused) {
      give({ token: this.#token });
      return;
    }
    this.#reason ??= problem('auth.required', this.#localeOf());
    this.#become('ended');
    this.socket.disconnect();
  }

  /** `refused`: by the server, so that Socket.IO does not try again by itself. */
  #lost(refused: boolean): void {
    if (this.#status === 'closed' || this.#status === 'ended') return;
    if (this.#reason?.code === 'auth.required') {
      if (!this.#asksAgain || !this.#reconnects) {
        this.#become('ended');
        return;
      }
      this.#refused = this.#token;
      this.#become('offline');
      this.socket.connect();
    } else if (!this.#reconnects) this.#become('closed');
    else {
      // before anybody is told: they may close it
      if (refused) this.#later();
      this.#become('offline');
    }
  }

  #later(): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.socket.connect(), this.#reason?.retryAfterMs ?? REST_MS);
  }

  #become(status: Status): void {
    const before = this.#status;
    if (before === status || before === 'closed') return;
    this.#status = status;
    if (status !== 'offline') clearTimeout(this.#rest);
    for (const listener of [...this.#listeners]) listener(status, before);
  }
}

const localeIn = ({ locale }: Pick<ConnectionOptions, 'locale'>) => (typeof locale === 'function' ? locale() : locale);

/** Resolves when it is there. @throws ParleyError the reason of the server, or `no_answer`; then it does not try again */
export function connect(options: ConnectionOptions): Promise<Connection> {
  const connection = new Connection(options);
  return new Promise((resolve, reject) => {
    const stop = connection.onStatus((status) => {
      stop();
      if (status === 'online') {
        resolve(connection);
        return;
      }
      const { reason } = connection;
      connection.close();
      reject(reason ?? problem('no_answer', localeIn(options)));
    });
  });
}
