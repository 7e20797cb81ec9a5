// Due records, taken one step further each: many at once, written together, told about while the next are on their way.

import type { Ctx } from '../context.ts';
import { later } from '../domain/instant.ts';
import type { MachineEvent, MachineRecord } from '../domain/machine.ts';
import type { Change } from '../models/alike.ts';
import type { Saved } from '../models/record.ts';
import type { Subscription } from '../models/subscriptions.ts';
import { settle } from './change.ts';
import type { Entry } from './machines.ts';
import { webhookEffects } from './webhook-events.ts';

export const BATCH = 500; // records in one write: while MongoDB is busy with one batch, others are read or told about
const LANES = 3; // batches under way at once
const AGAIN_MS = 250;

/** What a look has done: the records moved, and the settling of what they owe, which goes on behind it. */
export interface Looked {
  readonly moved: number;
  readonly settled: Promise<void>;
}

/** Due records in batches, asked for anew until none is left. */
export type Source<R> = (now: Date) => AsyncIterable<Saved<R>[]> | Iterable<Saved<R>[]>;

/** The wakings that `start` begins, as one look. */
export async function look(start: (settling: Promise<void>[]) => Promise<number>[]): Promise<Looked> {
  const settling: Promise<void>[] = [];
  const moved = await Promise.all(start(settling));
  const settled = Promise.all(settling).then(() => undefined);
  return { moved: moved.reduce((sum, count) => sum + count, 0), settled };
}

/**
 * Takes the steps of these records that are due, until none is: a record may have several behind it after an outage. `lull`: what
 * they owe and can wait, waits for it as well.
 */
export async function wake<R extends MachineRecord, E extends MachineEvent>(
  ctx: Ctx,
  of: Entry<R, E>,
  settling: Promise<void>[],
  due: Source<R>,
  lull: () => Promise<void> = atOnce,
): Promise<number> {
  let moved = 0;
  for (;;) {
    const pass = await wakePass({ ctx, of, settling, due, lull });
    moved += pass.moved;
    if (pass.moved === 0 || !pass.more) return moved;
  }
}

const atOnce = () => Promise.resolve();

interface Waking<R extends MachineRecord, E extends MachineEvent> {
  readonly ctx: Ctx;
  readonly of: Entry<R, E>;
  readonly settling: Promise<void>[];
  readonly due: Source<R>;
  readonly lull: () => Promise<void>;
}

interface Pass {
  readonly moved: number;
  /** a record that moved is due again already */
  readonly more: boolean;
}

/** Everything that is due at this instant, some batches at a time. Fails after all of them when one has failed. */
async function wakePass<R extends MachineRecord, E extends MachineEvent>(waking: Waking<R, E>): Promise<Pass> {
  const underWay = new Set<Promise<void>>();
  let rest: () => void = () => undefined;
  let last = new Promise<void>((resolve) => (rest = resolve)).then(waking.lull);
  // one batch a turn: what was told last is not to wait for what all of them owe
  const quiet = () => (last = last.then(waking.ctx.turn));
  const passes: Pass[] = [];
  const failures: unknown[] = [];
  try {
    for await (const batch of waking.due(waking.ctx.now())) {
      if (underWay.size >= LANES) await Promise.race(underWay);
      const one: Promise<void> = wakeBatch(waking, batch, quiet())
        .then(
          (pass) => void passes.push(pass),
          (error: unknown) => void failures.push(error),
        )
        .finally(() => underWay.delete(one));
      underWay.add(one);
    }
    await Promise.all(underWay);
  } finally {
    rest();
  }
  if (failures.length > 0) throw failures[0];
  return { moved: passes.reduce((sum, { moved }) => sum + moved, 0), more: passes.some(({ more }) => more) };
}

async function wakeBatch<R extends MachineRecord, E extends MachineEvent>(
  { ctx, of, settling }: Waking<R, E>,
  due: readonly Saved<R>[],
  quiet: Promise<void>,
): Promise<Pass> {
  const subscriptions = await ctx.stores.webhooks.subscriptions();
  const now = ctx.now();
  const stepping = due.map((saved) => stepOf(ctx, of, saved, now, subscriptions));
  const steps = (await Promise.all(stepping)).filter((step) => step !== null);
  const written = new Set(await of.store(ctx.stores).saveMany(steps, now));
  const saved = steps.filter(({ next }) => written.has(next));
  const batch = saved.map(({ next, outbox }) => ({ record: next, outbox }));
  settling.push(settle(ctx, of, batch, quiet));
  // moved by somebody else, or early by the clock of the database, which another look will tell
  if (saved.length < steps.length) ctx.setAlarm(later(ctx.now(), AGAIN_MS));
  for (const { deadline, before } of saved) {
    ctx.metrics.lateness(deadline, (ctx.now().getTime() - (before.dueAt ?? now).getTime()) / 1_000);
  }
  return { moved: saved.length, more: saved.some(({ next }) => next.dueAt !== null && next.dueAt <= ctx.now()) };
}

/** One record that cannot be stepped must not hold up the others. */
async function stepOf<R extends MachineRecord, E extends MachineEvent>(
  ctx: Ctx,
  of: Entry<R, E>,
  { record, outbox }: Saved<R>,
  now: Date,
  subscriptions: readonly Subscription[],
): Promise<(Change<R> & { readonly deadline: string }) | null> {
  try {
    const event = await dueEvent(ctx, of, record, now);
    if (event === null) return null;
    const { next, effects } = of.step(record, event, now, ctx.policy);
    const outside = webhookEffects(subscriptions, of.outward, record, next, now);
    return { before: record, next, outbox: [...outbox, ...effects, ...outside], deadline: of.deadline(event) };
  } catch (error) {
    ctx.log.error({ err: error, record: record.id }, 'a due record could not be stepped');
    return null;
  }
}

async function dueEvent<R extends MachineRecord, E extends MachineEvent>(
  ctx: Ctx,
  of: Entry<R, E>,
  record: R,
  now: Date,
): Promise<E | null> {
  const event = of.due(record, now, ctx.policy);
  const looking = event && of.look?.(ctx, record, event);
  return looking ? of.due(record, now, ctx.policy, await looking) : event;
}
