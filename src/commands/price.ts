// What has been learned about prices (5.2), for whoever runs the marketplace.

import { z } from 'zod';
import { Refusal } from '../domain/errors.ts';
import { curveOf } from '../dispatch/price.ts';
import { command } from './command.ts';
import { CategoryId } from './fields.ts';
import { PriceCurveView, priceCurveView } from './views/price.ts';

export const price = {
  'price.curve': command({
    summary:
      'What has been learned about the price of a category’s automatic service, counted now: what was shown, what came of it, and what is likely (5.2).',
    who: ['admin'],
    reads: true,
    input: z.strictObject({ category: CategoryId }),
    output: PriceCurveView,
    run: async (ctx, _actor, { category: id }) => {
      const category = await ctx.stores.categories.find(id);
      if (category === null) throw new Refusal('not_found');
      return priceCurveView(await curveOf(ctx, category), category, ctx.policy.price);
    },
  }),
};
