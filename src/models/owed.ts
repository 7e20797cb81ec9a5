// What is owed to the world outside: one document per key, done once. A worker claims it for a while and settles it, or it
// comes back. E-mails are such; what a letter says is the rest of its document.

import type mongoose from 'mongoose';
import { duplicatesOf } from './outcome.ts';

interface Progress {
  /** idempotency key */
  readonly id: string;
  readonly attempts: number;
  readonly state: 'pending' | 'sent' | 'failed';
  /** when it is looked at next; null: settled */
  readonly dueAt: Date | null;
}

/** `Work` and how far it has come. */
export type Owed<Work extends object> = Work & Progress;
export type OwedStore<Work extends object> = ReturnType<typeof owedStore<Work>>;

type OwedDoc = Omit<Progress, 'id'> & { _id: string; at: Date };

export const OWED_INDEXES: readonly mongoose.mongo.IndexDescription[] = [
  { key: { dueAt: 1 }, name: 'due', partialFilterExpression: { dueAt: { $type: 'date' } } },
];

export function owedStore<Work extends object>(db: mongoose.mongo.Db, name: string) {
  const collection = db.collection<OwedDoc>(name);
  return {
    /**
     * Owes each once, however often it is asked for. `notBefore`: it is not due earlier, so that what is owed again under
     * its key until then is gathered in it.
     */
    async owe(works: readonly (Work & Pick<Progress, 'id'>)[], now: Date, notBefore = now): Promise<void> {
      if (works.length === 0) return;
      const docs = works.map(({ id, ...work }) => ({
        _id: id,
        ...work,
        attempts: 0,
        state: 'pending' as const,
        dueAt: notBefore,
        at: now,
      }));
      try {
        await collection.insertMany(docs, { ordered: false });
      } catch (error) {
        if (duplicatesOf(error, docs.length) === null) throw error;
      }
    },

    async due(now: Date, limit: number): Promise<Owed<Work>[]> {
      const docs = await collection
        .find({ dueAt: { $lte: now, $type: 'date' } })
        .sort({ dueAt: 1 })
        .limit(limit)
        .toArray();
      return docs.map(({ _id, ...rest }) => ({ id: _id, ...rest }) as unknown as Owed<Work>); // as it was owed
    },

    /** Takes it to do it; false when another worker has it. It comes back at `retryAt` unless it is settled. */
    async claim({ id, dueAt }: Progress, retryAt: Date): Promise<boolean> {
      const claimed = await collection.updateOne(
        { _id: id, dueAt },
        { $set: { dueAt: retryAt }, $inc: { attempts: 1 } },
      );
      return claimed.modifiedCount === 1;
    },

    async settle(id: string, state: 'sent' | 'failed'): Promise<void> {
      await collection.updateOne({ _id: id }, { $set: { state, dueAt: null } });
    },
  };
}
