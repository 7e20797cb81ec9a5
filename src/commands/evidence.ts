// The evidence about a question (10.1): everything that is stored about what happened to it, as one time line. Whoever
// decides a dispute reads it; nothing here can be changed. What was written stands in message.list.

import { z } from 'zod';
import type { Ctx } from '../context.ts';
import type { Case, CaseStep } from '../domain/case.ts';
import { SYSTEM } from '../domain/message.ts';
import type { Author } from '../domain/message.ts';
import type { Offer } from '../domain/offer.ts';
import type { Locale, Person } from '../domain/people.ts';
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
const aboutOffer = { ...common, offerId: z.string() };

const Happening = z
  .discriminatedUnion('type', [
    z.strictObject({ ...common, type: z.enum(['question.created', 'question.posted', 'question.closed']) }),
    z.strictObject({ ...common, type: z.literal('question.rated'), stars: z.int() }),
    z.strictObject({ ...common, type: z.literal('message'), seq: z.int(), kind: z.string() }),
    z.strictObject({ ...common, type: z.literal('message.flagged'), seq: z.int(), reason: z.string() }),
    z.strictObject({ ...common, type: z.enum(['message.redacted', 'read']), seq: z.int() }),
    z.strictObject({ ...common, type: z.literal('audit'), action: z.string(), reason: z.string().nullable() }),
    z.strictObject({ ...aboutOffer, type: z.enum(['offer.shown', 'offer.requested']), terms: Terms }),
    z.strictObject({ ...aboutOffer, type: z.enum(['offer.declined', 'offer.accepted']) }),
    z.strictObject({ ...aboutOffer, type: z.literal('offer.attempt'), note: z.string().nullable() }),
    z.strictObject({
      ...aboutOffer,
      type: z.literal('offer.reported'),
      connected: z.boolean(),
      reason: z.string().nullable(),
      comment: z.string().nullable(),
    }),
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

function ofQuestion({ id, customer, createdAt, postedAt, closedAt, rating, ratedAt }: Question): Happening[] {
  const asked = authorView({ ...customer, role: 'customer' });
  const found: Happening[] = [{ ...at(createdAt, `question-${id}-1`), type: 'question.created', by: asked }];
  if (postedAt !== null) found.push({ ...at(postedAt, `question-${id}-2`), type: 'question.posted', by: asked });
  if (rating !== null && ratedAt !== null) {
    const by = rating.by === 'customer' ? asked : authorView(SYSTEM);
    found.push({ ...at(ratedAt, `question-${id}-3`), type: 'question.rated', by, stars: rating.stars });
  }
  if (closedAt !== null) found.push({ ...at(closedAt, `question-${id}-4`), type: 'question.closed', by: null });
  return found;
}

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
      return { ...at(instant, `read-${userId}`), type: 'read', by: await authorOf(ctx, userId), seq };
    }),
  );
}

/** 9.1 and others: what admins did and read here, and why. */
async function auditOf(ctx: Ctx, questionId: string): Promise<Happening[]> {
  const rows = await ctx.stores.audit.list(questionId, undefined, AUDIT_SHOWN);
  return Promise.all(
    rows.map(async ({ actor, action, reason, seq, at: instant }): Promise<Happening> => {
      return { ...at(instant, `audit-${seq}`), type: 'audit', by: await authorOf(ctx, actor.id), action, reason };
    }),
  );
}

async function authorOf(ctx: Ctx, userId: string) {
  const user = await ctx.stores.users.read(userId);
  return user && authorView(user);
}

function ofOffer(offer: Offer, locale: Locale): Happening[] {
  const { id: offerId, customer, acceptedBy, report } = offer;
  const wished = authorView({ ...customer, role: 'customer' });
  const found: Happening[] = [];
  const note = (instant: Date | null, place: number) =>
    instant && { ...at(instant, `offer-${offerId}-${place}`), offerId };
  const shown = note(offer.shownAt, 1);
  if (shown)
    found.push({
      ...shown,
      type: 'offer.shown',
      by: offer.proposedBy === null ? authorView(SYSTEM) : asExpert(offer.proposedBy),
      terms: termsOf(offer, locale),
    });
  const declined = note(offer.declinedAt, 2);
  if (declined) found.push({ ...declined, type: 'offer.declined', by: wished });
  const requested = note(offer.requestedAt, 3);
  if (requested) found.push({ ...requested, type: 'offer.requested', by: wished, terms: termsOf(offer, locale) });
  const accepted = note(offer.acceptedAt, 4);
  if (accepted) found.push({ ...accepted, type: 'offer.accepted', by: asExpert(acceptedBy) });
  return report === null ? found : [...found, ...ofReport(offer, report)];
}

/** 7.1, 7.2: in time it was the accepting expert; afterwards one of the admins, of whom no name is kept. */
function ofReport(offer: Offer, { attempts, connected, reason, comment, at: instant }: NonNullable<Offer['report']>) {
  const { id: offerId, acceptedBy, reportDueAt } = offer;
  const isInTime = reportDueAt === null || instant <= reportDueAt;
  const by = isInTime ? asExpert(acceptedBy) : null;
  const tries = attempts.map((one, index): Happening => ({
    ...at(one.at, `offer-${offerId}-5-${String(index).padStart(2, '0')}`),
    ...{ type: 'offer.attempt', by, offerId, note: one.note },
  }));
  const reported: Happening = {
    ...at(instant, `offer-${offerId}-6`),
    ...{ type: 'offer.reported', by, offerId, connected, reason, comment },
  };
  return [...tries, reported];
}

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
      ...at(instant, `case-${caseId}-${String(index).padStart(4, '0')}`),
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
  ...{ service: service.title[locale], description, price, payout },
});

const asExpert = (person: Person | null): Author | null => person && authorView({ ...person, role: 'expert' });
const at = (instant: Date, id: string) => ({ id, at: instant.toISOString() });

/** By time; what happened in the same millisecond by id, so that pages never overlap. */
function inOrder(one: { at: string; id: string }, other: { at: string; id: string }): number {
  if (one.at !== other.at) return one.at < other.at ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}
