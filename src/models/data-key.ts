// The wrapped data keys of private information (9.1), in a store of their own that stays out of backups (KEYS_URI). One
// key per question, for as long as the question is open; then a tombstone, so that no second one can ever be made.

import mongoose from 'mongoose';
import type { WrappedKey } from '../domain/private-info.ts';
import { insertOnce, upsert } from './outcome.ts';
import type { StoreKind } from './store.ts';

export type DataKey = { readonly questionId: string } & WrappedKey;

type DataKeyDoc =
  | { _id: string; state: 'live'; kek: number; wrapped: mongoose.mongo.Binary; at: Date }
  | { _id: string; state: 'destroyed'; at: Date };

export const DATA_KEYS = {
  collection: 'data_keys',
  indexes: [{ key: { kek: 1, _id: 1 }, name: 'kek', partialFilterExpression: { kek: { $gte: 0 } } }],
  open: dataKeyStore,
} satisfies StoreKind;

function dataKeyStore(db: mongoose.mongo.Db) {
  const collection = db.collection<DataKeyDoc>('data_keys');
  const find = async (questionId: string): Promise<DataKey | 'destroyed' | null> => {
    const doc = await collection.findOne({ _id: questionId });
    if (doc === null) return null;
    return doc.state === 'live' ? fromDoc(doc) : 'destroyed';
  };
  return {
    find,

    /** The key of this question: the one that is there already, or else this one. `destroyed` when it had its time. */
    async keep({ questionId, kek, wrapped }: DataKey, at: Date): Promise<DataKey | 'destroyed'> {
      const doc = { state: 'live', kek, wrapped: new mongoose.mongo.Binary(wrapped), at } as const;
      if (await insertOnce(() => collection.insertOne({ _id: questionId, ...doc })))
        return { questionId, kek, wrapped };
      const first = await find(questionId);
      if (first === null) throw new Error(`the data key of ${questionId} is not readable`);
      return first;
    },

    /** Leaves a tombstone in place of the key, also where there never was one. Repeatable. */
    async destroy(questionId: string, at: Date): Promise<void> {
      await upsert(() => collection.replaceOne({ _id: questionId }, { state: 'destroyed', at }, { upsert: true }));
    },

    /** Those of these questions that have none, and never had one. */
    async without(questionIds: readonly string[]): Promise<string[]> {
      const docs = await collection.find({ _id: { $in: questionIds } }, { projection: { _id: 1 } }).toArray();
      const known = new Set(docs.map(({ _id }) => _id));
      return questionIds.filter((id) => !known.has(id));
    },

    /** Some keys of each version of the key-encryption key that wraps any. */
    async samples(limit: number): Promise<{ kek: number; keys: DataKey[] }[]> {
      const versions = (await collection.distinct('kek', { kek: { $gte: 0 } })) as number[]; // as the filter says
      return Promise.all(
        versions.map(async (kek) => ({ kek, keys: live(await collection.find({ kek }).limit(limit).toArray()) })),
      );
    },

    /** Keys that are not wrapped by this version of the key-encryption key, in the order of their questions `after` one. */
    async notWrappedBy(kek: number, after: string, limit: number): Promise<DataKey[]> {
      const docs = await collection
        .find({ kek: { $gte: 0, $ne: kek }, _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      return live(docs);
    },

    /** The same key in another wrapping; false when it was destroyed or wrapped anew meanwhile. */
    async rewrap(before: DataKey, next: WrappedKey): Promise<boolean> {
      const result = await collection.updateOne(
        { _id: before.questionId, state: 'live', kek: before.kek },
        { $set: { kek: next.kek, wrapped: new mongoose.mongo.Binary(next.wrapped) } },
      );
      return result.modifiedCount === 1;
    },
  };
}

const live = (docs: readonly DataKeyDoc[]) => docs.flatMap((doc) => (doc.state === 'live' ? [fromDoc(doc)] : []));

function fromDoc(doc: Extract<DataKeyDoc, { state: 'live' }>): DataKey {
  return { questionId: doc._id, kek: doc.kek, wrapped: doc.wrapped.buffer };
}
