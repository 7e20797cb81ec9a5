// The payment that stands behind a question's value or an offer's price. Its keys are made from the record alone, so
// that whoever asks the provider again, after any crash, asks for the same thing (I3).

export type PaymentState =
  | 'none'
  | 'authorising'
  | 'authorised'
  | 'declined'
  | 'capturing'
  | 'captured'
  | 'capture_failed'
  | 'released'
  | 'refunded';

export type DeclineReason =
  | 'card_declined'
  | 'insufficient_funds'
  | 'expired_card'
  /** the bank wants its customer to confirm the payment, which only a page can ask for */
  | 'authentication_required'
  | 'processing_error';

export interface Payment {
  readonly state: PaymentState;
  /** the customer's payment method at the provider; never shown to experts */
  readonly method: string;
  /** grows with each card that is tried */
  readonly attempt: number;
  /** the provider's reference of the authorisation */
  readonly authorisation: string | null;
  readonly reason: DeclineReason | null;
}

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

export const refundKey = (id: string) => `refund-${id}`;

/** A further try: the first one, or another card. */
export function nextAttempt(payment: Payment, method: string): Payment {
  return { state: 'authorising', method, attempt: payment.attempt + 1, authorisation: null, reason: null };
}
