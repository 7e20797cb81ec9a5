// Socket.IO: connect = authenticate, watch = authorize. One shared listener answers every event of every socket; a socket
// keeps no closure, no timer and no request of its own, because ten thousand idle ones have to be cheap.

import type { BlockList } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Server } from 'socket.io';
import type { Actor } from '../domain/people.ts';
import { Refusal } from '../domain/errors.ts';
import type { Limits } from '../models/limits.ts';
import { isOutage } from '../models/outcome.ts';
import { PRESENCE_REFRESH_MS } from '../models/presence.ts';
import type { Marked } from '../models/presence.ts';
import { localFirst } from './adapter.ts';
import type { CreateAdapter } from './adapter.ts';
import type { Listeners } from './remote-listeners.ts';
import { FRAME_BYTES, SLOW_BYTES } from './bounds.ts';
import { calm } from './calm.ts';
import { answering, costOfInput } from './call.ts';
import type { CallParts } from './call.ts';
import { goodbye } from './client.ts';
import type { Client, Io } from './client.ts';
import { Doors } from './doors.ts';
import type { Caps } from './doors.ts';
import { guardEntrance } from './entrance.ts';
import type { EntranceParts } from './entrance.ts';
import { eventOf, hear } from './socket-event.ts';
import { boundInput, sizeOf, takeHeard } from './input.ts';
import { folderOf, originCheck, proxyCheck, withoutFolder } from './caller.ts';
import type { OriginSettings } from './caller.ts';
import { ADMINS, categoryRoom, userRoom } from './publish.ts';
import { failure, failureOf } from './reply.ts';
import { followNames } from './renamed.ts';
import { closeRevoked } from './revoked.ts';
import type { RevokedParts } from './revoked.ts';
import { showAvailability } from './lights.ts';
import { evictOutsiders } from './sides.ts';
import { Turns } from './turns.ts';
import { payerOf } from './visit.ts';
import type { Visit } from './visit.ts';
import { leave } from './watcher.ts';
import type { WatcherParts } from './watcher.ts';
import { halfHeard, hangUp, visitOf, waitingFor } from './slow-consumer.ts';

export interface SocketParts extends CallParts, OriginSettings, WatcherParts, RevokedParts, EntranceParts {
  readonly trustProxy: BlockList;
  readonly caps: Caps;
  /** told whenever the number of connected sockets changes */
  readonly connections: (count: number) => void;
  /** undefined: this gateway is alone */
  readonly adapter?: CreateAdapter | undefined;
  /** with an adapter: who else listens */
  readonly listeners: Listeners;
}

const SWEEP_MS = 5_000; // I22: a token that has ended closes its socket within this time
const STRANGER_MS = 30_000; // the open commands take a moment; whoever stays has to say who they are
const HALVES = 6; // looks in a row at something half said: it never ends
const ADMISSION_MS = 60_000; // longer than a store takes that answers late, or is given up
const REFUSED_MS = 1_000; // how long who was refused may stay to say something else
const CLOSING_MS = 1_000; // how long a client may take to say goodbye before its connection is cut

