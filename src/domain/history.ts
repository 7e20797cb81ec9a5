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
  return [...(history.length < MOST_STEPS ? history : withRoom(history)), step];
}

const ENDS: ReadonlySet<string | undefined> = new Set(['release', 'lapse']);

/**
 * What goes first are turns of an expert in which nothing happened, the oldest: claims without end must not make anybody's
 * answer or rating forgotten. The last turn of each tells when they left (2.2): it stays as long as there are others.
 */
function withRoom<S extends Kept>(history: readonly S[]): readonly S[] {
  const turns = history.flatMap(({ what, by }, index) =>
    what === 'claim' && ENDS.has(history[index + 1]?.what) ? [{ index, who: by?.id }] : [],
  );
  const last = new Map(turns.map(({ index, who }) => [who, index]));
  const spare = turns.find(({ index, who }) => last.get(who) !== index) ?? turns[0];
  return spare === undefined ? history.slice(1) : history.toSpliced(spare.index, 2);
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
