// Rules 6.4 and 6.5: one winner, however many press at once; then the capture.

import type { Ctx } from '../context.ts';
import { mayByOffer } from '../domain/access.ts';
import { Refusal } from '../domain/errors.ts';
import { isTaken } from '../domain/offer.ts';
import type { Offer, OfferEvent } from '../domain/offer.ts';
import { captureKey } from '../domain/payment.ts';
import type { Actor } from '../domain/people.ts';
import { changeOffer } from './commit.ts';
import { answered } from './value.ts';

/** Decisions under way in this process: who comes meanwhile waits for the record's word instead of asking it too. */
const deciding = new Map<string, Promise<Decision | null>>();

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
    const underWay = deciding.get(offerId);
    const decision = await (underWay ?? decide(ctx, expert, offerId));
    if (underWay === undefined && decision?.won) return capture(ctx, decision.offer);
    if (decision === null || !isTaken(decision.offer)) continue;
    if (decision.offer.acceptedBy?.id === expert.id) return decision.offer;
    throw lost(expert, decision.offer, ctx.now());
  }
}

/** 6.5. Repeatable: the key is the record's, the provider takes the money once, one writer notes the answer. */
export async function capture(ctx: Ctx, offer: Offer): Promise<Offer> {
  const { id, payment } = offer;
  if (payment.state !== 'capturing' || payment.authorisation === null) return offer;
  const answer = await answered(ctx, ctx.payments.capture(captureKey(id, payment), payment.authorisation));
  if (answer === null) return offer;
  if (answer.ok) return noted(ctx, offer, { type: 'captured' });
  await noted(ctx, offer, { type: 'capture_failed', reason: answer.reason });
  throw new Refusal('payment.failed', { reason: answer.reason });
}

async function decide(ctx: Ctx, expert: Actor, offerId: string): Promise<Decision> {
  const decision = win(ctx, expert, offerId);
  deciding.set(
    offerId,
    decision.catch(() => null), // it did not work out for them: the next one asks the record
  );
  try {
    return await decision;
  } finally {
    deciding.delete(offerId);
  }
}

async function win(ctx: Ctx, expert: Actor, offerId: string): Promise<Decision> {
  const found = await ctx.stores.offers.read(offerId);
  if (found === null || !mayByOffer(expert, 'win', found.record, ctx.now())) throw new Refusal('not_found');
  if (isTaken(found.record)) return { won: false, offer: found.record };
  const person = { id: expert.id, name: expert.name };
  const offer = await changeOffer(ctx, offerId, { type: 'win', expert: person }, { found });
  return { won: offer.state === 'capturing', offer }; // otherwise they have won it meanwhile, at another gateway
}

function lost(expert: Actor, offer: Offer, now: Date): Refusal {
  if (!mayByOffer(expert, 'win', offer, now)) return new Refusal('not_found');
  return new Refusal('conflict.already_accepted', { state: offer.state });
}

/** Somebody else may have got the same answer for the same key and written it down first: then theirs stands. */
async function noted(ctx: Ctx, { id, payment }: Offer, event: OfferEvent): Promise<Offer> {
  try {
    return await changeOffer(ctx, id, event, { attempt: payment.attempt });
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'conflict.stale') throw error;
    const saved = await ctx.stores.offers.read(id);
    if (saved === null) throw new Refusal('not_found');
    return saved.record;
  }
}
