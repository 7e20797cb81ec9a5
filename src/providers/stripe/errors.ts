// What an error of Stripe's means: a clear no, a key that is spent, or nothing that is known. Its words go no further.

import Stripe from 'stripe';
import type { DeclineReason } from '../../domain/payment.ts';
import { PaymentUnknown } from '../payment-unknown.ts';
import type { Outcome } from './desk.ts';

export function codeOf(error: unknown): string {
  return error instanceof Stripe.errors.StripeError ? (error.code ?? '') : '';
}

/** A clear no; everything else is thrown on. */
export function outcomeOfError(error: unknown, authorisation?: string): Outcome {
  if (error instanceof Stripe.errors.StripeCardError) {
    return { outcome: reasonOf(error), authorisation: authorisation ?? error.payment_intent?.id ?? null };
  }
  if (isRefused(error)) return { outcome: 'processing_error', authorisation: authorisation ?? null };
  throw error;
}

/** Stripe understood the call and did nothing: a state, a method or an amount that does not allow it. */
export function isRefused(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.code !== 'idempotency_key_in_use';
}

/** This key only ever repeats a broken answer, or was used with other words by an older version of us. */
export function isSpent(error: unknown): boolean {
  if (error instanceof Stripe.errors.StripeIdempotencyError) return error.code !== 'idempotency_key_in_use';
  if (!(error instanceof Stripe.errors.StripeAPIError) || (error.statusCode ?? 0) < 500) return false;
  return error.headers?.['idempotent-replayed'] === 'true';
}

const REASONS: ReadonlyMap<string, DeclineReason> = new Map([
  ['expired_card', 'expired_card'],
  ['insufficient_funds', 'insufficient_funds'],
  ['processing_error', 'processing_error'],
  ['authentication_required', 'authentication_required'],
  ['authentication_not_handled', 'authentication_required'],
  ['payment_intent_authentication_failure', 'authentication_required'],
]);

/** Stripe has a code, and the bank behind it a finer one. What they mean in words is between them. */
export function reasonOf({ code, decline_code: finer }: { code?: string; decline_code?: string }): DeclineReason {
  return REASONS.get(finer ?? '') ?? REASONS.get(code ?? '') ?? 'card_declined';
}

/** An error without anything that Stripe said about a card or a person. */
export function withoutWords(error: unknown, key: string): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  const facts = [error.type, error.code, error.statusCode, error.requestId];
  return new PaymentUnknown(key, facts.filter((fact) => fact !== undefined).join(' '));
}
