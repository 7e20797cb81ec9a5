// Offers and requests in every situation that matters, each reached by the events that lead there; and what they owe.
import type { Effect, NoticeCode, Params } from '../../src/domain/effects.ts';
import type { MailTemplate } from '../../src/domain/mail.ts';
import type { Offer, OfferEvent } from '../../src/domain/offer.ts';
import {
  DAY,
  HOUR,
  MINUTE,
  START,
  ada,
  at,
  ben,
  customer,
  move,
  no,
  offered,
  paramsFor,
  proposed,
  yes,
} from './examples.ts';

export const authorise: OfferEvent = { type: 'authorise', method: 'pm_visa' };
export const declinedCard: OfferEvent = { type: 'authorisation_failed', reason: 'card_declined' };
export const abandon = (authorisation: string | null = 'auth_1'): OfferEvent => ({ type: 'abandon', authorisation });
export const request = (expertId: string | null = ada.id): OfferEvent => ({
  type: 'request',
  authorisation: 'auth_1',
  expertId,
});
export const decline: OfferEvent = { type: 'decline' };
export const win = (expert = ada): OfferEvent => ({ type: 'win', expert });
export const pass = (expert = ada): OfferEvent => ({ type: 'pass', expertId: expert.id });
export const lapse: OfferEvent = { type: 'lapse' };
export const withdraw: OfferEvent = { type: 'withdraw' };
export const expire: OfferEvent = { type: 'expire' };
export const resume: OfferEvent = { type: 'resume' };
export const captured: OfferEvent = { type: 'captured' };
export const captureFailed: OfferEvent = { type: 'capture_failed', reason: 'insufficient_funds' };
export const reopen: OfferEvent = { type: 'reopen', authorisation: 'auth_2' };
export const again: OfferEvent = { type: 'request_again' };
export const remind = (index: number): OfferEvent => ({ type: 'remind', index });
export const attempt = (clientId = 'first-try'): OfferEvent => ({
  type: 'attempt',
  attempt: { at: START, note: 'Rang twice.', clientId },
});
export const overdue: OfferEvent = { type: 'overdue' };
export const reportYes: OfferEvent = { type: 'report_yes', report: yes };
export const reportNo = (tries = 3): OfferEvent => ({ type: 'report_no', report: no(tries) });

export const refund: OfferEvent = { type: 'refund' };
export const given: OfferEvent = { type: 'refunded' };
export const pending: OfferEvent = { type: 'refund_pending' };
export const refundFailed: OfferEvent = { type: 'refund_failed', reason: 'card_closed' };
export const disputed: OfferEvent = {
  type: 'disputed',
  dispute: { id: 'dp_1', reason: 'fraudulent', state: 'open', amount: 3_901, taken: true, dueBy: at(7 * DAY) },
};
export const charge: OfferEvent = { type: 'charge', authorisation: 'auth_1' };
export const unable: OfferEvent = { type: 'unable', reason: 'The device is broken.' };

/** 2.8: what it could have earned is free, if the question is closed. */
export const givenUp: Effect = { type: 'unused_value' };

export const reserved = [authorise, request()] as const;
export const opened = [...reserved, pass()] as const;
export const accepted = [...reserved, win(), captured] as const;
export const failed = [...reserved, win(), captureFailed] as const;
export const unfulfilled = [...accepted, reportNo()] as const;
export const late = [overdue, at(36 * HOUR)] as const;
export type Timed = OfferEvent | readonly [OfferEvent, Date];
export const from = (...events: Timed[]) => move(offered, ...events).next;
export const charging = [authorise, charge] as const;
export const proposal = (...events: Timed[]) => move(proposed, ...events).next;

