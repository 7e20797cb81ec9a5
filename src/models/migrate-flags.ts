// What flagged messages of an earlier version owe: until now a note that their cases were to be opened, and not the cases.

import type mongoose from 'mongoose';
import { flagEffects } from '../domain/flag.ts';
import { seqOf } from './append.ts';
import type { MessageDoc } from './append.ts';

/** Repeatable, and done for each message in one write. */
export async function oweFlagCases(db: mongoose.mongo.Db): Promise<void> {
  const messages = db.collection<MessageDoc & { caseOwedAt: Date }>('messages');
  for await (const { _id, questionId, flags = [], caseOwedAt } of messages.find({ caseOwedAt: { $type: 'date' } })) {
    const outbox = flagEffects({ questionId, seq: seqOf(_id), flags });
    await messages.updateOne({ _id }, { $set: { outbox, outboxAt: caseOwedAt }, $unset: { caseOwedAt: '' } });
  }
}
