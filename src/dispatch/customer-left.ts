// What waits for a customer whose account an admin has switched off: nobody is there to hear that a card is charged, and nobody
// to deliver to. What was accepted is paid and goes on, and support can settle it; offers cannot be accepted any more; questions
// stay as they are, because closing them is for good, and the account may come back.

import type { Ctx } from '../context.ts';
import { SYSTEM } from '../domain/message.ts';
import type { User } from '../models/user.ts';
import { change, unlessMoved } from './change.ts';
import { OFFER } from './machines.ts';

/** 6.8: requests that no expert has accepted yet are taken back, and what is held for them is let go. Repeatable. */
export async function takeBack(ctx: Ctx, { id: customerId }: Pick<User, 'id'>): Promise<void> {
  const asked = await ctx.stores.questions.idsOf(customerId);
  for (const { id } of await ctx.stores.offers.waitingIn(asked)) {
    await unlessMoved(change(ctx, OFFER, id, { type: 'withdraw', author: SYSTEM }));
  }
}
