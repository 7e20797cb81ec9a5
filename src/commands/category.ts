// Categories (1.2): what may be asked about, and which services go with it.

import { z } from 'zod';
import { MANY, categoryAvailability } from '../dispatch/category-availability.ts';
import { isCurrency } from '../domain/currency.ts';
import { Refusal } from '../domain/errors.ts';
import { OWN_SERVICE } from '../domain/offer.ts';
import { OFFER_LIMITS } from '../models/category.ts';
import type { Category } from '../models/category.ts';
import { command, openCommand } from './command.ts';
import { Amount, CategoryId, Currency, Line, Locale, Text, assertPayable, invalid } from './fields.ts';
import { CategoryView, categoryView } from './views/category.ts';

const Titles = z.strictObject({ en: Line(200), de: Line(200), es: Line(200) });
const Texts = z.strictObject({ en: Text(200), de: Text(200), es: Text(200) });
const ServiceKey = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/);

const CategoryFields = z.strictObject({
  id: CategoryId,
  name: Titles,
  currency: Currency,
  services: z
    .array(z.strictObject({ key: ServiceKey, title: Titles, description: Texts, suggestedPrice: Amount }))
    .min(1)
    .max(20),
  automaticService: ServiceKey,
  offerLimits: z
    .strictObject({ min: Amount, max: Amount })
    .meta({ description: 'What an expert may ask for a service they offer (8.1), minor units.' }),
  questionValues: z
    .strictObject({ min: Amount, suggested: z.array(Amount).max(6) })
    .optional()
    .meta({
      description: 'What an answer may be worth at least, and what is suggested, minor units, ascending (2.1).',
    }),
  pricePoints: z
    .array(Amount)
    .min(1)
    .max(20)
    .meta({ description: 'What the automatic service may cost, minor units, ascending (5.2).' }),
  pricing: z
    .union([z.literal('learned'), z.strictObject({ fixed: Amount })])
    .meta({ description: 'Which of them is shown: what was learned, or always this one (5.2).' }),
});
const One = z.strictObject({ category: CategoryFields.extend({ version: z.int() }) });

export const category = {
  'category.list': openCommand({
    summary: 'All categories with their services, in one language.',
    reads: true,
    input: z.strictObject({ locale: Locale }),
    output: z.strictObject({ items: z.array(CategoryView) }),
    run: async (ctx, { locale }) => ({
      items: (await ctx.stores.categories.all()).map((one) => categoryView(one, locale)),
    }),
  }),

  'category.availability': openCommand({
    summary: 'How many experts of a category are there now, and how soon one wrote of late. Ten seconds old at most.',
    reads: true,
    input: z.strictObject({ category: CategoryId.optional() }),
    output: z.strictObject({
      items: z.array(
        z.strictObject({
          category: z.string(),
          online: z
            .int()
            .min(0)
            .max(MANY)
            .meta({ description: `${MANY}: so many or more.` }),
          firstReplyMs: z
            .int()
            .nullable()
            .meta({ description: 'Half of the customers waited no longer; null: unknown.' }),
        }),
      ),
    }),
    run: async (ctx, { category: wanted }) => {
      const found = (await categoryAvailability(ctx)).filter(({ categoryId }) => (wanted ?? categoryId) === categoryId);
      if (wanted !== undefined && found.length === 0) throw invalid('category', 'unknown');
      return { items: found.map(({ categoryId, ...how }) => ({ category: categoryId, ...how })) };
    },
  }),

  'category.get': command({
    summary: 'All of a category, in all languages, to be changed and saved again.',
    who: ['admin'],
    reads: true,
    input: z.strictObject({ id: CategoryId }),
    output: One,
    run: async (ctx, _actor, { id }) => {
      const found = await ctx.stores.categories.find(id);
      if (found === null) throw new Refusal('not_found');
      return { category: editable(found) };
    },
  }),

  'category.save': command({
    summary: 'Creates or replaces a category. `version` is the one that was read; absent for a new category.',
    who: ['admin'],
    input: CategoryFields.extend({
      version: z.int().min(1).optional(),
      offerLimits: CategoryFields.shape.offerLimits.optional(),
      pricing: CategoryFields.shape.pricing.optional(),
    }),
    output: One,
    run: async (ctx, _actor, { version, ...given }) => {
      const before = await ctx.stores.categories.find(given.id);
      const questionValues = given.questionValues ?? before?.questionValues;
      const fields = {
        ...given,
        offerLimits: given.offerLimits ?? before?.offerLimits ?? OFFER_LIMITS,
        pricing: given.pricing ?? before?.pricing ?? 'learned',
        ...(questionValues && { questionValues: { ...questionValues, suggested: [...questionValues.suggested] } }),
      };
      assertConsistent(fields);
      const next: Category = { ...fields, version: (version ?? 0) + 1 };
      if (!(await ctx.stores.categories.save(next))) {
        const current = await ctx.stores.categories.find(fields.id);
        throw new Refusal('conflict.stale', { version: current?.version ?? 0 });
      }
      return { category: editable(next) };
    },
  }),
};

