// Rule 9.1: when there is a private information box, and whose it is.

import type { Offer } from './offer.ts';
import type { Question } from './question.ts';

/** The key of a question's private information, encrypted by a version of the key-encryption key (KEK). */
export interface WrappedKey {
  readonly kek: number;
  readonly wrapped: Uint8Array;
}

/** Whoever asks for the box, as far as the rule needs to know. */
export interface Asker {
  readonly id: string;
  readonly role: 'customer' | 'expert' | 'admin';
}

/**
 * May this person know of the box? It is there once a premium service was accepted, which is to say paid, until the money
 * is given back. Its customer keeps it while a service is requested again (7.1); the expert who had accepted it does not.
 */
export function mayKnowBox(asker: Asker, question: Question, offers: readonly Offer[]): boolean {
  if (asker.role === 'expert') return deliverersOf(offers).includes(asker.id);
  if (asker.role === 'customer' && question.customer.id !== asker.id) return false;
  return offers.some(isPaid);
}

/** The experts who deliver a paid service of the question. */
export function deliverersOf(offers: readonly Offer[]): string[] {
  const experts = offers.filter(isPaid).flatMap(({ acceptedBy }) => (acceptedBy === null ? [] : [acceptedBy.id]));
  return [...new Set(experts)];
}

const isPaid = ({ payment }: Offer) => payment.state === 'captured';
