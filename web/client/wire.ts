// Socket.IO over WebSocket alone, as much of it as the pages use: a tenth of the library, which would be a third of the widget
// (docs/decisions.md, 110). The bundle has it in the place of `socket.io-client`; the tests of the connection run with both.
//
// Engine.IO 4: a frame is one digit and its payload. "0" opens, "1" closes, "2" pings, "3" pongs, "4" is a message. Socket.IO 5: its
// messages are one digit more. "0" connects, "1" disconnects, "2" is an event, with an id when an answer is wanted, "3" an answer, "4" a
// refused connection.

export interface WireOptions {
  /** "/socket.io", with the folder of the server before it */
  readonly path: string;
  /** who connects, or whoever gives it when it is wanted */
  readonly auth: object | ((give: (data: object) => void) => void);
  readonly reconnection: boolean;
  /** ms until the first try to come back; each one after it waits twice as long, half of all is chance */
  readonly reconnectionDelay: number;
  readonly reconnectionDelayMax: number;
}

type Hear = (...said: never[]) => void;
type Answered = (lost: Error | null, answer?: unknown) => void;

interface Call {
  readonly id: number;
  readonly frame: string;
  readonly answered: Answered;
  isSent: boolean;
}

interface Greeting {
  /** ms */
  readonly pingInterval: number;
  readonly pingTimeout: number;
}

const OPEN_MS = 20_000; // a line that is not there by then is none
const LOOK_MS = 500; // between one look at the clock on the wall and the next
const LOST = 'transport close';
const OPEN = '0';
const CLOSE = '1';
const PING = '2';
const PONG = '3';
const CONNECT = '40';
const DISCONNECT = '41';
const MESSAGE = /^4([0-4])(\d*)(.*)$/s;

export const io = (origin: string, options: WireOptions): Wire => new Wire(origin, options);

export class Wire {
  /** it is connected, or tries to be */
  active = true;
  #isConnected = false;
  readonly #url: string;
  readonly #options: WireOptions;
  readonly #heard = new Map<string, Set<Hear>>();
  readonly #heardAll = new Set<Hear>();
  readonly #calls = new Map<number, Call>();
  #line: WebSocket | null = null;
  #lastId = 0;
  #tries = 0;
  /** since when it has heard nothing, or waits to come back, and how long at most, ms */
  #since = 0;
  #mostMs = 0;
  #looking: ReturnType<typeof setInterval> | undefined;

  /** Connects at once. `origin`: http or https */
  constructor(origin: string, options: WireOptions) {
    this.#url = `${origin.replace(/^http/, 'ws')}${options.path}/?EIO=4&transport=websocket`;
    this.#options = options;
    queueMicrotask(() => {
      if (this.active) this.connect(); // whoever made it has said by now what they want to hear
    });
  }

  on(name: string, hear: Hear): this {
    this.#heard.set(name, (this.#heard.get(name) ?? new Set()).add(hear));
    return this;
  }

  off(name: string, hear: Hear): this {
    this.#heard.get(name)?.delete(hear);
    return this;
  }

  /** Of events alone, with their name. */
  onAny(hear: Hear): this {
    this.#heardAll.add(hear);
    return this;
  }

