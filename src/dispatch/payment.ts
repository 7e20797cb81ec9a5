// Money at the provider, for a question's value and an offer's price alike (2.1, 5.3, 6.5, 8.2): held, taken, and asked about
// again when nobody answered. The attempt is on disk before the provider is asked, and whoever asks again, after any crash,
// asks with the same key (I3). What was taken is given back in returns.ts.

import type { Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import type { Offer, OfferEvent } from '../domain/offer.ts';
import { authoriseKey, captureKey, isRefundUnderWay } from '../domain/payment.ts';
import type { DeclineReason } from '../domain/payment.ts';
import { needsPayment } from '../domain/question.ts';
import type { Question } from '../domain/question.ts';
import { isAccepted } from '../domain/repeated.ts';
import { changeOffer, changeQuestion } from './commit.ts';
import { giveBack } from './returns.ts';
import { aboutOf, billOf, isOffer, orTheirs, orUnknown, writeDown } from './provider-answer.ts';
import type { Payable } from './provider-answer.ts';

/**
 * Tries the value on a payment method.
 * @throws Refusal as `holdValue`
 */
export async function authoriseValue(ctx: Ctx, questionId: string, method: string): Promise<Question> {
  const tried = await changeQuestion(ctx, questionId, { type: 'authorise', method });
  return tried.payment.state === 'authorising' ? holdValue(ctx, tried) : tried; // paid meanwhile
}

/**
 * Asks (again) for the hold that the question says is under way, and takes what was earned before.
 * @throws Refusal `payment.failed` (details: reason, questionId) when it is declined, `unavailable` when the provider
 *   does not answer in time: the same call again asks for the same hold
 */
export async function holdValue(ctx: Ctx, question: Question): Promise<Question> {
  const authorisation = await hold(ctx, question);
  const held = { type: 'authorised', authorisation } as const;
  return captureValue(ctx, await orTheirs(ctx, question, (about) => changeQuestion(ctx, question.id, held, about)));
}

/**
 * Asks for the hold that the offer says is under way; `held`: the step that it leads to.
 * @throws Refusal `payment.failed`, `unavailable` (details: offerId), or as the step; then nothing stays held
 */
export async function holdPrice(ctx: Ctx, offer: Offer, held: (authorisation: string) => OfferEvent): Promise<Offer> {
  const authorisation = await hold(ctx, offer);
  try {
    return await changeOffer(ctx, offer.id, held(authorisation), aboutOf(offer));
  } catch (error) {
    // it may have gone (closed, expired) while the provider was asked
    if (error instanceof Refusal)
      await ctx.payments.void(`void-${authoriseKey(offer.id, offer.payment)}`, authorisation);
    throw error;
  }
}

/** Takes what a rating has earned; otherwise does nothing. A capture that fails is the customer's to mend (2.1). */
export async function captureValue(ctx: Ctx, question: Question): Promise<Question> {
  return (await capture(ctx, question)).record;
}

/** 6.5, 8.2: takes the price, if that is what comes next. @throws Refusal `payment.failed` (details: reason) */
export async function capturePrice(ctx: Ctx, offer: Offer): Promise<Offer> {
  const { record, refused } = await capture(ctx, offer);
  if (refused !== null) throw new Refusal('payment.failed', { reason: refused });
  return record;
}

/**
 * 2.1, 6.5: another card for whatever waits for one: a draft, a value whose capture failed, a failed request.
 * @throws Refusal `payment.failed`: then the card is not kept
 */
export async function updatePayment(ctx: Ctx, question: Question, method: string): Promise<Question> {
  if (needsPayment(question)) await authoriseValue(ctx, question.id, method);
  for (const offer of await ctx.stores.offers.ofQuestion(question.id)) {
    if (offer.state === 'payment_failed') await reopen(ctx, offer, method);
  }
  return changeQuestion(ctx, question.id, { type: 'change_method', method });
}

/** 6.5: back into the Request Center, for all experts of the category. */
async function reopen(ctx: Ctx, offer: Offer, method: string): Promise<void> {
  const tried = await changeOffer(ctx, offer.id, { type: 'authorise', method });
  if (isAccepted(tried)) return; // reopened meanwhile
  await holdPrice(ctx, tried, (authorisation) => ({ type: 'reopen', authorisation }));
}

/**
 * The provider has not answered, and is asked again. It may take long, so nobody waits for it: the record has a new deadline
 * already, and whoever takes that one asks next.
 */
export function askAgain(ctx: Ctx, record: Payable): void {
  asking(ctx, record).catch((error: unknown) => {
    if (error instanceof Refusal) ctx.log.debug({ code: error.code }, 'a payment was settled by somebody else');
    else ctx.log.warn({ err: error }, 'a payment is asked about again later');
  });
}

async function asking(ctx: Ctx, record: Payable): Promise<unknown> {
  if (isRefundUnderWay(record.payment)) return giveBack(ctx, record);
  if (record.payment.state === 'capturing') return capture(ctx, record);
  return isOffer(record) ? abandon(ctx, record) : holdValue(ctx, record); // `unattended` of its bill
}

/** The customer's call ended without an answer for them: nothing stays held on their card. */
async function abandon(ctx: Ctx, offer: Offer): Promise<void> {
  const key = authoriseKey(offer.id, offer.payment);
  const answer = await ctx.payments.find(key);
  const authorisation = answer?.ok ? answer.authorisation : null;
  if (offer.payment.state !== 'released') {
    await changeOffer(ctx, offer.id, { type: 'abandon', authorisation }, aboutOf(offer));
  } else if (authorisation !== null) await ctx.payments.void(`void-${key}`, authorisation);
}

/** Answers the provider's reference of it. @throws Refusal `payment.failed`, `unavailable` */
async function hold(ctx: Ctx, record: Payable): Promise<string> {
  const { id, payment } = record;
  const about = isOffer(record) ? { offerId: id } : { questionId: id };
  const { money } = billOf(record).subject;
  const answer = await orUnknown(ctx, ctx.payments.authorise(authoriseKey(id, payment), payment.method, money));
  if (answer === null) throw new Refusal('unavailable', about);
  if (answer.ok) return answer.authorisation;
  await writeDown(ctx, record, { type: 'authorisation_failed', reason: answer.reason });
  throw new Refusal('payment.failed', { reason: answer.reason, ...about });
}

/** Repeatable: the key is the record's, the provider takes the money once, one writer notes the answer. */
async function capture<R extends Payable>(
  ctx: Ctx,
  record: R,
): Promise<{ readonly record: R; readonly refused: DeclineReason | null }> {
  const { id, payment } = record;
  if (payment.state !== 'capturing' || payment.authorisation === null) return { record, refused: null };
  const answer = await orUnknown(ctx, ctx.payments.capture(captureKey(id, payment), payment.authorisation));
  if (answer === null) return { record, refused: null };
  if (answer.ok) return { record: await writeDown(ctx, record, { type: 'captured' }), refused: null };
  const { reason } = answer;
  return { record: await writeDown(ctx, record, { type: 'capture_failed', reason }), refused: reason };
}
