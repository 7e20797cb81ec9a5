/**
 * The first place that none of these holds. With a unique index on places there are never more than places, whoever adds one at
 * the same time: one of two is a duplicate, and looks again.
 */
export function freePlace(held: readonly { readonly place?: number }[]): number {
  const taken = new Set(held.map(({ place }) => place));
  let place = 0;
  while (taken.has(place)) place += 1;
  return place;
}
