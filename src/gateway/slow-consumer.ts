// The connection under a socket: what waits on it for a client that does not read, in bytes. Socket.IO buffers without
// bound; it is measured at each thing sent, because a timer would be too late: at full speed a second is a hundred megabytes.

import type { Socket as Line } from 'node:net';
import type { Server, Socket } from 'socket.io';
import type { Visit } from './visit.ts';

export type Connection = Socket['conn'];

/** What engine.io and ws keep to themselves. */
interface Inside {
  readonly writeBuffer: readonly { readonly data?: unknown }[];
  readonly transport: { readonly socket?: WebSocket };
}
/** The WebSocket of a connection, as far as those need it who hear its frames. */
export interface Framed {
  /** ours */
  visit?: Visit;
  terminate(): void;
}
interface WebSocket extends Framed {
  readonly OPEN: number;
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly _socket: Line | null;
  readonly _receiver: { readonly _bufferedBytes: number; readonly _messageLength: number } | null;
  send(text: string): void;
  on(name: 'ping' | 'pong', heard: (this: Framed) => void): void;
  close(code?: number, reason?: string): void;
}
type WebSocketClass = new (...args: unknown[]) => WebSocket;

const inside = (connection: Connection) => connection as unknown as Inside;

/** The TCP connection, or that of the proxy; undefined when it is gone. */
export function lineOf(connection: Connection): Line | undefined {
  return inside(connection).transport.socket?._socket ?? undefined;
}

/** Whether nothing waits in front of what is sent next, besides what the operating system takes. */
export function isFlushed(connection: Connection): boolean {
  return inside(connection).writeBuffer.length === 0;
}

/** The bytes that were said and are not yet taken by the operating system. */
export function waitingFor(connection: Connection): number {
  const { writeBuffer, transport } = inside(connection);
  const said = writeBuffer.length === 0 ? 0 : (transport.socket?.visit?.unsaid ?? 0);
  return said + (transport.socket?.bufferedAmount ?? 0);
}

/** What has arrived of something that is not whole yet. */
export function halfHeard(connection: Connection): number {
  const receiver = inside(connection).transport.socket?._receiver;
  return receiver ? receiver._bufferedBytes + receiver._messageLength : 0;
}

/** What is kept of a connection; null when it has not been kept. */
export function visitOf(connection: Connection): Visit | null {
  return inside(connection).transport.socket?.visit ?? null;
}

export function keepVisit(connection: Connection, visit: Visit): void {
  Object.assign(inside(connection).transport.socket ?? {}, { visit });
}

/** Told of each ping and pong of the WebSocket itself, which engine.io never sees. */
export function hearControlFrames(connection: Connection, heard: (this: Framed) => void): void {
  const { socket } = inside(connection).transport;
  socket?.on('ping', heard);
  socket?.on('pong', heard);
}

/** Cuts the connection: a polite close would wait behind everything that was not read. */
export function hangUp(connection: Connection): void {
  inside(connection).transport.socket?.terminate();
}

const TOO_LARGE = 1009; // of RFC 6455

/**
 * What is longer than a frame may be closes its connection, and engine.io says nothing about it. `words`: the packet that
 * is sent before it closes, so that its sender knows and does not send it again; null for none.
 */
export function tellTooLarge(io: Pick<Server, 'engine'>, words: (visit: Visit) => string | null): void {
  // the server of `ws`, which makes its sockets of the class in its options
  const { options } = (io.engine as unknown as { ws: { options: { WebSocket: WebSocketClass } } }).ws;
  options.WebSocket = class extends options.WebSocket {
    override close(code?: number, reason?: string): void {
      const said = code === TOO_LARGE && this.readyState === this.OPEN && this.visit ? words(this.visit) : null;
      if (said !== null) this.send(said);
      super.close(code, reason);
    }
  };
}