export function attachSockets(app: FastifyInstance, parts: SocketParts): Io {
  const isWelcome = originCheck(parts);
  const folder = folderOf(parts.publicUrl);
  // before Socket.IO looks at the path
  app.server.on('upgrade', (request) => {
    request.url = withoutFolder(request.url ?? '/', folder);
  });
  const isProxy = proxyCheck(parts.trustProxy);
  const doors = new Doors(parts.caps);
  const io: Io = new Server(app.server, {
    transports: ['websocket'],
    allowUpgrades: false,
    serveClient: false,
    allowEIO3: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: FRAME_BYTES,
    // it counts what we look up ourselves; who says nothing at all is sent away by `keep`
    connectTimeout: ADMISSION_MS,
    pingInterval: 20_000,
    pingTimeout: 10_000,
    // NOTE: `cors` alone would not stop a foreign page: browsers do not apply it to websockets.
    allowRequest: (request, decide) => {
      decide(null, isWelcome(request.headers.origin) && doors.mayKnock);
    },
    ...(parts.adapter && { adapter: localFirst(parts.adapter, parts.listeners) }),
  });
  boundInput(io);
  guardEntrance(app, io, doors, isProxy, parts);
  const turns = receive(io, doors, parts);
  const rest = keep(io, doors, parts);
  const lookNoMore = closeRevoked(io, parts);
  followNames(io, parts.ctx);
  evictOutsiders(io);
  showAvailability(io, parts.told);

  // NOTE: without this, closing would wait for every socket to leave by itself. The transport is closed rather than the
  // socket: clients take that for a lost connection and try again, at another gateway or at this one when it is back.
  app.addHook('preClose', async () => {
    rest();
    lookNoMore();
    turns.stop();
    const waiting = [...io.sockets.sockets.values()].map((socket) => socket.conn);
    io.engine.close();
    setTimeout(() => {
      waiting.forEach(hangUp);
    }, CLOSING_MS).unref();
  });
  return io;
}

/** One event that waits for its turn. */
interface Heard {
  readonly args: readonly unknown[];
  readonly bytes: number;
}

function receive(io: Io, doors: Doors, given: SocketParts): Turns<Client, Heard> {
  const parts = { ...given, ctx: { ...given.ctx, publish: calm(given.ctx.publish) } };
  const { connections, presence, ctx, limits } = parts;
  const answer = answering(parts, 'socket');
  // a store that is away, or closed already while the last sockets leave, is no bug of ours
  const oops = (error: unknown) => {
    ctx.log[isOutage(error) ? 'warn' : 'error']({ err: error }, 'socket');
  };
  const turns = new Turns<Client, Heard>({
    callerOf: (socket) => socket.data,
    run: (socket, { args, bytes }) => hear(socket, args, bytes, parts, answer).catch(oops),
    isSlow: (socket) => waitingFor(socket.conn) > SLOW_BYTES,
    sizeOf: ({ args, bytes }) => bytes + sizeOf(args),
    refuse: (socket, { args, bytes }) => {
      const payer = payerOf(socket.data);
      limits.charge(payer, 1 + costOfInput(bytes));
      // whoever floods is heard no more, also when their turn never comes
      if (limits.floodedFor(payer) > 0) {
        hangUp(socket.conn);
        parts.cuts('flood');
        return;
      }
      eventOf(args).ack?.({ ok: false, error: failure('rate.limited', socket.data.locale, { retryAfter: 1 }) });
    },
  });

  io.use((socket: Client, next) => {
    admit(doors, parts, socket)
      .then((visit) => {
        socket.data = visit;
        forgetRequest(socket);
        next();
      })
      .catch((error: unknown) => {
        const data = failureOf(error, visitOf(socket.conn)?.locale ?? 'en', ctx.log, 'connect');
        next(Object.assign(new Error(data.message), { data }));
        setTimeout(() => {
          if (visitOf(socket.conn)?.place === 'waiting') socket.conn.close();
        }, REFUSED_MS).unref();
      });
  });

  // Shared by all sockets: `this` is the one it happened to.
  function onEvent(this: Client, ...args: unknown[]): void {
    turns.take(this, { args, bytes: takeHeard(this) });
  }
  function onSend(this: Client, ...packet: unknown[]): void {
    parts.told.note(packet, this.data.actor);
  }
  function onDisconnecting(this: Client, reason: string): void {
    connections(io.sockets.sockets.size - 1);
    turns.forget(this);
    if (this.data.actor !== null) leave(this, this.data.actor, parts).catch(oops);
    // whoever leaves the namespace has nothing to stay for
    if (reason === 'client namespace disconnect') setImmediate(() => this.conn.close());
  }

  io.on('connection', (socket: Client) => {
    const { actor } = socket.data;
    socket.onAny(onEvent);
    socket.onAnyOutgoing(onSend);
    socket.on('disconnecting', onDisconnecting);
    connections(io.sockets.sockets.size);
    if (actor === null) return;
    void socket.join(roomsOf(actor));
    presence.arrive(actor.id, socket.id).catch(oops);
  });
  return turns;
}

