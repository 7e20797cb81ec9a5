// The one machine of money that is held, taken and given back, behind a question's value and an offer's price alike (I3,
// 1.4). What its events do stands in payment-step.ts. Its keys are made from the record alone, so that whoever asks the
// provider again, after any crash, asks for the same thing.

import type { Money, Subject } from './ledger.ts';

export type PaymentState =
  | 'none'
  | 'authorising'
  | 'authorised'
  | 'declined'
  | 'capturing'
  | 'captured'
  | 'capture_failed'
  | 'released'
  /** the provider is being asked to give it back */
  | 'refunding'
  /** it has said that it will, and not that it has */
  | 'refund_pending'
  | 'refunded'
  /** it has not, or no longer: the money is here, and a case is open */
  | 'refund_failed';

export type DeclineReason =
  | 'card_declined'
  | 'insufficient_funds'
  | 'expired_card'
  /** the bank wants its customer to confirm the payment, which only a page can ask for */
  | 'authentication_required'
  | 'processing_error';

/** Why money could not be given back. */
export type RefundFailure = 'card_closed' | 'disputed' | 'insufficient_funds' | 'refused';

/** A customer who asks their bank for the money back, as the provider has it. */
export interface Dispute {
  /** the provider's reference */
  readonly id: string;
  /** the provider's word for why */
  readonly reason: string;
  /** `inquiry`: the bank only asks yet */
  readonly state: 'inquiry' | 'open' | 'won' | 'lost';
  /** integer minor units */
  readonly amount: number;
  /** the bank has the money now */
  readonly taken: boolean;
  /** until when evidence can be sent */
  readonly dueBy: Date | null;
}

/** A dispute as its record has it. */
export interface NotedDispute extends Dispute {
  /** an inquiry has become it, and has left its case to a new one */
  readonly escalated?: boolean;
}

/** Money that went back after it was taken. */
export interface Return {
  readonly kind: 'refund' | 'chargeback';
  /** integer minor units */
  readonly amount: number;
  readonly dispute: string | null;
  /** an expert's earnings were taken back with it */
  readonly reversed: boolean;
  /** it is here again: the refund failed later, the dispute was won */
  readonly undone: boolean;
}

export interface Returned {
  /** how often the provider was asked for a refund */
  readonly asked: number;
  /** in the order in which they happened: their entries are numbered by it */
  readonly moves: readonly Return[];
  readonly disputes: readonly NotedDispute[];
}

/** What its customer knows a card by. */
export interface Card {
  /** the provider's word: "visa", "mastercard" */
  readonly brand: string;
  readonly last4: string;
}

export interface Payment {
  readonly state: PaymentState;
  /** the customer's payment method at the provider; never shown to experts */
  readonly method: string;
  /** grows with each card that is tried */
  readonly attempt: number;
  /** the provider's reference of the authorisation */
  readonly authorisation: string | null;
  readonly reason: DeclineReason | null;
  /** what became of it after it was taken; absent while nothing did */
  readonly returned?: Returned;
}

/** What a payment is for, and what becomes of it when nobody waits for it any more. */
export interface Bill {
  /** of the record, for refusals */
  readonly state: string;
  readonly subject: Subject;
  readonly payment: Payment;
  /** who has earned it, and their share; null: nobody has */
  readonly paid: { readonly to: string; readonly share: Money } | null;
  /** A hold whose caller is gone: a question's is made all the same, an offer's is let go. */
  readonly unattended: 'finish' | 'abandon';
}

/** What can happen to a payment: what is decided about it, and what the provider answers. */
export type PaymentEvent =
  /** a payment method is tried: first, again, or another card */
  | { readonly type: 'authorise'; readonly method: string }
  /** `card`: as far as the provider has said it */
  | { readonly type: 'authorised'; readonly authorisation: string; readonly card?: Card | null }
  /** `unattended`: nobody waited for the answer, so the customer has to hear of it */
  | { readonly type: 'authorisation_failed'; readonly reason: DeclineReason; readonly unattended?: true }
  /** nobody knows any more why the authorisation was asked for */
  | { readonly type: 'abandon'; readonly authorisation: string | null }
  /** what is held is taken: the provider is asked next */
  | { readonly type: 'take' }
  /** what is held, or being tried, is not wanted any more */
  | { readonly type: 'let_go' }
  | { readonly type: 'captured' }
  | { readonly type: 'capture_failed'; readonly reason: DeclineReason }
  /** the provider has not answered for long */
  | { readonly type: 'resume' }
  | ReturnEvent;

/** What happens to money that was taken. The answers of the provider; `refund` is a decision. */
export type ReturnEvent =
  | { readonly type: 'refund' }
  | { readonly type: 'refunded' }
  /** the provider has taken it on, and will say later what became of it */
  | { readonly type: 'refund_pending' }
  /** refused for good, or undone after it had been made */
  | { readonly type: 'refund_failed'; readonly reason: RefundFailure }
  /** a dispute as the provider has it now */
  | { readonly type: 'disputed'; readonly dispute: Dispute };

