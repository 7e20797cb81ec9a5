// How far each side has read (2.3): one mark per question and person, which only moves forward.

import type mongoose from 'mongoose';
import type { StoreKind } from './store.ts';

export const READ_MARKS = {
  collection: 'read_marks',
  indexes: [{ key: { at: 1 }, name: 'moved' }],
  open: readMarkStore,
} satisfies StoreKind;

function readMarkStore(db: mongoose.mongo.Db) {
  const collection = db.collection<{ _id: string; seq: number; at: Date }>('read_marks');
  return {
    /** True when the mark moved. */
    async move(questionId: string, userId: string, seq: number, at: Date): Promise<boolean> {
      const result = await collection.updateOne(
        { _id: `${questionId}/${userId}` },
        [{ $set: { seq: { $max: ['$seq', seq] }, at: { $cond: [{ $gt: [seq, '$seq'] }, at, '$at'] } } }],
        { upsert: true },
      );
      return result.modifiedCount + result.upsertedCount > 0;
    },

    /** Marks that moved after this instant, the newest first. */
    async findMovedSince(since: Date, limit: number): Promise<{ questionId: string; userId: string; seq: number }[]> {
      const docs = await collection
        .find({ at: { $gt: since } })
        .sort({ at: -1 })
        .limit(limit)
        .toArray();
      return docs.map(({ _id, seq }) => {
        const [questionId = '', userId = ''] = _id.split('/');
        return { questionId, userId, seq };
      });
    },

    /** How far each person has read in this conversation, and since when. */
    async ofQuestion(questionId: string): Promise<{ userId: string; seq: number; at: Date }[]> {
      const docs = await collection.find({ _id: { $gt: `${questionId}/`, $lt: `${questionId}0` } }).toArray(); // "0" follows "/"
      return docs.map(({ _id, seq, at }) => ({ userId: _id.slice(questionId.length + 1), seq, at }));
    },
  };
}
