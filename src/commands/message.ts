// The written conversation (2.3).

import { z } from 'zod';
import type { Ctx } from '../context.ts';
import { readableUntil, standingFor, standingToFollow } from '../dispatch/access.ts';
import { changeQuestion, unlessMoved } from '../dispatch/commit.ts';
import { noteReply } from '../dispatch/expert-offer.ts';
import { openFlagCases } from '../dispatch/flag.ts';
import { may } from '../domain/access.ts';
import { maskCards } from '../domain/personal-data/card-number.ts';
import { Refusal } from '../domain/errors.ts';
import { EXPERT_KINDS, FLAG_REASONS, SYSTEM, authorOf } from '../domain/message.ts';
import type { Flag, Message, MessageKind } from '../domain/message.ts';
import type { Actor } from '../domain/people.ts';
import { COUNTRY_OF, findPersonalData } from '../domain/personal-data/personal-data.ts';
import type { PersonalData } from '../domain/personal-data/personal-data.ts';
import { assertExpertMayWrite, assertOpenForMessages } from '../domain/question.ts';
import type { Standing } from '../domain/question.ts';
import { command } from './command.ts';
import { ClientId, Id, Said, Seq, invalid } from './fields.ts';
import { MessageView, messageViewFor } from './views/message.ts';

const MAX_PAGE = 200;

export const message = {
  'message.send': command({
    summary:
      'Writes a message; acknowledged when it is stored for good. The same `clientId` again is the same message.',
    who: ['customer', 'expert'],
    input: z.strictObject({
      questionId: Id,
      clientId: ClientId,
      kind: z.enum(EXPERT_KINDS).optional(),
      body: Said(8_000),
      attachments: z.array(z.never()).optional(),
      confirm: z.boolean().optional().meta({
        description: 'False: refuse with `policy.personal_data` what would be sent with warnings (9.2).',
      }),
    }),
    output: z.strictObject({ message: MessageView }),
    run: async (ctx, actor, { questionId, clientId, kind = 'message', body, confirm }) => {
      if (actor.role === 'customer' && kind !== 'message') throw invalid('kind', 'experts_only');
      const found = await ctx.stores.questions.findStanding(questionId);
      if (found === null || !may(actor, 'find', found, ctx.now()))
        return { message: messageViewFor(actor, await sentBefore(ctx, actor, questionId, clientId)) };
      const personal = findPersonalData(body, COUNTRY_OF[found.locale]);
      const refusal = refusalToWrite(ctx, actor, found) ?? refusalToShare(personal, confirm);
      // what was stored before the refusal stands: the sender only missed the answer
      const earlier = refusal && (await ctx.stores.messages.find(questionId, actor.id, clientId));
      if (refusal && !earlier) throw refusal;
      const written = earlier ?? (await append(ctx, actor, { questionId, clientId, kind, body, personal }));
      if (actor.role === 'expert') await noteExpertWrote(ctx, actor, found, written);
      // 8.1: looked up again when the expert offers something, so nothing is lost with it
      else if (found.expertWroteAt !== null && found.offerAvailableAt === null)
        await unlessMoved(noteReply(ctx, found.id));
      return { message: messageViewFor(actor, written) };
    },
  }),

  'message.list': command({
    summary: 'A page of the conversation in ascending order: after, before, or up to the newest.',
    who: ['customer', 'expert', 'admin'],
    reads: true,
    input: z.strictObject({
      questionId: Id,
      afterSeq: Seq.optional(),
      beforeSeq: Seq.optional(),
      limit: z.int().min(1).max(MAX_PAGE).optional(),
      cursor: z
        .string()
        .regex(/^(?:after|before)\/\d{1,9}$/)
        .optional(),
    }),
    output: z.strictObject({ items: z.array(MessageView), nextCursor: z.string().optional() }),
    run: async (ctx, actor, { questionId, limit = 50, ...input }) => {
      const { afterSeq, beforeSeq } = rangeOf(input);
      const until = await readableUntil(ctx, actor, questionId);
      const { items, more } = await ctx.stores.messages.pageAndMore(questionId, { afterSeq, beforeSeq, until }, limit);
      const next = afterSeq === undefined ? `before/${items[0]?.seq ?? 0}` : `after/${items.at(-1)?.seq ?? 0}`;
      return { items: items.map((one) => messageViewFor(actor, one)), ...(more && { nextCursor: next }) };
    },
  }),

  'message.read': command({
    summary: 'Notes how far the caller has read; only moves forward.',
    who: ['customer', 'expert'],
    input: z.strictObject({ questionId: Id, seq: Seq }),
    output: z.strictObject({ seq: z.int() }),
    run: async (ctx, actor, { questionId, seq }) => {
      await standingToFollow(ctx, actor, questionId);
      const upTo = Math.min(seq, await ctx.stores.messages.lastSeq(questionId));
      if (await ctx.stores.readMarks.move(questionId, actor.id, upTo, ctx.now())) {
        ctx.publish({ type: 'read.changed', questionId, by: { id: actor.id, name: actor.name }, seq: upTo });
      }
      return { seq: upTo };
    },
  }),

  'message.flag': command({
    summary: 'The red flag: tells customer care of personal information or abuse in a message. Once for each person.',
    who: ['customer', 'expert'],
    input: z.strictObject({ questionId: Id, seq: Seq, reason: z.enum(FLAG_REASONS) }),
    output: z.strictObject({ message: MessageView }),
    run: async (ctx, actor, { questionId, seq, reason }) => {
      await standingToFollow(ctx, actor, questionId);
      const by = authorOf(actor);
      const flagged = await ctx.stores.messages.flag(questionId, seq, { by, reason, at: ctx.now() });
      if (flagged === null) throw new Refusal('not_found');
      await noteFlagged(ctx, flagged);
      return { message: messageViewFor(actor, flagged) };
    },
  }),

  'message.redact': command({
    summary: 'Takes the text of a message away for good (9.2); its place stays.',
    who: ['admin'],
    input: z.strictObject({ questionId: Id, seq: Seq }),
    output: z.strictObject({ message: MessageView }),
    run: async (ctx, actor, { questionId, seq }) => {
      await standingFor(ctx, actor, questionId);
      const redacted = await ctx.stores.messages.redact(questionId, seq, ctx.now());
      if (redacted === null) throw new Refusal('not_found');
      // also when it was gone already: the first answer may have been lost together with its event
      ctx.publish({ type: 'message.changed', message: redacted, to: 'everybody' });
      return { message: messageViewFor(actor, redacted) };
    },
  }),
};

