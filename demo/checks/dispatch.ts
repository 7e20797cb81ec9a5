// I1, I4, I6, I7 and nothing left undone: who saw, who won, and when.

import { grouped } from '../grouped.ts';
import type { StoredOffer } from '../snapshot.ts';
import type { Heard, Press } from '../witness.ts';
import type { Check } from './check.ts';

export const dispatchChecks: readonly Check[] = [
  {
    id: 'I1',
    claim: 'one winner a race; all others hear “already accepted”',
    look: ({ offers }, { presses }) => {
      const races = grouped(presses, ({ requestId, round }) => `${requestId} round ${round}`);
      const faults = [...races].flatMap(([race, all]) => raceFaults(race, all));
      const last = new Map(presses.filter(({ outcome }) => outcome === 'won').map((press) => [press.requestId, press]));
      const other = offers.filter(({ id, acceptedBy }) => last.has(id) && last.get(id)?.expert !== acceptedBy?.id);
      return {
        examined: `${races.size} races, ${presses.length} presses`,
        faults: [...faults, ...other.map(({ id }) => `${id}: another expert stands in the record`)],
      };
    },
  },
  {
    id: 'I4',
    claim: 'nothing was accepted at or after its expiry',
    look: ({ offers }) => {
      const faults = offers.flatMap(({ id, state, acceptedAt, acceptedBy, expiresAt }) => {
        if (state === 'expired')
          return acceptedAt === null && acceptedBy === null ? [] : [`${id} expired and was accepted`];
        return acceptedAt !== null && (expiresAt === null || acceptedAt >= expiresAt)
          ? [`${id} was accepted too late`]
          : [];
      });
      return { examined: `${offers.filter(({ requestedAt }) => requestedAt !== null).length} requests`, faults };
    },
  },
  {
    id: 'I6',
    claim: 'no deadline took effect early',
    look: ({ offers }, { heard }) => {
      const effects = deadlineEffects(offers, heard);
      const faults = effects
        .filter(({ lateMs }) => lateMs < 0)
        .map((early) => `${early.what} ${-early.lateMs} ms early`);
      const latest = Math.max(0, ...effects.map(({ lateMs }) => lateMs));
      return { examined: `${effects.length} deadlines, latest ${latest} ms`, faults };
    },
  },
  {
    id: 'I7',
    claim: 'a reserved request is known to its expert alone',
    look: (_snapshot, { heard, peeks, experts }) => {
      const isExpert = new Set(experts.map(({ id }) => id));
      const leaks = heard
        .filter(
          ({ userId, offer }) => isExpert.has(userId) && offer.state === 'reserved' && offer.reservedFor !== userId,
        )
        .map(({ userId, offer }) => `${offer.id} was shown to ${userId}`);
      const seen = peeks
        .filter(({ listed, read, accepted }) => listed || read !== 'not_found' || accepted !== 'not_found')
        .map(({ requestId, expert }) => `${expert} could see or take ${requestId}`);
      return { examined: `${peeks.length} tries of others`, faults: [...leaks, ...seen] };
    },
  },
  {
    id: 'I7',
    claim: 'no other expert accepted while it was reserved',
    look: ({ offers }, { heard }) => {
      const silent = offers.filter((offer) => offer.reservedUntil !== null && couldOnlyLapse(offer, heard));
      const faults = silent
        .filter(({ acceptedAt, acceptedBy, reservedFor, reservedUntil }) => {
          if (acceptedAt === null || reservedUntil === null || acceptedBy?.id === reservedFor) return false;
          return acceptedAt < reservedUntil;
        })
        .map(({ id }) => `${id} was accepted too early`);
      return { examined: `${silent.length} reservations`, faults };
    },
  },
  {
    id: 'I22',
    claim: 'nobody saw what is not theirs (category, payout, card)',
    look: ({ offers }, { heard, experts }) => {
      const categories = new Map(experts.map(({ id, categories: own }) => [id, own]));
      const byId = new Map(offers.map((offer) => [offer.id, offer]));
      const faults = heard.flatMap(({ userId, offer }) => {
        const stored = byId.get(offer.id);
        const own = categories.get(userId);
        if (own !== undefined && 'paymentReason' in offer) return [`${userId} saw the card of ${offer.id}`];
        if (own !== undefined && stored && !own.includes(stored.categoryId)) return [`${userId} heard of ${offer.id}`];
        const isCustomer = stored?.customer.id === userId;
        return isCustomer && offer.payout !== undefined ? [`${userId} saw the payout of ${offer.id}`] : [];
      });
      return { examined: `${heard.length} sightings`, faults };
    },
  },
  {
    id: 'I18',
    claim: 'nothing rests in capturing, no effect is owed',
    look: ({ owed, offers, questions }) => {
      const resting = [...offers, ...questions].filter(
        ({ state, payment }) =>
          state === 'capturing' || payment.state === 'authorising' || payment.state === 'capturing',
      );
      const faults = resting.map(
        ({ id, state, payment }) => `${id} rests in ${state}, its payment in ${payment.state}`,
      );
      if (owed > 0) faults.push(`${owed} effects or e-mails are still owed`);
      return { examined: `${offers.length + questions.length} records`, faults };
    },
  },
];

function raceFaults(race: string, presses: readonly Press[]): string[] {
  const winners = presses.filter(({ outcome }) => outcome === 'won');
  if (winners.length > 1) return [`${race}: ${winners.length} winners`];
  if (winners.length === 0) return [];
  return presses
    .filter(({ outcome }) => outcome !== 'won' && outcome !== 'conflict.already_accepted')
    .map(({ expert, outcome }) => `${race}: ${expert} heard ${outcome}`);
}

/**
 * Only time could open it: not No Thanks (6.2), not another card (6.5), and it had not been won before (7.1), which all
 * may be sooner than the end of the reservation.
 */
function couldOnlyLapse({ id, passedBy, payment }: StoredOffer, heard: readonly Heard[]): boolean {
  if (passedBy !== null || payment.attempt > 1) return false;
  const versions = heard.map(({ offer }) => offer).filter((offer) => offer.id === id);
  const opened = Math.min(...versions.filter(({ state }) => state === 'open').map(({ version }) => version));
  return !versions.some(({ state, version }) => state === 'unfulfilled' && version < opened);
}

interface Effect {
  readonly what: string;
  readonly lateMs: number;
}

/** The first that anybody heard of what a deadline brought about. */
function deadlineEffects(offers: readonly StoredOffer[], heard: readonly Heard[]): Effect[] {
  const first = (id: string, state: StoredOffer['state']) =>
    heard
      .filter(({ offer }) => offer.id === id && offer.state === state)
      .reduce((at, one) => Math.min(at, one.at), Infinity);
  const effect = ({ id }: StoredOffer, state: StoredOffer['state'], due: Date | null): Effect[] => {
    const at = first(id, state);
    return due === null || at === Infinity ? [] : [{ what: `${id} was ${state}`, lateMs: at - due.getTime() }];
  };
  return offers.flatMap((offer) => [
    ...(couldOnlyLapse(offer, heard) ? effect(offer, 'open', offer.reservedUntil) : []),
    ...effect(offer, 'expired', offer.expiresAt),
    ...effect(offer, 'report_overdue', offer.reportDueAt),
  ]);
}
