// Rule 7: the fulfillment report.

import type { Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import { authorOf } from '../domain/message.ts';
import type { Offer, OfferEvent } from '../domain/offer.ts';
import type { Actor } from '../domain/people.ts';
import { isRepeatedOnOffer } from '../domain/repeated.ts';
import { attemptsOf } from '../domain/report.ts';
import type { Attempt, LoggedAttempt, Report } from '../domain/report.ts';
import { offerFor } from './access.ts';
import { change } from './change.ts';
import { OFFER } from './machines.ts';

/** `attempts`: those beside the ones that were logged, or how many there were in all */
interface Said extends Omit<Report, 'at' | 'attempts'> {
  readonly attempts: readonly Attempt[] | number;
}

/**
 * 7.1: the accepting expert has tried to reach the customer. The same `clientId` again is the same attempt.
 * @throws Refusal `not_found`, `conflict.not_accepted`, `conflict.report_overdue`, `input.invalid`
 */
export async function logAttempt(
  ctx: Ctx,
  actor: Actor,
  offerId: string,
  { note, clientId }: Pick<LoggedAttempt, 'note' | 'clientId'>,
): Promise<Offer> {
  const found = await offerFor(ctx, actor, offerId, 'report');
  const event: OfferEvent = { type: 'attempt', attempt: { at: ctx.now(), note, clientId } };
  return isRepeatedOnOffer(found, event) ? found : change(ctx, OFFER, offerId, event);
}

/**
 * 7.1 by the accepting expert in time; 7.2 by expert support once it is overdue.
 * @throws Refusal `not_found`, `conflict.not_accepted`, `conflict.report_overdue`, `policy.attempts_missing`
 */
export async function report(ctx: Ctx, actor: Actor, offerId: string, said: Said): Promise<Offer> {
  const found = await offerFor(ctx, actor, offerId, 'report');
  const now = ctx.now();
  const type = said.connected ? 'report_yes' : 'report_no';
  const event: OfferEvent = {
    type,
    report: { ...said, attempts: attemptsOf(found, said.attempts, now), at: now },
    author: authorOf(actor),
  };
  if (isRepeatedOnOffer(found, event)) return found;
  const { state, reportDueAt } = found;
  const late = state === 'report_overdue' || (state === 'accepted' && reportDueAt !== null && reportDueAt <= now);
  if (actor.role === 'admin' && !late) throw new Refusal('conflict.not_accepted', { state });
  return change(ctx, OFFER, offerId, event);
}
