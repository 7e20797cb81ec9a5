// A category in one language (1.2).

import { z } from 'zod';
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
    services: category.services.map((service) => ({
      key: service.key,
      title: service.title[locale],
      description: service.description[locale],
      suggestedPrice: { amount: service.suggestedPrice, currency: category.currency },
    })),
  };
}
