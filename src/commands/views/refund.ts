// What a customer has asked back, and what came of it (8.4).

import { z } from 'zod';
import { CASE_STATES } from '../../domain/case.ts';
import type { Case } from '../../domain/case.ts';
import { Instant } from './fields.ts';

export const RefundView = z
  .strictObject({
    caseId: z.string(),
    offerId: z.string().nullable().meta({ description: 'Null: the value of the question.' }),
    state: z.enum(CASE_STATES),
    askedAt: Instant,
    resolution: z.string().nullable(),
    comment: z.string().nullable().meta({ description: 'Why it was refused.' }),
  })
  .meta({ id: 'Refund' });

/** Of the refunds of a question those that this customer has asked for, the oldest first. */
export function refundViews(refunds: readonly Case[], customerId: string): z.input<typeof RefundView>[] {
  return refunds
    .filter(({ openedBy }) => openedBy.id === customerId)
    .map(({ id, offerId, state, openedAt, resolved }) => ({
      ...{ caseId: id, offerId, state, askedAt: openedAt.toISOString() },
      resolution: resolved && resolved.resolution,
      // what admins say of other decisions is for admins
      comment: resolved?.resolution === 'refuse' ? resolved.comment : null,
    }));
}
