// The invariants of Parley that can be seen from outside: the database and what the clients saw must tell one story.
// Numbers (I1 …) as in the table of docs/reliability.md, rules as in the specification.

import { conversationChecks } from './checks/conversations.ts';
import { dispatchChecks } from './checks/dispatch.ts';
import { moneyChecks } from './checks/money.ts';
import { snapshotOf } from './snapshot.ts';
import type { Db, Snapshot } from './snapshot.ts';
import type { Witness } from './witness.ts';

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

export interface Verdict extends Finding {
  readonly id: string;
  readonly claim: string;
}

const CHECKS: readonly Check[] = [...conversationChecks, ...dispatchChecks, ...moneyChecks];

export async function checkInvariants(db: Db, witness: Witness): Promise<Verdict[]> {
  const snapshot = await snapshotOf(db);
  return CHECKS.map(({ id, claim, look }) => ({ id, claim, ...look(snapshot, witness) }));
}
