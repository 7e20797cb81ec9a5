// One thing that happened to a question, as its evidence tells it (10.1).

import { z } from 'zod';
import type { Ctx } from '../../context.ts';
import type { Case, CaseStep } from '../../domain/case.ts';
import { CODES } from '../../domain/errors.ts';
import { SYSTEM } from '../../domain/message.ts';
import type { Author } from '../../domain/message.ts';
import type { Offer, OfferEventType, OfferStep } from '../../domain/offer.ts';
import type { Locale } from '../../domain/people.ts';
import type { Question } from '../../domain/question.ts';
import type { Attempt } from '../../domain/report.ts';
import type { AuditRow } from '../../models/audit.ts';
import { ENTRY_IN_LINE } from '../../models/entry.ts';
import type { BookedEntry } from '../../models/entry.ts';
import type { Outline } from '../../models/outline.ts';
import type { RefusedMessage } from '../../models/refused-message.ts';
import { AuthorView, Instant, MoneyView, authorView } from './fields.ts';

const Terms = z
  .strictObject({ service: z.string(), description: z.string(), price: MoneyView, payout: MoneyView })
  .meta({ description: 'What was shown and accepted; it never changes afterwards.' });

const common = {
  id: z.string(),
  at: Instant,
  by: AuthorView.nullable().meta({ description: 'Null when it is not known, or nobody did it.' }),
};
const step = {
  what: z.string().meta({ description: '`created` or `shown`, then the events of docs/machines.md.' }),
  reason: z.string().nullable().optional(),
};

export const HappeningView = z
  .discriminatedUnion('type', [
    z.strictObject({
      ...common,
      ...step,
      type: z.literal('question'),
      stars: z.int().optional(),
    }),
    z.strictObject({
      ...common,
      type: z.literal('message'),
      seq: z.int(),
      kind: z.string(),
      asksRating: z.boolean().optional().meta({ description: '3.1: it asks for a rating.' }),
      confirmed: z.boolean().optional().meta({ description: '3.2: sent although it is a fragment.' }),
    }),
    z
      .strictObject({ ...common, type: z.literal('message.refused'), kind: z.string(), code: z.enum(CODES) })
      .meta({ description: '3: what an expert wanted to send and may not.' }),
    z.strictObject({ ...common, type: z.literal('message.flagged'), seq: z.int(), reason: z.string() }),
    z.strictObject({ ...common, type: z.enum(['message.redacted', 'read']), seq: z.int() }),
    z.strictObject({ ...common, type: z.literal('audit'), action: z.string(), reason: z.string().nullable() }),
    z.strictObject({
      ...common,
      ...step,
      type: z.literal('offer'),
      offerId: z.string(),
      terms: Terms.optional(),
      connected: z.boolean().optional(),
      comment: z.string().nullable().optional(),
    }),
    z.strictObject({ ...common, type: z.literal('attempt'), offerId: z.string(), note: z.string().nullable() }),
    z.strictObject({
      ...common,
      type: z.literal('entry'),
      kind: z.string(),
      offerId: z.string().nullable(),
      currency: z.string(),
      legs: z.array(z.strictObject({ account: z.string(), amount: z.int() })),
    }),
    z.strictObject({
      ...common,
      type: z.literal('case'),
      caseId: z.string(),
      kind: z.string(),
      what: z.string(),
      text: z.string().nullable().meta({ description: 'The reason, the note, the comment.' }),
      resolution: z.string().nullable(),
    }),
  ])
  .meta({ id: 'Happening' });

export type Happening = z.input<typeof HappeningView>;

export function questionHappenings({ id, customer, createdAt, history }: Question): Happening[] {
  const asked = authorView({ ...customer, role: 'customer' });
  const created: Happening = { ...at(createdAt, `question-${id}`), type: 'question', what: 'created', by: asked };
  const steps = history.map(({ what, by, at: instant, reason, stars }, index): Happening => ({
    ...at(instant, `question-${id}-${place(index)}`),
    ...{ type: 'question', what, by: by && authorView(by) },
    ...(reason !== undefined && { reason }),
    ...(stars !== undefined && { stars }),
  }));
  return [created, ...steps];
}

const place = (index: number) => String(index).padStart(4, '0'); // ids sort as numbers do

export function conversationHappenings({ written, flagged, redacted }: Outline): Happening[] {
  return [
    ...written.map(({ id, at: instant, by, seq, kind, asksRating, confirmed }): Happening => {
      const conduct = { ...(asksRating && { asksRating }), ...(confirmed && { confirmed }) };
      return { ...at(instant, id), type: 'message', by: authorView(by), seq, kind, ...conduct };
    }),
    ...flagged.map(({ id, at: instant, by, seq, reason }): Happening => {
      return { ...at(instant, id), type: 'message.flagged', by: authorView(by), seq, reason };
    }),
    ...redacted.map(({ id, at: instant, seq }): Happening => {
      return { ...at(instant, id), type: 'message.redacted', by: null, seq };
    }),
  ];
}

