// A category in one language (1.2).

import { z } from 'zod';
import { leastOf } from '../../domain/currency.ts';
import type { Locale } from '../../domain/people.ts';
import type { Category } from '../../models/category.ts';
import { MoneyView } from './fields.ts';

export const CategoryView = z
  .strictObject({
    id: z.string(),
    version: z.int(),
    name: z.string(),
    currency: z.string(),
    automaticService: z.string(),
    questionValues: z
      .strictObject({ min: z.int(), suggested: z.array(z.int()) })
      .meta({ description: 'What an answer may be worth at least, and what is suggested, minor units (2.1).' }),
    services: z.array(
      z.strictObject({ key: z.string(), title: z.string(), description: z.string(), suggestedPrice: MoneyView }),
    ),
  })
  .meta({ id: 'Category' });

export function categoryView(category: Category, locale: Locale): z.input<typeof CategoryView> {
  return {
    id: category.id,
    version: category.version,
    name: category.name[locale],
    currency: category.currency,
    automaticService: category.automaticService,
    questionValues: {
      min: category.questionValues?.min ?? leastOf(category.currency),
      suggested: [...(category.questionValues?.suggested ?? [])],
    },
    services: category.services.map((service) => ({
      key: service.key,
      title: service.title[locale],
      description: service.description[locale],
      suggestedPrice: { amount: service.suggestedPrice, currency: category.currency },
    })),
  };
}
