// Clients as Socket.IO has them: what they are told stands in the table of events, and nothing else compiles.

import type { Server, Socket } from 'socket.io';
import type { EventName, EventView } from '../commands/events.ts';
import type { AvailabilityState } from '../domain/availability.ts';
import type { Code } from '../domain/errors.ts';
import { failure } from './reply.ts';
import type { Visit } from './visit.ts';

/** A view, or what makes it when it is encoded. */
export type Carried<N extends EventName> = EventView<N> | { toJSON(): EventView<N> };
type ClientEvents = { [N in EventName]: (carried: Carried<N>) => void };
/** What clients say is judged when it comes. */
type Said = Record<string, (...args: unknown[]) => void>;

/** What gateways are told of a conversation, with the version of the record that says so. */
export interface Sides {
  readonly questionId: string;
  readonly version: number;
  /** who may follow it besides admins */
  readonly userIds: readonly string[];
}

/** What gateways are told of an account: who has signed in since has a token of this version or a later one. */
export interface Revoked {
  readonly userId: string;
  readonly tokenVersion: number;
  /** those that have ended by themselves; absent when an earlier version tells it */
  readonly sessions?: readonly string[];
}

/** What gateways are told of an expert (6.1): `version` of what is stored says how new it is. */
export interface Shown {
  readonly userId: string;
  readonly version: number;
  readonly state: AvailabilityState;
}

/** What gateways tell each other. */
export interface GatewayEvents {
  'sides.changed': (about: Sides) => void;
  'user.changed': (about: { readonly userId: string }) => void;
  'user.revoked': (about: Revoked) => void;
  'availability.changed': (about: Shown) => void;
}

export type Io = Server<Said, ClientEvents, GatewayEvents, Visit>;
export type Client = Socket<Said, ClientEvents, GatewayEvents, Visit>;

/** What a notice about a connection says besides its code. */
export type NoticeParams = EventView<'notice'>['params'];

export function notify(socket: Client, code: Code, params: NoticeParams = {}): void {
  socket.emit('notice', noticeOf(code, socket.data, params));
}

/** A notice about the connection itself. */
export function noticeOf(code: Code, { locale }: Pick<Visit, 'locale'>, params: NoticeParams): EventView<'notice'> {
  return { code, params, text: failure(code, locale).message };
}

/** Says why, then closes. */
export function goodbye(socket: Client, code: Code): void {
  notify(socket, code);
  socket.disconnect(true);
}
