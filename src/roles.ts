// What the processes of an installation do: a gateway serves people and programs, a worker looks for what is due, and `all`
// is both at once.

import { fileURLToPath } from 'node:url';
import { createShardedAdapter } from '@socket.io/redis-adapter';
import type { FastifyInstance } from 'fastify';
import { Server } from 'socket.io';
import { actorOf } from './commands/session.ts';
import { COMMANDS } from './commands/table.ts';
import type { Config } from './config.ts';
import type { Ctx } from './context.ts';
import { MACHINES } from './dispatch/machines.ts';
import { chooseMail, lookAtChoice } from './dispatch/mail-choice.ts';
import { lastChange } from './dispatch/private-info.ts';
import { eventNoticed } from './dispatch/provider-notice.ts';
import { localFirst } from './gateway/adapter.ts';
import { Backlog } from './gateway/backlog.ts';
import { startBeat } from './gateway/beat.ts';
import type { Io } from './gateway/client.ts';
import { buildServer } from './gateway/server.ts';
import type { ServerParts } from './gateway/server.ts';
import { attachSockets } from './gateway/sockets.ts';
import { Told } from './gateway/told.ts';
import type { Notices } from './gateway/webhooks.ts';
import { startWorker as takeJobs } from './jobs/worker.ts';
import type { RunningWorker } from './jobs/worker.ts';
import { limitsIn } from './models/limits.ts';
import type { Parts } from './parts.ts';
import { stripeNotice } from './providers/stripe/webhook.ts';

interface Served {
  readonly server: FastifyInstance;
  /** by which events go out */
  readonly io: Io;
}

/** beside src/ and beside dist/ */
const PAGES = {
  plain: fileURLToPath(new URL('../web/', import.meta.url)),
  built: fileURLToPath(new URL('../dist/web/', import.meta.url)),
};
const SWEEPS_MISSED = 6; // a worker that has not swept for this many intervals is not ready

export function startJobs({ config, ctx, redis, alarmClock: alarms, closers }: Parts): RunningWorker {
  const { redisPrefix: prefix, sweepMs, reconcileMs } = config;
  const worker = takeJobs(ctx, { connection: redis.jobs, prefix, alarms, sweepMs, reconcileMs });
  closers.push(() => worker.close());
  return worker;
}

/** Commands, pages and sockets; `worker`: of the same process. */
export async function startGateway(parts: Parts, worker: RunningWorker | null): Promise<Served> {
  const { config, ctx, redis, measured, presence, closers } = parts;
  const { stores } = ctx;
  const served = {
    ...looksAfter(parts, worker),
    table: COMMANDS,
    inbox: config.production || config.smtpUrl !== undefined ? undefined : stores.inbox,
    pages: PAGES,
    choices: {
      look: (token: string) => lookAtChoice(ctx, token),
      choose: (token: string, wanted: boolean) => chooseMail(ctx, token, wanted),
    },
    notices: noticesOf(config, ctx),
    board: { queues: [parts.alarmClock.board] },
    revokedSince: (since: Date) => stores.users.revokedSince(since),
    caps: config.limits,
    presence,
    availabilityOf: (ids: readonly string[]) => stores.users.availabilityOf(ids),
    told: new Told(),
    connections: measured.connections,
    cuts: measured.cuts,
    adapter: adapterOf(parts),
    subscribed: redis.listeners.subscribed,
    listeners: redis.listeners,
  };
  const server = await openServer(parts, worker, served);
  const io = attachSockets(server, served);
  const rest = startBeat(io, {
    ...served,
    machines: MACHINES,
    lastBoxChange: (questionId) => lastChange(ctx, questionId),
  });
  closers.push(() => Promise.resolve(rest()));
  return { server, io };
}

/** A worker alone serves nobody but who looks after it. */
export async function startWorker(parts: Parts, worker: RunningWorker | null): Promise<Served> {
  const server = await openServer(parts, worker, { ...looksAfter(parts, worker), table: {} });
  const io: Io = new Server({ adapter: localFirst(adapterOf(parts), parts.redis.listeners) });
  return { server, io };
}

async function openServer({ closers }: Parts, worker: RunningWorker | null, served: ServerParts) {
  const server = await buildServer(served);
  closers.push(async () => {
    await Promise.all([server.close(), worker?.close()]); // both wait for what is under way
  });
  return server;
}

/** What the server of every process has. */
function looksAfter({ config, log, ctx, mongo, redis, measured }: Parts, worker: RunningWorker | null) {
  return {
    ctx,
    limits: limitsIn(redis.quick, config.redisPrefix, config.limits, (caller) => {
      log.warn({ caller }, 'far beyond what one may ask: cut, and not listened to for a minute');
    }),
    backlog: new Backlog(() => {
      log.warn('more waits for clients that do not read than this process may hold: reading is refused');
    }),
    actorOf: (token: string) => actorOf(ctx, token),
    publicUrl: config.publicUrl,
    allowedOrigins: config.allowedOrigins,
    development: !config.production,
    trustProxy: config.trustProxy,
    registry: measured.registry,
    ready: async () => ({
      mongodb: (await mongo.ping().catch(() => false)) ? null : 'does not answer',
      redis: redis.trouble(),
      ...(worker && {
        worker: isSweeping(worker.lastSweptAt(), ctx.now(), config.sweepMs) ? null : 'has not looked for due records',
      }),
    }),
  };
}

function isSweeping(lastSweptAt: Date | null, now: Date, sweepMs: number): boolean {
  return lastSweptAt !== null && now.getTime() - lastSweptAt.getTime() < sweepMs * SWEEPS_MISSED + 10_000;
}

/** Keys are apart by database and prefix; channels are in no database, so their names say it. */
function adapterOf({ config, redis }: Parts) {
  const channelPrefix = `${config.redisPrefix}-live${redis.database === 0 ? '' : `-${redis.database}`}`;
  return createShardedAdapter(redis.pub, redis.sub, { subscriptionMode: 'dynamic', channelPrefix });
}

/** Who speaks up by itself, and how it is understood: nobody while payments are simulated. */
function noticesOf({ stripe }: Config, ctx: Ctx): Notices {
  if (stripe === undefined) return {};
  const read = stripeNotice(stripe.webhookSecret, ctx.now);
  const take = async (body: Buffer, signature: string | undefined) => {
    const notice = read(body, signature);
    if (notice !== null) await eventNoticed(ctx, notice);
    return notice !== null;
  };
  return { stripe: { signature: 'stripe-signature', take } };
}
