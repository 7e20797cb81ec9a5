// The few numbers that many are boiled down to.

const ascending = (values: readonly number[]) => [...values].sort((one, other) => one - other);

export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Nearest rank: p99 of a thousand is the tenth from the top. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = ascending(values);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? NaN;
}

export const p99 = (values: readonly number[]) => percentile(values, 99);

/** Without a spread into arguments, which ends at some ten thousand of them. */
export const most = (values: readonly number[]) => values.reduce((top, value) => Math.max(top, value), -Infinity);

/** Two measurements of the same thing in each round: their usual ratio, and how far apart they usually are. */
export interface Noise {
  readonly ratio: number;
  readonly spread: number;
}

/** Each with the one before: a baseline that is measured once a round is compared with itself like this. */
export const neighbours = (values: readonly number[]) =>
  values.slice(1).map((value, index) => [value, values[index]!] as const);

export function noiseOf(pairs: readonly (readonly [number, number])[]): Noise {
  const ratios = pairs.map(([one, other]) => one / other);
  return { ratio: median(ratios), spread: median(ratios.map((ratio) => Math.abs(ratio - 1))) };
}
