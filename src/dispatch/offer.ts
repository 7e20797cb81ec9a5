// What a customer's yes to an offer sets going (5.3, 8.2).

import type { Ctx } from '../context.ts';
import type { Offer } from '../domain/offer.ts';
import type { Actor } from '../domain/people.ts';
import { isAccepted } from '../domain/repeated.ts';
import { offerFor, questionFor } from './access.ts';
import { tryingCard } from './card-tries.ts';
import { charge } from './expert-offer.ts';
import { request } from './request.ts';

/**
 * The automatic offer becomes a request, again after "could not connect" (7.1); an expert's is charged at once.
 * @throws Refusal `not_found`, `rate.limited`, or as `request` and `charge`
 */
export async function acceptOffer(ctx: Ctx, actor: Actor, offerId: string, address: string): Promise<Offer> {
  const found = await offerFor(ctx, actor, offerId, 'decide');
  const asked = await questionFor(ctx, actor, found.questionId);
  const accept = () => (found.origin === 'expert' ? charge(ctx, asked, found) : request(ctx, asked, found));
  const triesNoCard = isAccepted(found) || found.state === 'unfulfilled'; // accepted, or paid already
  if (triesNoCard) return accept();
  return tryingCard(ctx, { person: actor.id, card: asked.paymentMethod, address }, asked.id, accept);
}
