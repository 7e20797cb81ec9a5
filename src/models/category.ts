// Categories (1.2): names, services, the automatic service and its allowed price points (5.2).

import type mongoose from 'mongoose';
import type { Service } from '../domain/offer.ts';
import type { Localized } from '../domain/people.ts';
import type { Pricing } from '../domain/price.ts';
import { insertOnce } from './outcome.ts';
import type { StoreKind } from './store.ts';

export interface OfferedService extends Service {
  /** what the customer gets, in a sentence or two */
  readonly description: Localized;
  /** what admins suggest, minor units of the category's currency */
  readonly suggestedPrice: number;
}

export interface QuestionValues {
  readonly min: number;
  readonly suggested: readonly number[];
}

export interface Category {
  /** a short name in lower case, for instance `computer-hardware` */
  readonly id: string;
  readonly version: number;
  readonly name: Localized;
  readonly currency: string;
  readonly services: readonly OfferedService[];
  /** the key of the service that is offered automatically (5.1) */
  readonly automaticService: string;
  /** 8.1: what an expert may ask for a service they offer, minor units */
  readonly offerLimits: { readonly min: number; readonly max: number };
  /** 2.1: the least that an answer may be worth, and what is suggested, ascending, minor units; absent: nobody has said */
  readonly questionValues?: QuestionValues | undefined;
  /** allowed prices of the automatic service, minor units */
  readonly pricePoints: readonly number[];
  /** 5.2 */
  readonly pricing: Pricing;
}

/** 8.1: for categories of which nothing else was said, minor units. */
export const OFFER_LIMITS = { min: 500, max: 50_000 };

type CategoryDoc = Omit<Category, 'id'> & { _id: string };

export const CATEGORIES = {
  collection: 'categories',
  indexes: [],
  open: categoryStore,
} satisfies StoreKind;

function categoryStore(db: mongoose.mongo.Db) {
  const collection = db.collection<CategoryDoc>('categories');
  return {
    async find(id: string): Promise<Category | null> {
      const doc = await collection.findOne({ _id: id });
      return doc === null ? null : fromDoc(doc);
    },

    async all(): Promise<Category[]> {
      return (await collection.find().sort({ _id: 1 }).toArray()).map(fromDoc);
    },

    /** Creates version 1, replaces version n by n + 1. False when that is not the next one. */
    async save(next: Category): Promise<boolean> {
      const { id, ...rest } = next;
      if (next.version > 1) {
        const result = await collection.replaceOne({ _id: id, version: next.version - 1 }, rest);
        return result.modifiedCount === 1;
      }
      return insertOnce(() => collection.insertOne({ _id: id, ...rest }));
    },
  };
}

function fromDoc(doc: CategoryDoc): Category {
  const { _id, ...rest } = doc;
  return { id: _id, ...rest };
}
