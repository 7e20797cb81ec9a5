// The fulfillment report (7.1): was the expert able to connect, and how often have they tried?

/** 7.1: one try to reach the customer. */
export interface Attempt {
  readonly at: Date;
  readonly note: string | null;
}

/** 7.1: one that was logged when it happened. `clientId`: the same again is the same attempt */
export interface LoggedAttempt extends Attempt {
  readonly clientId: string;
}

/** 7.1: far more than anybody tries within the time for a report. */
export const MOST_ATTEMPTS = 20;

/** 7.1 */
export interface Report {
  readonly connected: boolean;
  readonly attempts: readonly Attempt[];
  readonly reason: string | null;
  readonly comment: string | null;
  readonly at: Date;
}

/** 7.1: all attempts of a report: those that were logged, and what it says beyond them. */
export function attemptsOf(
  { attempts = [] }: { readonly attempts?: readonly LoggedAttempt[] | undefined },
  said: readonly Attempt[] | number,
  now: Date,
): Attempt[] {
  const logged = attempts.map(({ at, note }) => ({ at, note }));
  // a number is that of all of them
  if (typeof said === 'number') {
    return [...logged, ...Array.from({ length: Math.max(0, said - logged.length) }, () => ({ at: now, note: null }))];
  }
  const known = new Set(logged.map(({ at }) => at.getTime()));
  return [...logged, ...said.filter(({ at }) => !known.has(at.getTime()))];
}
