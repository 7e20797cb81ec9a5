// 7.1: attempts to reach a customer, as they are noted in this browser until they go with the report.

export interface Attempt {
  /** ISO 8601 */
  readonly at: string;
  readonly note?: string;
}

const MOST = 50; // the newest

/** What was kept; none when it is not to be read. */
export function attemptsIn(kept: string): readonly Attempt[] {
  try {
    const attempts: unknown = JSON.parse(kept === '' ? '[]' : kept);
    return Array.isArray(attempts) ? (attempts as Attempt[]) : []; // nobody else writes it
  } catch {
    return [];
  }
}

export const withAttempt = (attempts: readonly Attempt[], attempt: Attempt): readonly Attempt[] =>
  [...attempts, attempt].slice(-MOST);
