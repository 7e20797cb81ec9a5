// What time brings about. An alarm only says "look"; what is due is found here, by the records, whoever looks.

import type { Ctx } from '../context.ts';
import type { Effect, Outcome } from '../domain/effects.ts';
import { dueOffer, stepOffer } from '../domain/offer.ts';
import type { Offer } from '../domain/offer.ts';
import { dueQuestion, stepQuestion } from '../domain/question.ts';
import type { Question, QuestionEvent } from '../domain/question.ts';
import type { Saved, Versioned } from '../models/record.ts';
import { sendMails } from './mail.ts';
import { settleOffers, settleQuestions } from './settle.ts';

const BATCH = 1_000; // records in one round trip
const SETTLE_AFTER_MS = 5_000; // whoever committed is given this long to settle

/** Takes every step that is due now, in order. Answers how many records moved. */
export async function wakeDue(ctx: Ctx): Promise<number> {
  const moved = await Promise.all([wakeOffers(ctx), wakeQuestions(ctx), sendMails(ctx)]);
  return moved.reduce((sum, count) => sum + count, 0);
}

/** Finds what nobody announced: effects that stayed owed, and deadlines that passed. */
export async function sweep(ctx: Ctx): Promise<void> {
  const before = new Date(ctx.now().getTime() - SETTLE_AFTER_MS);
  const offers = await ctx.stores.offers.unsettled(before, BATCH);
  const questions = await ctx.stores.questions.unsettled(before, BATCH);
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
    due: (now) => ctx.stores.offers.due(now, BATCH),
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
    due: (now) => ctx.stores.questions.due(now, BATCH),
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
  const event = dueQuestion(question, now);
  if (event?.type !== 'close') return event;
  const activeAt = (await ctx.stores.messages.last(question.id))?.at ?? question.activeAt;
  const silentMs = now.getTime() - activeAt.getTime();
  return silentMs < ctx.policy.autoCloseMs ? { type: 'postpone_close', activeAt } : event;
}

interface Waking<R extends Versioned> {
  due(now: Date): Promise<Saved<R>[]>;
  step(record: R, now: Date): Promise<(Outcome<R> & { kind: string }) | null>;
  save(batch: readonly { next: R; outbox: readonly Effect[] }[], now: Date): Promise<R[]>;
  settle(batch: readonly Saved<R>[]): Promise<void>;
}

async function wakeAll<R extends Versioned>(ctx: Ctx, waking: Waking<R>): Promise<number> {
  let moved = 0;
  for (;;) {
    const now = ctx.now();
    const due = await waking.due(now);
    const steps = await Promise.all(due.map((saved) => stepOf(ctx, waking, saved, now)));
    const saved = await savedOf(
      waking,
      steps.filter((step) => step !== null),
      now,
    );
    for (const { kind, wasDueAt } of saved) {
      ctx.metrics.lateness(kind, (ctx.now().getTime() - wasDueAt.getTime()) / 1_000);
    }
    await waking.settle(saved);
    moved += saved.length;
    if (saved.length === 0 || due.length === 0) return moved;
  }
}

interface Step<R> {
  readonly record: R;
  readonly outbox: readonly Effect[];
  readonly kind: string;
  readonly wasDueAt: Date;
}

/** One record that cannot be stepped must not hold up the others. */
async function stepOf<R extends Versioned>(
  ctx: Ctx,
  waking: Waking<R>,
  saved: Saved<R>,
  now: Date,
): Promise<Step<R> | null> {
  try {
    const outcome = await waking.step(saved.record, now);
    if (outcome === null) return null;
    const { next, effects, kind } = outcome;
    return { record: next, outbox: [...saved.outbox, ...effects], kind, wasDueAt: saved.record.dueAt ?? now };
  } catch (error) {
    ctx.log.error({ err: error, record: saved.record.id }, 'a due record could not be stepped');
    return null;
  }
}

async function savedOf<R extends Versioned>(
  waking: Waking<R>,
  steps: readonly Step<R>[],
  now: Date,
): Promise<Step<R>[]> {
  const records = new Set(
    await waking.save(
      steps.map(({ record, outbox }) => ({ next: record, outbox })),
      now,
    ),
  );
  return steps.filter(({ record }) => records.has(record));
}
