// The socket of a client, and what it is told of its own connection.

import type { Socket } from 'socket.io';
import type { Code, Details } from '../domain/errors.ts';
import { failure } from './reply.ts';
import type { Visit } from './visit.ts';

type Events = Record<string, (...args: unknown[]) => void>;
export type Client = Socket<Events, Events, Events, Visit>;

export function notify(socket: Client, code: Code, params: Details = {}): void {
  socket.emit('notice', noticeOf(code, socket.data, params));
}

/** A notice about the connection itself. */
export function noticeOf(code: Code, { locale }: Pick<Client['data'], 'locale'>, params: Details) {
  return { code, params, text: failure(code, locale).message };
}

/** Says why, then closes. */
export function goodbye(socket: Client, code: Code): void {
  notify(socket, code);
  socket.disconnect(true);
}
