// What an expert has earned, or will (7.5).

import { z } from 'zod';
import type { Offer } from '../../domain/offer.ts';
import { Instant, MoneyView } from './fields.ts';

export const EarningView = z
  .strictObject({
    id: z.string(),
    kind: z.enum(['question', 'premium']),
    questionId: z.string(),
    offerId: z.string().optional(),
    subject: z.string(),
    state: z.string(),
    amount: MoneyView,
    at: Instant,
  })
  .meta({ id: 'Earning' });

export type Earning = z.input<typeof EarningView>;

export function serviceEarning(offer: Offer, amount: number): Earning {
  return {
    id: offer.id,
    kind: 'premium',
    questionId: offer.questionId,
    offerId: offer.id,
    subject: offer.subject,
    state: offer.state,
    amount: { amount, currency: offer.price.currency },
    at: (offer.acceptedAt ?? offer.shownAt).toISOString(),
  };
}
