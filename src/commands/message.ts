// The written conversation (2.3).

import { z } from 'zod';
import { readableUntil } from '../dispatch/access.ts';
import { adviceOn } from '../dispatch/conduct.ts';
import { flag, markRead, redact, send } from '../dispatch/message.ts';
import { EXPERT_KINDS, FLAG_REASONS } from '../domain/message.ts';
import { command } from './command.ts';
import { ClientId, Id, Said, Seq, invalid } from './fields.ts';
import { HintView, MessageView, hintViews, messageViewFor } from './views/message.ts';

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
        description:
          'True: send also what is a fragment (3.2). False: refuse with `policy.personal_data` what would be sent with warnings (9.2).',
      }),
    }),
    output: z.strictObject({ message: MessageView }),
    run: async (ctx, actor, { questionId, clientId, kind = 'message', body, confirm }) => {
      if (actor.role === 'customer' && kind !== 'message') throw invalid('kind', 'experts_only');
      const written = await send(ctx, actor, { questionId, clientId, kind, body, confirm });
      return { message: messageViewFor(actor, written) };
    },
  }),

  'message.check': command({
    summary: 'What a message would be told before it is sent: a dry run of conduct (3) and of personal data (9.2).',
    who: ['expert'],
    audited: false,
    input: z.strictObject({ questionId: Id, kind: z.enum(EXPERT_KINDS).optional(), body: Said(8_000) }),
    output: z.strictObject({ hints: z.array(HintView), allowedKinds: z.array(z.enum(EXPERT_KINDS)) }),
    run: async (ctx, actor, { questionId, kind = 'message', body }) => {
      const { objections, personal, allowedKinds } = await adviceOn(ctx, actor, questionId, { kind, body });
      return { hints: hintViews(objections, personal, actor.locale), allowedKinds: [...allowedKinds] };
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
    run: async (ctx, actor, { questionId, seq }) => ({ seq: await markRead(ctx, actor, questionId, seq) }),
  }),

  'message.flag': command({
    summary: 'The red flag: tells customer care of personal information or abuse in a message. Once for each person.',
    who: ['customer', 'expert'],
    input: z.strictObject({ questionId: Id, seq: Seq, reason: z.enum(FLAG_REASONS) }),
    output: z.strictObject({ message: MessageView }),
    run: async (ctx, actor, { questionId, seq, reason }) => ({
      message: messageViewFor(actor, await flag(ctx, actor, questionId, seq, reason)),
    }),
  }),

  'message.redact': command({
    summary: 'Takes the text of a message away for good (9.2); its place stays.',
    who: ['admin'],
    input: z.strictObject({ questionId: Id, seq: Seq }),
    output: z.strictObject({ message: MessageView }),
    run: async (ctx, actor, { questionId, seq }) => ({
      message: messageViewFor(actor, await redact(ctx, actor, questionId, seq)),
    }),
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
