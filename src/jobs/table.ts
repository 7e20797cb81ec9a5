// Every kind of job: what it carries, and what it runs and returns.

import { z } from 'zod';
import type { Ctx } from '../context.ts';
import { sendMails } from '../dispatch/mail.ts';
import { lookDue } from '../dispatch/sweep.ts';
import { coalesced } from './coalesced.ts';

export type JobOutcome = 'done' | 'nothing_due';

export interface JobKind {
  /** parses what the job carries and runs it */
  run(data: unknown): Promise<JobOutcome>;
}

export type JobTable = Readonly<Record<string, JobKind>>;

const Wake = z.strictObject({ at: z.int() });

export function jobTable(ctx: Ctx): JobTable {
  // jobs that are due together look once, together
  const look = coalesced(() => lookDue(ctx));
  const post = coalesced(() => sendMails(ctx));
  return {
    wake: {
      async run(data) {
        await reach(ctx, Wake.parse(data).at);
        const [{ moved, settled }, sent] = await Promise.all([look(), post()]);
        await settled;
        return moved + sent > 0 ? 'done' : 'nothing_due';
      },
    },
  };
}

/** The clock of the worker that wakes may be a little behind the one that set the alarm: nothing is looked at early. */
async function reach(ctx: Ctx, at: number): Promise<void> {
  const early = at - ctx.now().getTime();
  if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
}
