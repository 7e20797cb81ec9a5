// The evidence about a question (10.1): everything that is stored about what happened to it, as one time line. Whoever
// decides a dispute reads it; nothing here can be changed. What was written stands in message.list.

import { z } from 'zod';
import type { Ctx } from '../context.ts';
import type { Case, CaseStep } from '../domain/case.ts';
import type { OfferStep } from '../domain/history.ts';
import { SYSTEM } from '../domain/message.ts';
import type { Offer, OfferEventType } from '../domain/offer.ts';
import type { Locale } from '../domain/people.ts';
import type { Question } from '../domain/question.ts';
import type { BookedEntry } from '../models/entry.ts';
import { command } from './command.ts';
import { Cursor, Id, cursorOf, paged } from './fields.ts';
import { findFor } from './question.ts';
import { AuthorView, MoneyView, authorView } from './views.ts';

const Terms = z
  .strictObject({ service: z.string(), description: z.string(), price: MoneyView, payout: MoneyView })
  .meta({ description: 'What was shown and accepted; it never changes afterwards.' });

const common = {
  id: z.string(),
  at: z.iso.datetime(),
  by: AuthorView.nullable().meta({ description: 'Null when it is not known, or nobody did it.' }),
};
const step = {
  what: z.string().meta({ description: '`created` or `shown`, then the events of docs/machines.md.' }),
  reason: z.string().nullable().optional(),
};

const Happening = z
  .discriminatedUnion('type', [
    z.strictObject({
      ...common,
      ...step,
      type: z.literal('question'),
      stars: z.int().optional(),
    }),
    z.strictObject({ ...common, type: z.literal('message'), seq: z.int(), kind: z.string() }),
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

const AUDIT_SHOWN = 1_000; // rows about one question, the newest

type Happening = z.input<typeof Happening>;

export const evidence = {
  'evidence.get': command({
    summary: 'What happened to a question, in order: messages, offers and their terms, money, reports, reads, cases.',
    who: ['admin'],
    reads: true,
    input: z.strictObject({ questionId: Id, cursor: Cursor.optional() }),
    output: z.strictObject({ items: z.array(Happening), nextCursor: z.string().optional() }),
    run: async (ctx, actor, { questionId, cursor }) => {
      const question = await findFor(ctx, actor, questionId);
      const line = (await happenings(ctx, question, actor.locale)).toSorted(inOrder);
      const after = cursor === undefined ? null : cursorOf(cursor);
      const rest = after && line.filter((one) => inOrder(one, { at: after.at.toISOString(), id: after.id }) > 0);
      return paged(rest ?? line, (last) => `${last.at}/${last.id}`);
    },
  }),
};

async function happenings(ctx: Ctx, question: Question, locale: Locale): Promise<Happening[]> {
  const { messages, offers, entries, cases } = ctx.stores;
  const [written, offered, booked, opened, reads, audited] = await Promise.all([
    messages.outline(question.id),
    offers.ofQuestion(question.id),
    entries.ofQuestion(question.id),
    cases.ofQuestion(question.id),
    readsOf(ctx, question.id),
    auditOf(ctx, question.id),
  ]);
  return [
    ...ofQuestion(question),
    ...written.flatMap(ofMessage),
    ...reads,
    ...audited,
    ...offered.flatMap((offer) => ofOffer(offer, locale)),
    ...booked.map(ofEntry),
    ...opened.flatMap(ofCase),
  ];
}

function ofQuestion({ id, customer, createdAt, history }: Question): Happening[] {
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

const SEQ_DIGITS = 9; // as many as a seq can have: ids sort as numbers do

function ofMessage({ seq, kind, by, at: instant, flags = [], redactedAt }: Outline): Happening[] {
  const id = `message-${String(seq).padStart(SEQ_DIGITS, '0')}`;
  return [
    { ...at(instant, id), type: 'message', by: authorView(by), seq, kind },
    ...flags.map((flag, index): Happening => {
      const { reason } = flag;
      return { ...at(flag.at, `${id}-flag-${index}`), type: 'message.flagged', by: authorView(flag.by), seq, reason };
    }),
    ...(redactedAt ? [{ ...at(redactedAt, `${id}-redacted`), type: 'message.redacted', by: null, seq } as const] : []),
  ];
}

type Outline = Awaited<ReturnType<Ctx['stores']['messages']['outline']>>[number];

/** How far each side has read, and since when. */
async function readsOf(ctx: Ctx, questionId: string): Promise<Happening[]> {
  const marks = await ctx.stores.readMarks.ofQuestion(questionId);
  return Promise.all(
    marks.map(async ({ userId, seq, at: instant }): Promise<Happening> => {
      return { ...at(instant, `read-${userId}`), type: 'read', by: await findAuthor(ctx, userId), seq };
    }),
  );
}

/** 9.1 and others: what admins did and read here, and why. */
async function auditOf(ctx: Ctx, questionId: string): Promise<Happening[]> {
  const rows = await ctx.stores.audit.list(questionId, undefined, AUDIT_SHOWN);
  return Promise.all(
    rows.map(async ({ actor, action, reason, seq, at: instant }): Promise<Happening> => {
      return { ...at(instant, `audit-${seq}`), type: 'audit', by: await findAuthor(ctx, actor.id), action, reason };
    }),
  );
}

async function findAuthor(ctx: Ctx, userId: string) {
  const user = await ctx.stores.users.read(userId);
  return user && authorView(user);
}

function ofOffer(offer: Offer, locale: Locale): Happening[] {
  const { id: offerId, proposedBy, shownAt, history } = offer;
  const terms = termsOf(offer, locale);
  const by = authorView(proposedBy === null ? SYSTEM : { ...proposedBy, role: 'expert' });
  const shown: Happening = { ...at(shownAt, `offer-${offerId}`), type: 'offer', offerId, what: 'shown', by, terms };
  return [shown, ...history.flatMap((one, index) => ofStep(one, `offer-${offerId}-${place(index)}`, offerId, terms))];
}

function ofStep(one: OfferStep, id: string, offerId: string, terms: z.input<typeof Terms>): Happening[] {
  const { what, at: instant, reason, report } = one;
  const by = one.by && authorView(one.by);
  const taken: Happening = {
    ...at(instant, id),
    ...{ type: 'offer', offerId, what, by },
    ...(ACCEPTING.has(what) && { terms }),
    ...(reason !== undefined && { reason }),
    ...(report && { connected: report.connected, reason: report.reason, comment: report.comment }),
  };
  const attempts = (report?.attempts ?? []).map((tried, index): Happening => ({
    ...at(tried.at, `${id}-attempt-${place(index)}`),
    ...{ type: 'attempt', offerId, by, note: tried.note },
  }));
  return [...attempts, taken];
}

/** Where the customer agreed to the terms. */
const ACCEPTING: ReadonlySet<string> = new Set(['request', 'charge'] satisfies OfferEventType[]);

function ofEntry({ key, kind, currency, legs, offerId, at: instant }: BookedEntry): Happening {
  const moved = legs.map(({ account, amount }) => ({ account, amount }));
  return { ...at(instant, `entry-${key}`), type: 'entry', by: null, kind, offerId, currency, legs: moved };
}

function ofCase(found: Case): Happening[] {
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

/** By time; what happened in the same millisecond by id, so that pages never overlap. */
function inOrder(one: { at: string; id: string }, other: { at: string; id: string }): number {
  if (one.at !== other.at) return one.at < other.at ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}
