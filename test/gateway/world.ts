// A gateway with three commands and nothing behind them: real fastify, real Socket.IO, a port of its own.
import { BlockList } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Server } from 'socket.io';
import { io as connect } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { z } from 'zod';
import { command, openCommand } from '../../src/commands/command.ts';
import type { Command } from '../../src/commands/command.ts';
import type { Ctx } from '../../src/context.ts';
import type { Availability } from '../../src/domain/availability.ts';
import { Refusal } from '../../src/domain/errors.ts';
import type { Fact } from '../../src/domain/fact.ts';
import type { Actor } from '../../src/domain/people.ts';
import { Backlog } from '../../src/gateway/backlog.ts';
import { createMetrics } from '../../src/gateway/metrics.ts';
import { publisher } from '../../src/gateway/publish.ts';
import { buildServer } from '../../src/gateway/server.ts';
import type { ServerParts } from '../../src/gateway/server.ts';
import { attachSockets } from '../../src/gateway/sockets.ts';
import type { SocketParts } from '../../src/gateway/sockets.ts';
import { Told } from '../../src/gateway/told.ts';

export const TABLE: Readonly<Record<string, Command>> = {
  'echo.list': openCommand({
    summary: 'Gives back what it was given.',
    reads: true,
    input: z.strictObject({
      text: z.string().max(100).optional(),
      limit: z.int().optional(),
      all: z.boolean().optional(),
    }),
    output: z.strictObject({ text: z.string(), limit: z.int().nullable(), all: z.boolean().nullable() }),
    run: async (_ctx, { text = '', limit = null, all = null }) => ({ text, limit, all }),
  }),
  'echo.refuse': command({
    summary: 'Refuses, or breaks.',
    who: ['customer', 'expert'],
    input: z.strictObject({ how: z.enum(['refuse', 'break', 'leak']) }),
    output: z.strictObject({ id: z.string().meta({ description: 'never' }) }),
    run: async (_ctx, actor, { how }) => {
      if (how === 'refuse') throw new Refusal('conflict.closed', { state: 'closed' });
      if (how === 'break') throw new Error('secret: the database said something');
      return { id: actor.id, payout: 5 } as { id: string };
    },
  }),
  'session.login': openCommand({
    summary: 'Never lets anybody in.',
    limit: 'logins',
    input: z.strictObject({ email: z.string(), password: z.string() }),
    output: z.strictObject({}),
    run: async () => ({}),
  }),
  'session.visitor': openCommand({
    summary: 'Makes nobody.',
    limit: 'visitors',
    input: z.strictObject({}),
    output: z.strictObject({}),
    run: async () => ({}),
  }),
  typing: command({
    summary: 'Tells the others in the conversation.',
    who: ['customer', 'expert'],
    over: 'socket',
    input: z.strictObject({ questionId: z.string() }),
    output: z.strictObject({}),
    run: async (ctx, { id, name, role }, { questionId }) => {
      ctx.publish({ type: 'typing', questionId, by: { id, name, role } });
      return {};
    },
  }),
  'question.watch': command({
    summary: 'Follows a question.',
    who: ['customer', 'expert', 'admin'],
    over: 'socket',
    input: z.strictObject({ questionId: z.string(), version: z.int().default(1) }),
    output: z.strictObject({
      question: z.strictObject({
        customer: z.looseObject({ id: z.string() }),
        expert: z.looseObject({ id: z.string() }),
        lastSeq: z.int(),
      }),
    }),
    run: async (_ctx, _actor, { questionId, version }, { watcher }) => {
      await watcher?.watch(questionId, version);
      if (questionId === 'lost') throw new Refusal('not_found');
      return { question: { customer: { id: 'cora' }, expert: { id: 'ada' }, lastSeq: 0 } };
    },
  }),
  'queue.watch': command({
    summary: 'Follows the queue.',
    who: ['expert'],
    over: 'socket',
    input: z.strictObject({}),
    output: z.strictObject({}),
    run: async (_ctx, _actor, _input, { watcher }) => {
      await watcher?.watchQueue();
      return {};
    },
  }),
  'queue.unwatch': command({
    summary: 'Follows it no more.',
    who: ['expert'],
    over: 'socket',
    input: z.strictObject({}),
    output: z.strictObject({}),
    run: async (_ctx, _actor, _input, { watcher }) => {
      await watcher?.unwatchQueue();
      return {};
    },
  }),
  'question.unwatch': command({
    summary: 'Follows it no more.',
    who: ['customer', 'expert', 'admin'],
    over: 'socket',
    input: z.strictObject({ questionId: z.string() }),
    output: z.strictObject({}),
    run: async (_ctx, _actor, { questionId }, { watcher }) => {
      await watcher?.unwatch(questionId);
      return {};
    },
  }),
};

const FOREVER = new Date('2999-01-01');

const person = (id: string, role: Actor['role'], categories: string[] = []): Actor => ({
  id,
  role,
  name: id,
  locale: 'en',
  categories,
  tokenVersion: 1,
  expiresAt: FOREVER,
});

/** The token of each is their name. */
export const PEOPLE: Record<string, Actor> = {
  cora: person('cora', 'customer'),
  carl: person('carl', 'customer'),
  ada: person('ada', 'expert', ['computer']),
  ben: person('ben', 'expert', ['computer']),
  dan: person('dan', 'expert', ['law']),
  care: person('care', 'admin'),
};

