// The payment methods that the simulated provider knows, and how each behaves. Their names are those of Stripe's tests.

import type { Card, DeclineReason } from '../domain/payment.ts';

export interface Behaviour {
  readonly authorise: 'ok' | DeclineReason;
  readonly capture: 'ok' | DeclineReason;
  /** how a capture is answered, after it has been recorded */
  readonly answer: 'at_once' | 'late' | 'never' | 'twice';
  /** what becomes of a refund; what comes later comes after `lateMs` */
  readonly refund: 'ok' | 'refused' | 'pending' | 'fails_later';
  /** its bank takes it back `lateMs` after the capture, and has decided after twice that time */
  readonly dispute: 'none' | 'inquiry' | 'open' | 'won' | 'lost';
}

const works: Behaviour = { authorise: 'ok', capture: 'ok', answer: 'at_once', refund: 'ok', dispute: 'none' };

const METHODS: ReadonlyMap<string, Behaviour> = new Map([
  ['pm_card_visa', works],
  ['pm_card_chargeDeclined', { ...works, authorise: 'card_declined' }],
  ['pm_card_chargeDeclinedInsufficientFunds', { ...works, authorise: 'insufficient_funds' }],
  ['pm_card_chargeDeclinedExpiredCard', { ...works, authorise: 'expired_card' }],
  ['pm_card_chargeCustomerFail', { ...works, capture: 'card_declined' }],
  ['pm_card_visa_late', { ...works, answer: 'late' }],
  ['pm_card_visa_twice', { ...works, answer: 'twice' }],
  ['pm_card_visa_never', { ...works, answer: 'never' }],
  ['pm_card_refundFail', { ...works, refund: 'fails_later' }],
  ['pm_card_pendingRefund', { ...works, refund: 'pending' }],
  ['pm_card_refundRefused', { ...works, refund: 'refused' }],
  ['pm_card_createDispute', { ...works, dispute: 'open' }],
  ['pm_card_createDisputeInquiry', { ...works, dispute: 'inquiry' }],
  ['pm_card_createDisputeWon', { ...works, dispute: 'won' }],
  ['pm_card_createDisputeLost', { ...works, dispute: 'lost' }],
]);

const UNKNOWN_METHOD: Behaviour = { ...works, authorise: 'processing_error', capture: 'processing_error' };

export const behaviourOf = (method: string) => METHODS.get(method) ?? UNKNOWN_METHOD;

/** The numbers of Stripe's tests that stand for them; the others look like the one that works. */
const LAST4: Readonly<Record<string, string>> = {
  pm_card_chargeCustomerFail: '0341',
  pm_card_refundFail: '5126',
  pm_card_pendingRefund: '7726',
  pm_card_createDispute: '0259',
};

export const cardOf = (method: string): Card => ({ brand: 'visa', last4: LAST4[method] ?? '4242' });
