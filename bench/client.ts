// The product's client as the load uses it, and work for many at a time.

import type { Answer } from '../web/client/calls.ts';
import { connect as open } from '../web/client/connection.ts';
import type { Connection } from '../web/client/connection.ts';

/** It does not come back by itself, because what is lost has to be seen. */
export const connect = (url: string, token?: string): Promise<Connection> => open({ url, token, reconnects: false });

type Session = Answer<'session.login'>;

const DEMO_PASSWORD = 'parley-demo';

/** Signs people in, over one socket without a token. */
export class Door {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  static async at(url: string): Promise<Door> {
    return new Door(await connect(url));
  }

  visitor(): Promise<Session> {
    return this.#connection.call('session.visitor', { locale: 'en', name: 'Cora' });
  }

  login(email: string, password = DEMO_PASSWORD): Promise<Session> {
    return this.#connection.call('session.login', { email, password });
  }

  close(): void {
    this.#connection.close();
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

/** Begins one; told when it has ended and how many ms it took. */
export type Send = (settled: (ms: number) => void) => void;

/** Sends at a fixed rate, whatever becomes of it, for so long or until it is over; answers how long each took once all have ended. */
export async function paced(send: Send, aSecond: number, ms: number, isOver = () => false): Promise<number[]> {
  const took: number[] = [];
  const count = Math.ceil((ms * aSecond) / 1_000);
  const began = performance.now();
  let sent = 0;
  for (; sent < count && !isOver(); await sleep(1)) {
    const due = Math.min(count, ((performance.now() - began) * aSecond) / 1_000);
    for (; sent < due; sent += 1) send((one) => took.push(one));
  }
  while (took.length < sent) await sleep(1);
  return took;
}
