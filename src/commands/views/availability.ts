// Whether an expert is away (6.1), as they see it themselves and admins do. Others see the state alone.

import { z } from 'zod';
import { AVAILABILITIES, AWAY_REASONS, awayAt } from '../../domain/availability.ts';
import type { Availability } from '../../domain/availability.ts';
import { Instant } from './fields.ts';

export const AvailabilityView = z
  .strictObject({
    state: z.enum(AVAILABILITIES),
    until: Instant.optional(),
    because: z.enum(AWAY_REASONS).optional(),
    version: z.int(),
  })
  .meta({ id: 'Availability' });

export function availabilityView(availability: Availability, now: Date): z.input<typeof AvailabilityView> {
  const away = awayAt(availability, now);
  const { version } = availability;
  if (away === null) return { state: 'available', version };
  return { state: 'away', because: away.because, version, ...(away.until && { until: away.until.toISOString() }) };
}
