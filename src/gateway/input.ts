// What comes in by a socket, before it is read: the same bound as over HTTP, and the same refusal. Socket.IO would parse
// whatever a frame holds; of what is too long only the name and the place of its answer are looked at.

import type { Server, Socket } from 'socket.io';
import { INPUT_BYTES } from './bounds.ts';

/** Stands for an input that was too long to be read. */
export const TOO_LARGE = Symbol('too large');

type Parser = Server['_parser'];

const EVENT = 2; // of socket.io-parser's PacketType
/** namespace, id of the acknowledgement, name */
const HEAD = /^2(?:(\/[^,]{0,100}),)?(\d{0,15})\[(?:"((?:[^"\\]|\\.){0,100})")?/;
const HEAD_LENGTH = 300;

/** Has this server read no more than an input may hold. Before anybody connects. */
export function boundInput(io: Server): void {
  const { Decoder } = io._parser;
  class BoundedDecoder extends Decoder {
    /** how much was heard and not yet charged */
    heard = 0;

    override add(chunk: string | Uint8Array): void {
      const bytes = chunk.length;
      this.heard += bytes;
      if (typeof chunk !== 'string') super.add(bytes > INPUT_BYTES ? Buffer.alloc(0) : chunk);
      else if (!isLong(chunk)) super.add(chunk);
      else this.emitReserved('decoded', eventOf(chunk));
    }
  }
  Object.assign(io, { _parser: { ...io._parser, Decoder: BoundedDecoder } satisfies Parser });
}

/** How much was heard of this client since it was asked last: of this event, and of whatever came before it. */
export function takeHeard({ client }: Pick<Socket, 'client'>): number {
  const { decoder } = client as unknown as { decoder: { heard: number } }; // private, and one of ours
  const { heard } = decoder;
  decoder.heard = 0;
  return heard;
}

const VALUE_BYTES = 64; // of a list or an object with nothing in it

/** Roughly what these take beside their text once they are read: of `[[],[],…]` that is twenty times the text. */
export function sizeOf(values: readonly unknown[]): number {
  let count = 0;
  const left: unknown[] = [...values];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    count += 1;
    if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value))
      left.push(...(Object.values(value) as unknown[]));
  }
  return count * VALUE_BYTES;
}

/** In UTF-8 a character has three bytes at most (of its two halves, if it has two). */
function isLong(text: string): boolean {
  if (text.length * 3 <= INPUT_BYTES) return false;
  return text.length > INPUT_BYTES || Buffer.byteLength(text) > INPUT_BYTES;
}

/** @throws Error for what is no event: its connection is closed, as for everything that is no packet */
function eventOf(text: string) {
  const head = HEAD.exec(text.slice(0, HEAD_LENGTH));
  if (head === null) throw new Error('too large, and no event');
  const [, nsp = '/', id = '', name = ''] = head;
  return { type: EVENT, nsp, ...(id !== '' && { id: Number(id) }), data: [name, TOO_LARGE] };
}
