// Rule 5.2: which of the allowed price points is shown. Today it is the middle one; every offer keeps the points it was
// chosen from and what became of it, so that the choice can be learned later.

/** The middle of the price points, the lower middle of an even number. Throws on an empty list. */
export function middlePrice(points: readonly number[]): number {
  const sorted = points.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error('a category needs at least one price point');
  return middle;
}
