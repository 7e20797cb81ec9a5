// Rule 10.1: what customer care and expert support work on, and all that can happen to it: no I/O, no clock, no settings
// of its own.

import type { CaseEffect, CaseKind, NewCase, Outcome } from './effects.ts';
import { Refusal } from './errors.ts';
import { SYSTEM } from './message.ts';
import type { Author } from './message.ts';
import type { Person } from './people.ts';
import type { Policy } from './policy.ts';

/** How each kind of case may end. `grant` and `refuse` decide about a refund (8.4), `pay` about a low rating (2.5). */
export const RESOLUTIONS = {
  personal_information: ['done', 'dismissed'],
  low_rating: ['pay', 'dismissed'],
  unable_to_complete: ['done', 'dismissed'],
  not_connected: ['done', 'dismissed'],
  refund: ['grant', 'refuse', 'dismissed'],
  payout_dispute: ['done', 'dismissed'],
  /** `retry`: the provider is asked once more; `done`: settled in another way */
  refund_failed: ['retry', 'done', 'dismissed'],
  /** the bank decides: `won` or `lost`, once */
  chargeback: ['done', 'dismissed'],
  card_testing: ['done', 'dismissed'],
} as const satisfies Record<CaseKind, readonly string[]>;

export type Resolution = (typeof RESOLUTIONS)[CaseKind][number] | 'won' | 'lost';

export const CASE_KINDS = Object.keys(RESOLUTIONS) as CaseKind[];

export type CaseState = 'open' | 'resolved';

export interface Case extends NewCase {
  readonly id: string;
  readonly version: number;
  readonly state: CaseState;
  /** unique per person who opens: the same wish again is the same case; null for machines */
  readonly clientId: string | null;
  /** the question's subject and customer: lists and e-mails name them */
  readonly subject: string;
  readonly customer: Person;
  readonly openedAt: Date;
  /** when it should be resolved by */
  readonly respondBy: Date;
  /** it was still open then */
  readonly overdue: boolean;
  readonly assignee: Person | null;
  readonly notes: readonly Note[];
  /** who did what, the oldest first */
  readonly history: readonly CaseStep[];
  readonly resolved: Resolved | null;
  /** the earliest of its deadlines; null when none is left */
  readonly dueAt: Date | null;
}

export interface Note {
  /** unique per author: the same one again is the same note */
  readonly clientId: string;
  readonly by: Author;
  readonly at: Date;
  readonly text: string;
}

/** One line of a case's history. */
export interface CaseStep {
  readonly what: 'opened' | 'assigned' | 'noted' | 'overdue' | 'resolved';
  readonly by: Author;
  readonly at: Date;
  /** `assigned`: to whom, null: to nobody any more */
  readonly to: Person | null;
}

export interface Resolved {
  readonly resolution: Resolution;
  readonly comment: string | null;
  readonly by: Author;
  readonly at: Date;
  readonly clientId: string | null;
}

export type CaseEvent =
  | { readonly type: 'assign'; readonly by: Author; readonly to: Person | null }
  | { readonly type: 'note'; readonly by: Author; readonly clientId: string; readonly text: string }
  | { readonly type: 'overdue' }
  | {
      readonly type: 'resolve';
      readonly by: Author;
      readonly resolution: Resolution;
      readonly comment: string | null;
      readonly clientId: string | null;
      /** the refunds that had been asked for by then */
      readonly asked?: number;
    };

export type CaseEventType = CaseEvent['type'];

/** Every event that a state takes, and the states it may lead to. An event that is not listed changes nothing. */
export const CASE_TRANSITIONS = {
  open: { assign: ['open'], note: ['open'], overdue: ['open'], resolve: ['resolved'] },
  resolved: { note: ['resolved'] },
} as const satisfies Record<CaseState, Partial<Record<CaseEventType, readonly CaseState[]>>>;

export const CASE_STATES = Object.keys(CASE_TRANSITIONS) as CaseState[];

/** An open case that nobody works on yet. */
export function newCase(
  id: string,
  opened: NewCase,
  about: Pick<Case, 'subject' | 'customer' | 'clientId'>,
  now: Date,
  policy: Policy,
): Case {
  const respondBy = opened.respondBy ?? new Date(now.getTime() + policy.caseResponseMs);
  return {
    ...opened,
    id,
    version: 1,
    state: 'open',
    clientId: about.clientId,
    subject: about.subject,
    customer: about.customer,
    openedAt: now,
    respondBy,
    overdue: false,
    assignee: null,
    notes: [],
    history: [{ what: 'opened', by: opened.openedBy, at: now, to: null }],
    resolved: null,
    dueAt: respondBy,
  };
}

/**
 * What a case becomes by an event, and what it then owes. Pure.
 * @throws Refusal `conflict.case_resolved` (details: state, resolution), `conflict.stale`
 */
export function stepCase(found: Case, event: CaseEvent, now: Date): Outcome<Case, CaseEffect> {
  const allowed: Partial<Record<CaseEventType, readonly CaseState[]>> = CASE_TRANSITIONS[found.state];
  if (!allowed[event.type]) throw new Refusal('conflict.case_resolved', standOf(found));
  const { change, effects, step } = apply(found, event, now);
  const next: Case = {
    ...found,
    ...change,
    version: found.version + 1,
    history: [...found.history, { to: null, ...step, at: now }],
  };
  return { next: { ...next, dueAt: deadlineOf(next) }, effects: [{ type: 'changed' }, ...effects] };
}

/** The step that is due now; null when none is. */
export function dueCase(found: Case, now: Date): Extract<CaseEvent, { type: 'overdue' }> | null {
  return found.dueAt === null || found.dueAt > now ? null : { type: 'overdue' };
}

