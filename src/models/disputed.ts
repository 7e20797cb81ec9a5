// 1.4: payments that a customer's bank disputes, the same of questions and offers: it may take months until that is decided.

import type mongoose from 'mongoose';
import type { Payment } from '../domain/payment.ts';

interface Disputed {
  _id: string;
  payment: Payment;
}

const AT = 'payment.returned.disputes';
const IS_DISPUTED = { [`${AT}.state`]: { $type: 'string' } } as const;

export const DISPUTED_INDEX: mongoose.mongo.IndexDescription = {
  key: { [`${AT}.state`]: 1, [`${AT}.taken`]: 1, _id: 1 },
  name: 'disputed',
  partialFilterExpression: IS_DISPUTED,
};

export function undecidedIn<D extends Disputed>(collection: mongoose.mongo.Collection<D>) {
  const disputed = collection as unknown as mongoose.mongo.Collection<Disputed>; // its documents have more than this
  return {
    /** Whose dispute is not decided, or won without the money being here yet, in the order of their ids, behind this one. */
    async undecided(after: string, limit: number): Promise<string[]> {
      const behind = { ...IS_DISPUTED, _id: { $gt: after } };
      const found = await disputed
        .find({
          $or: [
            { ...behind, [AT]: { $elemMatch: { state: { $in: ['inquiry', 'open'] } } } },
            { ...behind, [AT]: { $elemMatch: { state: 'won', taken: true } } },
          ],
        })
        .sort({ _id: 1 })
        .limit(limit)
        .project<{ _id: string }>({ _id: 1 })
        .toArray();
      return found.map(({ _id }) => _id);
    },
  };
}
