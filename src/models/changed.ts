// What was saved since an instant, and whom it concerns: gateways that may have missed an event ask for it.

import type mongoose from 'mongoose';

/** A record that was saved, when, by the database's own clock, and whom it concerns. */
export interface Changed {
  readonly id: string;
  readonly version: number;
  readonly at: mongoose.mongo.Timestamp;
  readonly customerId: string;
  /** its experts: who holds, has answered, has let go, is asked, offers or delivers; who has opened a case */
  readonly expertIds: readonly string[];
  readonly categoryId: string | null;
  /** 2.2: of a question: with which version its queue has changed last; null: it is no question, or never has */
  readonly queueVersion: number | null;
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
  readonly answeredBy?: { readonly id: string } | null;
  readonly openedBy?: { readonly id: string };
  readonly queue?: { readonly version: number; readonly left: string | null };
}

const CONCERNED = {
  ...{ version: 1, changedAt: 1, 'customer.id': 1, 'expert.id': 1, 'acceptedBy.id': 1, 'proposedBy.id': 1 },
  ...{ reservedFor: 1, categoryId: 1, 'answeredBy.id': 1, 'queue.version': 1, 'queue.left': 1, 'openedBy.id': 1 },
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
      const { queue } = one;
      const asOffer = [one.acceptedBy?.id, one.proposedBy?.id, one.reservedFor];
      const experts = [one.expert?.id, one.answeredBy?.id, queue?.left, one.openedBy?.id, ...asOffer];
      return {
        ...{ id: _id, version, at: changedAt, customerId: customer.id, categoryId: categoryId ?? null },
        expertIds: experts.filter((id) => id !== undefined && id !== null),
        queueVersion: queue?.version ?? null,
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
