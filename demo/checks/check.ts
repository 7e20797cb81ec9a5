// What a check of an invariant looks at, and what it says.

import type { Snapshot } from '../snapshot.ts';
import type { Witness } from '../witness.ts';

export interface Check {
  /** the invariant's number */
  readonly id: string;
  readonly claim: string;
  /** how much was looked at, and what is wrong with it */
  readonly look: (snapshot: Snapshot, witness: Witness) => Finding;
}

export interface Finding {
  readonly examined: string;
  readonly faults: readonly string[];
}

export function doubles(all: readonly string[]): string[] {
  return [...new Set(all.filter((one, index) => all.indexOf(one) !== index))];
}
