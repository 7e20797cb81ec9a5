// A WebSocket by hand, so that tests can say what no client library would: any bytes, any frame, any packet.

import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { Json } from './client.ts';

const TEXT = 0x1;
const BINARY = 0x2;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

export interface Frame {
  readonly opcode?: number;
  readonly payload: string | Uint8Array;
  readonly fin?: boolean;
  /** clients must mask */
  readonly masked?: boolean;
  /** the reserved bits, 0 to 7 */
  readonly reserved?: number;
}

export interface WireOptions {
  readonly headers?: Record<string, string>;
  readonly query?: string;
}

/** The server did not open a WebSocket. */
export class HandshakeRefused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the handshake was answered ${status}`);
    this.status = status;
  }
}

/** One connection. Answers engine.io's pings; everything else is up to the test. */
export class Wire {
  /** every text frame that came */
  readonly heard: string[] = [];
  /** when the connection has ended; the WebSocket close code, if there was one */
  readonly closed: Promise<number | null>;
  /** how much has come */
  bytes = 0;
  readonly #socket: Socket;
  readonly #listeners = new Set<() => void>();
  #buffered: Buffer;
  #closeCode: number | null = null;
  #ended = false;
  #lastId = 0;

  /** Resolves after the handshake of HTTP; engine.io's greeting comes next. */
  static open(url: string, { headers = {}, query = 'EIO=4&transport=websocket' }: WireOptions = {}): Promise<Wire> {
    const key = randomBytes(16).toString('base64');
    return new Promise((resolve, reject) => {
      const upgrade = request(`${url}/socket.io/?${query}`, {
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': key,
          ...headers,
        },
      });
      upgrade.on('error', reject);
      upgrade.on('response', (response) => {
        response.resume();
        reject(new HandshakeRefused(response.statusCode ?? 0));
      });
      upgrade.on('upgrade', (response, socket, head) => {
        const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
        if (response.headers['sec-websocket-accept'] === accept) resolve(new Wire(socket, head));
        else reject(new Error('the handshake was not completed'));
      });
      upgrade.end();
    });
  }

  /** A connection that has joined the main namespace; rejects with what the server answers instead. */
  static async join(url: string, token?: unknown, options: WireOptions = {}): Promise<Wire> {
    const wire = await Wire.open(url, options);
    const answer = await wire.connect(token === undefined ? '' : JSON.stringify({ token }));
    if (answer.startsWith('40')) return wire;
    wire.end();
    throw new ConnectRefused(JSON.parse(answer.slice(2)) as Json);
  }

  private constructor(socket: Socket, head: Buffer) {
    this.#socket = socket;
    this.#buffered = head;
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#ended = true;
        resolve(this.#closeCode);
        this.#tell();
      });
    });
    socket.on('error', () => undefined); // "close" follows
    socket.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length;
      this.#buffered = Buffer.concat([this.#buffered, chunk]);
      this.#read();
    });
    this.#read();
  }

  /** One text frame. */
  send(text: string): void {
    this.sendFrame({ payload: text });
  }

  sendFrame({ opcode, payload, fin = true, masked = true, reserved = 0 }: Frame): void {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload);
    const kind = opcode ?? (typeof payload === 'string' ? TEXT : BINARY);
    const length =
      bytes.length < 126
        ? Buffer.from([bytes.length])
        : bytes.length < 65_536
          ? Buffer.from([126, bytes.length >> 8, bytes.length & 0xff])
          : Buffer.concat([Buffer.from([127, 0, 0, 0, 0]), wordOf(bytes.length)]);
    length[0] = (length[0] ?? 0) | (masked ? 0x80 : 0);
    const mask = masked ? randomBytes(4) : Buffer.alloc(0);
    const body = masked ? bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0)) : bytes;
    this.sendBytes(Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | (reserved << 4) | kind]), length, mask, body]));
  }

  sendBytes(bytes: Uint8Array): void {
    if (!this.#ended) this.#socket.write(bytes);
  }

  /** Joins the main namespace; answers the packet that says how it went, or "closed". */
  async connect(auth = ''): Promise<string> {
    this.send(`40${auth}`);
    return this.next((text) => text.startsWith('40') || text.startsWith('44'));
  }

  /** A command whose input is this JSON text, however odd; `input` undefined: without one. */
  async ask(name: string, input?: string): Promise<Json> {
    const id = (this.#lastId += 1);
    this.send(`42${id}[${JSON.stringify(name)}${input === undefined ? '' : `,${input}`}]`);
    const answer = await this.next((text) => text.startsWith(`43${id}[`));
    return (JSON.parse(answer.slice(`43${id}`.length)) as [Json])[0];
  }

  /** The first text, past or future, that fits. */
  next(fits: (text: string) => boolean, timeoutMs = 60_000): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.heard.find(fits);
        if (found === undefined && !this.#ended) return;
        stop();
        if (found === undefined) reject(new Error(`the connection ended; heard: ${this.heard.join(' ')}`));
        else resolve(found);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`not heard; heard: ${this.heard.join(' ')}`));
      }, timeoutMs);
      const stop = () => {
        clearTimeout(timer);
        this.#listeners.delete(look);
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** As if the machine at the other end had stopped reading from the network. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Cuts the connection without a word. */
  end(): void {
    this.#socket.destroy();
  }

  #read(): void {
    for (;;) {
      const frame = frameOf(this.#buffered);
      if (frame === null) break;
      this.#buffered = this.#buffered.subarray(frame.length);
      if (frame.opcode === PING) this.sendFrame({ opcode: PONG, payload: frame.payload });
      if (frame.opcode === CLOSE) this.#end(frame.payload);
      if (frame.opcode === TEXT) this.#hear(frame.payload.toString());
    }
    this.#tell();
  }

  #hear(text: string): void {
    if (text === '2') this.send('3');
    else this.heard.push(text);
  }

  #end(payload: Buffer): void {
    this.#closeCode = payload.length >= 2 ? payload.readUInt16BE() : null;
    this.#socket.destroy();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The server refused the namespace. */
export class ConnectRefused extends Error {
  readonly answer: Json;

  constructor(answer: Json) {
    super(String(answer['message']));
    this.answer = answer;
  }
}

function wordOf(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
}

/** The first whole frame of what a server sent: never masked. */
function frameOf(bytes: Buffer): { opcode: number; payload: Buffer; length: number } | null {
  if (bytes.length < 2) return null;
  const short = bytes.readUInt8(1) & 0x7f;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start) return null;
  const size = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < start + size) return null;
  return { opcode: bytes.readUInt8(0) & 0x0f, payload: bytes.subarray(start, start + size), length: start + size };
}
