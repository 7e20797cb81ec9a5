// What a file of this folder says of what it stores; stores.ts lists them.

import type mongoose from 'mongoose';
import type { Clock } from './clock.ts';

interface CollectionKind {
  readonly collection: string;
  readonly indexes: readonly mongoose.mongo.IndexDescription[];
  /** what MongoDB refuses to store */
  readonly validator?: mongoose.mongo.Document;
}

export interface StoreKind extends CollectionKind {
  /** further collections of the same store */
  readonly beside?: readonly CollectionKind[];
  readonly open: (db: mongoose.mongo.Db, clock: Clock) => unknown;
}

/** Makes sure that the indexes and validators are there which the rules lean on. */
export async function prepare(db: mongoose.mongo.Db, kinds: readonly StoreKind[]): Promise<void> {
  const collections = kinds.flatMap((kind) => [kind, ...(kind.beside ?? [])]);
  await Promise.all(
    collections.map(async ({ collection, indexes }) => {
      if (indexes.length > 0) await db.collection(collection).createIndexes([...indexes]);
    }),
  );
  for (const { collection, validator } of collections) {
    if (validator) await db.command({ collMod: collection, validator, validationLevel: 'strict' });
  }
}
