// What time brings about. An alarm only says "look"; what is due is found here, by the records, whoever looks.

import type { Ctx } from '../context.ts';
import type { Outcome } from '../domain/effects.ts';
import { dueOffer, stepOffer } from '../domain/offer.ts';
import type { Offer } from '../domain/offer.ts';
import { dueQuestion, stepQuestion } from '../domain/question.ts';
import type { Question, QuestionEvent } from '../domain/question.ts';
import type { Change, Saved, Versioned } from '../models/record.ts';
import { sendMails } from './mail.ts';
import { settleOffers, settleQuestions } from './settle.ts';

const BATCH = 250; // records in one write: while MongoDB is busy with one batch, others are told about
const AT_ONCE = 2_500; // records read at a time
const SETTLE_AFTER_MS = 5_000; // whoever committed is given this long to settle

/** Takes every step that is due now, in order. Answers how many records moved. */
export async function wakeDue(ctx: Ctx): Promise<number> {
  const moved = await Promise.all([wakeOffers(ctx), wakeQuestions(ctx), sendMails(ctx)]);
  return moved.reduce((sum, count) => sum + count, 0);
}

/** Finds what nobody announced: effects that stayed owed, and deadlines that passed. */
export async function sweep(ctx: Ctx): Promise<void> {
  const before = new Date(ctx.now().getTime() - SETTLE_AFTER_MS);
  const offers = await ctx.stores.offers.unsettled(before, AT_ONCE);
  const questions = await ctx.stores.questions.unsettled(before, AT_ONCE);
  await settleOffers(ctx, offers);
  await settleQuestions(ctx, questions);
  ctx.metrics.sweepFound('unsettled', offers.length + questions.length);
  ctx.metrics.sweepFound('due', await wakeDue(ctx));
}

/** Sets the alarms of all deadlines in (from, to]. */
export async function armAlarms(ctx: Ctx, from: Date, to: Date): Promise<void> {
  for (const store of [ctx.stores.offers, ctx.stores.questions]) {
    for (const at of await store.dueBetween(from, to)) ctx.setAlarm(at);
  }
}

async function wakeOffers(ctx: Ctx): Promise<number> {
  return wakeAll(ctx, {
    due: (now) => ctx.stores.offers.due(now, AT_ONCE),
    step: async (offer, now) => {
      const event = dueOffer(offer, now, ctx.policy);
      return event && { kind: event.type, ...stepOffer(offer, event, now, ctx.policy) };
    },
    save: (batch, now) => ctx.stores.offers.saveMany(batch, now),
    settle: (batch: readonly Saved<Offer>[]) => settleOffers(ctx, batch),
  });
}

async function wakeQuestions(ctx: Ctx): Promise<number> {
  return wakeAll(ctx, {
    due: (now) => ctx.stores.questions.due(now, AT_ONCE),
    step: async (question, now) => {
      const event = await dueEvent(ctx, question, now);
      return event && { kind: event.type, ...stepQuestion(question, event, now, ctx.policy) };
    },
    save: (batch, now) => ctx.stores.questions.saveMany(batch, now),
    settle: (batch: readonly Saved<Question>[]) => settleQuestions(ctx, batch),
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
  due(now: Date): Promise<Saved<R>[]>;
  step(record: R, now: Date): Promise<(Outcome<R> & { kind: string }) | null>;
  save(batch: readonly Change<R>[], now: Date): Promise<R[]>;
  settle(batch: readonly Saved<R>[]): Promise<void>;
}

/** Until nothing is due any more: a record may have several steps behind it after an outage. */
async function wakeAll<R extends Versioned>(ctx: Ctx, waking: Waking<R>): Promise<number> {
  let moved = 0;
  for (;;) {
    const due = await waking.due(ctx.now());
    const counts = await Promise.all(batchesOf(due).map((batch) => wakeBatch(ctx, waking, batch)));
    const count = counts.reduce((sum, one) => sum + one, 0);
    moved += count;
    if (count === 0) return moved;
  }
}

async function wakeBatch<R extends Versioned>(ctx: Ctx, waking: Waking<R>, due: readonly Saved<R>[]): Promise<number> {
  const now = ctx.now();
  const steps = (await Promise.all(due.map((saved) => stepOf(ctx, waking, saved, now)))).filter(
    (step) => step !== null,
  );
  const written = new Set(await waking.save(steps, now));
  const saved = steps.filter(({ next }) => written.has(next));
  for (const { kind, before } of saved) {
    ctx.metrics.lateness(kind, (ctx.now().getTime() - (before.dueAt ?? now).getTime()) / 1_000);
  }
  await waking.settle(saved.map(({ next, outbox }) => ({ record: next, outbox })));
  return saved.length;
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

function batchesOf<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  );
}
