// 4.1: the links of letters, by which whoever has the letter opens their question without signing in: each once, and only for a
// while. What is stored cannot be opened with: of a link only the SHA-256 is kept.

import { createHash } from 'node:crypto';
import type mongoose from 'mongoose';
import type { LinkPurpose } from '../domain/link.ts';
import type { Clock } from './clock.ts';
import type { StoreKind } from './store.ts';

export interface Link {
  /** the customer whom it signs in */
  readonly userId: string;
  readonly questionId: string;
  readonly purpose: LinkPurpose;
  /** the user's when it was made: one whose sessions had to end has no links either */
  readonly tokenVersion: number;
  /** that its letter went to: whoever reads the mail of another one opens nothing with it */
  readonly email: string | null;
  readonly expiresAt: Date;
}

/** Also of one that is used. */
export interface KnownLink extends Link {
  readonly usedAt: Date | null;
}

interface LinkDoc extends KnownLink {
  _id: string;
  /** who opened it: the same opening again is answered again for a moment */
  readonly clientId: string | null;
}

const AGAIN_MS = 600_000; // whose answer was lost asks again within this

export const LINKS = {
  collection: 'links',
  indexes: [{ key: { expiresAt: 1 }, name: 'ended', expireAfterSeconds: 0 }],
  open: linkStore,
} satisfies StoreKind;

function linkStore(db: mongoose.mongo.Db, clock: Clock) {
  const collection = db.collection<LinkDoc>('links');
  return {
    /** Makes the link of this token once; answers it as it stands. */
    async make(token: string, link: Link): Promise<KnownLink> {
      const made = await collection.findOneAndUpdate(
        { _id: hashOf(token) },
        { $setOnInsert: { ...link, usedAt: null, clientId: null } },
        { upsert: true, returnDocument: 'after' },
      );
      return made === null ? { ...link, usedAt: null } : fromDoc(made);
    },

    async find(token: string, purpose: LinkPurpose): Promise<KnownLink | null> {
      const doc = await collection.findOne({ _id: hashOf(token), purpose });
      return doc === null ? null : fromDoc(doc);
    },

    /**
     * Uses it up; false when it is used, ended or unknown. The same `clientId` again is the same opening, for ten minutes: its
     * answer may have been lost.
     */
    async use(token: string, clientId: string): Promise<boolean> {
      const now = clock.inFilter();
      const lately = { $gt: ['$usedAt', { $dateSubtract: { startDate: now, unit: 'millisecond', amount: AGAIN_MS } }] };
      const isFree = {
        $or: [{ $eq: ['$usedAt', null] }, { $and: [{ $eq: ['$clientId', { $literal: clientId }] }, lately] }],
      };
      const used = await collection.findOneAndUpdate(
        { _id: hashOf(token), $expr: { $and: [{ $lt: [now, '$expiresAt'] }, isFree] } },
        [{ $set: { usedAt: { $ifNull: ['$usedAt', now] }, clientId: { $literal: clientId } } }],
      );
      return used !== null;
    },
  };
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

function fromDoc({ _id, clientId: _clientId, ...link }: LinkDoc): KnownLink {
  return link;
}
