// What time brings about. An alarm only says "look"; what is due is found here, by the records, whoever looks.

import type { Ctx } from '../context.ts';
import { dueCase, stepCase } from '../domain/case.ts';
import type { Case } from '../domain/case.ts';
import type { Outcome } from '../domain/effects.ts';
import { dueOffer, stepOffer } from '../domain/offer.ts';
import type { Offer } from '../domain/offer.ts';
import { dueQuestion, stepQuestion } from '../domain/question.ts';
import type { Question, QuestionEvent } from '../domain/question.ts';
import type { Change, Saved, Versioned } from '../models/record.ts';
import { openFlagCases } from './flag.ts';
import { sendMails } from './mail.ts';
import { settleCases, settleOffers, settleQuestions } from './settle.ts';

const BATCH = 250; // records in one write: while MongoDB is busy with one batch, others are read or told about
const LANES = 4; // batches under way at once
const UNSETTLED = 1_000; // records settled by one sweep
const SETTLE_AFTER_MS = 5_000; // whoever committed is given this long to settle

/** What a look has done: the records moved, and the settling of what they owe, which goes on behind it. */
export interface Looked {
  readonly moved: number;
  readonly settled: Promise<void>;
}

/** Takes every step that is due now, in order, and returns as soon as they are on disk: the next deadline may be near. */
export async function lookDue(ctx: Ctx): Promise<Looked> {
  const settling: Promise<void>[] = [];
  const moved = await Promise.all([wakeOffers(ctx, settling), wakeQuestions(ctx, settling), wakeCases(ctx, settling)]);
  const settled = Promise.all(settling).then(() => undefined);
  return { moved: moved.reduce((sum, count) => sum + count, 0), settled };
}

/** The same to its end, with the e-mails that are due. Answers how many records and e-mails moved. */
export async function wakeDue(ctx: Ctx): Promise<number> {
  const [{ moved, settled }, sent] = await Promise.all([lookDue(ctx), sendMails(ctx)]);
  await settled;
  return moved + sent;
}

/** Finds what nobody announced: effects that stayed owed, and deadlines that passed. */
export async function sweep(ctx: Ctx): Promise<void> {
  const before = new Date(ctx.now().getTime() - SETTLE_AFTER_MS);
  const offers = await ctx.stores.offers.unsettled(before, UNSETTLED);
  const questions = await ctx.stores.questions.unsettled(before, UNSETTLED);
  const cases = await ctx.stores.cases.unsettled(before, UNSETTLED);
  await settleOffers(ctx, offers);
  await settleQuestions(ctx, questions);
  await settleCases(ctx, cases);
  const flagged = await ctx.stores.messages.casesOwed(before, UNSETTLED);
  for (const message of flagged) await openFlagCases(ctx, message);
  ctx.metrics.sweepFound('unsettled', offers.length + questions.length + cases.length + flagged.length);
  ctx.metrics.sweepFound('due', await wakeDue(ctx));
}

/** Sets the alarms of all deadlines in (from, to]. */
export async function armAlarms(ctx: Ctx, from: Date, to: Date): Promise<void> {
  for (const store of [ctx.stores.offers, ctx.stores.questions, ctx.stores.cases]) {
    for (const at of await store.dueBetween(from, to)) ctx.setAlarm(at);
  }
}

function wakeOffers(ctx: Ctx, settling: Promise<void>[]): Promise<number> {
  return wakeAll(ctx, settling, {
    due: (now) => ctx.stores.offers.due(now, BATCH),
    step: async (offer, now) => {
      const event = dueOffer(offer, now, ctx.policy);
      return event && { kind: event.type, ...stepOffer(offer, event, now, ctx.policy) };
    },
    save: (batch, now) => ctx.stores.offers.saveMany(batch, now),
    settle: (batch: readonly Saved<Offer>[], quiet) => settleOffers(ctx, batch, quiet),
  });
}

function wakeQuestions(ctx: Ctx, settling: Promise<void>[]): Promise<number> {
  return wakeAll(ctx, settling, {
    due: (now) => ctx.stores.questions.due(now, BATCH),
    step: async (question, now) => {
      const event = await dueEvent(ctx, question, now);
      return event && { kind: event.type, ...stepQuestion(question, event, now, ctx.policy) };
    },
    save: (batch, now) => ctx.stores.questions.saveMany(batch, now),
    settle: (batch: readonly Saved<Question>[], quiet) => settleQuestions(ctx, batch, quiet),
  });
}

/** 10.1 */
function wakeCases(ctx: Ctx, settling: Promise<void>[]): Promise<number> {
  return wakeAll(ctx, settling, {
    due: (now) => ctx.stores.cases.due(now, BATCH),
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
  due(now: Date): AsyncIterable<Saved<R>[]>;
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
