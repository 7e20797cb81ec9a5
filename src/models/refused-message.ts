// Messages that rule 3 has refused, for whoever decides about conduct: of each question the newest, without what they said.

import type mongoose from 'mongoose';
import type { Code } from '../domain/errors.ts';
import type { MessageKind } from '../domain/message.ts';
import type { Person } from '../domain/people.ts';
import type { StoreKind } from './store.ts';

export interface RefusedMessage {
  readonly by: Person;
  readonly clientId: string;
  readonly kind: MessageKind;
  /** why */
  readonly code: Code;
  readonly at: Date;
}

const MOST_KEPT = 200; // of a question: enough to see what somebody does

export const REFUSED_MESSAGES = {
  collection: 'refused_messages',
  indexes: [],
  open: refusedMessageStore,
} satisfies StoreKind;

function refusedMessageStore(db: mongoose.mongo.Db) {
  const collection = db.collection<{ _id: string; refused: (RefusedMessage & { key: string })[] }>('refused_messages');
  return {
    /** The same message refused for the same reason is the same attempt. */
    async note(questionId: string, refused: RefusedMessage): Promise<void> {
      const key = `${refused.by.id}/${refused.clientId}/${refused.code}`;
      const known = { $ifNull: ['$refused', []] };
      const all = { $concatArrays: [known, [{ $literal: { key, ...refused } }]] };
      await collection.updateOne(
        { _id: questionId },
        [
          {
            $set: {
              refused: {
                $cond: [
                  { $in: [{ $literal: key }, { $ifNull: ['$refused.key', []] }] },
                  known,
                  { $slice: [all, -MOST_KEPT] },
                ],
              },
            },
          },
        ],
        { upsert: true },
      );
    },

    /** In the order they were refused in. */
    async ofQuestion(questionId: string): Promise<RefusedMessage[]> {
      const doc = await collection.findOne({ _id: questionId });
      return (doc?.refused ?? []).map(({ key: _key, ...refused }) => refused);
    },
  };
}
