// Money at the provider, for a question's value and an offer's price alike (2.1, 5.3, 6.5, 8.2): held, taken, and asked about
// again when nobody answered. The attempt is on disk before the provider is asked, and whoever asks again, after any crash,
// asks with the same key (I3). What was taken is given back in returns.ts.

import type { Ctx, PaymentAnswer } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import type { Offer, OfferEvent } from '../domain/offer.ts';
import { authoriseKey } from '../domain/payment.ts';
import type { Card, DeclineReason } from '../domain/payment.ts';
import { needsPayment } from '../domain/question.ts';
import type { Question } from '../domain/question.ts';
import { isAccepted } from '../domain/repeated.ts';
import { askToHold, askToTake, isOffer, isSameTryAs } from './ask-provider.ts';
import type { Payable } from './ask-provider.ts';
import { change, orTheirs } from './change.ts';
import { OFFER, QUESTION } from './machines.ts';
import { writeDown } from './write-down.ts';

/**
 * Tries the value on a payment method.
 * @throws Refusal as `holdValue`
 */
export async function authoriseValue(ctx: Ctx, questionId: string, method: string): Promise<Question> {
  const tried = await change(ctx, QUESTION, questionId, { type: 'authorise', method });
  return tried.payment.state === 'authorising' ? holdValue(ctx, tried) : tried; // paid meanwhile
}

/**
 * Asks (again) for the hold that the question says is under way, and takes what was earned before.
 * @throws Refusal `payment.failed` (details: reason, questionId) when it is declined, `unavailable` when the provider
 *   does not answer in time: the same call again asks for the same hold
 */
export async function holdValue(ctx: Ctx, question: Question): Promise<Question> {
  const { authorisation, card = null } = await hold(ctx, question);
  const held = { type: 'authorised', authorisation, card } as const;
  const about = { isAbout: isSameTryAs(question) };
  const changing = change(ctx, QUESTION, question.id, held, about);
  return captureValue(ctx, await orTheirs(ctx, QUESTION, question.id, changing));
}

/**
 * Asks for the hold that the offer says is under way; `held`: the step that it leads to.
 * @throws Refusal `payment.failed`, `unavailable` (details: offerId), or as the step; then nothing stays held
 */
export async function holdPrice(
  ctx: Ctx,
  offer: Offer,
  held: (authorisation: string, card: Card | null) => OfferEvent,
): Promise<Offer> {
  const { authorisation, card = null } = await hold(ctx, offer);
  try {
    return await change(ctx, OFFER, offer.id, held(authorisation, card), { isAbout: isSameTryAs(offer) });
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
export async function updatePayment(ctx: Ctx, asked: Question, method: string): Promise<Question> {
  const question = asked.payment.state === 'authorising' ? await finishHold(ctx, asked, method) : asked;
  let card = method === question.paymentMethod ? question.card : null;
  if (needsPayment(question)) ({ card } = await authoriseValue(ctx, question.id, method));
  for (const offer of await ctx.stores.offers.ofQuestion(question.id)) {
    if (offer.state === 'payment_failed') card = (await reopen(ctx, offer, method)) ?? card;
  }
  return change(ctx, QUESTION, question.id, { type: 'change_method', method, card: card ?? null });
}

/** What became of the card that was tried before, which the provider had not answered: only then is it known what another one is for. */
async function finishHold(ctx: Ctx, question: Question, method: string): Promise<Question> {
  try {
    return await holdValue(ctx, question);
  } catch (error) {
    const isDeclined = error instanceof Refusal && error.code === 'payment.failed';
    if (!isDeclined || method === question.payment.method) throw error;
    return (await ctx.stores.questions.read(question.id))?.record ?? question;
  }
}

/** 6.5: back into the Request Center, for all experts of the category. Answers the card, if the provider has said it. */
async function reopen(ctx: Ctx, offer: Offer, method: string): Promise<Card | null> {
  const tried = await change(ctx, OFFER, offer.id, { type: 'authorise', method });
  if (isAccepted(tried)) return null; // reopened meanwhile
  let known: Card | null = null;
  await holdPrice(ctx, tried, (authorisation, card) => {
    known = card;
    return { type: 'reopen', authorisation };
  });
  return known;
}

/** Answers the provider's reference of it. @throws Refusal `payment.failed`, `unavailable` */
async function hold(ctx: Ctx, record: Payable): Promise<Extract<PaymentAnswer, { ok: true }>> {
  const about = isOffer(record) ? { offerId: record.id } : { questionId: record.id };
  const answer = await askToHold(ctx, record);
  if (answer === null) throw new Refusal('unavailable', about);
  if (answer.ok) return answer;
  await writeDown(ctx, record, { type: 'authorisation_failed', reason: answer.reason });
  throw new Refusal('payment.failed', { reason: answer.reason, ...about });
}

/** Repeatable: the key is the record's, the provider takes the money once, one writer notes the answer. */
async function capture<R extends Payable>(
  ctx: Ctx,
  record: R,
): Promise<{ readonly record: R; readonly refused: DeclineReason | null }> {
  const answer = await askToTake(ctx, record);
  if (answer === null) return { record, refused: null };
  const { event } = answer;
  return { record: await writeDown(ctx, record, event), refused: event.type === 'captured' ? null : event.reason };
}
