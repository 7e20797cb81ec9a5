// Socket.IO: connect = authenticate, watch = authorize. One shared listener answers every event of every socket; a socket
// keeps no closure, no timer and no request of its own, because ten thousand idle ones have to be cheap.

import type { BlockList } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Server } from 'socket.io';
import type { Socket } from 'socket.io';
import type { Actor } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import type { Locale } from '../domain/people.ts';
import { PRESENCE_REFRESH_MS } from '../models/presence.ts';
import type { Presence } from '../models/presence.ts';
import { localFirst } from './adapter.ts';
import type { CreateAdapter } from './adapter.ts';
import { answering } from './call.ts';
import type { Listeners } from './elsewhere.ts';
import type { CallParts } from './call.ts';
import { goodbye, hear } from './hear.ts';
import { addressOf, folderOf, localeOf, originCheck, proxyCheck, withoutFolder } from './origin.ts';
import type { OriginSettings } from './origin.ts';
import { ADMINS, categoryRoom, userRoom } from './publish.ts';
import { failureOf } from './reply.ts';
import { closeRevoked } from './revoked.ts';
import type { RevokedParts } from './revoked.ts';
import { evictOutsiders } from './sides.ts';
import { leave } from './watcher.ts';
import type { WatcherParts } from './watcher.ts';
import { hangUp, isChoking } from './wire.ts';

export interface SocketParts extends CallParts, OriginSettings, WatcherParts, RevokedParts {
  readonly trustProxy: BlockList;
  readonly caps: { readonly sockets: number; readonly socketsPerUser: number };
  readonly presence: Presence;
  /** told whenever the number of connected sockets changes */
  readonly connections: (count: number) => void;
  /** undefined: this gateway is alone */
  readonly adapter?: CreateAdapter | undefined;
  /** with an adapter: who else listens */
  readonly listeners: Listeners;
}

/** All that is kept of a socket besides its rooms. */
export interface Visit {
  readonly actor: Actor | null;
  readonly address: string;
  readonly locale: Locale;
  /** the questions it follows, with the version of the record that let it in */
  followed?: Map<string, number>;
}

type Events = Record<string, (...args: unknown[]) => void>;
export type Client = Socket<Events, Events, Events, Visit>;

const FRAME_BYTES = 64 * 1024; // the longest text is 8 KB; what is larger is an attack, and closes its socket
const HANDSHAKES = 1_000; // connections above the cap that may wait to be told why they are refused
const SWEEP_MS = 5_000; // I22: a token that has ended closes its socket within this time
const CLOSING_MS = 1_000; // how long a client may take to say goodbye before its connection is cut

export function attachSockets(app: FastifyInstance, parts: SocketParts): Server {
  const isWelcome = originCheck(parts);
  const folder = folderOf(parts.publicUrl);
  // before Socket.IO looks at the path
  app.server.on('upgrade', (request) => {
    request.url = withoutFolder(request.url ?? '/', folder);
  });
  const io = new Server(app.server, {
    transports: ['websocket'],
    serveClient: false,
    allowEIO3: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: FRAME_BYTES,
    connectTimeout: 5_000,
    pingInterval: 20_000,
    pingTimeout: 10_000,
    // NOTE: `cors` alone would not stop a foreign page: browsers do not apply it to websockets.
    allowRequest: (request, decide) => {
      decide(null, isWelcome(request.headers.origin) && io.engine.clientsCount < parts.caps.sockets + HANDSHAKES);
    },
    ...(parts.adapter && { adapter: localFirst(parts.adapter, parts.listeners) }),
  });
  receive(io, parts);
  const rest = keep(io, parts);
  const lookNoMore = closeRevoked(io, parts);
  evictOutsiders(io);

  // NOTE: without this, closing would wait for every socket to leave by itself. The transport is closed rather than the
  // socket: clients take that for a lost connection and try again, at another gateway or at this one when it is back.
  app.addHook('preClose', async () => {
    rest();
    lookNoMore();
    const waiting = [...io.sockets.sockets.values()].map((socket) => socket.conn);
    io.engine.close();
    setTimeout(() => {
      waiting.forEach(hangUp);
    }, CLOSING_MS).unref();
  });
  return io;
}