interface Range {
  readonly afterSeq?: number | undefined;
  readonly beforeSeq?: number | undefined;
}

/** A cursor says where to go on, and in which direction; the other end stays as it was asked for. */
function rangeOf({ cursor, ...range }: Range & { readonly cursor?: string | undefined }): Range {
  if (cursor === undefined) return range;
  const [direction, seq] = cursor.split('/');
  return { ...range, [direction === 'after' ? 'afterSeq' : 'beforeSeq']: Number(seq) };
}

/** 2.2, 2.8 */
function refusalToWrite(ctx: Ctx, actor: Actor, found: Standing): Refusal | null {
  try {
    if (actor.role === 'expert') assertExpertMayWrite(found, actor.id, ctx.now());
    else assertOpenForMessages(found);
    return null;
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal;
    throw refusal;
  }
}

/** 9.2: whoever asks first (`confirm: false`) is told where something was recognised, and nothing is sent. */
function refusalToShare(personal: readonly PersonalData[], confirm: boolean | undefined): Refusal | null {
  return personal.length > 0 && confirm === false ? new Refusal('policy.personal_data', { found: personal }) : null;
}

/**
 * Who may not know of the question any more has still got what they sent before: only the answer was missed.
 * @throws Refusal `not_found`
 */
async function sentBefore(ctx: Ctx, actor: Actor, questionId: string, clientId: string): Promise<Message> {
  const earlier = await ctx.stores.messages.find(questionId, actor.id, clientId);
  if (earlier === null) throw new Refusal('not_found');
  return earlier;
}

interface Sent {
  readonly questionId: string;
  readonly clientId: string;
  readonly kind: MessageKind;
  /** as it was sent: card numbers are masked here, before it goes anywhere */
  readonly body: string;
  readonly personal: readonly PersonalData[];
}

async function append(ctx: Ctx, actor: Actor, { personal, ...sent }: Sent): Promise<Message> {
  const by = authorOf(actor);
  const at = ctx.now();
  const { message: written } = await ctx.stores.messages.append({
    ...sent,
    by,
    at,
    ...flaggedBySystem(sent, personal, at),
  });
  // also when it stood there already: the first answer may have been lost together with its event
  ctx.publish({ type: 'message.created', message: written });
  if (written.flags !== undefined) await noteFlagged(ctx, written);
  return written;
}

/** 9.2: what is sent anyway is flagged by itself. */
function flaggedBySystem({ body }: Pick<Sent, 'body'>, personal: readonly PersonalData[], at: Date) {
  if (personal.length === 0) return {};
  const flag: Flag = { by: SYSTEM, reason: 'personal_information', at };
  return { body: maskCards(body), personal, flags: [flag] };
}

async function noteFlagged(ctx: Ctx, message: Message): Promise<void> {
  ctx.publish({ type: 'message.changed', message, to: 'admins' });
  await openFlagCases(ctx, message);
}

/** 2.4, 5.1: the first message brings the offer, an answer enables the rating. Repeated when it was cut off. */
async function noteExpertWrote(ctx: Ctx, actor: Actor, found: Standing, written: Message): Promise<void> {
  const answers = written.kind === 'answer' && found.answeredBy?.id !== actor.id;
  if (found.expertWroteAt !== null && !answers && !(written.kind === 'answer' && found.state === 'claimed')) return;
  const expert = { id: actor.id, name: actor.name };
  const { kind, at } = written;
  // closed meanwhile: the message stands before the last line, and brings nothing any more
  await unlessMoved(changeQuestion(ctx, found.id, { type: kind === 'answer' ? 'answer' : 'write', expert, at }));
}
