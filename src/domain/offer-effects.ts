// What an offer owes the world: money given back, notices and letters, and the words they are filled with.

import type { Effect, MailTemplate, NoticeCode } from './effects.ts';
import { releaseEntry } from './ledger.ts';
import type { Money, Subject } from './ledger.ts';
import { stateOf } from './offer.ts';
import type { Offer, OfferEventType } from './offer.ts';
import { authoriseKey } from './payment.ts';
import type { Payment } from './payment.ts';
import { isRefundable, startRefund, timed } from './returns.ts';

export interface Applied {
  readonly change: Partial<Offer>;
  readonly effects: readonly Effect[];
}

/** 8.1: what an expert's new offer owes. */
export function proposedEffects(offer: Offer): Effect[] {
  return [
    { type: 'changed' },
    notice(offer, offer.customer.id, 'offer.proposed'),
    mailCustomer(offer, 'offer_proposed', `proposed-${offer.id}`),
  ];
}

/** 6.3: every eligible expert who wants it is told; whoever has said No Thanks is not asked again. */
export function openedEffects(offer: Offer, { generation, told }: Extract<Effect, { type: 'opened' }>): Effect[] {
  const mail: Effect = {
    type: 'mail_experts',
    key: `open-${offer.id}-${generation}`,
    categoryId: offer.categoryId,
    except: offer.passedBy,
    template: 'request_open',
    params: paramsForExpert(offer),
  };
  return told === null ? [mail] : [notice(offer, offer.customer.id, told), mail];
}

/** The hold of a capture that failed. */
export function letGo(offer: Offer): Effect[] {
  const { authorisation, attempt } = offer.payment;
  return [
    ...(authorisation === null ? [] : [voidOf(offer, authorisation)]),
    { type: 'entry', entry: releaseEntry(subjectOf(offer), attempt) },
  ];
}

/** Steps after which closing leaves an offer alone. */
const DECIDED: ReadonlySet<OfferEventType> = new Set(['win', 'charge', 'captured']);

/** 2.8: a service that closing did not take along, and that is given up now: the value it could have earned is free. */
export function givenUp(offer: Offer): Effect[] {
  return offer.history.some(({ what }) => DECIDED.has(what)) ? [{ type: 'unused_value' }] : [];
}

/** What is held is let go, what is under way is looked for. What was taken is given back by `givenBack`. */
export function giveBack(offer: Offer): Effect[] {
  const { state, authorisation, attempt } = offer.payment;
  if (state === 'authorising') return [{ type: 'ask_provider' }];
  if (authorisation === null) return [];
  if (state === 'authorised') {
    return [voidOf(offer, authorisation), { type: 'entry', entry: releaseEntry(subjectOf(offer), attempt) }];
  }
  return [];
}

/** 6.6, 6.8: money that was taken before goes back; the provider is asked for it next. */
export function givenBack(offer: Offer): Payment {
  const { payment } = offer;
  if (isRefundable(payment)) return startRefund(payment, stateOf(offer));
  const held = payment.state === 'authorised' || payment.state === 'authorising';
  return held ? { ...payment, state: 'released' } : payment;
}

export function voidOf(offer: Offer, authorisation: string): Effect {
  return { type: 'void', authorisation, key: `void-${authoriseKey(offer.id, offer.payment)}` };
}

/** A notice for who is there, and an e-mail to keep. */
export function told(offer: Offer, to: string, code: NoticeCode, template: MailTemplate, money: Money): Effect[] {
  const params = paramsWith(offer, money);
  return [
    { type: 'notice', to, code, params },
    { type: 'mail', key: timed(`${template}-${offer.id}`, offer.payment), to, template, params, ifAway: false },
  ];
}

export const notice = (offer: Offer, to: string, code: NoticeCode): Effect => ({
  type: 'notice',
  to,
  code,
  params: to === offer.customer.id ? paramsForCustomer(offer) : paramsForExpert(offer),
});

export const mailCustomer = (
  offer: Offer,
  template: Extract<Effect, { type: 'mail' }>['template'],
  key: string,
): Effect => ({
  type: 'mail',
  key,
  to: offer.customer.id,
  template,
  params: paramsForCustomer(offer),
  ifAway: true,
});

/** What texts to experts and admins about an offer may name: their own part, never the customer's card (minor units). */
export const paramsForExpert = (offer: Offer) => paramsWith(offer, offer.payout);

/** What texts to the customer may name: the price, never the payout (minor units). */
export const paramsForCustomer = (offer: Offer) => paramsWith(offer, offer.price);

const paramsWith = (offer: Offer, money: Money) => ({
  offerId: offer.id,
  questionId: offer.questionId,
  subject: offer.subject,
  service: offer.service.key,
  title: offer.service.title,
  amount: money.amount,
  currency: money.currency,
});

export function subjectOf(offer: Offer): Subject {
  return { questionId: offer.questionId, offerId: offer.id, customerId: offer.customer.id, money: offer.price };
}
