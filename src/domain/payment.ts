// The payment that stands behind a question's value or an offer's price. Its keys are made from the record alone, so
// that whoever asks the provider again, after any crash, asks for the same thing (I3).

import type { Money } from './ledger.ts';

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
  readonly disputes: readonly Dispute[];
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

/** A payment that the provider has not answered is asked about again after this, ms: longer than any call may take. */
export const PAYMENT_RESUME_MS = 15_000;

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
