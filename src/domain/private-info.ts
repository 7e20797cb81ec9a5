// Rule 9.1: when there is a private information box, and whose it is.

import type { Offer } from './offer.ts';

/** The key of a question's private information, encrypted by a version of the key-encryption key (KEK). */
export interface WrappedKey {
  readonly kek: number;
  readonly wrapped: Uint8Array;
}

/** The box is there once a premium service was accepted, which is to say paid, until the money is given back. */
export const isPaid = ({ payment }: Offer): boolean => payment.state === 'captured';

/** The experts who deliver a paid service of the question. */
export function deliverersOf(offers: readonly Offer[]): string[] {
  const experts = offers.filter(isPaid).flatMap(({ acceptedBy }) => (acceptedBy === null ? [] : [acceptedBy.id]));
  return [...new Set(experts)];
}
