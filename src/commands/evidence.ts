// The evidence about a question (10.1): everything that is stored about what happened to it, as one time line. Whoever
// decides a dispute reads it; nothing here can be changed. What was written stands in message.list.

import { z } from 'zod';
import type { Ctx } from '../context.ts';
import { questionFor } from '../dispatch/access.ts';
import { CASE_KINDS } from '../domain/case.ts';
import type { Locale } from '../domain/people.ts';
import type { Question } from '../domain/question.ts';
import type { Moment } from '../models/outline.ts';
import { command } from './command.ts';
import { Cursor, Id, PAGE, cursorOf, paged } from './fields.ts';
import {
  HappeningView,
  auditHappening,
  caseHappenings,
  conversationHappenings,
  entryHappening,
  offerHappenings,
  questionHappenings,
  readHappening,
  refusedHappening,
} from './views/evidence.ts';
import type { Happening } from './views/evidence.ts';

const AUDIT_SHOWN = 1_000; // rows about one question, the newest

export const evidence = {
  'evidence.get': command({
    summary: 'What happened to a question, in order: messages, offers and their terms, money, reports, reads, cases.',
    who: ['admin'],
    reads: true,
    input: z.strictObject({ questionId: Id, cursor: Cursor.optional() }),
    output: z.strictObject({ items: z.array(HappeningView), nextCursor: z.string().optional() }),
    run: async (ctx, actor, { questionId, cursor }) => {
      const question = await questionFor(ctx, actor, questionId);
      const after = cursor === undefined ? null : cursorOf(cursor);
      const line = await happenings(ctx, question, actor.locale, after);
      const rest = after && line.filter((one) => inOrder(one, { at: after.at.toISOString(), id: after.id }) > 0);
      return paged((rest ?? line).toSorted(inOrder), (last) => `${last.at}/${last.id}`);
    },
  }),
};

/** All that a page of what comes behind `after` is made from: what has no bound of its own is read no further than that. */
async function happenings(ctx: Ctx, question: Question, locale: Locale, after: Moment | null): Promise<Happening[]> {
  const { id } = question;
  const { messages, refusedMessages, offers, entries, cases, readMarks, audit, users } = ctx.stores;
  const [outline, refused, offered, booked, opened, marks, rows] = await Promise.all([
    messages.outline(id, after, PAGE + 1),
    refusedMessages.ofQuestion(id),
    offers.ofQuestion(id),
    entries.ofQuestion(id, after, PAGE + 1),
    Promise.all(CASE_KINDS.map((kind) => cases.ofQuestion(id, kind))), // many of one kind hide none of another
    readMarks.ofQuestion(id),
    audit.list(id, undefined, AUDIT_SHOWN),
  ]);
  return [
    ...questionHappenings(question),
    ...conversationHappenings(outline),
    ...refused.map(refusedHappening),
    ...(await Promise.all(marks.map(async (mark) => readHappening(mark, await users.read(mark.userId))))),
    ...(await Promise.all(rows.map(async (row) => auditHappening(row, await users.read(row.actor.id))))),
    ...offered.flatMap((offer) => offerHappenings(offer, locale)),
    ...booked.map(entryHappening),
    ...opened.flat().flatMap(caseHappenings),
  ];
}

/** By time; what happened in the same millisecond by id, so that pages never overlap. */
function inOrder(one: { at: string; id: string }, other: { at: string; id: string }): number {
  if (one.at !== other.at) return one.at < other.at ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}
