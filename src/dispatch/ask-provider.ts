// Payments that nobody answered (I3): the provider is asked again with the same key. These calls may take long, so
// nobody waits for them: the record has a new deadline already, and whoever takes that one asks next.

import type { Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import type { Offer } from '../domain/offer.ts';
import { authoriseKey, isRefundUnderWay } from '../domain/payment.ts';
import type { Question } from '../domain/question.ts';
import { capture } from './accept.ts';
import { changeOffer } from './commit.ts';
import { giveBack } from './give-back.ts';
import { captureValue, finishAuthorisation } from './value.ts';

export function askAboutOffer(ctx: Ctx, offer: Offer): void {
  if (isRefundUnderWay(offer.payment)) unattended(ctx, giveBack(ctx, offer));
  else unattended(ctx, offer.payment.state === 'capturing' ? capture(ctx, offer) : abandonAuthorisation(ctx, offer));
}

export function askAboutQuestion(ctx: Ctx, question: Question): void {
  if (isRefundUnderWay(question.payment)) {
    unattended(ctx, giveBack(ctx, question));
    return;
  }
  const asking = question.payment.state === 'authorising' ? finishAuthorisation : captureValue;
  unattended(ctx, asking(ctx, question));
}

/** The customer's call ended without an answer for them: nothing stays held on their card. */
async function abandonAuthorisation(ctx: Ctx, offer: Offer): Promise<void> {
  const key = authoriseKey(offer.id, offer.payment);
  const answer = await ctx.payments.find(key);
  const authorisation = answer?.ok ? answer.authorisation : null;
  if (offer.payment.state === 'released') {
    if (authorisation !== null) await ctx.payments.void(`void-${key}`, authorisation);
    return;
  }
  await changeOffer(ctx, offer.id, { type: 'abandon', authorisation }, { attempt: offer.payment.attempt });
}

function unattended(ctx: Ctx, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    if (error instanceof Refusal) ctx.log.debug({ code: error.code }, 'a payment was settled by somebody else');
    else ctx.log.warn({ err: error }, 'a payment is asked about again later');
  });
}
