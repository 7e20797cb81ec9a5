// A question (2).

import { z } from 'zod';
import type { ReceiverKind } from '../../domain/people.ts';
import { QUESTION_STATES } from '../../domain/question.ts';
import type { Question } from '../../domain/question.ts';
import type { Overview } from '../../models/overview.ts';
import { AuthorView, Instant, MoneyView, PersonView, authorView, instant, personView } from './fields.ts';

export const QuestionView = z
  .strictObject({
    id: z.string(),
    version: z.int(),
    state: z.enum(QUESTION_STATES),
    category: z.string(),
    subject: z.string(),
    body: z.string(),
    value: MoneyView,
    payout: MoneyView.optional().meta({ description: 'What the expert earns with it. Experts and admins only.' }),
    customer: PersonView,
    expert: PersonView.nullable(),
    lockedUntil: Instant.nullable(),
    lastSeq: z.int(),
    ratingEnabled: z.boolean(),
    rating: z.strictObject({ stars: z.int(), by: z.enum(['customer', 'automatic']) }).nullable(),
    offerAvailableAt: Instant.nullable(),
    postedAt: Instant.nullable(),
    closedAt: Instant.nullable(),
    payment: z
      .strictObject({ state: z.string(), reason: z.string().nullable() })
      .optional()
      .meta({ description: 'Customers and admins only.' }),
    card: z.strictObject({ brand: z.string(), last4: z.string() }).nullable().optional().meta({
      description:
        'What is charged next, as its customer knows it; null: the provider has not said it. The customer only.',
    }),
  })
  .meta({ id: 'Question' });

export function questionView(
  question: Question,
  lastSeq: number,
  receiver: ReceiverKind,
): z.input<typeof QuestionView> {
  const { payment } = question;
  return {
    id: question.id,
    version: question.version,
    state: question.state,
    category: question.categoryId,
    subject: question.subject,
    body: question.body,
    value: question.value,
    ...(receiver !== 'customer' && { payout: question.payout }),
    customer: personView(question.customer),
    expert: question.expert && personView(question.expert),
    lockedUntil: instant(question.lockedUntil),
    lastSeq,
    ratingEnabled: question.ratingEnabled,
    rating: question.rating,
    offerAvailableAt: instant(question.offerAvailableAt),
    postedAt: instant(question.postedAt),
    closedAt: instant(question.closedAt),
    ...(receiver !== 'expert' && { payment: { state: payment.state, reason: payment.reason } }),
    ...(receiver === 'customer' && { card: question.card ?? null }),
  };
}

export const QuestionEntryView = QuestionView.extend({
  lastMessage: z
    .strictObject({ seq: z.int(), by: AuthorView, kind: z.string(), at: Instant })
    .nullable()
    .optional()
    .meta({ description: 'The two sides and admins only.' }),
  unread: z.int().optional().meta({
    description: 'What others wrote beyond one’s read mark; 100 says at least that many. The two sides only.',
  }),
}).meta({ id: 'QuestionEntry' });

/** 2.3: of a conversation that the receiver is in. */
export function overviewView({ last, unread }: Overview, receiver: ReceiverKind) {
  return {
    lastMessage: last && { seq: last.seq, by: authorView(last.by), kind: last.kind, at: last.at.toISOString() },
    ...(receiver !== 'admin' && { unread }),
  };
}
