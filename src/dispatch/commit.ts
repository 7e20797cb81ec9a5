// The only place that knows the order: one conditional write of state and outbox, then the effects are settled, then
// the outbox is cleared. Whatever stops between two of these steps is done again by the sweep; every effect is keyed.

import type { Ctx } from '../context.ts';
import { stepCase } from '../domain/case.ts';
import type { Case, CaseEvent } from '../domain/case.ts';
import { Refusal } from '../domain/errors.ts';
import { reached } from '../domain/instant.ts';
import { dueOffer, offerOvertakenAt, stepOffer } from '../domain/offer-step.ts';
import type { Offer, OfferEvent } from '../domain/offer.ts';
import { dueQuestion, questionOvertakenAt, stepQuestion } from '../domain/question-step.ts';
import type { Question, QuestionEvent } from '../domain/question.ts';
import { isRepeatedOnOffer, isRepeatedOnQuestion } from '../domain/repeated.ts';
import { refundsAsked } from '../domain/returns.ts';
import type { InTime, Saved } from '../models/record.ts';
import { settleCases, settleOffers, settleQuestions } from './settle.ts';

const MAX_TRIES = 25; // each lost race means that somebody else moved the record

/** What a change rests on. */
interface Basis<R> {
  /** the record as the caller has just read it */
  readonly found?: Saved<R>;
  /** the attempt to pay that it is about, as an answer of the provider is */
  readonly attempt?: number;
  /** the refund that it is about, in the same way */
  readonly asked?: number;
}

/**
 * Takes an offer one event further, after whatever time has brought about meanwhile; answers it as saved, or as it is when
 * the event has happened already.
 * @throws Refusal as `stepOffer`, `not_found`, or `conflict.stale` when others keep moving it or another attempt is made
 */
export async function changeOffer(
  ctx: Ctx,
  offerId: string,
  event: OfferEvent,
  { found, attempt, asked }: Basis<Offer> = {},
): Promise<Offer> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const saved = (tries === 0 ? found : undefined) ?? (await ctx.stores.offers.read(offerId));
    if (saved === null) throw new Refusal('not_found');
    assertSameAttempt(saved.record, { attempt, asked });
    if (isRepeatedOnOffer(saved.record, event)) return saved.record;
    const now = ctx.now();
    const until = offerOvertakenAt(saved.record);
    const due = reached(until, now) ? dueOffer(saved.record, now, ctx.policy) : null;
    const next = await commitOffer(ctx, saved, due ?? event, now, due === null ? { until } : { from: now });
    if (next !== null && due === null) return next;
  }
  throw new Refusal('conflict.stale');
}

/** An answer about the card before, or the refund before, says nothing about the one that is tried now. */
function assertSameAttempt(
  { state, payment }: Offer | Question,
  { attempt, asked }: { attempt: number | undefined; asked: number | undefined },
): void {
  const isSame =
    (attempt === undefined || payment.attempt === attempt) && (asked === undefined || refundsAsked(payment) === asked);
  if (!isSame) throw new Refusal('conflict.stale', { state });
}

/** A change that nobody waits for. It may have moved by itself, or by somebody else, in this very moment: then that stands. */
export async function unlessMoved(change: Promise<unknown>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

/** The write and its effects; null when somebody else moved the record first, or when it came outside of its time. */
async function commitOffer(
  ctx: Ctx,
  saved: Saved<Offer>,
  event: OfferEvent,
  now: Date,
  time: InTime,
): Promise<Offer | null> {
  const { next, effects } = stepOffer(saved.record, event, now, ctx.policy);
  const outbox = [...saved.outbox, ...effects];
  if (!(await ctx.stores.offers.save(next, outbox, now, time))) return null;
  await settleOffers(ctx, [{ record: next, outbox }]);
  return next;
}

/**
 * Takes a question one event further, after a lapse of its claim; answers it as saved, or as it is when the event has
 * happened already.
 * @throws Refusal as `stepQuestion`, `not_found`, or `conflict.stale` when others keep moving it or another attempt is made
 */
export async function changeQuestion(
  ctx: Ctx,
  questionId: string,
  event: QuestionEvent,
  { attempt, asked }: Pick<Basis<Question>, 'attempt' | 'asked'> = {},
): Promise<Question> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const saved = await ctx.stores.questions.read(questionId);
    if (saved === null) throw new Refusal('not_found');
    assertSameAttempt(saved.record, { attempt, asked });
    if (isRepeatedOnQuestion(saved.record, event)) return saved.record;
    const now = ctx.now();
    const until = questionOvertakenAt(saved.record);
    const due = reached(until, now) ? dueQuestion(saved.record, now, ctx.policy) : null;
    const next = await commitQuestion(ctx, saved, due ?? event, now, due === null ? { until } : { from: now });
    if (next !== null && due === null) return next;
  }
  throw new Refusal('conflict.stale');
}

/** The same for a question. */
export async function commitQuestion(
  ctx: Ctx,
  saved: Saved<Question>,
  event: QuestionEvent,
  now: Date,
  time: InTime = {},
): Promise<Question | null> {
  const { next, effects } = stepQuestion(saved.record, event, now, ctx.policy);
  const outbox = [...saved.outbox, ...effects];
  if (!(await ctx.stores.questions.save(next, outbox, now, time))) return null;
  await settleQuestions(ctx, [{ record: next, outbox }]);
  return next;
}

/**
 * Takes a case one event further; answers it as saved, or as it is when the event has happened already.
 * @throws Refusal as `stepCase`, `not_found`, or `conflict.stale` when others keep moving it
 */
export async function changeCase(ctx: Ctx, caseId: string, event: CaseEvent): Promise<Case> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const saved = await ctx.stores.cases.read(caseId);
    if (saved === null) throw new Refusal('not_found');
    const now = ctx.now();
    const outcome = stepCase(saved.record, event, now);
    if (outcome === null) return saved.record;
    const outbox = [...saved.outbox, ...outcome.effects];
    if (!(await ctx.stores.cases.save(outcome.next, outbox, now))) continue;
    await settleCases(ctx, [{ record: outcome.next, outbox }]);
    return outcome.next;
  }
  throw new Refusal('conflict.stale');
}
