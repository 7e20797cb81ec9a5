// The connection under a socket, for slow consumers. Socket.IO buffers without bound for a client that does not read;
// it is measured at each thing sent, because a timer would be too late: at full speed a second is a hundred megabytes.

import type { Socket } from 'socket.io';

type Connection = Socket['conn'];

/** What engine.io and ws keep to themselves. */
interface Inside {
  readonly writeBuffer: readonly { readonly data?: unknown }[];
  readonly transport: { readonly socket?: { readonly bufferedAmount: number; terminate(): void } };
}
const inside = (connection: Connection) => connection as unknown as Inside;

const MOST_BYTES = 1024 * 1024;
const NOTICED = 32; // packets that wait; fewer are not worth counting, a frame holds 64 KB at most

/** More than a megabyte waits for a client that does not read. */
export function isChoking(connection: Connection): boolean {
  const { writeBuffer, transport } = inside(connection);
  if (writeBuffer.length < NOTICED) return false;
  let bytes = transport.socket?.bufferedAmount ?? 0;
  for (const { data } of writeBuffer) bytes += typeof data === 'string' ? data.length : 0;
  return bytes > MOST_BYTES;
}

/** Cuts the connection: a polite close would wait behind everything that was not read. */
export function hangUp(connection: Connection): void {
  inside(connection).transport.socket?.terminate();
}
