// What an offer owes the world: notices and letters, and the words they are filled with.

import type { EffectOf, NoticeCode, OfferEffect, Params } from './effects.ts';
import type { Money } from './ledger.ts';
import type { MailTemplate } from './mail.ts';
import type { Offer, OfferEventType } from './offer.ts';
import { refundStateOf } from './offer-refund.ts';

/** 8.1: what an expert's new offer owes; closing (6.8) may have looked for offers a moment before this one was there. */
export function proposedEffects(offer: Offer): OfferEffect[] {
  return [
    { type: 'changed' },
    notice(offer, offer.customer.id, 'offer.proposed'),
    mailCustomer(offer, 'offer_proposed', `proposed-${offer.id}`),
    { type: 'withdraw_if_closed' },
  ];
}

/** 6.3: every eligible expert who wants it is told; whoever has said No Thanks is not asked again. */
export function openedEffects(offer: Offer, { generation, told }: EffectOf<'opened'>): OfferEffect[] {
  const mail: OfferEffect = {
    type: 'mail_experts',
    key: `open-${offer.id}-${generation}`,
    categoryId: offer.categoryId,
    except: offer.passedBy,
    template: 'request_open',
    params: paramsForExpert(offer),
  };
  return [...(told === null ? [] : [notice(offer, offer.customer.id, told)]), mail, ...missed(offer, told)];
}

/** 6.1: nobody answered in time for whom it was kept. */
function missed({ id, reservedFor, reservedUntil }: Offer, told: NoticeCode | null): OfferEffect[] {
  if (told !== 'request.opened' || reservedFor === null || reservedUntil === null) return [];
  return [{ type: 'reservation_missed', expertId: reservedFor, offerId: id, at: reservedUntil }];
}

/** 6.6: the customer is told; and of what was paid before it was asked for again (7.1), that it goes back. */
export function expiredEffects(expired: Offer): OfferEffect[] {
  const refundState = refundStateOf(expired);
  const more = refundState === null ? {} : { refundState };
  return [
    notice(expired, expired.customer.id, 'request.expired', more),
    mailCustomer(expired, 'request_expired', `expired-${expired.id}`, more),
  ];
}

/** Steps after which closing leaves an offer alone. */
const DECIDED: ReadonlySet<OfferEventType> = new Set(['win', 'charge', 'captured']);

/** 2.8: a service that closing did not take along, and that is given up now: the value it could have earned is free. */
export function givenUp(offer: Offer): OfferEffect[] {
  return offer.history.some(({ what }) => DECIDED.has(what)) ? [{ type: 'unused_value' }] : [];
}

export const notice = (offer: Offer, to: string, code: NoticeCode, more: Params = {}): OfferEffect => ({
  type: 'notice',
  to,
  code,
  params: { ...(to === offer.customer.id ? paramsForCustomer(offer) : paramsForExpert(offer)), ...more },
});

export const mailCustomer = (offer: Offer, template: MailTemplate, key: string, more: Params = {}): OfferEffect => ({
  type: 'mail',
  key,
  to: offer.customer.id,
  template,
  params: { ...paramsForCustomer(offer), ...more },
  ifAway: true,
});

/** What texts to experts and admins about an offer may name: their own part, never the customer's card (minor units). */
export const paramsForExpert = (offer: Offer) => paramsWith(offer, offer.payout);

/** What texts to the customer may name: the price, never the payout (minor units). */
export const paramsForCustomer = (offer: Offer) => paramsWith(offer, offer.price);

/** The same with another sum. */
export const paramsWith = (offer: Offer, money: Money) => ({
  offerId: offer.id,
  questionId: offer.questionId,
  subject: offer.subject,
  service: offer.service.key,
  title: offer.service.title,
  amount: money.amount,
  currency: money.currency,
});
