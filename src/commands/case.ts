// Cases of customer care and expert support (10.1), and the refunds that customers ask for (8.4).

import { z } from 'zod';
import type { Ctx } from '../context.ts';
import { offerFor, questionFor } from '../dispatch/access.ts';
import { openOne, openedBefore } from '../dispatch/case.ts';
import { change } from '../dispatch/change.ts';
import { CASE } from '../dispatch/machines.ts';
import { requestRefund, resolve } from '../dispatch/refund.ts';
import { CASE_KINDS, CASE_STATES, RESOLUTIONS } from '../domain/case.ts';
import type { Case, Resolution } from '../domain/case.ts';
import type { CaseKind } from '../domain/effects.ts';
import { Refusal } from '../domain/errors.ts';
import { authorOf } from '../domain/message.ts';
import type { Actor, Person } from '../domain/people.ts';
import type { CaseListFilter } from '../models/case.ts';
import { command } from './command.ts';
import { ClientId, Cursor, Id, PAGE, Seq, Text, cursorOf, invalid, paged } from './fields.ts';
import { CaseView, caseView } from './views/case.ts';

const Target = z.strictObject({ caseId: Id });
const One = z.strictObject({ case: CaseView });
const Page = z.strictObject({ items: z.array(CaseView), nextCursor: z.string().optional() });
const Reason = Text(2_000);
const Resolutions = z.enum([...new Set(Object.values(RESOLUTIONS).flat())]);

/** The others are opened by what happens: a low rating, a report. */
const OPENED_BY_HAND = [
  'personal_information',
  'unable_to_complete',
  'refund',
  'payout_dispute',
] as const satisfies CaseKind[];

/** A case of each message is open at a time: of any other kind that would be as many as there are messages. */
const ABOUT_A_MESSAGE: ReadonlySet<CaseKind> = new Set(['personal_information', 'unable_to_complete']);

export const cases = {
  'case.list': command({
    summary: 'The cases, the newest first: of a state, of a kind, of an admin or of nobody, or those overdue.',
    who: ['admin'],
    reads: true,
    input: z.strictObject({
      state: z.enum(CASE_STATES).optional(),
      kind: z.enum(CASE_KINDS).optional(),
      assignee: z.union([Id, z.literal('nobody')]).optional(),
      overdue: z.boolean().optional(),
      cursor: Cursor.optional(),
    }),
    output: Page,
    run: (ctx, actor, { assignee, cursor, ...filter }) => {
      const assigneeId = assignee === 'nobody' ? null : assignee;
      return pageFor(ctx, actor, { ...filter, assigneeId }, cursor);
    },
  }),

  'case.mine': command({
    summary: 'The cases that one has opened, the newest first, with what came of them (10.1).',
    who: ['customer', 'expert'],
    reads: true,
    input: z.strictObject({ cursor: Cursor.optional() }),
    output: Page,
    run: (ctx, actor, { cursor }) => pageFor(ctx, actor, { openedById: actor.id }, cursor),
  }),

  'case.get': command({
    summary: 'One case with its notes and history.',
    who: ['admin'],
    reads: true,
    input: Target,
    output: One,
    run: async (ctx, _actor, { caseId }) => shown(await findCase(ctx, caseId)),
  }),

  'case.open': command({
    summary: 'Opens a case by hand: admins of any such kind, experts a payout dispute about what they may know of.',
    who: ['expert', 'admin'],
    input: z.strictObject({
      kind: z.enum(OPENED_BY_HAND),
      questionId: Id,
      offerId: Id.optional(),
      seq: Seq.min(1).optional(),
      reason: Reason,
      clientId: ClientId,
    }),
    output: One,
    run: async (ctx, actor, input) => {
      if (actor.role === 'expert' && input.kind !== 'payout_dispute') throw invalid('kind', 'admins_only');
      const opened = (await openedBefore(ctx, actor.id, input.clientId)) ?? (await open(ctx, actor, input));
      return { case: caseView(opened, actor.role) };
    },
  }),

  'case.assign': command({
    summary: 'Who works on it: the caller, another admin, or nobody (null).',
    who: ['admin'],
    input: Target.extend({ assignee: Id.nullable().optional() }),
    output: One,
    run: async (ctx, actor, { caseId, assignee = actor.id }) => {
      await findCase(ctx, caseId);
      const to = assignee === null ? null : await adminOf(ctx, assignee);
      return shown(await change(ctx, CASE, caseId, { type: 'assign', by: authorOf(actor), to }));
    },
  }),

  'case.note': command({
    summary: 'Adds a note, also to a resolved case. Only admins read it.',
    who: ['admin'],
    input: Target.extend({ text: Text(4_000), clientId: ClientId }),
    output: One,
    run: async (ctx, actor, { caseId, text, clientId }) => {
      await findCase(ctx, caseId);
      return shown(await change(ctx, CASE, caseId, { type: 'note', by: authorOf(actor), text, clientId }));
    },
  }),

  'case.resolve': command({
    summary:
      'Ends a case, once: a refund by grant, refuse (with a comment, which the customer reads) or dismissed (8.4), a ' +
      'low rating by pay or dismissed (2.5), any other by done or dismissed.',
    who: ['admin'],
    input: Target.extend({
      resolution: Resolutions,
      comment: Reason.optional(),
      clientId: ClientId.optional(),
    }),
    output: One,
    run: async (ctx, actor, { caseId, resolution, comment, clientId }) => {
      const found = await findCase(ctx, caseId);
      const fitting: readonly Resolution[] = RESOLUTIONS[found.kind];
      if (!fitting.includes(resolution)) throw invalid('resolution', 'not_of_kind');
      if (resolution === 'refuse' && comment === undefined) throw invalid('comment', 'required');
      const said = { by: authorOf(actor), resolution, comment: comment ?? null, clientId: clientId ?? null };
      return shown(await resolve(ctx, found, said));
    },
  }),

  'refund.request': command({
    summary: 'Asks for all of a question’s value, or of a premium service’s price, back. An admin decides (8.4).',
    who: ['customer'],
    input: z.strictObject({
      questionId: Id,
      offerId: Id.optional(),
      reason: Reason,
      clientId: ClientId.optional(),
    }),
    output: One,
    run: async (ctx, actor, { questionId, offerId, reason, clientId }) => {
      const question = await questionFor(ctx, actor, questionId);
      const offer = offerId === undefined ? null : await offerFor(ctx, actor, offerId, 'decide');
      if (offer !== null && offer.questionId !== questionId) throw new Refusal('not_found');
      const wish = { by: authorOf(actor), question, offer, reason, clientId: clientId ?? null };
      return { case: caseView(await requestRefund(ctx, wish), actor.role) };
    },
  }),
};

