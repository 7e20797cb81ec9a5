// An offer as it is kept, and every state it can be in (rules 5 to 8). An automatic offer that its customer accepts is a
// request; it stays the same record. What its events do stands in offer-step.ts, the money behind its price in payment.ts.

import type { Step } from './history.ts';
import type { Money } from './ledger.ts';
import type { Author } from './message.ts';
import { noPayment } from './payment.ts';
import type { Bill, Payment, PaymentEvent } from './payment.ts';
import type { Locale, Localized, Person } from './people.ts';
import { previewOf } from './preview.ts';
import type { PriceHow, PriceOutcome } from './price.ts';
import type { LoggedAttempt, Report } from './report.ts';
import { isReversed } from './returns.ts';

export type OfferState =
  | 'offered'
  | 'declined'
  | 'withdrawn'
  | 'reserved'
  | 'open'
  | 'capturing'
  | 'payment_failed'
  | 'accepted'
  | 'fulfilled'
  | 'unfulfilled'
  | 'report_overdue'
  | 'unable'
  | 'expired'
  | 'refunding'
  | 'refunded'
  | 'refund_failed';

/** What is sold: a key that programs use and a title that people read (1.2). */
export interface Service {
  readonly key: string;
  readonly title: Localized;
}

/** 8.1: the key of a service that an expert has named in their own words. */
export const OWN_SERVICE = 'own';

export interface Offer {
  readonly id: string;
  readonly version: number;
  readonly state: OfferState;
  readonly origin: 'automatic' | 'expert';
  /** 8.1: the expert who offers it; null when the platform does */
  readonly proposedBy: Person | null;
  /** unique per expert who offers: the same proposal again is the same offer */
  readonly clientId: string | null;
  /** 8.1: its question, while this is the one open offer of an expert there */
  readonly openOn: string | null;
  readonly questionId: string;
  readonly categoryId: string;
  /** the question's subject: Request Center, e-mails and earnings name it */
  readonly subject: string;
  /** 6.3: its beginning, without what looks like personal data, and when it was posted: the Request Center shows them */
  readonly preview: string;
  readonly postedAt: Date | null;
  readonly customer: Person;
  /** the customer's language */
  readonly locale: Locale;
  readonly service: Service;
  /** in the words of the category when it was shown, or those of its expert */
  readonly description: Localized;
  /** 5.2: the points the price was chosen from, kept with the outcome so that prices can be learned */
  readonly pricePoints: readonly number[];
  /** 5.2: null of an expert's offer */
  readonly priceHow: PriceHow | null;
  /** 5.2: what prices are learned from; null: it does not count */
  readonly priceOutcome: PriceOutcome | null;
  readonly price: Money;
  /** 1.3: the share of the expert who delivers it, fixed when shown */
  readonly payout: Money;
  readonly payment: Payment;
  readonly shownAt: Date;
  readonly requestedAt: Date | null;
  readonly expiresAt: Date | null;
  /** 6.1: the expert who is asked first */
  readonly reservedFor: string | null;
  readonly reservedUntil: Date | null;
  /** 6.2: who pressed No Thanks */
  readonly passedBy: string | null;
  /** grows whenever the request comes (back) into the open */
  readonly generation: number;
  /** the winner of the race, from the moment it is decided */
  readonly acceptedBy: Person | null;
  readonly acceptedAt: Date | null;
  readonly reportDueAt: Date | null;
  /** 7.2: how many of the reminders have gone out or were overtaken */
  readonly reminders: number;
  readonly report: Report | null;
  /** 7.1: since it was accepted, the oldest first; absent: it was never accepted, or before they were logged */
  readonly attempts?: readonly LoggedAttempt[] | undefined;
  /** 8.3: why the expert cannot complete it */
  readonly unableReason: string | null;
  /** every step so far, the oldest first */
  readonly history: readonly OfferStep[];
  /** the earliest of its deadlines; null when none is left */
  readonly dueAt: Date | null;
}

/** What is decided when an offer is shown; everything else comes later. */
export type Shown = Pick<
  Offer,
  | 'id'
  | 'origin'
  | 'proposedBy'
  | 'clientId'
  | 'service'
  | 'description'
  | 'pricePoints'
  | 'priceHow'
  | 'price'
  | 'payout'
  | 'shownAt'
>;

/** 5.1, 8.1: a new offer in a conversation. `method`: the payment method it would be tried on. */
export function newOffer(about: AboutQuestion, shown: Shown, method: string): Offer {
  const { id: questionId, categoryId, subject, body, postedAt, customer, locale } = about;
  const opened = { state: 'offered', origin: shown.origin, questionId } as const;
  return {
    ...shown,
    ...opened,
    version: 1,
    categoryId,
    subject,
    preview: previewOf(body, locale),
    postedAt,
    customer,
    locale,
    openOn: openOn(opened),
    priceOutcome: shown.priceHow === null || shown.priceHow === 'kept' ? null : 'undecided',
    payment: noPayment(method),
    requestedAt: null,
    expiresAt: null,
    reservedFor: null,
    reservedUntil: null,
    passedBy: null,
    generation: 0,
    acceptedBy: null,
    acceptedAt: null,
    reportDueAt: null,
    reminders: 0,
    report: null,
    unableReason: null,
    history: [],
    dueAt: null,
  };
}

/** What an offer takes along of its question. */
export type AboutQuestion = Pick<Offer, 'categoryId' | 'subject' | 'postedAt' | 'customer' | 'locale'> & {
  readonly id: string;
  readonly body: string;
};

