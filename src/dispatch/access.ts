// Records as somebody may find them; who may is domain/access.ts.

import type { Ctx } from '../context.ts';
import { may, mayByOffer, mayByPart } from '../domain/access.ts';
import type { Permission } from '../domain/access.ts';
import { Refusal } from '../domain/errors.ts';
import { leftAt } from '../domain/leaving.ts';
import type { Offer } from '../domain/offer.ts';
import type { Actor } from '../domain/people.ts';
import type { Question, Standing } from '../domain/question.ts';

/** @throws Refusal `not_found` unless this person may do it, by the question alone or by a part that they have in it */
export async function questionFor(
  ctx: Ctx,
  actor: Actor,
  questionId: string,
  permission: 'find' | 'get' | 'dispute' = 'find',
): Promise<Question> {
  const saved = await ctx.stores.questions.read(questionId);
  if (saved === null) throw new Refusal('not_found');
  const { record } = saved;
  if (may(actor, permission, record, ctx.now())) return record;
  const byPart = permission !== 'find' && actor.role === 'expert'; // nobody else has a part by an offer alone
  if (!byPart) throw new Refusal('not_found');
  const offers = await ctx.stores.offers.ofQuestion(questionId);
  if (!mayByPart(actor, permission, record, offers, ctx.now())) throw new Refusal('not_found');
  return record;
}

/** What a message needs of the question. @throws Refusal `not_found` for whoever may not find it */
export async function standingFor(ctx: Ctx, actor: Actor, questionId: string): Promise<Standing> {
  const found = await ctx.stores.questions.findStanding(questionId);
  if (found === null || !may(actor, 'find', found, ctx.now())) throw new Refusal('not_found');
  return found;
}

/** The same for who is in the conversation. @throws Refusal `not_found`, or as `assertFollows` */
export async function standingToFollow(ctx: Ctx, actor: Actor, questionId: string): Promise<Standing> {
  const found = await standingFor(ctx, actor, questionId);
  assertFollows(ctx, actor, found);
  return found;
}

/** @throws Refusal `auth.forbidden` for experts who may find the question but are not in the conversation */
export function assertFollows(ctx: Ctx, actor: Actor, found: Standing): void {
  if (!may(actor, 'follow', found, ctx.now())) throw new Refusal('auth.forbidden');
}

/**
 * Before when what was written there may be read; null: all of it.
 * @throws Refusal `not_found` for whoever may read nothing of it
 */
export async function readableUntil(ctx: Ctx, actor: Actor, questionId: string): Promise<Date | null> {
  const found = await ctx.stores.questions.findStanding(questionId);
  if (found !== null && may(actor, 'read', found, ctx.now())) return null;
  if (actor.role !== 'expert') throw new Refusal('not_found');
  const saved = await ctx.stores.questions.read(questionId);
  if (saved === null || saved.record.state === 'draft') throw new Refusal('not_found');
  const offers = await ctx.stores.offers.ofQuestion(questionId);
  if (mayByPart(actor, 'read', saved.record, offers, ctx.now())) return null;
  const until = leftAt(actor.id, saved.record, offers, ctx.now());
  if (until === null) throw new Refusal('not_found');
  return until;
}

/** @throws Refusal `not_found` unless this person may do it */
export async function offerFor(ctx: Ctx, actor: Actor, offerId: string, permission: Permission): Promise<Offer> {
  const saved = await ctx.stores.offers.read(offerId);
  if (saved === null || !mayByOffer(actor, permission, saved.record, ctx.now())) throw new Refusal('not_found');
  return saved.record;
}
