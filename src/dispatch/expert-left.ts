// What an expert held when an admin took a category or the whole account from them: it goes back to the others at once,
// not only when its time has run out. What was accepted stays theirs: it is paid, and expert support can settle it.

import type { Ctx } from '../context.ts';
import { SYSTEM } from '../domain/message.ts';
import type { User } from '../models/user.ts';
import { change, unlessMoved } from './change.ts';
import { OFFER, QUESTION } from './machines.ts';

/**
 * 2.2, 6.2: questions that are claimed are released, requests that wait for this expert open to all. Of an account that was
 * switched off also answers that nobody has rated, and offers that nobody has accepted. Repeatable.
 */
export async function letGo(ctx: Ctx, user: User): Promise<void> {
  const keeps = user.active ? user.categories : [];
  for (const { id } of await ctx.stores.questions.heldBy(user.id, keeps, !user.active)) {
    await unlessMoved(change(ctx, QUESTION, id, { type: 'release', expertId: user.id, author: SYSTEM }));
  }
  for (const { id } of await ctx.stores.offers.reservedFor(user.id, keeps)) {
    await unlessMoved(change(ctx, OFFER, id, { type: 'pass', expertId: user.id, author: SYSTEM }));
  }
  if (user.active) return;
  for (const { id } of await ctx.stores.offers.openOf(user.id)) {
    await unlessMoved(change(ctx, OFFER, id, { type: 'withdraw', author: SYSTEM }));
  }
}
