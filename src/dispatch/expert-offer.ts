// Rule 8: what an expert offers in a conversation, and the charge when its customer accepts.

import type { Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import { later } from '../domain/instant.ts';
import { shareOf } from '../domain/ledger.ts';
import type { Money } from '../domain/ledger.ts';
import { SYSTEM } from '../domain/message.ts';
import { OWN_SERVICE, newOffer } from '../domain/offer.ts';
import { proposedEffects } from '../domain/offer-effects.ts';
import type { Offer, Service } from '../domain/offer.ts';
import { inAllLanguages } from '../domain/people.ts';
import type { Actor } from '../domain/people.ts';
import { assertExpertMayWrite } from '../domain/question.ts';
import type { Question } from '../domain/question.ts';
import { isAccepted } from '../domain/repeated.ts';
import { change, create, unlessMoved } from './change.ts';
import { OFFER, QUESTION } from './machines.ts';
import { capturePrice, holdPrice } from './payment.ts';

export interface Proposal {
  /** new when it is not a replay */
  readonly id: string;
  readonly service: Service;
  readonly description: string;
  readonly price: Money;
  /** what the category allows, minor units of its currency */
  readonly limits: { readonly min: number; readonly max: number };
  readonly clientId: string;
}

/**
 * 8.1: one open offer per question. The same `clientId` again is the same offer.
 * @throws Refusal `policy.offer_too_early`, `policy.price_limits`, `conflict.offer_open`, `conflict.too_many_offers`,
 *   or as `assertExpertMayWrite` and `assertStillThere`
 */
export async function propose(ctx: Ctx, expert: Actor, question: Question, proposal: Proposal): Promise<Offer> {
  const { price, limits } = proposal;
  assertExpertMayWrite(question, expert.id, ctx.now());
  if (price.amount < limits.min || price.amount > limits.max) {
    throw new Refusal('policy.price_limits', { ...limits, currency: price.currency });
  }
  await assertAvailable(ctx, question);
  const offer = offerOf(ctx, expert, question, proposal);
  const added = await add(ctx, expert.id, offer);
  if (added !== offer) return added;
  if (offer.service.key === OWN_SERVICE) {
    const title = offer.service.title[offer.locale];
    await ctx.stores.catalogue.keep(expert.id, {
      id: serviceId(offer.id),
      title,
      description: offer.description[offer.locale],
      price,
    });
  }
  await assertStillThere(ctx, expert, offer);
  return offer;
}

/** What an expert is told before they offer something. */
export interface OfferForm {
  /** null: the customer has not replied twice */
  readonly availableAt: Date | null;
  /** what stands in the way of another: offers of others that would give way do not */
  readonly open: Offer | null;
}

/** 8.1: changes nothing. @throws Refusal as `assertExpertMayWrite` */
export async function formOf(ctx: Ctx, expert: Actor, question: Question): Promise<OfferForm> {
  assertExpertMayWrite(question, expert.id, ctx.now());
  const [repliedAt, open] = await Promise.all([
    question.offerAvailableAt === null ? ctx.stores.messages.secondReplyAt(question.id) : null,
    ctx.stores.offers.openOn(question.id),
  ]);
  const availableAt = repliedAt === null ? question.offerAvailableAt : later(repliedAt, ctx.policy.offerDelayMs);
  return { availableAt, open: open !== null && givesWay(open, expert.id) ? null : open };
}

/**
 * 8.2: the customer accepts: the price is taken at once. Answers the accepted offer, or the offer still `capturing` when
 * the payment provider takes too long: the sweep finishes it. One that they have accepted already is answered as it is.
 * @throws Refusal `payment.failed` (the offer stays open), `conflict.not_offered`, `conflict.payment_pending`,
 *   `conflict.closed`, `unavailable`
 */
export async function charge(ctx: Ctx, question: Question, offer: Offer): Promise<Offer> {
  if (isAccepted(offer)) return offer;
  if (question.state === 'closed') throw new Refusal('conflict.closed', { state: 'closed' });
  const tried = await change(ctx, OFFER, offer.id, { type: 'authorise', method: question.paymentMethod });
  if (isAccepted(tried)) return tried;
  const held = await holdPrice(ctx, tried, (authorisation) => ({ type: 'charge', authorisation }));
  return capturePrice(ctx, held);
}

/** 8.1: the second reply of the customer makes the button appear; noted once. */
export async function noteReply(ctx: Ctx, questionId: string): Promise<Date | null> {
  const repliedAt = await ctx.stores.messages.secondReplyAt(questionId);
  if (repliedAt === null) return null;
  return (await change(ctx, QUESTION, questionId, { type: 'replied', at: repliedAt })).offerAvailableAt;
}

/** A service has its id from the offer that it was first used in. */
const serviceId = (offerId: string) => offerId.replace(/^of_/, 's_');

/** The conversation knows better than the record: a note may have been cut off. */
async function assertAvailable(ctx: Ctx, { id, offerAvailableAt }: Question): Promise<void> {
  const from = offerAvailableAt ?? (await noteReply(ctx, id));
  if (from !== null && from <= ctx.now()) return;
  throw new Refusal('policy.offer_too_early', { offerAvailableAt: from && from.toISOString() });
}

/**
 * A question that closes (6.8), or an expert who is switched off, takes their offers along, and may have looked for them a
 * moment before this one was there: then it is withdrawn here.
 * @throws Refusal `conflict.closed`, `auth.forbidden`
 */
async function assertStillThere(ctx: Ctx, expert: Actor, offer: Offer): Promise<void> {
  const [question, user] = await Promise.all([
    ctx.stores.questions.read(offer.questionId),
    ctx.stores.users.read(expert.id),
  ]);
  const isClosed = question?.record.state === 'closed';
  if (!isClosed && user?.active === true) return;
  await unlessMoved(change(ctx, OFFER, offer.id, { type: 'withdraw', author: SYSTEM }));
  throw isClosed ? new Refusal('conflict.closed', { state: 'closed' }) : new Refusal('auth.forbidden');
}

const MOST_PROPOSED = 50; // by one expert in one question, all told: whoever catches up gets every one of them
const MAX_TRIES = 10; // each further one means that the offer in the way has gone meanwhile

/**
 * Answers the offer, or the earlier one of the same proposal.
 * @throws Refusal `conflict.offer_open`, `conflict.too_many_offers`, `conflict.stale`
 */
async function add(ctx: Ctx, expertId: string, offer: Offer): Promise<Offer> {
  const outbox = proposedEffects(offer);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const isFull = (await ctx.stores.offers.countProposed(offer.questionId, expertId, MOST_PROPOSED)) >= MOST_PROPOSED;
    if (!isFull && (await create(ctx, OFFER, offer, outbox))) return offer;
    const earlier = await findReplay(ctx, offer);
    if (earlier !== null) return earlier;
    if (isFull) throw new Refusal('conflict.too_many_offers', { max: MOST_PROPOSED });
    const open = await ctx.stores.offers.openOn(offer.questionId);
    if (open === null) continue;
    if (!givesWay(open, expertId)) throw new Refusal('conflict.offer_open', { offerId: open.id, state: open.state });
    await unlessMoved(change(ctx, OFFER, open.id, { type: 'withdraw', author: SYSTEM }));
  }
  throw new Refusal('conflict.stale');
}

/** An expert who has left the conversation does not keep the next one from offering something. */
const givesWay = (open: Offer, expertId: string) => open.proposedBy?.id !== expertId && open.state !== 'capturing';

async function findReplay(ctx: Ctx, { proposedBy, clientId }: Offer): Promise<Offer | null> {
  if (proposedBy === null || clientId === null) return null;
  return ctx.stores.offers.findProposal(proposedBy.id, clientId);
}

function offerOf(ctx: Ctx, expert: Actor, question: Question, proposal: Proposal): Offer {
  const { id, service, description, price, clientId } = proposal;
  return newOffer(
    question,
    {
      id,
      origin: 'expert',
      proposedBy: { id: expert.id, name: expert.name },
      clientId,
      service,
      description: inAllLanguages(description),
      pricePoints: [],
      priceHow: null,
      price,
      payout: shareOf(price, ctx.policy.shareBasisPoints),
      shownAt: ctx.now(),
    },
    question.paymentMethod,
  );
}
