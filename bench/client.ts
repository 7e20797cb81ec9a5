// The protocol as the load speaks it: sockets, commands, people.

import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';

type Answer<T> = { ok: true; data: T } | { ok: false; error: { code: string; message: string } };

export interface Session {
  token: string;
  user: { id: string; name: string };
}

/** A socket that is connected; it does not come back by itself, because what is lost has to be seen. */
export function connect(url: string, auth: Record<string, string> = {}): Promise<Socket> {
  const socket = io(url, { transports: ['websocket'], auth, forceNew: true, reconnection: false });
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', reject);
  });
}

export function call<T>(socket: Socket, name: string, input: object = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    socket.emit(name, input, (answer: Answer<T>) => {
      if (answer.ok) resolve(answer.data);
      else reject(new Refused(name, answer.error.code));
    });
  });
}

export class Refused extends Error {
  readonly code: string;

  constructor(name: string, code: string) {
    super(`${name}: ${code}`);
    this.code = code;
  }
}

const DEMO_PASSWORD = 'parley-demo';

/** Signs people in, over one socket without a token. */
export class Door {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async at(url: string): Promise<Door> {
    return new Door(await connect(url));
  }

  visitor(): Promise<Session> {
    return call<Session>(this.#socket, 'session.visitor', { locale: 'en', name: 'Cora' });
  }

  login(email: string, password = DEMO_PASSWORD): Promise<Session> {
    return call<Session>(this.#socket, 'session.login', { email, password });
  }

  close(): void {
    this.#socket.disconnect();
  }
}

/** Runs `work` for each item, so many at a time, and answers in the order of the items. */
export async function each<In, Out>(
  items: readonly In[],
  atATime: number,
  work: (item: In, index: number) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index]!, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, worker));
  return results;
}

export const range = (count: number) => Array.from({ length: count }, (_, index) => index);

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
