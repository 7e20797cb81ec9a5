// The payment provider speaks up by itself (webhooks, later). What it says is never believed: the key tells which record
// to look at, and that one asks the provider.

import type { Ctx } from '../context.ts';
import { askAboutOffer, askAboutQuestion } from './ask-provider.ts';

/** Repeatable, in any order, for keys that are long settled: then it does nothing. */
export async function providerNoticed(ctx: Ctx, key: string): Promise<void> {
  const id = /^cap-(.+)-\d+$/.exec(key)?.[1];
  if (id === undefined) return; // authorisations are asked for by whoever needs them
  const offer = await ctx.stores.offers.read(id);
  if (offer?.record.state === 'capturing') askAboutOffer(ctx, offer.record);
  const question = await ctx.stores.questions.read(id);
  if (question?.record.payment.state === 'capturing') askAboutQuestion(ctx, question.record);
}
