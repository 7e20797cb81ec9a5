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
import { hangUp, isFlushed, keepVisit, lineOf, tellTooLarge, visitOf, waitingFor } from './slow-consumer.ts';
import type { Connection } from './slow-consumer.ts';

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

  function onSay(this: Connection, { data }: { data?: unknown }): void {
    const visit = visitOf(this);
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

const ACK = '3'; // how socket.io-parser begins the answer to a call
