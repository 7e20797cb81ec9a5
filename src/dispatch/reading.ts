// How far somebody may read a conversation; the rule is domain/reading.ts.

import type { Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import type { Offer } from '../domain/offer.ts';
import type { Actor } from '../domain/people.ts';
import type { Question } from '../domain/question.ts';
import { isDelivering, isSide, leftAt } from '../domain/reading.ts';
import { mayKnow } from './accept.ts';

/**
 * Before when what was written there may be read; null: all of it.
 * @throws Refusal `not_found` for whoever may read nothing of it
 */
export async function readableUntil(ctx: Ctx, actor: Actor, questionId: string): Promise<Date | null> {
  const found = await ctx.stores.questions.findStandingFor(actor, questionId);
  if (found !== null && isSide(actor, found, ctx.now())) return null;
  if (actor.role !== 'expert') throw new Refusal('not_found');
  const { question, offers } = await partOf(ctx, questionId);
  if (offers.some((offer) => mayReview(ctx, actor, offer))) return null;
  const until = leftAt(actor.id, question, offers, ctx.now());
  if (until === null) throw new Refusal('not_found');
  return until;
}

/**
 * The question for an expert who may not find it by their category: who delivers a service in it, and for a dispute (10.1)
 * who has had a part in it.
 * @throws Refusal `not_found`
 */
export async function findByPart(
  ctx: Ctx,
  actor: Actor,
  questionId: string,
  need: 'delivering' | 'part',
): Promise<Question> {
  if (actor.role !== 'expert') throw new Refusal('not_found');
  const { question, offers } = await partOf(ctx, questionId);
  if (offers.some((offer) => isDelivering(actor.id, offer))) return question;
  const left = need === 'part' ? leftAt(actor.id, question, offers, ctx.now()) : null;
  if (left === null) throw new Refusal('not_found');
  return question;
}

/** 6.3, 6.7 */
function mayReview(ctx: Ctx, actor: Actor, offer: Offer): boolean {
  return isDelivering(actor.id, offer) || (offer.state === 'open' && mayKnow(actor, offer, ctx.now()));
}

async function partOf(ctx: Ctx, questionId: string): Promise<{ question: Question; offers: Offer[] }> {
  const saved = await ctx.stores.questions.read(questionId);
  if (saved === null || saved.record.state === 'draft') throw new Refusal('not_found');
  return { question: saved.record, offers: await ctx.stores.offers.ofQuestion(questionId) };
}