/** 3: what was not sent. */
export function refusedHappening({ by, kind, code, at: instant }: RefusedMessage, index: number): Happening {
  const author = authorView({ ...by, role: 'expert' });
  return { ...at(instant, `refused-${place(index)}`), type: 'message.refused', by: author, kind, code };
}

type ReadMark = Awaited<ReturnType<Ctx['stores']['readMarks']['ofQuestion']>>[number];

/** How far a side has read, and since when. */
export function readHappening({ userId, seq, at: instant }: ReadMark, by: Author | null): Happening {
  return { ...at(instant, `read-${userId}`), type: 'read', by: by && authorView(by), seq };
}

/** What an admin did or read, and why. */
export function auditHappening({ action, reason, seq, at: instant }: AuditRow, by: Author | null): Happening {
  return { ...at(instant, `audit-${seq}`), type: 'audit', by: by && authorView(by), action, reason };
}

export function offerHappenings(offer: Offer, locale: Locale): Happening[] {
  const { id: offerId, proposedBy, acceptedBy, shownAt, history, report, attempts = [] } = offer;
  const terms = termsOf(offer, locale);
  const by = authorView(proposedBy === null ? SYSTEM : { ...proposedBy, role: 'expert' });
  const shown: Happening = { ...at(shownAt, `offer-${offerId}`), type: 'offer', offerId, what: 'shown', by, terms };
  // what the report says of them stands with the report
  const logged = report === null ? attempts : [];
  const deliverer = acceptedBy && authorView({ ...acceptedBy, role: 'expert' });
  return [
    shown,
    ...attemptHappenings(logged, `offer-${offerId}`, offerId, deliverer),
    ...history.flatMap((one, index) => stepHappenings(one, `offer-${offerId}-${place(index)}`, offerId, terms)),
  ];
}

function stepHappenings(one: OfferStep, id: string, offerId: string, terms: z.input<typeof Terms>): Happening[] {
  const { what, at: instant, reason, report } = one;
  const by = one.by && authorView(one.by);
  const taken: Happening = {
    ...at(instant, id),
    ...{ type: 'offer', offerId, what, by },
    ...(ACCEPTING.has(what) && { terms }),
    ...(reason !== undefined && { reason }),
    ...(report && { connected: report.connected, reason: report.reason, comment: report.comment }),
  };
  return [...attemptHappenings(report?.attempts ?? [], id, offerId, by), taken];
}

const attemptHappenings = (
  attempts: readonly Attempt[],
  id: string,
  offerId: string,
  by: z.input<typeof AuthorView> | null,
): Happening[] =>
  attempts.map((tried, index) => ({
    ...at(tried.at, `${id}-attempt-${place(index)}`),
    ...{ type: 'attempt', offerId, by, note: tried.note },
  }));

/** Where the customer agreed to the terms. */
const ACCEPTING: ReadonlySet<string> = new Set(['request', 'charge'] satisfies OfferEventType[]);

export function entryHappening({ key, kind, currency, legs, offerId, at: instant }: BookedEntry): Happening {
  const moved = legs.map(({ account, amount }) => ({ account, amount }));
  return { ...at(instant, `${ENTRY_IN_LINE}${key}`), type: 'entry', by: null, kind, offerId, currency, legs: moved };
}

export function caseHappenings(found: Case): Happening[] {
  const { id: caseId, kind, history, resolved } = found;
  const notes = [...found.notes];
  return history.map(({ what, by, at: instant }, index): Happening => {
    const text = what === 'noted' ? (notes.shift()?.text ?? null) : wordsOf(found, what);
    return {
      ...at(instant, `case-${caseId}-${place(index)}`),
      ...{ type: 'case', by: authorView(by), caseId, kind, what, text },
      resolution: what === 'resolved' ? (resolved?.resolution ?? null) : null,
    };
  });
}

function wordsOf({ reason, resolved }: Case, what: CaseStep['what']): string | null {
  if (what === 'opened') return reason;
  return what === 'resolved' ? (resolved?.comment ?? null) : null;
}

const termsOf = ({ service, description, price, payout }: Offer, locale: Locale) => ({
  ...{ service: service.title[locale], description: description[locale], price, payout },
});

const at = (instant: Date, id: string) => ({ id, at: instant.toISOString() });
