// What was saved since an instant, and whom it concerns: gateways that may have missed an event ask for it.

import type mongoose from 'mongoose';

/** A record that was saved, when, by the database's own clock, and whom it concerns. */
export interface Changed {
  readonly id: string;
  readonly version: number;
  readonly at: mongoose.mongo.Timestamp;
  readonly customerId: string;
  /** its experts: who holds, is asked, offers or delivers */
  readonly expertIds: readonly string[];
  readonly categoryId: string | null;
}

/** What is read of questions, offers and cases alike; each has some of it. */
export interface Concerned {
  readonly _id: string;
  readonly version: number;
  readonly changedAt: mongoose.mongo.Timestamp;
  readonly customer: { readonly id: string };
  readonly expert?: { readonly id: string } | null;
  readonly acceptedBy?: { readonly id: string } | null;
  readonly proposedBy?: { readonly id: string } | null;
  readonly reservedFor?: string | null;
  readonly categoryId?: string;
}

const CONCERNED = {
  ...{ version: 1, changedAt: 1, 'customer.id': 1, 'expert.id': 1, 'acceptedBy.id': 1, 'proposedBy.id': 1 },
  ...{ reservedFor: 1, categoryId: 1 },
} as const;

export const changesIn = (collection: mongoose.mongo.Collection<Concerned>) => ({
  /** What was saved after this instant, the oldest first: for gateways that may have missed an event. */
  async changedSince(since: mongoose.mongo.Timestamp, limit: number): Promise<Changed[]> {
    const docs = await collection
      .find({ changedAt: { $gt: since, $type: 'timestamp' } })
      .project<Concerned>(CONCERNED)
      .sort({ changedAt: 1 })
      .limit(limit)
      .toArray();
    return docs.map(({ _id, version, changedAt, customer, categoryId, ...one }) => {
      const experts = [one.expert?.id, one.acceptedBy?.id, one.proposedBy?.id, one.reservedFor];
      return {
        ...{ id: _id, version, at: changedAt, customerId: customer.id, categoryId: categoryId ?? null },
        expertIds: experts.filter((id) => id !== undefined && id !== null),
      };
    });
  },

  /** When a record was saved last; null before the first one. */
  async lastChange(): Promise<mongoose.mongo.Timestamp | null> {
    const [doc] = await collection
      .find({ changedAt: { $type: 'timestamp' } }, { projection: { changedAt: 1 } })
      .sort({ changedAt: -1 })
      .limit(1)
      .toArray();
    return doc?.changedAt ?? null;
  },
});
