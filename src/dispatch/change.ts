// The only place that knows the order: one conditional write of state and outbox, then the effects are settled, then
// the outbox is cleared. Whatever stops between two of these steps is done again by the sweep; every effect is keyed.

import type { Ctx } from '../context.ts';
import type { Effect } from '../domain/effects.ts';
import { Refusal } from '../domain/errors.ts';
import { reached } from '../domain/instant.ts';
import type { MachineEvent, MachineRecord } from '../domain/machine.ts';
import type { InTime, Saved } from '../models/record.ts';
import type { FollowUp } from './follow-ups.ts';
import type { Entry } from './machines.ts';
import { settleBatch } from './settle.ts';

const MAX_TRIES = 25; // each lost race means that somebody else moved the record

/** What a change rests on. */
export interface Basis<R> {
  /** the record as the caller has just read it */
  readonly found?: Saved<R> | undefined;
  /** false: it is about another attempt than this one, and says nothing about it */
  readonly isAbout?: (record: R) => boolean;
}

/**
 * Takes a record one event further, after whatever time has brought about meanwhile; answers it as saved, or as it is when
 * the event has happened already.
 * @throws Refusal as the step of its machine, `not_found`, or `conflict.stale` when others keep moving it or it is not about
 *   this record any more
 */
export async function change<R extends MachineRecord, E extends MachineEvent>(
  ctx: Ctx,
  of: Entry<R, E>,
  id: string,
  event: E,
  { found, isAbout = () => true }: Basis<R> = {},
): Promise<R> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const saved = (tries === 0 ? found : undefined) ?? (await of.store(ctx.stores).read(id));
    if (saved === null) throw new Refusal('not_found');
    const { record } = saved;
    if (!isAbout(record)) throw new Refusal('conflict.stale', { state: record.state });
    if (of.isRepeated(record, event)) return record;
    const now = ctx.now();
    const until = of.overtakenAt(record);
    const due = reached(until, now) ? of.due(record, now, ctx.policy) : null;
    const next = await take(ctx, of, saved, due ?? event, now, due === null ? { until } : { from: now });
    if (next !== null && due === null) return next;
  }
  throw new Refusal('conflict.stale');
}

/** A new record and what it owes. False when there is one already. */
export async function create<R extends MachineRecord, E extends MachineEvent>(
  ctx: Ctx,
  of: Entry<R, E>,
  record: R,
  outbox: readonly Effect[],
): Promise<boolean> {
  if (!(await of.store(ctx.stores).insert(record, outbox, ctx.now()))) return false;
  await settle(ctx, of, [{ record, outbox }]);
  return true;
}

/** Settles what records owe whose new state is on disk, as `settleBatch` says, and takes the steps that follow from it. */
export function settle<R extends MachineRecord, E extends MachineEvent>(
  ctx: Ctx,
  of: Entry<R, E>,
  batch: readonly Saved<R>[],
  quiet?: Promise<void>,
): Promise<void> {
  return settleBatch(ctx, of, batch, (next) => follow(ctx, next), quiet);
}

/** A change that nobody waits for. It may have moved by itself, or by somebody else, in this very moment: then that stands. */
export async function unlessMoved(changing: Promise<unknown>): Promise<void> {
  try {
    await changing;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

/** The write and its effects; null when somebody else moved the record first, or when it came outside of its time. */
async function take<R extends MachineRecord, E extends MachineEvent>(
  ctx: Ctx,
  of: Entry<R, E>,
  saved: Saved<R>,
  event: E,
  now: Date,
  time: InTime = {},
): Promise<R | null> {
  const { next, effects } = of.step(saved.record, event, now, ctx.policy);
  const outbox = [...saved.outbox, ...effects];
  if (!(await of.store(ctx.stores).save(next, outbox, now, time))) return null;
  await settle(ctx, of, [{ record: next, outbox }]);
  return next;
}

async function follow(ctx: Ctx, next: FollowUp): Promise<void> {
  if ('opened' in next) {
    await create(ctx, next.of, next.opened, next.effects);
  } else if ('own' in next) {
    // when somebody else has moved it first, what it owes went along
    await take(ctx, next.of, next.own, next.event, ctx.now());
  } else {
    const changing = change(ctx, next.of, next.id, next.event);
    await (next.ifRefused === 'stands' ? unlessMoved(changing) : changing);
  }
}