function editable({ services, pricePoints, questionValues, ...rest }: Category): z.input<typeof One>['category'] {
  const values = questionValues && { ...questionValues, suggested: [...questionValues.suggested] };
  return {
    ...rest,
    ...(values && { questionValues: values }),
    services: services.map((one) => ({ ...one })),
    pricePoints: [...pricePoints],
  };
}

function assertConsistent(fields: z.output<typeof CategoryFields>): void {
  if (!isCurrency(fields.currency)) throw invalid('currency', 'not_supported');
  assertAllPayable(fields);
  const keys = fields.services.map(({ key }) => key);
  if (keys.includes(OWN_SERVICE)) throw invalid(`services.${keys.indexOf(OWN_SERVICE)}.key`, 'reserved');
  if (new Set(keys).size !== keys.length) throw invalid('services', 'duplicate_key');
  const { min, max } = fields.offerLimits;
  if (min > max) throw invalid('offerLimits', 'not_ascending');
  const beside = fields.services.findIndex(({ suggestedPrice: price }) => price < min || price > max);
  if (beside >= 0) throw invalid(`services.${beside}.suggestedPrice`, 'beside_offer_limits');
  assertAscending('pricePoints', fields.pricePoints);
  const { pricing, pricePoints } = fields;
  if (pricing !== 'learned' && !pricePoints.includes(pricing.fixed))
    throw invalid('pricing.fixed', 'not_a_price_point');
  const { min: least = 0, suggested = [] } = fields.questionValues ?? {};
  assertAscending('questionValues.suggested', suggested);
  if (suggested.some((value) => value < least)) throw invalid('questionValues.suggested.0', 'below_minimum');
  if (!keys.includes(fields.automaticService)) throw invalid('automaticService', 'not_a_service');
}

function assertAscending(path: string, amounts: readonly number[]): void {
  const descending = amounts.findIndex((amount, at) => at > 0 && amount <= (amounts[at - 1] ?? 0));
  if (descending >= 0) throw invalid(`${path}.${descending}`, 'not_ascending');
}

/** 1.3: all that somebody may be asked to pay here; and between the limits lies something that can be paid. */
function assertAllPayable(fields: z.output<typeof CategoryFields>): void {
  const { currency, services, pricePoints, offerLimits, questionValues } = fields;
  const amounts: [string, number][] = [
    ...services.map((one, at): [string, number] => [`services.${at}.suggestedPrice`, one.suggestedPrice]),
    ...pricePoints.map((point, at): [string, number] => [`pricePoints.${at}`, point]),
    ...(questionValues ? [['questionValues.min', questionValues.min] satisfies [string, number]] : []),
    ...(questionValues?.suggested ?? []).map((one, at): [string, number] => [`questionValues.suggested.${at}`, one]),
  ];
  for (const [path, amount] of amounts) assertPayable(path, { amount, currency });
  const { max } = offerLimits;
  assertPayable('offerLimits.max', { amount: max - (max % 10), currency });
}
