// Every kind of job: what it carries, and what it runs and returns.

import { z } from 'zod';
import type { Ctx } from '../context.ts';
import { readAhead } from '../dispatch/read-ahead.ts';
import type { Deliveries, RightOfWay } from '../dispatch/deliver.ts';
import { lookDue } from '../dispatch/sweep.ts';
import { coalesced } from './coalesced.ts';
import type { Lane } from './lane.ts';
import { HORIZON_MS } from './queue.ts';
import { shared } from './shared.ts';

export type JobOutcome = 'done' | 'nothing_due';

export interface JobKind {
  /** parses what the job carries and runs it */
  run(data: unknown): Promise<JobOutcome>;
}

export type JobTable = Readonly<Record<string, JobKind>>;

const Wake = z.strictObject({ at: z.int() });
const Ahead = z.strictObject({ from: z.int(), to: z.int() });
const FAR_MS = 3_000; // more than jobs are given ahead of their instants
const LULL_MS = 100; // what deadlines so close to each other owe is read and written together
const LANES = 2; // of deadlines read ahead: one group is written while the next becomes due

export interface Beside {
  /** nobody waits here for what is handed over outside */
  readonly post: Pick<Deliveries, 'look'>;
  readonly webhooks: Pick<Lane, 'look'>;
  readonly way: Pick<RightOfWay, 'during'>;
}

export function jobTable(ctx: Ctx, { post, webhooks, way }: Beside): JobTable {
  const waking = new Set<Promise<unknown>>();
  const lull = shared(() => pause(LULL_MS));
  // jobs that are due together look once, together, and not at what is being written this moment
  const look = coalesced(async () => {
    await Promise.allSettled(waking);
    return way.during(lookDue(ctx));
  });
  return {
    wake: {
      async run(data) {
        const { at } = Wake.parse(data);
        if (isFar(ctx, at)) return 'nothing_due';
        await reach(ctx, at);
        webhooks.look();
        const [{ moved, settled }, begun] = await Promise.all([look(), post.look()]);
        await settled;
        return moved + begun > 0 ? 'done' : 'nothing_due';
      },
    },
    ahead: {
      async run(data) {
        const { from, to } = Ahead.parse(data);
        if (isFar(ctx, from + 1) || isFar(ctx, to)) return 'nothing_due';
        const ahead = await readAhead(ctx, new Date(from), new Date(to));
        const settling: Promise<void>[] = [];
        const failures: unknown[] = [];
        let moved = 0;
        for (let at = ahead.next(); at !== null; at = ahead.next()) {
          await reach(ctx, at.getTime());
          if (waking.size >= LANES) await Promise.race(waking);
          // nobody waits for it while the next instant is waited for, so it must not reject
          const ended: Promise<unknown> = way
            .during(ahead.wake(lull))
            .then(
              (looked) => {
                moved += looked.moved;
                settling.push(looked.settled);
              },
              (error: unknown) => void failures.push(error),
            )
            .finally(() => waking.delete(ended));
          waking.add(ended);
        }
        await Promise.all(waking);
        await Promise.all(settling);
        if (failures.length > 0) throw failures[0]; // the wake behind finds what is left
        return moved > 0 ? 'done' : 'nothing_due';
      },
    },
  };
}

/**
 * The clock of this machine is ahead of the database's, so that it is given jobs long before their time. They are asked for
 * again shortly before it, and hold no place until then. What is further ahead than alarms are set is none of ours: no timer
 * reaches that far.
 */
function isFar(ctx: Ctx, at: number): boolean {
  const early = at - ctx.now().getTime();
  if (early < FAR_MS) return false;
  if (early <= HORIZON_MS) setTimeout(() => ctx.setAlarm(new Date(at)), early - FAR_MS / 2).unref();
  return true;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Never early: the clock of this worker may be a little behind the one that set the alarm, and timers fire early. */
async function reach(ctx: Ctx, at: number): Promise<void> {
  for (let early = at - ctx.now().getTime(); early > 0; early = at - ctx.now().getTime()) {
    await pause(early);
  }
}
