// Cases in MongoDB (10.1). A case's id is made from its key, so that there is one for each key, whoever opens it.

import { createHash } from 'node:crypto';
import type mongoose from 'mongoose';
import type { Case } from '../domain/case.ts';
import { RECORD_INDEXES, recordStore } from './record.ts';
import type { Doc } from './record.ts';

export const CASE_INDEXES: readonly mongoose.mongo.IndexDescription[] = [
  ...RECORD_INDEXES,
  { key: { questionId: 1, openedAt: 1 }, name: 'question' },
];

const CASES_SHOWN = 500; // of one question; a refused refund can be asked for again, so there may be some

export function caseStore(db: mongoose.mongo.Db) {
  const collection = db.collection<Doc<Case>>('cases');
  const records = recordStore<Case>(collection);
  return {
    ...records,

    /** All cases of a question, the oldest first. */
    async ofQuestion(questionId: string): Promise<Case[]> {
      const found = await records.many({ questionId }, { openedAt: 1, _id: 1 }, CASES_SHOWN);
      return found.map(({ record }) => record);
    },
  };
}

/** "cs_" and a UUID's form, as all ids have. */
export function caseIdOf(key: string): string {
  const digest = createHash('sha256').update(key).digest('hex');
  const parts = [digest.slice(0, 8), digest.slice(8, 12), digest.slice(12, 16), digest.slice(16, 20)];
  return `cs_${parts.join('-')}-${digest.slice(20, 32)}`;
}
