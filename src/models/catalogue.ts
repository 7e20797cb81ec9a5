// The personal catalogue (8.1): services that experts have named in their own words, kept for their next offers.
// An offer that was sent has its own copy of everything.

import type mongoose from 'mongoose';
import type { Money } from '../domain/ledger.ts';
import { isDuplicate } from './outcome.ts';
import type { StoreKind } from './store.ts';
import { titleKeyOf } from './title-key.ts';

/** What was offered last under this title. */
export interface OwnService {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly price: Money;
}

type OwnServiceDoc = Omit<OwnService, 'id'> & { _id: string; expertId: string; titleKey: string };

export const CATALOGUE = {
  collection: 'catalogue',
  indexes: [
    { key: { expertId: 1, titleKey: 1 }, name: 'title', unique: true },
    { key: { expertId: 1, _id: -1 }, name: 'expert' },
  ],
  open: catalogueStore,
} satisfies StoreKind;

function catalogueStore(db: mongoose.mongo.Db) {
  const collection = db.collection<OwnServiceDoc>('catalogue');
  return {
    /** Keeps what was offered; the same title in other letters is the same service, and keeps its id. */
    async keep(expertId: string, { id, title, description, price }: OwnService): Promise<void> {
      await collection.updateOne(
        { expertId, titleKey: titleKeyOf(title) },
        { $set: { title, description, price }, $setOnInsert: { _id: id } },
        { upsert: true },
      );
    },

    /** The newest first; `before` is the last id of the page before. */
    async list(expertId: string, before: string | undefined, limit: number): Promise<OwnService[]> {
      const page = before === undefined ? {} : { _id: { $lt: before } };
      const docs = await collection
        .find({ expertId, ...page })
        .sort({ _id: -1 })
        .limit(limit)
        .toArray();
      return docs.map(fromDoc);
    },

    /** Null when there is none of this expert; `taken` when another of their services is called so. */
    async rename(expertId: string, id: string, title: string): Promise<OwnService | 'taken' | null> {
      try {
        const doc = await collection.findOneAndUpdate(
          { _id: id, expertId },
          { $set: { title, titleKey: titleKeyOf(title) } },
          { returnDocument: 'after' },
        );
        return doc === null ? null : fromDoc(doc);
      } catch (error) {
        if (isDuplicate(error)) return 'taken';
        throw error;
      }
    },

    /** False when there is none of this expert. */
    async remove(expertId: string, id: string): Promise<boolean> {
      return (await collection.deleteOne({ _id: id, expertId })).deletedCount === 1;
    },
  };
}

function fromDoc({ _id, title, description, price }: OwnServiceDoc): OwnService {
  return { id: _id, title, description, price };
}