export interface World {
  readonly app: FastifyInstance;
  readonly io: Server;
  readonly url: string;
  readonly publish: (fact: Fact) => void;
  readonly logged: Record<string, unknown>[];
  readonly taken: string[];
  readonly online: Set<string>;
  /** what experts have said of themselves */
  readonly availability: Map<string, Availability>;
  /** who was charged afterwards, and how much */
  readonly charged: string[];
  /** why connections were cut */
  readonly cuts: string[];
  /** who has gone far beyond the limits */
  readonly flooded: Set<string>;
  now: Date;
  /** seconds that the limits answer */
  wait: number | null;
  /** A connected socket of this person; of a stranger without a name. */
  join(token?: string | null, options?: Parameters<typeof connect>[1]): Promise<Socket>;
  /** A socket that is refused: why. */
  refused(token: unknown, options?: Parameters<typeof connect>[1]): Promise<{ message: string; data?: unknown }>;
  close(): Promise<void>;
}

export async function createWorld(change: Partial<ServerParts & SocketParts> = {}): Promise<World> {
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const { metrics, registry, connections } = createMetrics();
  const taken: string[] = [];
  const online = new Set<string>();
  const availability = new Map<string, Availability>();
  const sockets: Socket[] = [];
  const world = { now: new Date(), wait: null as number | null, flooded: new Set<string>() };
  const charged: string[] = [];
  const cuts: string[] = [];
  let publish: (fact: Fact) => void = () => {};
  const site = { provider: 'simulated', publishableKey: null, demo: false } as const;
  const ctx = {
    now: () => world.now,
    log,
    metrics,
    site,
    publish: (fact: Fact) => publish(fact),
  } as Partial<Ctx> as Ctx;
  const here = new Map<string, string>();
  const parts: ServerParts & SocketParts = {
    ctx,
    table: TABLE,
    subscribed: () => Promise.resolve(),
    listeners: { subscribed: () => Promise.resolve(), count: (channels) => Promise.resolve(channels.map(() => 2)) },
    limits: {
      take: async (kind, key) => {
        taken.push(`${kind} ${key}`);
        return world.wait;
      },
      charge: (key, cost) => void charged.push(`${key} ${cost}`),
      isKnown: async () => false,
      know: () => {},
      floodedFor: (key) => (world.flooded.has(key) ? 60 : 0),
    },
    backlog: new Backlog(() => {}),
    cuts: (why) => void cuts.push(why),
    actorOf: async (token) => {
      const actor = PEOPLE[token];
      if (actor === undefined) throw new Refusal('auth.required');
      return actor;
    },
    revokedSince: async () => [],
    publicUrl: undefined,
    allowedOrigins: ['https://chat.example.test', 'https://partner.example.test'],
    development: false,
    trustProxy: new BlockList(),
    ready: async () => ({ mongodb: null, redis: null }),
    registry,
    connections,
    caps: { sockets: 50, socketsPerUser: 3, socketsPerAddress: 13 },
    told: new Told(),
    availabilityOf: async (ids) => new Map([...availability].filter(([id]) => ids.includes(id))),
    presence: {
      arrive: async (user, socket) => void here.set(socket, user),
      leave: async (_user, socket) => void here.delete(socket),
      refresh: async () => {},
      show: async () => {},
      unseen: async () => new Set(),
      online: async (ids) => new Set(ids.filter((id) => online.has(id) || [...here.values()].includes(id))),
    },
    ...change,
  };
  const app = await buildServer(parts);
  const io = attachSockets(app, parts);
  publish = publisher(io, { log, now: ctx.now });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

  const open = (token: unknown, options: Parameters<typeof connect>[1]) => {
    const socket = connect(url, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      ...(token !== null && { auth: { token } }),
      ...options,
    });
    sockets.push(socket);
    return socket;
  };
  return Object.assign(world, {
    app,
    io,
    url,
    logged,
    taken,
    online,
    availability,
    charged,
    cuts,
    publish: (fact: Fact) => publish(fact),
    join: (token: string | null = null, options = {}) =>
      new Promise<Socket>((resolve, reject) => {
        const socket = open(token, options);
        socket.once('connect', () => resolve(socket));
        socket.once('connect_error', reject);
      }),
    refused: (token: unknown, options = {}) =>
      new Promise<{ message: string; data?: unknown }>((resolve, reject) => {
        const socket = open(token, options);
        socket.once('connect', () => reject(new Error('it was let in')));
        socket.once('connect_error', resolve);
      }),
    close: async () => {
      for (const socket of sockets) socket.disconnect();
      await app.close();
    },
  });
}

export const ask = (socket: Socket, name: string, ...input: unknown[]): Promise<Answer> =>
  socket.timeout(60_000).emitWithAck(name, ...input) as Promise<Answer>;

export interface Answer {
  ok: boolean;
  data?: unknown;
  error?: { code: string; message: string; details?: unknown };
}

export type Payload = Record<string, unknown>;

/** The next event of this name. */
export const next = (socket: Socket, name: string): Promise<Payload> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${name} came`)), 30_000);
    socket.once(name, (value: Payload) => {
      clearTimeout(timer);
      resolve(value);
    });
  });

/** Everything this socket is sent, by name. */
export function heard(socket: Socket): [string, Payload][] {
  const events: [string, Payload][] = [];
  socket.onAny((name: string, value: Payload) => events.push([name, value]));
  return events;
}

/** When this returns, everything that was published before has arrived: an answer comes after what was sent earlier. */
export const settled = async (...sockets: Socket[]): Promise<void> => {
  for (const socket of sockets) await ask(socket, 'echo.list', {});
};
