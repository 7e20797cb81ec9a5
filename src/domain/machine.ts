// What all machines have in common. One that is described so, with its store and what its watchers are told, is a row of
// dispatch/machines.ts, and is stepped, settled, woken and swept like the others.

import type { Effect, Outcome } from './effects.ts';
import type { Policy } from './policy.ts';

export interface MachineRecord {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  /** the earliest of its deadlines; null when none is left */
  readonly dueAt: Date | null;
}

export interface MachineEvent {
  readonly type: string;
}

/** What the conversation knows and the record does not; each is there when the due step asks for it. */
export interface Seen {
  /** 2.8: when something was written last, or a service was requested or accepted; null for never */
  readonly activeAt?: Date | null;
  /** 4.2: the customer has replied, or cannot be written to any more: no further reminder */
  readonly isOver?: boolean;
}

/** Pure, all of it. */
export interface Machine<R extends MachineRecord, E extends MachineEvent, Owed extends Effect> {
  /** Is the record already what the event, of the same person, would make of it? Then the record is the answer. */
  isRepeated(record: R, event: E): boolean;
  /**
   * What the record becomes by an event, and what it then owes.
   * @throws Refusal when the state, or what the record says, does not allow it
   */
  step(record: R, event: E, now: Date, policy: Policy): Outcome<R, Owed>;
  /** The step that is due now, judged by the record and by what was `seen`, if somebody has looked; null when none is. */
  due(record: R, now: Date, policy: Policy, seen?: Seen): E | null;
  /** From when on time goes first, whatever else happens to the record; null: never. */
  overtakenAt(record: R): Date | null;
}
