// Rule 6.1: whether an expert is to be reached live, or is away: by their own press, after requests that they let pass, or
// because nobody looks at their pages. Who is away gets letters at once and is asked first all the same.

export const AVAILABILITIES = ['available', 'away'] as const;
export type AvailabilityState = (typeof AVAILABILITIES)[number];

/** Who or what has said so. */
export const AWAY_REASONS = ['chosen', 'missed', 'hidden'] as const;

export interface Away {
  readonly because: (typeof AWAY_REASONS)[number];
  readonly since: Date;
  /** null: until they say otherwise */
  readonly until: Date | null;
}

/** As it is stored with an account; of one that has none, nothing has ever been said. */
export interface Availability {
  /** grows with `away` */
  readonly version: number;
  readonly away: Away | null;
  /** requests that were kept for them and lapsed while they were available, the oldest first */
  readonly missed?: readonly Missed[];
  /** when they took or passed on a request, claimed a question or pressed: what they missed before counts no more */
  readonly answeredAt?: Date;
  /** since when none of their pages is seen */
  readonly hiddenSince?: Date | null;
}

export interface Missed {
  readonly offerId: string;
  /** when the reservation ended */
  readonly at: Date;
}

export const AVAILABLE: Availability = { version: 0, away: null };

/** What holds at this instant: the end of an absence needs nobody to look. */
export function awayAt({ away }: Availability, now: Date): Away | null {
  return away === null || (away.until !== null && away.until <= now) ? null : away;
}
