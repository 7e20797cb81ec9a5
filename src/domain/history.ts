// What a record went through, step by step, for disputes (10.1): its other fields only tell how it stands.

import type { Author } from './message.ts';
import type { Dispute } from './payment.ts';
import type { Person } from './people.ts';

export interface Step<What extends string> {
  /** the event of the machine */
  readonly what: What;
  readonly at: Date;
  /** null: the payment provider's answer, or a decision of customer care: its case knows whose */
  readonly by: Author | null;
  /** of a decline, a charge that failed, of "unable to complete" */
  readonly reason?: string;
}

/** Far more than a conversation has, and a bound for whoever claims and releases without end. */
export const MOST_STEPS = 1_000;

type Kept = Pick<Step<string>, 'what' | 'by'>;

export function remember<S extends Kept>(history: readonly S[], step: S): readonly S[] {
  // a card that was chosen and not tried: the next choice is in its place
  const before = step.what === CHOICE && history.at(-1)?.what === CHOICE ? history.slice(0, -1) : history;
  return [...(before.length < MOST_STEPS ? before : withRoom(before)), step];
}

const CHOICE = 'change_method';
/** What one person can do again and again, and what counts is the last of each. */
const AGAIN: ReadonlySet<string> = new Set([CHOICE, 'rate', 'authorise', 'authorisation_failed']);

const ENDS: ReadonlySet<string | undefined> = new Set(['release', 'lapse']);

/**
 * What goes first are turns of an expert in which nothing happened, the oldest, and then what the same person has done again
 * since: neither claims nor cards without end must make anybody's answer or rating forgotten. The last turn of each tells when
 * they left (2.2): it stays as long as there are others.
 */
function withRoom<S extends Kept>(history: readonly S[]): readonly S[] {
  const turns = history.flatMap(({ what, by }, index) =>
    what === 'claim' && ENDS.has(history[index + 1]?.what) ? [{ index, who: by?.id }] : [],
  );
  const last = new Map(turns.map(({ index, who }) => [who, index]));
  const spare = turns.find(({ index, who }) => last.get(who) !== index);
  if (spare !== undefined) return history.toSpliced(spare.index, 2);
  const again = history.findIndex(({ what }, index) => AGAIN.has(what) && isLater(history, index));
  if (again >= 0) return history.toSpliced(again, 1);
  return turns[0] === undefined ? history.slice(1) : history.toSpliced(turns[0].index, 2);
}

function isLater<S extends Kept>(history: readonly S[], index: number): boolean {
  const { what, by } = history[index] ?? {};
  return history.findIndex((one, at) => at > index && one.what === what && one.by?.id === by?.id) >= 0;
}

/** What an event says of why it happened. */
export function reasonIn(event: {
  readonly type: string;
  readonly reason?: string;
  readonly dispute?: Dispute;
}): Pick<Step<string>, 'reason'> {
  const { reason, dispute } = event;
  if (dispute !== undefined) return { reason: `${dispute.state}: ${dispute.reason}` };
  return reason === undefined ? {} : { reason };
}

export const asExpert = (person: Person | null): Author | null => person && { ...person, role: 'expert' };
