// Rules 6.4 and 6.5: one winner, however many press at once; then the capture.

import type { Ctx } from '../context.ts';
import { mayByOffer } from '../domain/access.ts';
import { Refusal } from '../domain/errors.ts';
import { isTaken } from '../domain/offer.ts';
import type { Offer } from '../domain/offer.ts';
import type { Actor } from '../domain/people.ts';
import type { Stores } from '../models/stores.ts';
import { noteAnswer } from './availability.ts';
import { change } from './change.ts';
import { OFFER } from './machines.ts';
import { capturePrice } from './payment.ts';

/** Decisions under way at this node: who comes meanwhile waits for the record's word instead of asking it too. */
const deciding = new WeakMap<Stores, Map<string, Promise<Decision | null>>>();

interface Decision {
  readonly won: boolean;
  readonly offer: Offer;
}

/**
 * The expert presses Accept. Answers the accepted request, or the request still `capturing` when the payment provider
 * takes too long: the sweep finishes it. Whoever has won it already is answered with it as it is.
 * @throws Refusal `conflict.already_accepted`, `conflict.expired`, `conflict.not_open`, `not_found`, `payment.failed`
 */
export async function accept(ctx: Ctx, expert: Actor, offerId: string): Promise<Offer> {
  for (;;) {
    const underWay = deciding.get(ctx.stores)?.get(offerId);
    const decision = await (underWay ?? decide(ctx, expert, offerId));
    if (underWay === undefined && decision?.won) {
      void noteAnswer(ctx, expert.id); // beside the capture, which takes longer
      return capturePrice(ctx, decision.offer);
    }
    if (decision === null || !isTaken(decision.offer)) continue;
    if (decision.offer.acceptedBy?.id === expert.id) return decision.offer;
    throw lost(expert, decision.offer, ctx.now());
  }
}

async function decide(ctx: Ctx, expert: Actor, offerId: string): Promise<Decision> {
  const decision = win(ctx, expert, offerId);
  const here = deciding.get(ctx.stores) ?? new Map<string, Promise<Decision | null>>();
  deciding.set(ctx.stores, here);
  here.set(
    offerId,
    decision.catch(() => null), // it did not work out for them: the next one asks the record
  );
  try {
    return await decision;
  } finally {
    here.delete(offerId);
  }
}

async function win(ctx: Ctx, expert: Actor, offerId: string): Promise<Decision> {
  const found = await ctx.stores.offers.read(offerId);
  if (found === null || !mayByOffer(expert, 'win', found.record, ctx.now())) throw new Refusal('not_found');
  if (isTaken(found.record)) return { won: false, offer: found.record };
  const person = { id: expert.id, name: expert.name };
  const offer = await change(ctx, OFFER, offerId, { type: 'win', expert: person }, { found });
  return { won: offer.state === 'capturing', offer }; // otherwise they have won it meanwhile, at another gateway
}

function lost(expert: Actor, offer: Offer, now: Date): Refusal {
  if (!mayByOffer(expert, 'win', offer, now)) return new Refusal('not_found');
  return new Refusal('conflict.already_accepted', { state: offer.state });
}
