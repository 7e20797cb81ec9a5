// A case of customer care (10).

import { z } from 'zod';
import { CASE_KINDS, CASE_STATES } from '../../domain/case.ts';
import type { Case } from '../../domain/case.ts';
import type { ReceiverKind } from '../../domain/people.ts';
import { AuthorView, Instant, PersonView, authorView, instant, personView } from './fields.ts';

const adminsOnly = { description: 'Admins only.' };

export const CaseView = z
  .strictObject({
    id: z.string(),
    version: z.int(),
    kind: z.enum(CASE_KINDS),
    state: z.enum(CASE_STATES),
    questionId: z.string(),
    offerId: z.string().nullable(),
    seq: z.int().nullable().meta({ description: 'The message it is about.' }),
    subject: z.string(),
    reason: z.string().nullable(),
    openedAt: Instant,
    resolution: z.string().nullable(),
    resolvedAt: Instant.nullable(),
    openedBy: AuthorView.optional().meta(adminsOnly),
    customer: PersonView.optional().meta(adminsOnly),
    dueAt: Instant.optional().meta({ description: 'When it should be resolved by. Admins only.' }),
    overdue: z.boolean().optional().meta(adminsOnly),
    assignee: PersonView.nullable().optional().meta(adminsOnly),
    notes: z
      .array(z.strictObject({ by: AuthorView, at: Instant, text: z.string() }))
      .optional()
      .meta(adminsOnly),
    history: z
      .array(z.strictObject({ what: z.string(), by: AuthorView, at: Instant, to: PersonView.nullable() }))
      .optional()
      .meta(adminsOnly),
    comment: z
      .string()
      .nullable()
      .optional()
      .meta({ description: 'What the admin who resolved it said. Admins only.' }),
    resolvedBy: AuthorView.nullable().optional().meta(adminsOnly),
  })
  .meta({ id: 'Case' });

/** A case: all of it for admins, what they asked for and what came of it for whoever opened it. */
export function caseView(found: Case, receiver: ReceiverKind): z.input<typeof CaseView> {
  return {
    id: found.id,
    version: found.version,
    kind: found.kind,
    state: found.state,
    questionId: found.questionId,
    offerId: found.offerId,
    seq: found.seq,
    subject: found.subject,
    reason: found.reason,
    openedAt: found.openedAt.toISOString(),
    resolution: found.resolved && found.resolved.resolution,
    resolvedAt: instant(found.resolved && found.resolved.at),
    ...(receiver === 'admin' && caseFile(found)),
  };
}

function caseFile({ openedBy, customer, respondBy, overdue, assignee, notes, history, resolved }: Case) {
  return {
    openedBy: authorView(openedBy),
    customer: personView(customer),
    dueAt: respondBy.toISOString(),
    overdue,
    assignee: assignee && personView(assignee),
    notes: notes.map(({ by, at, text }) => ({ by: authorView(by), at: at.toISOString(), text })),
    history: history.map(({ what, by, at, to }) => ({
      ...{ what, by: authorView(by), at: at.toISOString() },
      to: to && personView(to),
    })),
    comment: resolved && resolved.comment,
    resolvedBy: resolved && authorView(resolved.by),
  };
}
