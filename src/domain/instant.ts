// Instants compared and moved.

export const later = (from: Date, ms: number) => new Date(from.getTime() + ms);
export const reached = (at: Date | null, now: Date) => at !== null && at <= now;

export function earliest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