/** The state, as refusals tell it. */
function standOf({ state, resolved }: Case) {
  return { state, resolution: resolved?.resolution ?? null };
}

interface Applied {
  readonly change: Partial<Case>;
  readonly effects: readonly CaseEffect[];
  readonly step: Pick<CaseStep, 'what' | 'by'> & { readonly to?: Person | null };
}

function apply(found: Case, event: CaseEvent, now: Date): Applied {
  switch (event.type) {
    case 'assign':
      return { change: { assignee: event.to }, effects: [], step: { what: 'assigned', by: event.by, to: event.to } };
    case 'note': {
      const { clientId, by, text } = event;
      const notes = [...found.notes, { clientId, by, text, at: now }];
      return { change: { notes }, effects: [], step: { what: 'noted', by } };
    }
    case 'overdue':
      return overdue(found, now);
    case 'resolve': {
      const { type: _, asked: _asked, ...said } = event;
      const change = { state: 'resolved', resolved: { ...said, at: now } } as const;
      return { change, effects: owedBy(found, event), step: { what: 'resolved', by: event.by } };
    }
  }
}

/**
 * Told once: whoever works on it knows from then on. Of many of one kind in a question that end on the same day there is one
 * letter: each flagged message is a case of its own (9.2).
 */
function overdue(found: Case, now: Date): Applied {
  if (found.respondBy > now) throw new Refusal('conflict.stale', standOf(found));
  const { kind, questionId, subject, respondBy } = found;
  return {
    change: { overdue: true },
    effects: [
      {
        type: 'mail_admins',
        key: `case-overdue-${questionId}-${kind}-${respondBy.toISOString().slice(0, 10)}`,
        template: 'care_case_overdue',
        params: { questionId, subject, kind },
      },
    ],
    step: { what: 'overdue', by: SYSTEM },
  };
}

/** 2.5, 8.4: the decision stands with the case; question and offer follow it. */
function owedBy(
  found: Case,
  { resolution, comment, asked = 0 }: Extract<CaseEvent, { type: 'resolve' }>,
): CaseEffect[] {
  switch (resolution) {
    case 'grant':
    case 'retry':
      return [{ type: 'refund_granted', asked }];
    case 'won':
    case 'lost':
      return [toldCare(found, resolution)];
    case 'pay':
      return [{ type: 'value_granted' }];
    case 'refuse':
      return refused(found, comment ?? '');
    case 'done':
    case 'dismissed':
      if (found.kind === 'low_rating') return [{ type: 'rating_upheld' }];
      return [...refundDismissed(found), ...disputeEnded(found, resolution)];
  }
}

/** What a new case owes: of some customer care hears at once. */
export function openedEffects(found: Case): CaseEffect[] {
  const told: Partial<Record<CaseKind, string>> = { refund_failed: 'open', chargeback: 'open', card_testing: 'open' };
  const outcome = told[found.kind];
  return [{ type: 'changed' }, ...(outcome === undefined ? [] : [toldCare(found, outcome)]), ...received(found)];
}

/** Who asks for a decision hears that it is on its way, and until when. */
function received({ id, kind, openedBy, questionId, subject, customer, respondBy }: Case): CaseEffect[] {
  const isOwn =
    kind === 'refund' ? openedBy.id === customer.id : kind === 'payout_dispute' && openedBy.role === 'expert';
  if (!isOwn) return [];
  const template = kind === 'refund' ? 'refund_received' : 'dispute_received';
  const params = { questionId, subject, until: respondBy.toISOString() };
  return [{ type: 'mail', key: `case-received-${id}`, to: openedBy.id, template, params, ifAway: false }];
}

function toldCare({ id, kind, questionId, offerId, subject, reason, respondBy }: Case, outcome: string): CaseEffect {
  const template =
    kind === 'refund_failed' ? 'care_refund_failed' : kind === 'chargeback' ? 'care_chargeback' : 'care_card_testing';
  const about = { questionId, ...(offerId !== null && { offerId }), subject };
  const params = { ...about, outcome, reason: reason ?? '', until: respondBy.toISOString() };
  return { type: 'mail_admins', key: `${template}-${id}-${outcome}`, template, params };
}

/** 10.1: the expert who has disputed a payout hears how it ended; what was noted and said about it is for admins. */
function disputeEnded(
  { id, kind, openedBy, questionId, offerId, subject }: Case,
  resolution: Resolution,
): CaseEffect[] {
  if (kind !== 'payout_dispute' || openedBy.role !== 'expert') return [];
  const params = { questionId, ...(offerId !== null && { offerId }), subject, resolution };
  const key = `dispute-resolved-${id}`;
  return [
    { type: 'notice', to: openedBy.id, code: 'dispute.resolved', params },
    { type: 'mail', key, to: openedBy.id, template: 'dispute_resolved', params, ifAway: false },
  ];
}

/** 8.4: a refusal says why. */
function refused({ id, questionId, subject, customer }: Case, reason: string): CaseEffect[] {
  const params = { questionId, subject, reason };
  return [
    { type: 'notice', to: customer.id, code: 'refund.refused', params },
    { type: 'mail', key: `refund-refused-${id}`, to: customer.id, template: 'refund_refused', params, ifAway: false },
  ];
}

/** 8.4: who has asked hears that nothing more comes of it. */
function refundDismissed({ kind, openedBy, questionId, subject, customer }: Case): CaseEffect[] {
  if (kind !== 'refund' || openedBy.id !== customer.id) return [];
  return [{ type: 'notice', to: customer.id, code: 'refund.dismissed', params: { questionId, subject } }];
}

function deadlineOf({ state, overdue: told, respondBy }: Case): Date | null {
  return state === 'open' && !told ? respondBy : null;
}
