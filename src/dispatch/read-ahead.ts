// Deadlines that are near, read ahead of their instant: then only the write stands between it and whoever is told. What
// was read may be old by then; the write is by version, so who moved the record meanwhile has moved it.

import type { Ctx } from '../context.ts';
import { earliest } from '../domain/instant.ts';
import type { MachineRecord } from '../domain/machine.ts';
import type { Saved } from '../models/record.ts';
import { MACHINES } from './machines.ts';
import { BATCH, look, wake } from './wake.ts';
import type { Looked } from './wake.ts';

const MOST = 20_000; // records in memory, some 60 MB; the look that follows finds the others

export interface Ahead {
  /** the next instant at which one of them is due; null when none is left */
  next(): Date | null;
  /** Takes the steps that are due now. `lull`: what they owe and can wait, waits for it. */
  wake(lull?: () => Promise<void>): Promise<Looked>;
}

/** Reads what comes due in (from, to]. What is added to it later has an alarm of its own. */
export async function readAhead(ctx: Ctx, from: Date, to: Date, machines = MACHINES): Promise<Ahead> {
  await ctx.stores.webhooks.subscriptions(); // known by then: nothing has to be asked between instant and write
  const queues = await Promise.all(
    machines.map(async (of) => ({ of, queue: inOrder(await of.store(ctx.stores).dueWithin(from, to, MOST)) })),
  );
  return {
    next() {
      return queues.map(({ queue }) => queue.next()).reduce(earliest, null);
    },
    wake(lull) {
      return look((settling) => queues.map(({ of, queue }) => wake(ctx, of, settling, (now) => queue.take(now), lull)));
    },
  };
}

/** Records in the order of their deadlines. */
function inOrder<R extends MachineRecord>(records: readonly Saved<R>[]) {
  let at = 0;
  return {
    next: () => records[at]?.record.dueAt ?? null,

    *take(now: Date): Iterable<Saved<R>[]> {
      const from = at;
      while ((records[at]?.record.dueAt ?? now) <= now && at < records.length) at += 1;
      const due = records.slice(from, at);
      for (let index = 0; index < due.length; index += BATCH) yield due.slice(index, index + BATCH);
    },
  };
}