/** Every state, in each of the situations that matter within it. */
export const EXAMPLES: Record<string, Offer> = {
  offered,
  'offered, authorising': from(authorise),
  'offered, card declined': from(authorise, declinedCard),
  'offered, abandoned': from(authorise, abandon()),
  declined: from(decline),
  'declined while authorising': from(authorise, decline),
  reserved: from(...reserved),
  'open without an expert to ask first': from(authorise, request(null)),
  'open after No Thanks': from(...opened),
  'open after no reply': from(...reserved, [lapse, at(5 * MINUTE)]),
  'open with another card': from(...failed, authorise, reopen),
  'open again, paid': from(...unfulfilled, again),
  capturing: from(...reserved, win()),
  'accepted again, paid': from(...unfulfilled, again, win(ben)),
  'payment failed': from(...failed),
  'payment failed, authorising': from(...failed, authorise),
  'payment failed, another card declined': from(...failed, authorise, declinedCard),
  'payment failed, abandoned': from(...failed, authorise, abandon(null)),
  accepted: from(...accepted),
  'accepted, reminded once': from(...accepted, remind(0)),
  'accepted, reminded twice': from(...accepted, remind(0), remind(1)),
  'accepted, tried once': from(...accepted, attempt()),
  fulfilled: from(...accepted, reportYes),
  unfulfilled: from(...unfulfilled),
  'report overdue': from(...accepted, late),
  expired: from(...reserved, [expire, at(24 * HOUR)]),
  'expired, paid': from(...unfulfilled, again, [expire, at(24 * HOUR)]),
  withdrawn: from(...opened, withdraw),
  'withdrawn, paid': from(...unfulfilled, again, withdraw),
  'expired, refunded': from(...unfulfilled, again, [expire, at(24 * HOUR)], given),
  'expired, not refunded': from(...unfulfilled, again, [expire, at(24 * HOUR)], refundFailed),
  'withdrawn, refunded': from(...unfulfilled, again, withdraw, given),
  'withdrawn, not refunded': from(...unfulfilled, again, withdraw, refundFailed),
  refunding: from(...unfulfilled, withdraw),
  'refunding, and the bank takes its time': from(...unfulfilled, withdraw, pending),
  refunded: from(...unfulfilled, withdraw, given),
  'refunded after it was paid out': from(...accepted, reportYes, refund, given),
  'refund failed': from(...accepted, reportYes, refund, refundFailed),
  'refund failed later': from(...accepted, reportYes, refund, given, refundFailed),
  'fulfilled, disputed': from(...accepted, reportYes, disputed),
  'offered by an expert': proposed,
  'offered by an expert, authorising': proposal(authorise),
  'offered by an expert, charge failed': proposal(...charging, captureFailed),
  'offered by an expert, declined': proposal(decline),
  'offered by an expert, withdrawn': proposal(withdraw),
  'offered by an expert, charging': proposal(...charging),
  'offered by an expert, accepted': proposal(...charging, captured),
  'offered by an expert, unable to complete': proposal(...charging, captured, unable),
  'offered by an expert, refunded': proposal(...charging, captured, unable, refund, given),
};

export const toCustomer = (code: NoticeCode, more: Params = {}): Effect => ({
  type: 'notice',
  to: customer.id,
  code,
  params: { ...paramsFor('customer'), ...more },
});
export const toExpert = (to: string, code: NoticeCode): Effect => ({
  type: 'notice',
  to,
  code,
  params: paramsFor('expert'),
});
export const mailToCustomer = (template: MailTemplate, key: string, more: Params = {}): Effect => ({
  type: 'mail',
  key,
  to: customer.id,
  template,
  params: { ...paramsFor('customer'), ...more },
  ifAway: true,
});
export const mailToExperts = (generation: number, except: string | null): Effect => ({
  type: 'mail_experts',
  key: `open-of_1-${generation}`,
  categoryId: 'computer',
  except,
  template: 'request_open',
  params: paramsFor('expert'),
});
export const mailToAdmins = (template: MailTemplate, key: string): Effect => ({
  type: 'mail_admins',
  key,
  template,
  params: paramsFor('expert'),
});
export const voided: Effect = { type: 'void', authorisation: 'auth_1', key: 'void-auth-of_1-1' };
export const notEntry = (effect: Effect) => effect.type !== 'entry';
