// Somebody who talks over a bad line: says everything in order, some of it before the last was acknowledged, and says
// again what was not; and hears everything, by events, by asking when there is a gap, and by catching up after a cut.

import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { clientId } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';

const WINDOW = 6; // said and not acknowledged

export interface Line {
  readonly clientId: string;
  readonly body: string;
}

export interface ChatterSettings {
  /** a gateway is chosen anew after each cut */
  readonly urls: readonly string[];
  readonly token: string;
  readonly questionId: string;
  readonly name: string;
  /** what it says; an expert's kind needs no pauses */
  readonly count: number;
  readonly kind?: string;
  /** the chance that the line is cut at an acknowledgement or an event */
  readonly cutAt: number;
  readonly random: () => number;
}

/** The inside of a client: the connection below Socket.IO. */
interface Inside {
  readonly transport: { readonly ws?: { terminate?(): void } };
  close(): void;
}

export class Chatter {
  readonly lines: readonly Line[];
  readonly acked = new Map<string, number>();
  /** what it has seen, in order, without what it had seen before */
  readonly view: Json[] = [];
  readonly refused: Json[] = [];
  cuts = 0;
  readonly #settings: ChatterSettings;
  readonly #done: Promise<void>;
  #finish: () => void = () => undefined;
  #socket: Socket | null = null;
  #inFlight = new Set<string>();
  #catchingUp: Promise<void> = Promise.resolve();
  #left = false;

  constructor(settings: ChatterSettings) {
    this.#settings = settings;
    this.lines = Array.from({ length: settings.count }, (_, index) => ({
      clientId: clientId(),
      body: `${settings.name} ${index}`,
    }));
    this.#done = new Promise((resolve) => (this.#finish = resolve));
  }

  /** Resolves when everything it had to say was acknowledged or refused for good. */
  talk(): Promise<void> {
    this.#connect();
    return this.#done;
  }

  /** The last seq of what it has seen. */
  get seen(): number {
    return (this.view.at(-1)?.['seq'] as number | undefined) ?? 0;
  }

  leave(): void {
    this.#left = true;
    this.#socket?.disconnect();
  }

  #connect(): void {
    const { urls, token, random } = this.#settings;
    const url = urls[Math.floor(random() * urls.length)] ?? '';
    const socket = io(url, { transports: ['websocket'], auth: { token }, forceNew: true, reconnection: false });
    this.#socket = socket;
    this.#inFlight.clear();
    const again = () => {
      if (!this.#left && this.#socket === socket) this.#connect();
    };
    socket.once('disconnect', again);
    socket.once('connect_error', () => setTimeout(again, 50));
    socket.once('connect', () => {
      this.#catchUp(socket);
      this.#say(socket);
    });
    socket.on('message.created', (message: Json) => {
      this.#see(message, socket);
      this.#maybeCut(socket);
    });
  }

  /** In order; after a cut again from the first that nobody has acknowledged. */
  #say(socket: Socket): void {
    const { questionId, kind } = this.#settings;
    for (const line of this.lines) {
      if (this.acked.has(line.clientId) || this.#inFlight.has(line.clientId)) continue;
      if (this.#inFlight.size >= WINDOW) return;
      this.#inFlight.add(line.clientId);
      socket.emit('message.send', { questionId, ...line, ...(kind && { kind }) }, (answer: Json) => {
        this.#hearAnswer(line, answer, socket);
      });
    }
  }

  #hearAnswer(line: Line, answer: Json, socket: Socket): void {
    this.#inFlight.delete(line.clientId);
    if (answer['ok'] === true) this.acked.set(line.clientId, answer['data'].message.seq as number);
    else this.refused.push({ line, ...(answer['error'] as Json) });
    if (this.acked.size === this.lines.length || this.refused.length > 0) this.#finish();
    else if (!this.#maybeCut(socket)) this.#say(socket);
  }

  #see(message: Json, socket: Socket): void {
    if ((message['seq'] as number) <= this.seen) return;
    if (message['seq'] === this.seen + 1) this.view.push(message);
    else this.#catchUp(socket);
  }

  #catchUp(socket: Socket): void {
    const { questionId } = this.#settings;
    this.#catchingUp = this.#catchingUp.then(async () => {
      while (socket.connected) {
        const answer: Json | null = await socket
          .timeout(60_000)
          .emitWithAck('question.watch', { questionId, afterSeq: this.seen })
          .catch(() => null); // cut off: the next connection catches up
        const missed = (answer?.['data']?.messages ?? []) as Json[];
        for (const message of missed) if (message['seq'] === this.seen + 1) this.view.push(message);
        if (missed.length === 0) return;
      }
    });
  }

  #maybeCut(socket: Socket): boolean {
    const { cutAt, random } = this.#settings;
    if (random() >= cutAt || !socket.connected) return false;
    this.cuts += 1;
    const engine = socket.io.engine as unknown as Inside;
    if (random() < 0.5) engine.close();
    else engine.transport.ws?.terminate?.();
    return true;
  }
}

/** The same numbers each time. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
