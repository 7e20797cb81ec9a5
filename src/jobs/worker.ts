// Takes jobs from Redis: runs the verb, notes the outcome. Nothing is decided here. Beside it the sweep, by a timer of
// its own: it works on when Redis is empty or away.

import { Worker } from 'bullmq';
import type { ConnectionOptions, Job } from 'bullmq';
import type { Ctx } from '../context.ts';
import { postman } from '../dispatch/mail.ts';
import { reconcile } from '../dispatch/reconcile.ts';
import { rightOfWay } from './right-of-way.ts';
import { armAlarms, sweepDue, sweepOwed } from '../dispatch/sweep.ts';
import { deliverer } from '../dispatch/webhook-delivery.ts';
import { isOutage } from '../models/outcome.ts';
import { lane } from './lane.ts';
import { HORIZON_MS, QUEUE } from './queue.ts';
import type { Alarms } from './queue.ts';
import { jobTable } from './table.ts';

const CONCURRENCY = 50; // jobs of one look wait together; more in parallel does not help (docs/performance.md)
const LOCK_MS = 10_000;
const STALLED_MS = 5_000;
const CLOSE_JOBS_MS = 15_000; // for what is under way: a payment provider may take ten seconds to answer
const CLOSE_REDIS_MS = 2_000; // then for BullMQ, which would wait for a Redis that is away until it is back
const BLOCK_S = 1; // how long Redis is waited for at a time: less than a silence that replaces the connection
const RETRY_MS = 1_000; // after an error of Redis
const LATEST_FIRST_LOOK_MS = 15 * 60_000; // at the provider's list: it comes too where processes live for a day only

type Arming = Pick<Alarms, 'armedUntil' | 'noteArmedUntil'>;

export interface WorkerSettings {
  readonly connection: ConnectionOptions;
  readonly prefix: string;
  readonly alarms: Arming;
  readonly sweepMs: number;
  readonly reconcileMs: number;
}

export interface RunningWorker {
  /** when the last sweep ended well */
  lastSweptAt(): Date | null;
  close(): Promise<void>;
}

/** BullMQ waits for ten seconds at a time, which a dead connection looks like. */
class ImpatientWorker extends Worker {
  override get maximumBlockTimeout(): number {
    return BLOCK_S;
  }
}

export function startWorker(
  ctx: Ctx,
  { connection, prefix, alarms, sweepMs, reconcileMs }: WorkerSettings,
): RunningWorker {
  const way = rightOfWay();
  const post = postman(ctx, way, rightOfWay());
  const webhooks = lane(deliverer(ctx));
  const table = jobTable(ctx, { post, webhooks, way });
  const running = new Set<Promise<void>>();
  const worker = new ImpatientWorker(QUEUE, (job) => noted(runJob(job)), {
    connection,
    prefix,
    concurrency: CONCURRENCY,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_MS,
    maxStalledCount: 3,
    drainDelay: BLOCK_S,
    runRetryDelay: RETRY_MS,
    // NOTE: never with `skipVersionCheck`: unsure of Redis, BullMQ then waits for whole seconds only
  });
  worker.on('error', (error) => {
    ctx.log.warn({ err: error }, 'worker: Redis');
  });

  let lastSweptAt: Date | null = null;
  let timer: NodeJS.Timeout | undefined;
  let closing = false;
  let isPaying = false; // what is owed, beside the next looks for what is due: a provider that hangs holds it up
  // the first one at once: what was due while nothing ran
  let sweeping = sweepOnce();

  async function sweepOnce(): Promise<void> {
    webhooks.look();
    try {
      // e-mails by themselves: their server may be away for hours
      post.look().catch((error: unknown) => {
        ctx.log.warn({ err: error }, 'e-mails that are due were not looked for, the next sweep does');
      });
      try {
        const { settled } = await way.during(sweepDue(ctx));
        void noted(settled);
      } finally {
        // one record that cannot be written holds up nothing that others owe
        if (!isPaying && !closing) void noted(payOwed());
      }
      await armUpcoming(ctx, alarms);
      lastSweptAt = ctx.now();
    } catch (error) {
      ctx.log.warn({ err: error }, 'sweep failed, the next one looks again');
    }
    if (closing) return;
    timer = setTimeout(() => {
      sweeping = sweepOnce();
    }, sweepMs);
  }

  async function payOwed(): Promise<void> {
    isPaying = true;
    try {
      await sweepOwed(ctx);
    } catch (error) {
      ctx.log.warn({ err: error }, 'what is owed was not looked for to its end, the next sweep does');
    }
    isPaying = false;
  }

  // apart from the sweep, which never waits for a payment provider
  let reconciling = Promise.resolve();
  let reconciler: NodeJS.Timeout | undefined;
  reconcileIn(firstLookMs(reconcileMs));

  function reconcileIn(ms: number): void {
    reconciler = setTimeout(() => {
      reconciling = reconcileOnce();
    }, ms);
  }

  async function reconcileOnce(): Promise<void> {
    try {
      ctx.metrics.sweepFound('hold', await reconcile(ctx));
    } catch (error) {
      ctx.log.warn({ err: error }, 'the provider’s list was not looked through, the next time it is');
    }
    if (!closing) reconcileIn(reconcileMs);
  }

  function noted(work: Promise<void>): Promise<void> {
    const ended = work.catch(() => undefined).finally(() => running.delete(ended));
    running.add(ended);
    return work;
  }

  async function runJob(job: Job): Promise<void> {
    const startedAt = performance.now();
    const kind = table[job.name];
    if (kind === undefined) throw new Error(`there is no job "${job.name}"`);
    try {
      const outcome = await kind.run(job.data);
      ctx.metrics.job(job.name, outcome);
      ctx.log.debug({ job: job.name, outcome, ms: Math.round(performance.now() - startedAt) });
    } catch (error) {
      ctx.metrics.job(job.name, 'failed');
      ctx.log[isOutage(error) ? 'warn' : 'error']({ err: error, job: job.name }, 'job failed, the sweep looks again');
      throw error;
    }
  }

  return {
    lastSweptAt: () => lastSweptAt,
    async close() {
      closing = true;
      clearTimeout(timer);
      clearTimeout(reconciler);
      const closed = worker.close().catch(() => undefined); // takes no more jobs from here on
      const swept = sweeping.then(() => Promise.all(running)); // what it has begun, too
      const underWay = [swept, reconciling, ...running, post.close(), webhooks.close()];
      await within(CLOSE_JOBS_MS, Promise.all(underWay));
      await within(CLOSE_REDIS_MS, closed);
    },
  };
}

/** A sixtieth of the time between looks, to twice that: workers that start together do not all ask at once. */
function firstLookMs(reconcileMs: number): number {
  return Math.min(reconcileMs / 60, LATEST_FIRST_LOOK_MS) * (1 + Math.random());
}

/** Waits for `work` to end, but no longer than this. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let late: NodeJS.Timeout | undefined;
  const tooLate = new Promise<void>((resolve) => (late = setTimeout(resolve, ms)));
  await Promise.race([work, tooLate]);
  clearTimeout(late);
}

/** Sets alarms for what has come within the horizon; for everything within it when Redis was emptied. */
async function armUpcoming(ctx: Ctx, alarms: Arming): Promise<void> {
  const now = ctx.now();
  const to = new Date(now.getTime() + HORIZON_MS);
  await armAlarms(ctx, (await alarms.armedUntil()) ?? now, to);
  await alarms.noteArmedUntil(to);
}