function receive(io: Server, parts: SocketParts): void {
  const { connections, presence, ctx } = parts;
  const answer = answering(parts);
  const isProxy = proxyCheck(parts.trustProxy);
  const oops = (error: unknown) => {
    ctx.log.error({ err: error }, 'socket');
  };

  io.use((socket: Client, next) => {
    const locale = localeOf(socket.request.headers['accept-language']);
    admit(io, parts, socket)
      .then((actor) => {
        socket.data = { actor, address: addressOf(socket.request, isProxy), locale: actor?.locale ?? locale };
        forgetRequest(socket);
        next();
      })
      .catch((error: unknown) => {
        const data = failureOf(error, locale, ctx.log, 'connect');
        next(Object.assign(new Error(data.message), { data }));
      });
  });

  // Shared by all sockets: `this` is the one it happened to.
  function onEvent(this: Client, ...args: unknown[]): void {
    hear(this, args, parts, answer).catch(oops);
  }
  function onSend(this: Client): void {
    if (isChoking(this.conn)) hangUp(this.conn);
  }
  function onDisconnecting(this: Client): void {
    connections(io.sockets.sockets.size - 1);
    if (this.data.actor !== null) leave(this, this.data.actor, parts).catch(oops);
  }

  io.on('connection', (socket: Client) => {
    const { actor } = socket.data;
    socket.onAny(onEvent);
    socket.onAnyOutgoing(onSend);
    socket.on('disconnecting', onDisconnecting);
    connections(io.sockets.sockets.size);
    if (actor === null) return;
    void socket.join(roomsOf(actor));
    // Several that came in the same instant have all passed the first check.
    if (crowded(io, parts, actor, 1)) goodbye(socket, 'conflict.too_many_sockets');
    else presence.arrive(actor.id, socket.id).catch(oops);
  });
}

/** Who connects. No token at all is a stranger, who may call the open commands only. */
async function admit(io: Server, parts: SocketParts, socket: Client): Promise<Actor | null> {
  const { caps, actorOf } = parts;
  if (io.engine.clientsCount > caps.sockets) throw tooMany(caps.sockets);
  const token: unknown = socket.handshake.auth['token'];
  if (token === undefined || token === null || token === '') return null;
  if (typeof token !== 'string') throw new Refusal('auth.required');
  const actor = await actorOf(token);
  if (crowded(io, parts, actor, 0)) throw tooMany(caps.socketsPerUser);
  return actor;
}

const tooMany = (limit: number) => new Refusal('conflict.too_many_sockets', { limit });

/** Whether a user has too many sockets here; `counted` of them is the one that asks. */
function crowded(io: Server, { caps }: SocketParts, actor: Actor, counted: 0 | 1): boolean {
  const here = io.sockets.adapter.rooms.get(userRoom(actor.id))?.size ?? 0;
  return here - counted >= caps.socketsPerUser;
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
function keep(io: Server, { ctx, presence }: SocketParts): () => void {
  const sweep = setInterval(() => {
    const now = ctx.now();
    for (const socket of (io.sockets.sockets as Map<string, Client>).values()) {
      const { actor } = socket.data;
      if (isChoking(socket.conn)) hangUp(socket.conn);
      else if (actor !== null && actor.expiresAt <= now) goodbye(socket, 'auth.required');
    }
  }, SWEEP_MS).unref();

  const refresh = setInterval(() => {
    const here: [userId: string, socketId: string][] = [];
    for (const socket of (io.sockets.sockets as Map<string, Client>).values()) {
      if (socket.data.actor !== null) here.push([socket.data.actor.id, socket.id]);
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
