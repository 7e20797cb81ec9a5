// Due records, taken one step further each: many at once, written together, told about while the next are on their way.

import type { Ctx } from '../context.ts';
import { dueCase, stepCase } from '../domain/case.ts';
import type { Case } from '../domain/case.ts';
import type { Outcome } from '../domain/effects.ts';
import { later } from '../domain/instant.ts';
import { dueOffer, stepOffer } from '../domain/offer-step.ts';
import type { Offer } from '../domain/offer.ts';
import { dueQuestion, stepQuestion } from '../domain/question-step.ts';
import type { Question, QuestionEvent } from '../domain/question.ts';
import type { Change } from '../models/alike.ts';
import type { Saved, Versioned } from '../models/record.ts';
import { settleCases, settleOffers, settleQuestions } from './settle.ts';

export const BATCH = 500; // records in one write: while MongoDB is busy with one batch, others are read or told about
const LANES = 3; // batches under way at once
const AGAIN_MS = 250;

/** What a look has done: the records moved, and the settling of what they owe, which goes on behind it. */
export interface Looked {
  readonly moved: number;
  readonly settled: Promise<void>;
}

/** Due records in batches, asked for anew until none is left. */
export type Source<R extends Versioned> = (now: Date) => AsyncIterable<Saved<R>[]> | Iterable<Saved<R>[]>;

/** The wakings that `start` begins, as one look. */
export async function looked(start: (settling: Promise<void>[]) => Promise<number>[]): Promise<Looked> {
  const settling: Promise<void>[] = [];
  const moved = await Promise.all(start(settling));
  const settled = Promise.all(settling).then(() => undefined);
  return { moved: moved.reduce((sum, count) => sum + count, 0), settled };
}

export function wakeOffers(ctx: Ctx, settling: Promise<void>[], due: Source<Offer>): Promise<number> {
  return wakeAll(ctx, settling, {
    due,
    step: async (offer, now) => {
      const event = dueOffer(offer, now, ctx.policy);
      return event && { kind: event.type, ...stepOffer(offer, event, now, ctx.policy) };
    },
    save: (batch, now) => ctx.stores.offers.saveMany(batch, now),
    settle: (batch: readonly Saved<Offer>[], quiet) => settleOffers(ctx, batch, quiet),
  });
}

export function wakeQuestions(ctx: Ctx, settling: Promise<void>[], due: Source<Question>): Promise<number> {
  return wakeAll(ctx, settling, {
    due,
    step: async (question, now) => {
      const event = await dueEvent(ctx, question, now);
      return event && { kind: event.type, ...stepQuestion(question, event, now, ctx.policy) };
    },
    save: (batch, now) => ctx.stores.questions.saveMany(batch, now),
    settle: (batch: readonly Saved<Question>[], quiet) => settleQuestions(ctx, batch, quiet),
  });
}

/** 10.1 */
export function wakeCases(ctx: Ctx, settling: Promise<void>[], due: Source<Case>): Promise<number> {
  return wakeAll(ctx, settling, {
    due,
    step: async (found, now) => {
      const event = dueCase(found, now);
      const outcome = event && stepCase(found, event, now);
      return outcome && { kind: 'case_overdue', ...outcome };
    },
    save: (batch, now) => ctx.stores.cases.saveMany(batch, now),
    settle: (batch: readonly Saved<Case>[], quiet) => settleCases(ctx, batch, quiet),
  });
}

/** 2.8: the record knows the last message only of when it was saved; the conversation knows better. */
async function dueEvent(ctx: Ctx, question: Question, now: Date): Promise<QuestionEvent | null> {
  const event = dueQuestion(question, now, ctx.policy);
  if (event?.type !== 'close') return event;
  const activeAt = (await ctx.stores.messages.last(question.id))?.at ?? question.activeAt;
  const silentMs = now.getTime() - activeAt.getTime();
  return silentMs < ctx.policy.autoCloseMs ? { type: 'postpone_close', activeAt } : event;
}

interface Waking<R extends Versioned> {
  readonly due: Source<R>;
  step(record: R, now: Date): Promise<(Outcome<R> & { kind: string }) | null>;
  save(batch: readonly Change<R>[], now: Date): Promise<R[]>;
  settle(batch: readonly Saved<R>[], quiet: Promise<void>): Promise<void>;
}

/** Until nothing is due any more: a record may have several steps behind it after an outage. */
async function wakeAll<R extends Versioned>(ctx: Ctx, settling: Promise<void>[], waking: Waking<R>): Promise<number> {
  let moved = 0;
  for (;;) {
    const pass = await wakePass(ctx, settling, waking);
    moved += pass.moved;
    if (pass.moved === 0 || !pass.more) return moved;
  }
}

interface Pass {
  readonly moved: number;
  /** a record that moved is due again already */
  readonly more: boolean;
}

/** Everything that is due at this instant, some batches at a time. Fails after all of them when one has failed. */
async function wakePass<R extends Versioned>(ctx: Ctx, settling: Promise<void>[], waking: Waking<R>): Promise<Pass> {
  const underWay = new Set<Promise<void>>();
  let rest: () => void = () => undefined;
  const quiet = new Promise<void>((resolve) => (rest = resolve));
  const passes: Pass[] = [];
  const failures: unknown[] = [];
  try {
    for await (const batch of waking.due(ctx.now())) {
      if (underWay.size >= LANES) await Promise.race(underWay);
      const one: Promise<void> = wakeBatch(ctx, settling, waking, batch, quiet)
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

async function wakeBatch<R extends Versioned>(
  ctx: Ctx,
  settling: Promise<void>[],
  waking: Waking<R>,
  due: readonly Saved<R>[],
  quiet: Promise<void>,
): Promise<Pass> {
  const now = ctx.now();
  const steps = (await Promise.all(due.map((saved) => stepOf(ctx, waking, saved, now)))).filter(
    (step) => step !== null,
  );
  const written = new Set(await waking.save(steps, now));
  const saved = steps.filter(({ next }) => written.has(next));
  settling.push(
    waking.settle(
      saved.map(({ next, outbox }) => ({ record: next, outbox })),
      quiet,
    ),
  );
  // moved by somebody else, or early by the clock of the database, which another look will tell
  if (saved.length < steps.length) ctx.setAlarm(later(ctx.now(), AGAIN_MS));
  for (const { kind, before } of saved) {
    ctx.metrics.lateness(kind, (ctx.now().getTime() - (before.dueAt ?? now).getTime()) / 1_000);
  }
  return { moved: saved.length, more: saved.some(({ next }) => next.dueAt !== null && next.dueAt <= ctx.now()) };
}

/** One record that cannot be stepped must not hold up the others. */
async function stepOf<R extends Versioned>(
  ctx: Ctx,
  waking: Waking<R>,
  { record, outbox }: Saved<R>,
  now: Date,
): Promise<(Change<R> & { readonly kind: string }) | null> {
  try {
    const outcome = await waking.step(record, now);
    if (outcome === null) return null;
    const { next, effects, kind } = outcome;
    return { before: record, next, outbox: [...outbox, ...effects], kind };
  } catch (error) {
    ctx.log.error({ err: error, record: record.id }, 'a due record could not be stepped');
    return null;
  }
}