/** What can happen to an offer. `author`: who did it, when it is somebody else than usual. */
export type OfferEvent =
  /** the payment of its price; what is held leads further by `request`, `charge` or `reopen` */
  | Exclude<PaymentEvent, { type: 'authorised' | 'take' | 'let_go' }>
  /** 6.1: authorised; kept for `expertId`, or open at once when the conversation has no expert now */
  | { readonly type: 'request'; readonly authorisation: string; readonly expertId: string | null }
  | { readonly type: 'decline' }
  /** 8.2: an expert's offer, authorised: the price is taken at once */
  | { readonly type: 'charge'; readonly authorisation: string }
  /** 8.3 */
  | { readonly type: 'unable'; readonly reason: string }
  | { readonly type: 'win'; readonly expert: Person }
  | { readonly type: 'pass'; readonly expertId: string; readonly author?: Author }
  | { readonly type: 'lapse' }
  | { readonly type: 'withdraw'; readonly author?: Author }
  | { readonly type: 'expire' }
  /** 6.5: another card, authorised */
  | { readonly type: 'reopen'; readonly authorisation: string }
  /** 7.1: the customer wants it again after nobody could connect; it is paid already */
  | { readonly type: 'request_again' }
  /** 7.2: reminders up to this index are overtaken */
  | { readonly type: 'remind'; readonly index: number }
  | { readonly type: 'overdue' }
  /** 7.1: the expert has tried to reach the customer */
  | { readonly type: 'attempt'; readonly attempt: LoggedAttempt }
  | { readonly type: 'report_yes'; readonly report: Report; readonly author?: Author }
  | { readonly type: 'report_no'; readonly report: Report; readonly author?: Author };

export type OfferEventType = OfferEvent['type'];

export interface OfferStep extends Step<OfferEventType> {
  /** 7.1 */
  readonly report?: Report;
}

/**
 * Every event that a state takes, and the states it may lead to. An event that is not listed changes nothing, but for those
 * of the payment: what its own table takes keeps the state. Another card is tried only where it is listed.
 */
export const OFFER_TRANSITIONS = {
  offered: {
    authorise: ['offered'],
    request: ['reserved', 'open'],
    charge: ['capturing'],
    decline: ['declined'],
    withdraw: ['withdrawn'],
  },
  declined: {},
  withdrawn: {},
  reserved: { win: ['capturing'], pass: ['open'], lapse: ['open'], withdraw: ['withdrawn'], expire: ['expired'] },
  open: { win: ['capturing', 'accepted'], withdraw: ['withdrawn'], expire: ['expired'], refund: ['refunding'] },
  capturing: { captured: ['accepted'], capture_failed: ['payment_failed', 'offered'] },
  payment_failed: {
    authorise: ['payment_failed'],
    reopen: ['open'],
    withdraw: ['withdrawn'],
    expire: ['expired'],
  },
  accepted: {
    remind: ['accepted'],
    overdue: ['report_overdue'],
    attempt: ['accepted'],
    report_yes: ['fulfilled'],
    report_no: ['unfulfilled'],
    unable: ['unable'],
    refund: ['refunding'],
  },
  fulfilled: { refund: ['refunding'] },
  unfulfilled: { request_again: ['open'], withdraw: ['refunding'], refund: ['refunding'] },
  report_overdue: { report_yes: ['fulfilled'], report_no: ['unfulfilled'], refund: ['refunding'] },
  unable: { refund: ['refunding'] },
  expired: {},
  refunding: { refunded: ['refunded'], refund_failed: ['refund_failed'] },
  refunded: { refund_failed: ['refund_failed'] },
  refund_failed: { refund: ['refunding'] },
} as const satisfies Record<OfferState, Partial<Record<OfferEventType, readonly OfferState[]>>>;

export const OFFER_STATES = Object.keys(OFFER_TRANSITIONS) as OfferState[];

/** Requests that experts may still be asked about. */
export const ASKING_STATES = ['reserved', 'open'] as const satisfies readonly OfferState[];

/** 8.1 */
export function openOn({ origin, state, questionId }: Pick<Offer, 'origin' | 'state' | 'questionId'>): string | null {
  return origin === 'expert' && (state === 'offered' || state === 'capturing') ? questionId : null;
}

/** 7.4, 8.2: it is asked for, and not given up: it earns the question's value, or still can. */
export function mayEarnValue({ state }: Offer): boolean {
  return !NEVER_EARNING.has(state);
}

const NEVER_EARNING: ReadonlySet<OfferState> = new Set([
  ...(['offered', 'declined', 'withdrawn', 'expired'] as const),
  ...(['refunding', 'refunded', 'refund_failed'] as const),
]);

/** 6.4: has somebody won it? */
export function isTaken(offer: Offer): boolean {
  return offer.acceptedBy !== null && !asking(offer) && offer.state !== 'payment_failed';
}

/** 7.1, 8.2: who has earned the share, by a report that says yes or by the charge; null: nobody. */
function earnerOf({ origin, acceptedAt, acceptedBy, report }: Offer): Person | null {
  const hasEarned = origin === 'expert' ? acceptedAt !== null : report?.connected === true;
  return hasEarned ? acceptedBy : null;
}

/** Has the expert's share been paid, and not been taken back? */
export const isPaidOut = (offer: Offer): boolean => earnerOf(offer) !== null && !isReversed(offer.payment);

export function asking(offer: Offer): boolean {
  return offer.state === 'reserved' || offer.state === 'open';
}

/** What its payment is for. Whoever accepted it waits for an answer: a hold that nobody attends to is let go. */
export function billOfOffer(offer: Offer): Bill {
  const { id, questionId, state, customer, price, payment, payout } = offer;
  const earner = earnerOf(offer);
  return {
    state,
    subject: { questionId, offerId: id, customerId: customer.id, money: price },
    payment,
    paid: earner === null ? null : { to: earner.id, share: payout },
    unattended: 'abandon',
  };
}

export const stateOf = (offer: Offer) => ({ state: offer.state });
