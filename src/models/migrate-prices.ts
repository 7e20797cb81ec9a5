// What offers of an earlier version say about their prices (5.2): all were shown the middle point, and kept what became of them.

import type mongoose from 'mongoose';
import type { Offer } from '../domain/offer.ts';
import type { PriceOutcome } from '../domain/price.ts';
import type { Category } from './category.ts';

type Docs = mongoose.mongo.Collection<{ _id: string } & Record<string, unknown>>;

/** Repeatable. */
export async function learnFromOffers(db: mongoose.mongo.Db): Promise<void> {
  const offers: Docs = db.collection('offers');
  const categories: Docs = db.collection('categories');
  await categories.updateMany(
    { pricing: { $exists: false } },
    {
      $set: { pricing: 'learned' } satisfies Partial<Category>,
    },
  );
  const none = { priceHow: null, priceOutcome: null } satisfies Partial<Offer>;
  await offers.updateMany({ priceHow: { $exists: false }, origin: 'expert' }, { $set: none });
  const isAsked = { $ne: [{ $ifNull: ['$requestedAt', null] }, null] };
  const after = (state: Offer['state'], asked: boolean, outcome: PriceOutcome) => ({
    case: { $and: [{ $eq: ['$state', state] }, asked ? isAsked : { $not: [isAsked] }] },
    then: outcome,
  });
  await offers.updateMany({ priceHow: { $exists: false } }, [
    {
      $set: {
        priceHow: 'fixed' satisfies Offer['priceHow'],
        priceOutcome: {
          $switch: {
            branches: [
              after('declined', false, 'declined'),
              after('withdrawn', true, 'taken_back'),
              after('expired', true, 'expired'),
              { case: isAsked, then: 'requested' satisfies PriceOutcome },
            ],
            default: 'undecided' satisfies PriceOutcome,
          },
        },
      },
    },
  ]);
}
