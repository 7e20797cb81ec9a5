// Rule 6.1: experts who are away, by their own press or because nobody answers for them. What is stored decides; whoever
// sees their light, and their own pages, are told.

import type { Ctx } from '../context.ts';
import { AVAILABLE, awayAt } from '../domain/availability.ts';
import type { Availability, AvailabilityState, Missed } from '../domain/availability.ts';
import type { EffectOf, NoticeCode, Params } from '../domain/effects.ts';
import { Refusal } from '../domain/errors.ts';
import { notify } from './notify.ts';

/** Their own word. @throws Refusal `not_found` */
export async function setState(
  ctx: Ctx,
  userId: string,
  state: AvailabilityState,
  until: Date | null,
): Promise<Availability> {
  const now = ctx.now();
  const away = state === 'available' ? null : ({ because: 'chosen', since: now, until } as const);
  const availability = await ctx.stores.users.setAway(userId, away, now);
  if (availability === null) throw new Refusal('not_found');
  ctx.publish({ type: 'availability.changed', userId, availability, now });
  return availability;
}

/** A page of theirs is seen, or none is any more. */
export async function noteSeen(ctx: Ctx, userId: string, isSeen: boolean): Promise<Availability> {
  const { users } = ctx.stores;
  await users.noteHidden(userId, isSeen ? null : ctx.now());
  return (await users.availabilityOf([userId])).get(userId) ?? AVAILABLE;
}

/** Which of them are away now. */
export async function awayAmong(ctx: Ctx, userIds: readonly string[]): Promise<string[]> {
  const found = await ctx.stores.users.availabilityOf(userIds);
  return [...found].flatMap(([id, availability]) => (awayAt(availability, ctx.now()) === null ? [] : [id]));
}

/** They have taken or passed on a request, or claimed a question. A hint, as presence is: it never fails what they did. */
export async function noteAnswer(ctx: Ctx, userId: string): Promise<void> {
  try {
    await ctx.stores.users.noteAnswer(userId, ctx.now());
  } catch (error) {
    ctx.log.warn({ err: error, userId }, 'that they answered is not noted');
  }
}

/** Requests that were kept for somebody and lapsed: after some in a row they are away. */
export async function countMissed(ctx: Ctx, effects: readonly EffectOf<'reservation_missed'>[]): Promise<void> {
  const most = ctx.policy.awayAfterMissed;
  if (most === 0) return;
  const by = new Map<string, Missed[]>();
  for (const { expertId, offerId, at } of effects) by.set(expertId, [...(by.get(expertId) ?? []), { offerId, at }]);
  const missed = [...by].map(([userId, some]) => ({ userId, missed: some }));
  const gone = await ctx.stores.users.noteMissed(missed, most, ctx.now());
  for (const [userId, availability] of gone) {
    await tellAway(ctx, userId, availability, 'presence.away_missed', { count: availability.missed?.length ?? most });
  }
}

const MOST_HIDDEN = 500; // experts in one sweep; the next one finds the others

/** Whoever has looked at none of their pages for a while is away; who is not connected, or looks again, is not meant. */
export async function hideUnseen(ctx: Ctx): Promise<void> {
  const { awayAfterHiddenMs } = ctx.policy;
  if (awayAfterHiddenMs === 0) return;
  const { users } = ctx.stores;
  const now = ctx.now();
  const before = new Date(now.getTime() - awayAfterHiddenMs);
  const found = await users.findHidden(before, now, MOST_HIDDEN);
  if (found.length === 0) return;
  const unseen = await ctx.unseen(found);
  if (unseen === null) return; // the next sweep asks again
  for (const userId of found) {
    if (!unseen.has(userId)) {
      await users.noteHidden(userId, null);
      continue;
    }
    const availability = await users.hide(userId, before, now);
    const minutes = Math.max(1, Math.round(awayAfterHiddenMs / 60_000));
    if (availability !== null) await tellAway(ctx, userId, availability, 'presence.away_hidden', { minutes });
  }
}

/** Why, and how to undo it: in their own language. */
async function tellAway(ctx: Ctx, userId: string, availability: Availability, code: NoticeCode, params: Params) {
  const now = ctx.now();
  if (awayAt(availability, now) === null) return;
  ctx.publish({ type: 'availability.changed', userId, availability, now });
  await notify(ctx, [{ to: userId, code, params }]);
}
