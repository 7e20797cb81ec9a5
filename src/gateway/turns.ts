// The calls of one connection, in the order in which they came: a few at a time, and none while much waits for its client,
// so that nobody makes more answers than they read. What waits for its turn is bounded, too.

const AT_ONCE = 8; // calls of one connection under way
const MOST = 1_000; // that wait
const MOST_SIZE = 1024 * 1024; // of those of one connection
const MOST_SIZE_OF_ALL = 64 * 1024 * 1024; // of those of all connections
const LOOK_MS = 50; // how often it is looked whether a client has read on; only while one is waited for

/** A connection as its turns see it. */
export interface Caller {
  /** calls under way; counted here */
  calls: number;
}

export interface TurnParts<C extends object, Call> {
  readonly callerOf: (client: C) => Caller;
  /** runs one call; never rejects */
  readonly run: (client: C, call: Call) => Promise<void>;
  /** whether too much waits for the client */
  readonly isSlow: (client: C) => boolean;
  /** roughly what it takes of this process while it waits, bytes */
  readonly sizeOf: (call: Call) => number;
  /** there is no place for this call any more */
  readonly refuse: (client: C, call: Call) => void;
}

interface Waiting<Call> {
  readonly calls: { readonly call: Call; readonly size: number }[];
  size: number;
}

export class Turns<C extends object, Call extends object> {
  readonly #parts: TurnParts<C, Call>;
  readonly #waiting = new Map<C, Waiting<Call>>();
  #size = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: TurnParts<C, Call>) {
    this.#parts = parts;
  }

  take(client: C, call: Call): void {
    if (!this.#waiting.has(client) && this.#mayRun(client)) this.#run(client, call);
    else this.#wait(client, call);
  }

  /** The client has gone, nobody waits for the rest. */
  forget(client: C): void {
    this.#size -= this.#waiting.get(client)?.size ?? 0;
    this.#waiting.delete(client);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #mayRun(client: C): boolean {
    return this.#parts.callerOf(client).calls < AT_ONCE && !this.#parts.isSlow(client);
  }

  #run(client: C, call: Call): void {
    const caller = this.#parts.callerOf(client);
    caller.calls += 1;
    void this.#parts.run(client, call).then(() => {
      caller.calls -= 1;
      this.#goOn(client);
    });
  }

  #wait(client: C, call: Call): void {
    const waiting = this.#waiting.get(client) ?? { calls: [], size: 0 };
    const size = this.#parts.sizeOf(call);
    const isFull = waiting.calls.length >= MOST || waiting.size + size > MOST_SIZE;
    if (isFull || this.#size + size > MOST_SIZE_OF_ALL) {
      this.#parts.refuse(client, call);
      return;
    }
    waiting.calls.push({ call, size });
    waiting.size += size;
    this.#size += size;
    this.#waiting.set(client, waiting);
    this.#timer ??= setInterval(() => {
      for (const one of this.#waiting.keys()) this.#goOn(one);
      if (this.#waiting.size === 0) this.stop();
    }, LOOK_MS).unref();
  }

  #goOn(client: C): void {
    const waiting = this.#waiting.get(client);
    if (waiting === undefined) return;
    while (this.#mayRun(client)) {
      const next = waiting.calls.shift();
      if (next === undefined) break;
      waiting.size -= next.size;
      this.#size -= next.size;
      this.#run(client, next.call);
    }
    if (waiting.calls.length === 0) this.#waiting.delete(client);
  }
}
