// What time brings about. An alarm only says "look"; what is due is found here, by the records, whoever looks.

import type { Ctx } from '../context.ts';
import { followChanges } from './account.ts';
import { recordUnheardOf } from './audit-repair.ts';
import { hideUnseen } from './availability.ts';
import { settle } from './change.ts';
import { MACHINES, MESSAGE } from './machines.ts';
import type { AnyOwner } from './machines.ts';
import { BATCH, look, wake } from './wake.ts';
import type { Looked } from './wake.ts';

const UNSETTLED = 1_000; // records settled at once
const SETTLE_AFTER_MS = 10_000; // whoever committed is given this long to settle, behind a slow store too: it is told once

/** Takes every step that is due now, in order, and returns as soon as they are on disk: the next deadline may be near. */
export function lookDue(ctx: Ctx, machines = MACHINES): Promise<Looked> {
  return look((settling) =>
    machines.map((of) => wake(ctx, of, settling, (now) => of.store(ctx.stores).due(now, BATCH))),
  );
}

/** The same to its end; answers how many records moved. */
export async function wakeDue(ctx: Ctx, machines = MACHINES): Promise<number> {
  const { moved, settled } = await lookDue(ctx, machines);
  await settled;
  return moved;
}

/** Finds the deadlines that nobody announced, and returns as soon as they are on disk. Waits for nobody outside. */
export async function sweepDue(ctx: Ctx, machines = MACHINES): Promise<Looked> {
  const looked = await lookDue(ctx, machines);
  ctx.metrics.sweepFound('due', looked.moved);
  await hideUnseen(ctx);
  return looked;
}

/**
 * Finds effects that stayed owed. Letters are handed over beside it (dispatch/mail.ts), but a payment provider is waited for: no
 * deadline may wait for this.
 */
export async function sweepOwed(ctx: Ctx, machines = MACHINES): Promise<void> {
  const before = new Date(ctx.now().getTime() - SETTLE_AFTER_MS);
  // each by itself: a provider that hangs holds up the voids of offers, and not the letters of messages
  const owners = [...machines, MESSAGE as AnyOwner].map((of) => settleOwed(ctx, of, before));
  const ended = await Promise.allSettled([...owners, followChanges(ctx), recordUnheardOf(ctx)]);
  const settled = await Promise.all(owners.map((one) => one.catch(() => 0)));
  ctx.metrics.sweepFound(
    'unsettled',
    settled.reduce((sum, count) => sum + count, 0),
  );
  const failed = ended.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

/** All of it, so that what cannot be settled for long hides nothing that is owed since. Answers how much there was. */
async function settleOwed(ctx: Ctx, of: AnyOwner, before: Date): Promise<number> {
  let found = 0;
  for await (const owing of of.store(ctx.stores).unsettled(before, UNSETTLED)) {
    await settle(ctx, of, owing);
    found += owing.length;
  }
  return found;
}

/** Both, to their end. */
export async function sweep(ctx: Ctx, machines = MACHINES): Promise<void> {
  const { settled } = await sweepDue(ctx, machines);
  await Promise.all([settled, sweepOwed(ctx, machines)]);
}

/** Sets the alarms of all deadlines in (from, to]. */
export async function armAlarms(ctx: Ctx, from: Date, to: Date): Promise<void> {
  for (const of of MACHINES) {
    for (const at of await of.store(ctx.stores).dueBetween(from, to)) ctx.setAlarm(at);
  }
}
