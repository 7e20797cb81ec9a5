// What Stripe tells by itself: whether it is really Stripe who says so, and which payment it is about. Nothing else of an
// event is read: events come late, twice and in any order, so what happened is asked for instead.

import Stripe from 'stripe';

export interface StripeNotice {
  /** of the event: the same one is delivered again under the same id */
  readonly id: string;
  /** the key its payment was authorised with; null when it is about something else */
  readonly key: string | null;
  /** the payment of which something went back, or is disputed; null when it is about something else */
  readonly returned: string | null;
}

const TOLERANCE_S = 300; // how old a signature may be

/**
 * Reads an event from the bytes it came in; null when the signature is missing, forged or too old.
 * `secret`: of the endpoint, `whsec_…`.
 */
export function stripeNotice(
  secret: string,
  now: () => Date,
): (body: Buffer, signature: string | undefined) => StripeNotice | null {
  return (body, signature) => {
    let event: Stripe.Event;
    try {
      const receivedAt = now().getTime();
      event = Stripe.webhooks.constructEvent(body, signature ?? '', secret, TOLERANCE_S, undefined, receivedAt);
    } catch {
      return null; // its words would repeat what was sent
    }
    return { id: event.id, key: keyOf(event), returned: returnedOf(event) };
  };
}

/** A charge carries the metadata of its intent; other events may be about anything, or nothing. */
function keyOf(event: unknown): string | null {
  const { data } = event as { data?: { object?: { metadata?: { parley_key?: unknown } | null } | null } | null };
  const key = data?.object?.metadata?.parley_key;
  return typeof key === 'string' ? key : null;
}

/** A refund and a dispute name their intent; a charge does, too, and is spoken of when it was refunded by hand. */
function returnedOf(event: unknown): string | null {
  const { type, data } = event as { type?: unknown; data?: { object?: { payment_intent?: unknown } | null } | null };
  const intent = data?.object?.payment_intent;
  return typeof type === 'string' && RETURNING.test(type) && typeof intent === 'string' ? intent : null;
}

const RETURNING = /^(?:refund\.|charge\.(?:refund|dispute)\b|charge\.refunded$)/;
