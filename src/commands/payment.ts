// The cards that customers pay with (6.5).

import { z } from 'zod';
import { questionFor } from '../dispatch/access.ts';
import { assertMayTry, tryingCard } from '../dispatch/card-tries.ts';
import { setUp } from '../dispatch/card-setup.ts';
import { updatePayment } from '../dispatch/payment.ts';
import { offersFor, show } from './catch-up.ts';
import { command } from './command.ts';
import { Id, PaymentMethod } from './fields.ts';
import { OfferView } from './views/offer.ts';
import { QuestionView } from './views/question.ts';

export const payment = {
  'payment.setup': command({
    summary: 'With what a browser saves a card that can be charged later (2.1, 6.5).',
    who: ['customer'],
    limit: 'setups',
    input: z.strictObject({ questionId: Id.optional() }),
    output: z.strictObject({
      provider: z.enum(['simulated', 'stripe']),
      clientSecret: z.string().optional().meta({ description: 'Of a SetupIntent, for this browser alone.' }),
      publishableKey: z.string().optional(),
    }),
    run: async (ctx, actor, { questionId }, { address }) => {
      if (questionId !== undefined) await questionFor(ctx, actor, questionId);
      await assertMayTry(ctx, { person: actor.id, card: '', address });
      const { provider, publishableKey } = ctx.site;
      const setup = await setUp(ctx, actor.id);
      return { provider, ...setup, ...(publishableKey !== null && { publishableKey }) };
    },
  }),

  'payment.update': command({
    summary: 'Another payment method: pays a draft, reopens a failed request (6.5), and is used from now on.',
    who: ['customer'],
    input: z.strictObject({ questionId: Id, paymentMethod: PaymentMethod }),
    output: z.strictObject({ question: QuestionView, offers: z.array(OfferView) }),
    run: async (ctx, actor, { questionId, paymentMethod }, { address }) => {
      const found = await questionFor(ctx, actor, questionId);
      const tried = { person: actor.id, card: paymentMethod, address };
      const updated = await tryingCard(ctx, tried, questionId, () => updatePayment(ctx, found, paymentMethod));
      return { ...(await show(ctx, actor, updated)), offers: await offersFor(ctx, actor, questionId) };
    },
  }),
};
