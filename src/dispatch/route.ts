// Rules 5.3, 6.1, 6.2 and 6.8: how a request comes into being, who is asked, and how it goes away unanswered.

import type { Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import type { Author } from '../domain/message.ts';
import type { Offer, OfferEvent } from '../domain/offer.ts';
import { authoriseKey } from '../domain/payment.ts';
import { holderOf, needsPayment } from '../domain/question.ts';
import type { Question } from '../domain/question.ts';
import { isAccepted } from '../domain/repeated.ts';
import { changeOffer, changeQuestion, unlessMoved } from './commit.ts';
import { giveBack } from './give-back.ts';
import { answered, authoriseValue } from './value.ts';

/**
 * 5.3: the customer accepts an automatic offer: the price is authorised and the request starts. After "could not
 * connect" (7.1) the same wish starts it again, paid as it is, also when the question was closed since. One that waits for
 * another card (6.5) is answered as it is.
 * @throws Refusal `payment.failed`, `conflict.not_offered`, `conflict.closed`, `unavailable`
 */
export async function request(ctx: Ctx, question: Question, offer: Offer): Promise<Offer> {
  if (offer.state === 'unfulfilled') return changeOffer(ctx, offer.id, { type: 'request_again' });
  if (offer.state === 'payment_failed' || isAccepted(offer)) return offer;
  if (question.state === 'closed') throw new Refusal('conflict.closed', { state: 'closed' });
  const tried = await changeOffer(ctx, offer.id, { type: 'authorise', method: question.paymentMethod });
  if (isAccepted(tried)) return tried;
  const qualified = await isQualified(ctx, question);
  return finish(ctx, tried, (authorisation) => ({
    type: 'request',
    authorisation,
    expertId: (qualified && holderOf(question, ctx.now())?.id) || null,
  }));
}

/** 1.1: an expert whose account is off, or who has lost the category, is not waited for. */
async function isQualified(ctx: Ctx, { expert, categoryId }: Question): Promise<boolean> {
  const user = expert && (await ctx.stores.users.read(expert.id));
  return user?.active === true && user.categories.includes(categoryId);
}

/** 5.3: the X. @throws Refusal `conflict.not_offered` */
export function decline(ctx: Ctx, offerId: string): Promise<Offer> {
  return changeOffer(ctx, offerId, { type: 'decline' });
}

/** 6.2: No Thanks. `author`: the expert, or who says it for them. @throws Refusal `not_found` for anyone else, `conflict.not_reserved` */
export function pass(ctx: Ctx, offerId: string, expertId: string, author: Author): Promise<Offer> {
  return changeOffer(ctx, offerId, { type: 'pass', expertId, author });
}

/** 6.8; after "could not connect" (7.1) it is the refund. @throws Refusal `conflict.already_accepted`, `.not_open`, `.expired` */
export async function withdraw(ctx: Ctx, offerId: string): Promise<Offer> {
  return giveBack(ctx, await changeOffer(ctx, offerId, { type: 'withdraw' }));
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
async function reopen(ctx: Ctx, offer: Offer, method: string): Promise<Offer> {
  const tried = await changeOffer(ctx, offer.id, { type: 'authorise', method });
  if (isAccepted(tried)) return tried; // reopened meanwhile
  return finish(ctx, tried, (authorisation) => ({ type: 'reopen', authorisation }));
}

/**
 * Asks for the authorisation that the record says is under way, and takes the step that follows from it.
 * @throws Refusal `payment.failed`, `unavailable`, or as the step; then nothing stays held
 */
export async function finish(ctx: Ctx, offer: Offer, succeeded: (authorisation: string) => OfferEvent): Promise<Offer> {
  const { id, payment, price } = offer;
  const answer = await answered(ctx, ctx.payments.authorise(authoriseKey(id, payment), payment.method, price));
  if (answer === null) throw new Refusal('unavailable', { offerId: id });
  if (answer.ok) return accepted(ctx, offer, answer.authorisation, succeeded(answer.authorisation));
  const { attempt } = payment;
  await unlessMoved(changeOffer(ctx, id, { type: 'authorisation_failed', reason: answer.reason }, { attempt }));
  throw new Refusal('payment.failed', { reason: answer.reason, offerId: id });
}

/** The offer may have gone (closed, expired) while the provider was asked: then nothing stays held. */
async function accepted(ctx: Ctx, offer: Offer, authorisation: string, event: OfferEvent): Promise<Offer> {
  try {
    return await changeOffer(ctx, offer.id, event, { attempt: offer.payment.attempt });
  } catch (error) {
    if (error instanceof Refusal)
      await ctx.payments.void(`void-${authoriseKey(offer.id, offer.payment)}`, authorisation);
    throw error;
  }
}