export type PaymentEventType = PaymentEvent['type'];

/** Every event that a state takes, and the states it may lead to. An event that is not listed changes nothing. */
export const PAYMENT_TRANSITIONS = {
  none: { authorise: ['authorising'] },
  authorising: {
    authorised: ['authorised'],
    authorisation_failed: ['declined'],
    abandon: ['released'],
    let_go: ['released'],
    resume: ['authorising'],
  },
  authorised: { take: ['capturing'], let_go: ['released'] },
  declined: { authorise: ['authorising'] },
  capturing: { captured: ['captured'], capture_failed: ['capture_failed'], resume: ['capturing'] },
  captured: { refund: ['refunding'], disputed: ['captured'] },
  capture_failed: { authorise: ['authorising'] },
  released: { authorise: ['authorising'] },
  refunding: {
    refunded: ['refunded'],
    refund_pending: ['refund_pending'],
    refund_failed: ['refund_failed'],
    resume: ['refunding'],
    disputed: ['refunding'],
  },
  refund_pending: {
    refunded: ['refunded'],
    refund_failed: ['refund_failed'],
    resume: ['refund_pending'],
    disputed: ['refund_pending'],
  },
  refunded: { refund_failed: ['refund_failed'], disputed: ['refunded'] },
  refund_failed: { refund: ['refunding'], disputed: ['refund_failed'] },
} as const satisfies Record<PaymentState, Partial<Record<PaymentEventType, readonly PaymentState[]>>>;

const EVENT_TYPES: ReadonlySet<string> = new Set(
  Object.values(PAYMENT_TRANSITIONS).flatMap((events) => Object.keys(events)),
);

/** Is it the payment that this happens to? A record that takes such an event asks its payment first. */
export function isOfPayment<E extends { readonly type: string }>(
  event: E,
): event is Extract<E, { readonly type: PaymentEventType }> {
  return EVENT_TYPES.has(event.type);
}

export const PAYMENT_STATES = Object.keys(PAYMENT_TRANSITIONS) as PaymentState[];

/** A call that the provider has not answered is made again after this, ms: longer than any call may take. */
export const PAYMENT_RESUME_MS = 15_000;

/** An authorisation whose caller is gone is undone after this, ms. */
export const AUTHORISATION_ABANDON_MS = 60_000;

/** A refund that is pending is asked about again after this, ms: banks take days. */
export const REFUND_PENDING_MS = 60 * 60_000;

export const isHoldUnderWay = ({ state }: Payment): boolean => state === 'authorising' || state === 'capturing';

export const isRefundUnderWay = ({ state }: Payment): boolean => state === 'refunding' || state === 'refund_pending';

/** Has the provider been asked, and has not answered? */
export const isUnderWay = (payment: Payment): boolean => isHoldUnderWay(payment) || isRefundUnderWay(payment);

export const noPayment = (method: string): Payment => ({
  state: 'none',
  method,
  attempt: 0,
  authorisation: null,
  reason: null,
});

export const authoriseKey = (id: string, payment: Payment) => `auth-${id}-${payment.attempt}`;
export const captureKey = (id: string, payment: Payment) => `cap-${id}-${payment.attempt}`;
/** What the key of an authorisation or a capture is about; null for any other key. */
export function aboutOf(key: string): { readonly id: string; readonly attempt: number } | null {
  const [, id, attempt] = /^(?:auth|cap)-(.+)-(\d{1,9})$/.exec(key) ?? [];
  return id === undefined ? null : { id, attempt: Number(attempt) };
}

/** The first time that a refund is asked for; a further one, after it failed, is another call. */
export const refundKey = (id: string, { returned }: Pick<Payment, 'returned'> = {}) =>
  returned === undefined || returned.asked <= 1 ? `refund-${id}` : `refund-${id}-${returned.asked}`;

/** A further try: the first one, or another card. */
export function nextAttempt(payment: Payment, method: string): Payment {
  return { state: 'authorising', method, attempt: payment.attempt + 1, authorisation: null, reason: null };
}

/** An authorisation as the provider's own books have it now. */
export interface ProviderPayment {
  /** the key it was authorised with */
  readonly key: string;
  /** the provider's reference */
  readonly authorisation: string;
  /** what was authorised, or taken once it is captured */
  readonly money: Money;
  readonly state: 'held' | 'captured' | 'released' | 'declined' | 'unknown';
  /** given back of what was captured, integer minor units */
  readonly refunded: number;
  /** taken back by the customer's bank, and not returned, integer minor units */
  readonly chargedBack: number;
}

/** Does the record still want this hold, or may it yet? */
export function wants(
  payment: Payment,
  { key, authorisation }: Pick<ProviderPayment, 'key' | 'authorisation'>,
): boolean {
  if (aboutOf(key)?.attempt !== payment.attempt) return false;
  if (payment.state === 'authorising') return true;
  return (payment.state === 'authorised' || payment.state === 'capturing') && payment.authorisation === authorisation;
}
