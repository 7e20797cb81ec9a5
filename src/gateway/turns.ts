// The calls of one connection, in the order in which they came: a few at a time, and none while much waits for its client,
// so that nobody makes more answers than they read. What waits for its turn is bounded, too.

const AT_ONCE = 8; // calls of one connection under way
const MOST = 1_000; // that wait
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
  /** there is no place for this call any more */
  readonly refuse: (client: C, call: Call) => void;
}

export class Turns<C extends object, Call extends object> {
  readonly #parts: TurnParts<C, Call>;
  readonly #waiting = new Map<C, Call[]>();
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: TurnParts<C, Call>) {
    this.#parts = parts;
  }

  take(client: C, call: Call): void {
    const waiting = this.#waiting.get(client);
    if (waiting === undefined && this.#mayRun(client)) this.#run(client, call);
    else if (waiting === undefined) this.#wait(client, [call]);
    else if (waiting.length < MOST) waiting.push(call);
    else this.#parts.refuse(client, call);
  }

  /** The client has gone, nobody waits for the rest. */
  forget(client: C): void {
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

  #wait(client: C, calls: Call[]): void {
    this.#waiting.set(client, calls);
    this.#timer ??= setInterval(() => {
      for (const one of this.#waiting.keys()) this.#goOn(one);
      if (this.#waiting.size === 0) this.stop();
    }, LOOK_MS).unref();
  }

  #goOn(client: C): void {
    const waiting = this.#waiting.get(client);
    if (waiting === undefined) return;
    while (this.#mayRun(client)) {
      const next = waiting.shift();
      if (next === undefined) break;
      this.#run(client, next);
    }
    if (waiting.length === 0) this.#waiting.delete(client);
  }
}
