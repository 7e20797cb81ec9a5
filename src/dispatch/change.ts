// The only place that knows the order: one conditional write of state and outbox, then the effects are settled, then
// the outbox is cleared. Whatever stops between two of these steps is done again by the sweep; every effect is keyed.

import type { Ctx } from '../context.ts';
import type { Effect } from '../domain/effects.ts';
import { Refusal } from '../domain/errors.ts';
import { reached } from '../domain/instant.ts';
import type { MachineEvent, MachineRecord } from '../domain/machine.ts';
import type { InTime, Saved } from '../models/record.ts';
import type { Answer } from './ask-provider.ts';
import type { FollowUp } from './follow-ups.ts';
import type { AnyEntry, Entry, Owner } from './machines.ts';
import { settleBatch } from './settle.ts';
import { webhookEffects } from './webhook-events.ts';

const MAX_TRIES = 25; // each lost race means that somebody else moved the record

/** What a change rests on. */
export interface Basis<R> {
  /** the record as the caller has just read it */
  readonly found?: Saved<R> | undefined;
  /** false: it is about another attempt than this one, and says nothing about it */
  isAbout?(record: R): boolean;
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
  basis: Basis<NoInfer<R>> = {},
): Promise<R> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const saved = (tries === 0 ? basis.found : undefined) ?? (await of.store(ctx.stores).read(id));
    if (saved === null) throw new Refusal('not_found');
    const { record } = saved;
    if (basis.isAbout?.(record) === false) throw new Refusal('conflict.stale', { state: record.state });
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
  effects: readonly Effect[],
): Promise<boolean> {
  const [subscriptions, now] = [await ctx.stores.webhooks.subscriptions(), ctx.now()];
  const outbox = [...effects, ...webhookEffects(subscriptions, of.outward, null, record, now)];
  if (!(await of.store(ctx.stores).insert(record, outbox, now))) return false;
  await settle(ctx, of, [{ record, outbox }]);
  return true;
}

/** Settles what records owe whose new state is on disk, as `settleBatch` says, and takes the steps that follow from it. */
export function settle<R extends object>(
  ctx: Ctx,
  of: Owner<R>,
  batch: readonly Saved<R>[],
  quiet?: Promise<void>,
): Promise<void> {
  return settleBatch(ctx, of, batch, (next) => follow(ctx, next), quiet);
}

/** A change that nobody waits for. It may have moved by itself, or by somebody else, in this very moment: then that stands. */
export async function unlessMoved<R>(changing: Promise<R>): Promise<R | null> {
  try {
    return await changing;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return null;
  }
}

/** Somebody else may have got the same answer and written it down first: then theirs stands. */
export async function orTheirs<R extends MachineRecord, E extends MachineEvent>(
  ctx: Ctx,
  of: Entry<R, E>,
  id: string,
  changing: Promise<R>,
): Promise<R> {
  try {
    return await changing;
  } catch (error) {
    if (!(error instanceof Refusal) || !error.code.startsWith('conflict.')) throw error;
    const saved = await of.store(ctx.stores).read(id);
    if (saved === null) throw new Refusal('not_found');
    return saved.record;
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
  const subscriptions = await ctx.stores.webhooks.subscriptions();
  const outbox = [...saved.outbox, ...effects, ...webhookEffects(subscriptions, of.outward, saved.record, next, now)];
  if (!(await of.store(ctx.stores).save(next, outbox, now, time))) return null;
  await settle(ctx, of, [{ record: next, outbox }]);
  return next;
}

/** Takes what follows from a step. */
export async function follow(ctx: Ctx, next: FollowUp): Promise<void> {
  if ('opened' in next) {
    await create(ctx, next.of, next.opened, next.effects);
  } else if ('own' in next) {
    // when somebody else has moved it first, what it owes went along
    await take(ctx, next.of, next.own, next.event, ctx.now());
  } else if ('asked' in next) {
    const answering = next.ask(ctx, next.asked).then((answer) => takeAnswer(ctx, next.of, next.asked, answer));
    if (!next.failed) await answering;
    else answering.catch((error: unknown) => next.failed?.(ctx, error));
  } else {
    const changing = change(ctx, next.of, next.id, next.event, next);
    const record = await (next.ifRefused === 'stands' ? unlessMoved(changing) : changing);
    if (record && next.andAsk) await takeAnswer(ctx, next.of, record, await next.andAsk(ctx, record));
  }
}

/** Takes the step that an answer about a record is, and the next while one leads to another. */
async function takeAnswer(ctx: Ctx, of: AnyEntry, asked: MachineRecord, answer: Answer | null): Promise<void> {
  if (answer === null) return;
  const changing = change(ctx, of, asked.id, answer.event, answer);
  const record = await orTheirs(ctx, of, asked.id, changing);
  if (answer.next) await takeAnswer(ctx, of, record, await answer.next(ctx, record));
}
