// Rule 10.1: what customer care and expert support work on lives in this file: no I/O, no clock, no settings of its own.

import type { Author } from './message.ts';
import type { Person } from './people.ts';
import type { Policy } from './policy.ts';

export const CASE_KINDS = [
  'personal_information',
  'low_rating',
  'unable_to_complete',
  'not_connected',
  'refund',
  'payout_dispute',
] as const;

export type CaseKind = (typeof CASE_KINDS)[number];

export type CaseState = 'open' | 'resolved';

/** What a machine or a command asks for. */
export interface NewCase {
  /** idempotency key: one case per key, its id is made from it */
  readonly key: string;
  readonly kind: CaseKind;
  readonly questionId: string;
  readonly offerId: string | null;
  /** the message it is about */
  readonly seq: number | null;
  /** the platform itself is `SYSTEM` */
  readonly openedBy: Author;
  readonly reason: string | null;
}

export interface Case extends NewCase {
  readonly id: string;
  readonly version: number;
  readonly state: CaseState;
  /** the question's subject and customer: lists and e-mails name them */
  readonly subject: string;
  readonly customer: Person;
  readonly openedAt: Date;
  /** when it should be resolved by */
  readonly respondBy: Date;
  readonly assignee: Person | null;
  /** who did what, the oldest first */
  readonly history: readonly CaseStep[];
  /** the earliest of its deadlines; null when none is left */
  readonly dueAt: Date | null;
}

/** One line of a case's history. */
export interface CaseStep {
  readonly what: 'opened';
  readonly by: Author;
  readonly at: Date;
}

/** What a case is about, as it must be known when it is opened. */
export interface CaseSubject {
  readonly subject: string;
  readonly customer: Person;
}

/** 10.1: an open case that nobody works on yet. */
export function newCase(id: string, opened: NewCase, about: CaseSubject, now: Date, policy: Policy): Case {
  const respondBy = new Date(now.getTime() + policy.caseResponseMs);
  return {
    ...opened,
    id,
    version: 1,
    state: 'open',
    subject: about.subject,
    customer: about.customer,
    openedAt: now,
    respondBy,
    assignee: null,
    history: [{ what: 'opened', by: opened.openedBy, at: now }],
    dueAt: null,
  };
}