async function pageFor(ctx: Ctx, { role }: Actor, filter: CaseListFilter, cursor: string | undefined) {
  const before = cursor === undefined ? undefined : cursorOf(cursor);
  const found = await ctx.stores.cases.list({ ...filter, before }, PAGE + 1);
  const page = paged(found, (last) => `${last.openedAt.toISOString()}/${last.id}`);
  return { ...page, items: page.items.map((one) => caseView(one, role)) };
}

interface Wanted {
  readonly kind: (typeof OPENED_BY_HAND)[number];
  readonly questionId: string;
  readonly offerId?: string | undefined;
  readonly seq?: number | undefined;
  readonly reason: string;
  readonly clientId: string;
}

/** @throws Refusal `not_found` for what the caller may not know of, `conflict.case_open` */
async function open(ctx: Ctx, actor: Actor, wanted: Wanted): Promise<Case> {
  const { kind, questionId, seq = null, reason, clientId } = wanted;
  const by = authorOf(actor);
  const question = await questionFor(ctx, actor, questionId, 'dispute');
  const offer = wanted.offerId === undefined ? null : await offerFor(ctx, actor, wanted.offerId, 'see');
  if (offer !== null && offer.questionId !== questionId) throw new Refusal('not_found');
  if (seq !== null && !ABOUT_A_MESSAGE.has(kind)) throw invalid('seq', 'not_of_kind');
  if (kind === 'refund') return requestRefund(ctx, { by, question, offer, reason, clientId });
  if (seq !== null && seq > (await ctx.stores.messages.lastSeq(questionId))) throw invalid('seq', 'unknown');
  const scope = [kind, offer?.id ?? questionId, ...(seq === null ? [] : [seq]), actor.id].join('-');
  const about = { kind, questionId, offerId: offer?.id ?? null, seq };
  return openOne(ctx, scope, { ...about, openedBy: by, reason }, clientId);
}

async function findCase(ctx: Ctx, caseId: string): Promise<Case> {
  const saved = await ctx.stores.cases.read(caseId);
  if (saved === null) throw new Refusal('not_found');
  return saved.record;
}

async function adminOf(ctx: Ctx, userId: string): Promise<Person> {
  const user = await ctx.stores.users.read(userId);
  if (user?.role !== 'admin' || !user.active) throw invalid('assignee', 'not_an_admin');
  return { id: user.id, name: user.name };
}

const shown = (found: Case) => ({ case: caseView(found, 'admin') });