const COST_OF_REFUSAL = 5; // of a token that does not hold: it is looked up all the same

/** Who connects. No token at all is a stranger, who may call the open commands only. */
async function admit(doors: Doors, { actorOf, limits }: SocketParts, socket: Client): Promise<Visit> {
  const visit = visitOf(socket.conn);
  if (visit === null) throw new Refusal('unavailable'); // gone meanwhile
  // Socket.IO would make each a socket of its own
  if (visit.place !== 'waiting' || visit.isBeingAdmitted === true) {
    limits.charge(payerOf(visit), COST_OF_REFUSAL);
    hangUp(socket.conn);
    throw new Refusal('input.invalid');
  }
  visit.isBeingAdmitted = true;
  const token: unknown = socket.handshake.auth['token'];
  const isStranger = token === undefined || token === null || token === '';
  try {
    if (isStranger) {
      assertNoFlood(limits, visit.network); // its people are judged by themselves
      doors.admit(visit, null);
      return visit;
    }
    if (typeof token !== 'string') throw new Refusal('auth.required');
    const actor = await actorOf(token);
    assertNoFlood(limits, actor.id);
    doors.admit(visit, actor);
    visit.locale = actor.locale;
    return visit;
  } catch (error) {
    limits.charge(visit.network, COST_OF_REFUSAL);
    throw error;
  } finally {
    visit.isBeingAdmitted = false; // who was refused may say something else
  }
}

/** @throws Refusal `rate.limited` for whoever was cut */
function assertNoFlood(limits: Limits, key: string): void {
  const retryAfter = limits.floodedFor(key);
  if (retryAfter > 0) throw new Refusal('rate.limited', { retryAfter });
}

function roomsOf(actor: Actor): string[] {
  const rooms = [userRoom(actor.id)];
  if (actor.role === 'expert') rooms.push(...actor.categories.map(categoryRoom));
  if (actor.role === 'admin') rooms.push(ADMINS);
  return rooms;
}

const NO_HANDSHAKE = Object.freeze({});

/** Headers, token and query are needed once; kept, they would be a fifth of what an idle connection costs. */
function forgetRequest(socket: Client): void {
  Object.assign(socket, { handshake: NO_HANDSHAKE });
  Object.assign(socket.conn, { request: null });
}

/** What has to be looked after while nothing happens, by two timers for all sockets of this gateway. */
function keep(io: Io, doors: Doors, { ctx, presence, backlog, cuts }: SocketParts): () => void {
  const look = () => {
    const now = ctx.now();
    doors.forgetArrivals();
    for (let sent = doors.sendAwaySilent(); sent > 0; sent -= 1) cuts('silent');
    for (const line of backlog.stalled()) {
      line.destroy();
      cuts('slow');
    }
    for (const socket of io.sockets.sockets.values()) {
      const { conn, data } = socket;
      data.halves = halfHeard(conn) > 0 ? data.halves + 1 : 0;
      if (data.halves >= HALVES) {
        hangUp(conn);
        cuts('unfinished');
      } else if (data.actor === null && now.getTime() - data.since >= STRANGER_MS) {
        // like a lost line, so that whoever still has a use for it comes again
        conn.close();
        cuts('silent');
      } else if (data.actor !== null && data.actor.expiresAt <= now) goodbye(socket, 'auth.required');
    }
  };
  // what came while this process stood still is read before anybody is called silent
  const sweep = setInterval(() => setImmediate(look), SWEEP_MS).unref();

  const refresh = setInterval(() => {
    const here: Marked[] = [];
    for (const { id, data } of io.sockets.sockets.values()) {
      if (data.actor !== null) here.push([data.actor.id, id, data.isHidden !== true]);
    }
    presence.refresh(here).catch((error: unknown) => {
      ctx.log.warn({ err: error }, 'presence not refreshed');
    });
  }, PRESENCE_REFRESH_MS).unref();

  return () => {
    clearInterval(sweep);
    clearInterval(refresh);
  };
}
