// A card that its owner's browser saves at the provider, to be charged later. Nothing of ours is decided by it.

import type { CardSetup, Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';

/** Null: this provider needs nothing for it. @throws Refusal `unavailable` when it does not answer */
export async function setUp(ctx: Ctx, person: string): Promise<CardSetup | null> {
  try {
    return await ctx.payments.setup(person);
  } catch (error) {
    ctx.log.warn({ err: error }, 'the payment provider lets no card be saved');
    throw new Refusal('unavailable');
  }
}
