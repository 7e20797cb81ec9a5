// From the accept to the end of a connection: it is counted, what is said to it is measured, and what cannot be heard out is
// answered with a word. Listeners are shared by all connections: `this` is the one it happened to.

import type { IncomingMessage } from 'node:http';
import type { Socket as Line } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Ctx } from '../context.ts';
import type { Backlog } from './backlog.ts';
import { FRAME_BYTES, MOST_WAITING_BYTES } from './bounds.ts';
import { costOfAnswer, costOfInput } from './call.ts';
import type { EventName } from '../commands/events.ts';
import { noticeOf } from './client.ts';
import type { Io } from './client.ts';
import type { Doors } from './doors.ts';
import { addressOf, localeOf, networkOf, peerOf } from './caller.ts';
import type { ProxyCheck } from './caller.ts';
import type { Limits } from '../models/limits.ts';
import { payerOf } from './visit.ts';
import type { Visit } from './visit.ts';
import {
  hangUp,
  hearControlFrames,
  isFlushed,
  keepVisit,
  lineOf,
  tellTooLarge,
  visitOf,
  waitingFor,
} from './slow-consumer.ts';
import type { Connection, Framed } from './slow-consumer.ts';

/** Why a connection was cut; for the metrics. */
export type CutReason = 'slow' | 'flood' | 'too_large' | 'unfinished' | 'silent';

export interface EntranceParts {
  readonly limits: Limits;
  readonly backlog: Backlog;
  /** told whenever a connection is cut */
  readonly cuts: (why: CutReason) => void;
}

export function guardEntrance(
  app: FastifyInstance,
  io: Io,
  doors: Doors,
  isProxy: ProxyCheck,
  { limits, backlog, cuts, ctx: { now } }: EntranceParts & { readonly ctx: Pick<Ctx, 'now'> },
): void {
  /** Null for our proxies, which carry many: theirs are counted by who is behind them, when that is known. */
  const networkOn = (line: Line): string | null => {
    const peer = peerOf(line);
    return isProxy(peer) ? null : networkOf(peer);
  };

  function onLineClose(this: Line): void {
    const network = networkOn(this);
    if (network !== null) doors.hangUp(network);
  }
  app.server.maxConnections = doors.mostLines;
  app.server.on('connection', (line: Line) => {
    const network = networkOn(line);
    if (network === null) return;
    if (doors.accept(network)) line.on('close', onLineClose);
    else line.destroy();
  });

  // A connection is nobody's but its own: engine.io would let whoever knows its id go on with it, `allowUpgrades` or not.
  io.engine.use((request: IncomingMessage, _response: unknown, next: (error?: Error) => void) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost');
    next(searchParams.has('sid') ? new Error('no connection is taken over') : undefined);
  });

  function onSay(this: Connection, { type, data }: Packet): void {
    const visit = visitOf(this);
    if (visit !== null && type === 'ping') visit.owesPong = true;
    if (visit === null || typeof data !== 'string') return;
    const bytes = Buffer.byteLength(data);
    if (isFlushed(this)) visit.unsaid = 0;
    if (waitingFor(this) > MOST_WAITING_BYTES) {
      hangUp(this);
      cuts('slow');
      return;
    }
    visit.unsaid += bytes;
    if (data.startsWith(ACK) && bytes > 0) {
      const cost = costOfAnswer(bytes);
      if (cost > 0) limits.charge(payerOf(visit), cost);
    }
    const line = lineOf(this);
    if (line !== undefined) backlog.note(line, bytes, this);
  }
  /** Whether whoever sends it has gone far beyond the limits. */
  function isFlood(visit: Visit, bytes: number): boolean {
    const payer = payerOf(visit);
    limits.charge(payer, 1 + costOfInput(bytes));
    if (limits.floodedFor(payer) === 0) return false;
    cuts('flood');
    return true;
  }
  /** Events are charged when their turn comes; who says nothing but what has no meaning pays for that. */
  function onHear(this: Connection, { type, data }: Packet): void {
    const visit = visitOf(this);
    if (visit === null) return;
    if (type === 'pong' && visit.owesPong === true) {
      visit.owesPong = false;
      return;
    }
    const text = typeof data === 'string' ? data : '';
    if (type === 'message' && (typeof data !== 'string' || /^[25]/.test(text))) return;
    if (visit.place === 'waiting' && CONNECT.test(text)) return;
    if (isFlood(visit, Buffer.byteLength(text))) hangUp(this);
  }
  function onControlFrame(this: Framed): void {
    if (this.visit !== undefined && isFlood(this.visit, 0)) this.terminate();
  }
  function onClose(this: Connection): void {
    const visit = visitOf(this);
    if (visit !== null) doors.leave(visit);
  }
  io.engine.on('connection', (connection: Connection) => {
    const { request } = connection;
    const address = addressOf(request, isProxy);
    const visit: Visit = {
      address,
      network: networkOf(address),
      since: now().getTime(),
      actor: null,
      locale: localeOf(request.headers['accept-language']),
      place: 'waiting',
      unsaid: 0,
      calls: 0,
      halves: 0,
    };
    keepVisit(connection, visit);
    doors.arrive(visit, () => {
      hangUp(connection);
    });
    connection.on('packetCreate', onSay);
    connection.on('packet', onHear);
    hearControlFrames(connection, onControlFrame);
    connection.on('close', onClose);
  });

  const lastWords = (visit: Visit) => {
    cuts('too_large');
    // so that whoever comes back with it again and again is made to wait
    limits.charge(payerOf(visit), costOfInput(FRAME_BYTES));
    const notice = noticeOf('input.invalid', visit, { reason: 'too_large', limit: FRAME_BYTES });
    return visit.place === 'waiting' ? null : `42${JSON.stringify(['notice' satisfies EventName, notice])}`;
  };
  // NOTE: when it begins to listen, engine.io makes itself a new server of `ws`
  app.server.on('listening', () => {
    tellTooLarge(io, lastWords);
  });
}

/** of engine.io: what it carries is a packet of Socket.IO, or bytes of one */
interface Packet {
  readonly type: string;
  readonly data?: unknown;
}

// how socket.io-parser begins its packets
const CONNECT = /^0(?:\{|$)/; // to what is there
const ACK = '3'; // the answer to a call
