// The learned price (5.2) as admins see it: numbers of offers and rates, of nobody in particular.

import { z } from 'zod';
import type { PricePolicy } from '../../domain/price.ts';
import type { Curve } from '../../dispatch/price.ts';
import type { Category } from '../../models/category.ts';
import { Instant } from './fields.ts';

const Count = z.int().min(0);
const Rate = z.number().min(0).max(1);

const PointView = z
  .strictObject({
    amount: z.int().meta({ description: 'Minor units of the currency.' }),
    allowed: z.boolean().meta({ description: 'False: it was shown before, and is no point of the category any more.' }),
    shown: Count.meta({ description: 'The sum of the next six; without what was kept from an earlier offer.' }),
    requested: Count.meta({ description: 'A yes, whatever became of the request.' }),
    expired: Count.meta({ description: 'A yes of the customer to which no expert said yes: too cheap, perhaps.' }),
    declined: Count.meta({ description: 'A no.' }),
    unanswered: Count.meta({ description: 'Not decided within a day: a no.' }),
    undecided: Count.meta({ description: 'Shown within the last day and not decided: not counted yet.' }),
    takenBack: Count.meta({ description: 'Requested and taken back before it was paid: not counted.' }),
    likely: Rate.nullable().meta({ description: 'The part of customers who would say yes; null: nothing is known.' }),
    low: Rate.nullable().meta({ description: 'It lies above this nineteen times of twenty.' }),
    high: Rate.nullable().meta({ description: 'It lies below this nineteen times of twenty.' }),
    share: Rate.meta({ description: 'The part of the next offers that would show it, if prices are learned.' }),
  })
  .meta({ id: 'PricePoint' });

export const PriceCurveView = z
  .strictObject({
    category: z.string(),
    service: z.string(),
    currency: z.string(),
    pricing: z.enum(['learned', 'middle', 'fixed']).meta({ description: 'What is shown now (PRICING, `pricing`).' }),
    objective: z.enum(['acceptance', 'revenue']),
    since: Instant.meta({ description: 'The day from which on offers are counted.' }),
    points: z.array(PointView),
  })
  .meta({ id: 'PriceCurve' });

export function priceCurveView(
  { service, currency, points, since }: Curve,
  { id, pricing }: Pick<Category, 'id' | 'pricing'>,
  policy: PricePolicy,
): z.input<typeof PriceCurveView> {
  return {
    category: id,
    service,
    currency,
    pricing: policy.pricing === 'middle' ? 'middle' : pricing === 'learned' ? 'learned' : 'fixed',
    objective: policy.objective,
    since: since.toISOString(),
    points: points.map((point) => ({ ...point })),
  };
}
