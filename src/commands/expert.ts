// Experts as everybody may know them: their name, what they are good at, and how their customers rated them.

import { z } from 'zod';
import { Refusal } from '../domain/errors.ts';
import { command } from './command.ts';
import { Id } from './fields.ts';
import { ExpertView, expertView } from './views/expert.ts';

export const expert = {
  'expert.get': command({
    summary:
      'An expert, with the average of their customers’ own stars; automatic ratings are counted apart (2.5, 7.4).',
    who: ['customer', 'expert', 'admin'],
    reads: true,
    input: z.strictObject({ expertId: Id }),
    output: z.strictObject({ expert: ExpertView }),
    run: async (ctx, _actor, { expertId }) => {
      const found = await ctx.stores.users.read(expertId);
      if (found === null || found.role !== 'expert' || !found.active) throw new Refusal('not_found');
      return { expert: expertView(found, await ctx.stores.questions.ratingsOf(expertId)) };
    },
  }),
};
