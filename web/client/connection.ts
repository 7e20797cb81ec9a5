// One Socket.IO connection: it calls, it hears, it comes back by itself, and says when there is nothing to come back with.

import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { ANSWER_MS } from './calls.ts';
import type { Answer, Calls, CommandName, Input } from './calls.ts';
import { ParleyError, noAnswer } from './errors.ts';
import type { Events, Failure, Reply } from './protocol.ts';

export type EventName = keyof Events;

/** `offline`: it tries again by itself. `ended`: the token holds no more. `closed`: for good. */
export type Status = 'connecting' | 'online' | 'offline' | 'ended' | 'closed';

export interface ConnectionOptions {
  /** where the server is */
  readonly url: string;
  /** without one only the commands for anyone can be called, and not for long */
  readonly token?: string | undefined;
  /** false: a lost connection is `closed` */
  readonly reconnects?: boolean | undefined;
  readonly answerMs?: number | undefined;
}

const SOON_MS = 500; // until the first try to come back; half of it is chance, so that not all come at once
const LATEST_MS = 15_000;
const REST_MS = 5_000; // when the server has sent us away without saying for how long

export class Connection implements Calls {
  /** What is below, for who measures or breaks it. */
  readonly socket: Socket;
  readonly #answerMs: number;
  readonly #reconnects: boolean;
  readonly #listeners = new Set<(status: Status) => void>();
  #status: Status = 'connecting';
  /** why the server has sent us away */
  #reason: ParleyError | null = null;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor({ url, token, reconnects = true, answerMs = ANSWER_MS }: ConnectionOptions) {
    this.#answerMs = answerMs;
    this.#reconnects = reconnects;
    this.socket = io(url, {
      transports: ['websocket'],
      auth: { token },
      forceNew: true,
      reconnection: reconnects,
      reconnectionDelay: SOON_MS,
      reconnectionDelayMax: LATEST_MS,
    });
    this.socket.on('connect', () => {
      this.#reason = null;
      this.#become('online');
    });
    this.socket.on('connect_error', (error: Error & { readonly data?: Failure }) => {
      this.#reason = error.data === undefined ? null : new ParleyError(error.data);
      this.#lost(error.data !== undefined);
    });
    this.socket.on('disconnect', (why) => {
      if (why === 'io client disconnect') this.#become('closed');
      else this.#lost(why === 'io server disconnect');
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
  call<N extends CommandName>(name: N, input: Input<N>): Promise<Answer<N>> {
    return new Promise((resolve, reject) => {
      if (this.#status === 'ended' || this.#status === 'closed') {
        reject(this.#reason ?? noAnswer(name));
        return;
      }
      this.socket.timeout(this.#answerMs).emit(name, input, (lost: Error | null, answer: Reply<Answer<N>>) => {
        if (lost !== null) reject(noAnswer(name));
        else if (answer.ok) resolve(answer.data);
        else reject(new ParleyError(answer.error));
      });
    });
  }

  /** Call the result to hear no more. */
  on<N extends EventName>(name: N, hear: (body: Events[N]) => void): () => void {
    const listener = hear as (body: unknown) => void; // the protocol says so
    this.socket.on<string>(name, listener);
    return () => {
      this.socket.off<string>(name, listener);
    };
  }

  /** Told whenever the status changes; call the result to hear no more. */
  onStatus(listener: (status: Status) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close(): void {
    this.#become('closed');
    this.socket.disconnect();
  }

  /** `refused`: by the server, so that Socket.IO does not try again by itself. */
  #lost(refused: boolean): void {
    if (this.#status === 'closed') return;
    if (this.#reason?.code === 'auth.required') this.#become('ended');
    else if (!this.#reconnects) this.#become('closed');
    else {
      clearTimeout(this.#rest);
      // before anybody is told: they may close it
      if (refused) this.#rest = setTimeout(() => this.socket.connect(), this.#reason?.retryAfterMs ?? REST_MS);
      this.#become('offline');
    }
  }

  #become(status: Status): void {
    if (this.#status === status || this.#status === 'closed') return;
    this.#status = status;
    if (status !== 'offline') clearTimeout(this.#rest);
    for (const listener of [...this.#listeners]) listener(status);
  }
}

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
      reject(reason ?? noAnswer('connect'));
    });
  });
}
