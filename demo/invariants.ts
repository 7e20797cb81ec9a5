// The invariants of Parley that can be seen from outside: the database and what the clients saw must tell one story.
// Numbers (I1 …) as in the table of docs/reliability.md, rules as in the specification.

import type { Check, Finding } from './checks/check.ts';
import { conversationChecks } from './checks/conversations.ts';
import { dispatchChecks } from './checks/dispatch.ts';
import { moneyChecks } from './checks/money.ts';
import { priceChecks } from './checks/prices.ts';
import { snapshotOf } from './snapshot.ts';
import type { Db } from './snapshot.ts';
import type { Witness } from './witness.ts';

export interface Verdict extends Finding {
  readonly id: string;
  readonly claim: string;
}

const CHECKS: readonly Check[] = [...conversationChecks, ...dispatchChecks, ...moneyChecks, ...priceChecks];

export async function checkInvariants(db: Db, witness: Witness): Promise<Verdict[]> {
  const snapshot = await snapshotOf(db);
  return CHECKS.map(({ id, claim, look }) => ({ id, claim, ...look(snapshot, witness) }));
}
