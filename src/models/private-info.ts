// What the private information boxes hold (9.1): ciphertext only. Its keys are in another store (data-key.ts). A closed
// question leaves a tombstone, so that a writer who comes too late writes nothing.

import mongoose from 'mongoose';
import type { Person } from '../domain/people.ts';
import { insertOnce, upsert } from './outcome.ts';
import type { StoreKind } from './store.ts';

export interface SealedInfo {
  readonly questionId: string;
  /** 1, 2, 3 …: grows with each change */
  readonly version: number;
  readonly sealed: Uint8Array;
  readonly by: Person;
  readonly at: Date;
}

type SealedDoc =
  | { _id: string; version: number; sealed: mongoose.mongo.Binary; by: Person; at: Date }
  | { _id: string; version: null; at: Date };

export const PRIVATE_INFO = {
  collection: 'private_info',
  indexes: [{ key: { at: 1 }, name: 'changed' }],
  open: privateInfoStore,
} satisfies StoreKind;

function privateInfoStore(db: mongoose.mongo.Db) {
  const collection = db.collection<SealedDoc>('private_info');
  return {
    /** Null: nothing was put there yet. */
    async find(questionId: string): Promise<SealedInfo | 'destroyed' | null> {
      const doc = await collection.findOne({ _id: questionId });
      if (doc === null) return null;
      if (doc.version === null) return 'destroyed';
      const { version, sealed, by, at } = doc;
      return { questionId, version, sealed: sealed.buffer, by, at };
    },

    /** Who changed it last, without what it says. Null: nothing was put there yet, or it is destroyed. */
    async lastChange(questionId: string): Promise<Omit<SealedInfo, 'sealed'> | null> {
      const doc = await collection.findOne(
        { _id: questionId, version: { $type: 'int' } },
        { projection: { sealed: 0 } },
      );
      if (doc === null || doc.version === null) return null;
      const { version, by, at } = doc;
      return { questionId, version, by, at };
    },

    /** The questions whose boxes were changed after this instant, and to which version; the newest first. */
    async findChangedSince(since: Date, limit: number): Promise<{ questionId: string; version: number }[]> {
      const docs = await collection
        .find({ at: { $gt: since }, version: { $type: 'int' } }, { projection: { version: 1 } })
        .sort({ at: -1 })
        .limit(limit)
        .toArray();
      return docs.flatMap(({ _id, version }) => (version === null ? [] : [{ questionId: _id, version }]));
    },

    /** The questions whose boxes hold something, in their order `after` one. */
    async filled(after: string, limit: number): Promise<string[]> {
      const docs = await collection
        .find({ _id: { $gt: after }, version: { $type: 'int' } }, { projection: { _id: 1 } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      return docs.map(({ _id }) => _id);
    },

    /** Creates version 1, replaces version n by n + 1. False when that is not the next one, or the question is closed. */
    async save({ questionId, version, sealed, by, at }: SealedInfo): Promise<boolean> {
      const doc = { version, sealed: new mongoose.mongo.Binary(sealed), by, at };
      if (version > 1) {
        const result = await collection.replaceOne({ _id: questionId, version: version - 1 }, doc);
        return result.modifiedCount === 1;
      }
      return insertOnce(() => collection.insertOne({ _id: questionId, ...doc }));
    },

    /** Leaves a tombstone in place of the ciphertext, also where there never was any. Repeatable. */
    async destroy(questionId: string, at: Date): Promise<void> {
      await upsert(() => collection.replaceOne({ _id: questionId }, { version: null, at }, { upsert: true }));
    },
  };
}
