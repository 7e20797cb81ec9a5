// The payment of a question's value (2.1, 2.5): authorised when posted, captured when a rating has earned it. The
// attempt is on disk before the provider is asked; an answer that never comes is asked for again by the sweep.

import type { Ctx, PaymentAnswer } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import { authoriseKey, captureKey } from '../domain/payment.ts';
import type { Question, QuestionEvent } from '../domain/question.ts';
import { changeQuestion } from './commit.ts';

/**
 * Tries the value on a payment method.
 * @throws Refusal `payment.failed` (details: reason, questionId) when it is declined, `unavailable` when the provider
 *   does not answer in time: the same call again asks for the same authorisation
 */
export async function authoriseValue(ctx: Ctx, questionId: string, method: string): Promise<Question> {
  const tried = await changeQuestion(ctx, questionId, { type: 'authorise', method });
  return tried.payment.state === 'authorising' ? finishAuthorisation(ctx, tried) : tried; // paid meanwhile
}

/** Asks (again) for the authorisation that the record says is under way. */
export async function finishAuthorisation(ctx: Ctx, question: Question): Promise<Question> {
  const { id, payment, value } = question;
  const answer = await answered(ctx, ctx.payments.authorise(authoriseKey(id, payment), payment.method, value));
  if (answer === null) throw new Refusal('unavailable', { questionId: id });
  if (!answer.ok) {
    await settled(ctx, question, { type: 'authorisation_failed', reason: answer.reason });
    throw new Refusal('payment.failed', { reason: answer.reason, questionId: id });
  }
  const next = await settled(ctx, question, { type: 'authorised', authorisation: answer.authorisation });
  return captureValue(ctx, next);
}

/** Captures what a rating has earned; otherwise does nothing. A capture that fails is the customer's to mend (2.1). */
export async function captureValue(ctx: Ctx, question: Question): Promise<Question> {
  const { id, payment } = question;
  if (payment.state !== 'capturing' || payment.authorisation === null) return question;
  const answer = await answered(ctx, ctx.payments.capture(captureKey(id, payment), payment.authorisation));
  if (answer === null) return question;
  const event: QuestionEvent = answer.ok ? { type: 'captured' } : { type: 'capture_failed', reason: answer.reason };
  return settled(ctx, question, event);
}

/** Null: the provider did not answer, the outcome is unknown. */
export async function answered(ctx: Ctx, call: Promise<PaymentAnswer>): Promise<PaymentAnswer | null> {
  try {
    return await call;
  } catch (error) {
    ctx.log.warn({ err: error }, 'the payment provider did not answer');
    return null;
  }
}

/** Somebody else may have got the same answer for the same key and written it down first: then theirs stands. */
async function settled(ctx: Ctx, { id, payment }: Question, event: QuestionEvent): Promise<Question> {
  try {
    return await changeQuestion(ctx, id, event, { attempt: payment.attempt });
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'conflict.stale') throw error;
    const saved = await ctx.stores.questions.read(id);
    if (saved === null) throw new Refusal('not_found');
    return saved.record;
  }
}
