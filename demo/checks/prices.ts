// 5.2: what was shown is what may be shown, and what admins are told of it is what a recount by hand says.

import { grouped } from '../grouped.ts';
import type { StoredOffer } from '../snapshot.ts';
import type { Check } from './check.ts';

export const priceChecks: readonly Check[] = [
  {
    id: '5.2',
    claim: 'shown price = an allowed point; the middle unless it was learned',
    look: ({ offers }) => {
      const faults = offers.filter(({ price, pricePoints, priceHow }) =>
        priceHow === 'fixed' ? price.amount !== middleOf(pricePoints) : !pricePoints.includes(price.amount),
      );
      const learned = offers.filter(({ priceHow }) => priceHow === 'learned' || priceHow === 'explored').length;
      return {
        examined: `${offers.length} offers, ${learned} learned`,
        faults: faults.map(({ id }) => `${id} was not`),
      };
    },
  },
  {
    id: '5.2',
    claim: 'what admins are told of prices = a recount of all offers',
    look: ({ offers }, { curves }) => {
      const byCategory = grouped(offers, ({ categoryId }) => categoryId);
      const faults = curves.flatMap(({ category, points }) =>
        points.flatMap(({ amount, requested, expired, declined, takenBack, shown }) => {
          const at = (byCategory.get(category) ?? []).filter(({ price }) => price.amount === amount);
          const told = [shown, requested + expired + takenBack, declined].join();
          const counted = [at.length, at.filter(isAsked).length, at.filter(isDeclined).length].join();
          return told === counted ? [] : [`${category} at ${amount}: ${told} instead of ${counted}`];
        }),
      );
      return { examined: `${curves.length} categories`, faults };
    },
  },
];

// NOTE: by the states of the offers, not by what they say of their prices
const isAsked = ({ requestedAt }: StoredOffer) => requestedAt !== null;
const isDeclined = ({ state }: StoredOffer) => state === 'declined';
const middleOf = (points: readonly number[]) => points.toSorted((a, b) => a - b)[Math.floor((points.length - 1) / 2)];
