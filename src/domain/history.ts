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

/** The newest are kept: far more than a conversation has, and a bound for whoever claims and releases without end. */
export const MOST_STEPS = 1_000;

export function remember<S>(history: readonly S[], step: S): readonly S[] {
  return [...(history.length < MOST_STEPS ? history : history.slice(1 - MOST_STEPS)), step];
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
