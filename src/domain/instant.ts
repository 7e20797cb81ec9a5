// Instants compared and moved.

export const later = (from: Date, ms: number) => new Date(from.getTime() + ms);
export const reached = (at: Date | null, now: Date) => at !== null && at <= now;

const GATHER_MS = 250;

/** Soon after this instant, the same for all that come near each other: what can wait a little shares one alarm. */
export const gathered = (at: Date) => new Date(Math.ceil((at.getTime() + GATHER_MS) / GATHER_MS) * GATHER_MS);

export function earliest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}

export function latest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}