  /** Does nothing when it is connected, or about to be. */
  connect(): this {
    this.active = true;
    if (this.#line === null) this.#open();
    return this;
  }

  disconnect(): this {
    const was = this.#isConnected;
    if (was) this.#say(DISCONNECT);
    this.active = false;
    this.#tries = 0;
    this.#drop();
    if (was) this.#tell('disconnect', 'io client disconnect');
    return this;
  }

  /** Asks, now or as soon as there is a line; without an answer within so many ms, or when its line is lost, `answered` hears of it. */
  timeout(ms: number): { emit(name: string, input: unknown, answered: Answered): void } {
    return {
      emit: (name, input, answered) => {
        const id = (this.#lastId += 1);
        const end = setTimeout(() => this.#answer(id, new Error(LOST)), ms);
        const heard: Answered = (lost, answer) => {
          clearTimeout(end);
          answered(lost, answer);
        };
        const call = { id, frame: `42${id}${JSON.stringify([name, input])}`, answered: heard, isSent: false };
        this.#calls.set(id, call);
        if (this.#isConnected) this.#send(call);
      },
    };
  }

  #open(): void {
    let line: WebSocket;
    try {
      line = new WebSocket(this.#url);
    } catch {
      // a policy of the host, or no address
      setTimeout(() => this.#lost(), 0);
      return;
    }
    this.#line = line;
    this.#waits(OPEN_MS);
    const ifCurrent =
      <Said>(does: (said: Said) => void) =>
      (said: Said) => {
        if (this.#line === line) does(said);
      };
    line.onmessage = ifCurrent(({ data }: MessageEvent) => this.#read(String(data)));
    const lost = ifCurrent<Event>(() => this.#lost());
    line.onerror = lost;
    line.onclose = lost;
  }

  #read(frame: string): void {
    this.#since = Date.now();
    if (frame === PING) this.#say(PONG);
    else if (frame === CLOSE) this.#lost();
    else {
      const [, type, id = '', json = ''] = MESSAGE.exec(frame) ?? [];
      let said: unknown;
      try {
        said = JSON.parse(type === undefined ? frame.slice(1) : json || 'null');
      } catch {
        this.#lost();
        return;
      }
      // the protocol says what each is
      if (frame.startsWith(OPEN)) this.#greet(said as Greeting);
      else if (type === '0') this.#connected();
      else if (type === '1') this.#sentAway('disconnect', 'io server disconnect');
      else if (type === '2') this.#event(said as [string, ...never[]]);
      else if (type === '3') this.#answer(Number(id), null, (said as unknown[])[0]);
      else if (type === '4') {
        const { message, data } = said as { message: string; data?: unknown };
        this.#sentAway('connect_error', Object.assign(new Error(message), { data }));
      }
    }
  }

  /** The server says how often it pings; then it is told who this is. */
  #greet({ pingInterval, pingTimeout }: Greeting): void {
    this.#mostMs = pingInterval + pingTimeout;
    const line = this.#line;
    const give = (data: object) => {
      if (this.#line === line) this.#say(CONNECT + JSON.stringify(data));
    };
    const { auth } = this.#options;
    if (typeof auth === 'function') auth(give);
    else give(auth);
  }

  #connected(): void {
    this.#isConnected = true;
    this.#tries = 0;
    this.#tell('connect');
    for (const call of [...this.#calls.values()]) if (!call.isSent) this.#send(call);
  }

  #event([name, ...said]: [string, ...never[]]): void {
    for (const hear of [...this.#heardAll]) hear(...([name, ...said] as never[]));
    this.#tell(name, ...said);
  }

  /** Not to come back by itself. */
  #sentAway(name: string, why: unknown): void {
    this.active = false;
    this.#drop();
    this.#tell(name, why);
  }

  /** Closed, broken or silent: it comes to the same. */
  #lost(): void {
    const was = this.#isConnected;
    this.#drop();
    this.#later();
    if (was) this.#tell('disconnect', LOST);
    else this.#tell('connect_error', new Error(LOST));
  }

  #later(): void {
    if (!this.active || !this.#options.reconnection) {
      this.active = false;
      return;
    }
    const { reconnectionDelay, reconnectionDelayMax } = this.#options;
    const wait = Math.min(reconnectionDelay * 2 ** this.#tries, reconnectionDelayMax);
    this.#tries += 1;
    this.#waits(wait * (0.5 + Math.random()));
  }

  /** What was sent on this line is answered by no other one. */
  #drop(): void {
    const line = this.#line;
    this.#line = null;
    this.#isConnected = false;
    clearInterval(this.#looking);
    line?.close();
    for (const { id, isSent } of [...this.#calls.values()]) if (isSent) this.#answer(id, new Error(LOST));
  }

  #send(call: Call): void {
    call.isSent = this.#say(call.frame);
  }

  /** A line that is about to close takes nothing any more: it waits for the next one. */
  #say(frame: string): boolean {
    if (this.#line?.readyState !== WebSocket.OPEN) return false;
    this.#line.send(frame);
    return true;
  }

  #answer(id: number, lost: Error | null, answer?: unknown): void {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    call?.answered(lost, answer);
  }

  /** By the clock on the wall: timers stand still while a machine sleeps, and lines do not outlive that. */
  #waits(mostMs: number): void {
    this.#since = Date.now();
    this.#mostMs = mostMs;
    clearInterval(this.#looking);
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
  }

  /** A clock that was set back says as little of the server as one that has jumped ahead. */
  #look(): void {
    if (Math.abs(Date.now() - this.#since) < this.#mostMs) return;
    if (this.#line !== null) this.#lost();
    if (this.active) this.connect(); // it was not sent away, so it need not keep away
  }

  #tell(name: string, ...said: unknown[]): void {
    for (const hear of [...(this.#heard.get(name) ?? [])]) hear(...(said as never[]));
  }
}
