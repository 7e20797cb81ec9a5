// An expert as everybody may know them.

import { z } from 'zod';
import type { Ratings } from '../../models/question.ts';
import type { User } from '../../models/user.ts';

export const ExpertView = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    categories: z.array(z.string()),
    rating: z.strictObject({
      average: z
        .number()
        .nullable()
        .meta({ description: 'Of the customers’ own stars, with one decimal; null: nobody has rated yet.' }),
      count: z.int().meta({ description: 'Ratings that customers gave themselves.' }),
      automatic: z.int().meta({ description: 'Automatic ratings; they are not in the average.' }),
    }),
  })
  .meta({ id: 'Expert' });

/** 2.5, 7.4: an automatic rating pays like any other, but says nothing of what a customer thought. */
export function expertView(user: User, ratings: readonly Ratings[]): z.input<typeof ExpertView> {
  const own = ratings.find(({ by }) => by === 'customer');
  const automatic = ratings.find(({ by }) => by === 'automatic');
  return {
    id: user.id,
    name: user.name,
    categories: [...user.categories],
    rating: {
      average: own === undefined ? null : Math.round((own.stars / own.count) * 10) / 10,
      count: own?.count ?? 0,
      automatic: automatic?.count ?? 0,
    },
  };
}
