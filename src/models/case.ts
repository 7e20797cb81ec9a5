// Cases in MongoDB (10.1). A case's id is made from its key, so that there is one for each key, whoever opens it.

import { createHash } from 'node:crypto';
import type mongoose from 'mongoose';
import type { Case, CaseState } from '../domain/case.ts';
import type { CaseKind } from '../domain/effects.ts';
import type { Clock } from './clock.ts';
import { RECORD_INDEXES, recordStore } from './record.ts';
import type { Doc } from './record.ts';
import type { StoreKind } from './store.ts';

const CASES_SHOWN = 500; // of one question; every message that is flagged has one

export interface CaseListFilter {
  readonly state?: CaseState | undefined;
  readonly kind?: CaseKind | undefined;
  /** null: nobody works on it */
  readonly assigneeId?: string | null | undefined;
  readonly overdue?: boolean | undefined;
  /** who has opened it */
  readonly openedById?: string | undefined;
  /** the last one of the page before */
  readonly before?: { at: Date; id: string } | undefined;
}

export const CASES = {
  collection: 'cases',
  indexes: [
    ...RECORD_INDEXES,
    {
      key: { 'openedBy.id': 1, clientId: 1 },
      name: 'once',
      unique: true,
      partialFilterExpression: { clientId: { $type: 'string' } },
    },
    { key: { questionId: 1, openedAt: 1 }, name: 'question' },
    { key: { 'openedBy.id': 1, openedAt: -1, _id: -1 }, name: 'opened_by' },
    { key: { state: 1, openedAt: -1, _id: -1 }, name: 'state' },
    { key: { openedAt: -1, _id: -1 }, name: 'opened' },
  ],
  open: caseStore,
} satisfies StoreKind;

function caseStore(db: mongoose.mongo.Db, clock: Clock) {
  const collection = db.collection<Doc<Case>>('cases');
  const records = recordStore<Case>(collection, clock);
  return {
    ...records,

    async findByClientId(openedById: string, clientId: string): Promise<Case | null> {
      const [found] = await records.many(
        { 'openedBy.id': openedById, clientId: { $eq: clientId, $type: 'string' } },
        {},
        1,
      );
      return found?.record ?? null;
    },

    /** The newest cases of a question, of one kind or of all, the oldest of them first. */
    async ofQuestion(questionId: string, kind?: CaseKind): Promise<Case[]> {
      const found = await records.many({ questionId, ...(kind && { kind }) }, { openedAt: -1, _id: -1 }, CASES_SHOWN);
      return found.map(({ record }) => record).toReversed();
    },

    /** Newest first. */
    async list(
      { state, kind, assigneeId, overdue, openedById, before }: CaseListFilter,
      limit: number,
    ): Promise<Case[]> {
      const found = await records.many(
        {
          ...(state && { state }),
          ...(kind && { kind }),
          ...(assigneeId === null && { assignee: null }),
          ...(typeof assigneeId === 'string' && { 'assignee.id': assigneeId }),
          ...(overdue !== undefined && { overdue }),
          ...(openedById !== undefined && { 'openedBy.id': openedById }),
          ...(before && { $or: [{ openedAt: { $lt: before.at } }, { openedAt: before.at, _id: { $lt: before.id } }] }),
        },
        { openedAt: -1, _id: -1 },
        limit,
      );
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
