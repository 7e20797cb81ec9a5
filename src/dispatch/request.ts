// Rules 5.3, 6.1 and 6.8: how a request comes into being, who is asked first, and how its customer takes it back. Who wins it
// is decided in accept.ts.

import type { Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import type { Offer } from '../domain/offer.ts';
import { holderOf } from '../domain/question.ts';
import type { Question } from '../domain/question.ts';
import { isAccepted } from '../domain/repeated.ts';
import { change } from './change.ts';
import { OFFER } from './machines.ts';
import { giveBack } from './returns.ts';
import { holdPrice } from './payment.ts';

/**
 * 5.3: the customer accepts an automatic offer: the price is authorised and the request starts. After "could not
 * connect" (7.1) the same wish starts it again, paid as it is, also when the question was closed since. One that waits for
 * another card (6.5) is answered as it is.
 * @throws Refusal `payment.failed`, `conflict.not_offered`, `conflict.closed`, `unavailable`
 */
export async function request(ctx: Ctx, question: Question, offer: Offer): Promise<Offer> {
  if (offer.state === 'unfulfilled') return change(ctx, OFFER, offer.id, { type: 'request_again' });
  if (offer.state === 'payment_failed' || isAccepted(offer)) return offer;
  if (question.state === 'closed') throw new Refusal('conflict.closed', { state: 'closed' });
  const tried = await change(ctx, OFFER, offer.id, { type: 'authorise', method: question.paymentMethod });
  if (isAccepted(tried)) return tried;
  const qualified = await isQualified(ctx, question);
  return holdPrice(ctx, tried, (authorisation) => ({
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

/** 6.8; after "could not connect" (7.1) it is the refund. @throws Refusal `conflict.already_accepted`, `.not_open`, `.expired` */
export async function withdraw(ctx: Ctx, offerId: string): Promise<Offer> {
  return giveBack(ctx, await change(ctx, OFFER, offerId, { type: 'withdraw' }));
}
