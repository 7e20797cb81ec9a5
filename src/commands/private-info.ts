// The private information box (9.1): for the customer and the expert who delivers; admins read it for a reason only.

import { z } from 'zod';
import { readPrivateInfo, writePrivateInfo } from '../dispatch/private-info.ts';
import { command } from './command.ts';
import { Id, Text, WrittenOrNothing, invalid } from './fields.ts';
import { PrivateInfoView, privateInfoView } from './views/private-info.ts';

const One = z.strictObject({ privateInfo: PrivateInfoView });

export const privateInfo = {
  'private-info.get': command({
    summary: 'What the box says. Admins give a `reason`, which is recorded before they get to see it (9.1).',
    who: ['customer', 'expert', 'admin'],
    reads: true,
    audited: true,
    input: z.strictObject({ questionId: Id, reason: Text(500).optional() }),
    output: One,
    run: async (ctx, actor, { questionId, reason }) => {
      if (actor.role === 'admin' && reason === undefined) throw invalid('reason', 'required');
      return { privateInfo: privateInfoView(await readPrivateInfo(ctx, actor, questionId)) };
    },
  }),

  'private-info.put': command({
    summary: 'Replaces what the box says. `version`: the one that was read, so that nobody is overwritten unseen.',
    who: ['customer', 'expert'],
    input: z.strictObject({
      questionId: Id,
      text: WrittenOrNothing(10_000), // 9.2: also here card numbers are not kept
      version: z.int().min(0).max(999_999_999).optional(),
    }),
    output: One,
    run: async (ctx, actor, { questionId, text, version }) => ({
      privateInfo: privateInfoView(await writePrivateInfo(ctx, actor, questionId, text, version)),
    }),
  }),
};
