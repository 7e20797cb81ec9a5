// When an expert left a conversation in which they had a part (2.2, 6.3, 6.7). Who is in it no more finds nothing of what came
// after that moment; of what was there before, those keep it who have answered in it, or were paid to deliver in it, because
// disputes are about that.

import type { Offer } from './offer.ts';
import type { Question } from './question.ts';

/**
 * When this expert left a conversation in which they have a part: they have answered in it, or were paid to deliver in it.
 * The last time, if there were several; null: there is none.
 */
export function leftAt(expertId: string, question: Question, offers: readonly Offer[], now: Date): Date | null {
  return [leftAsHolder(expertId, question, now), ...offers.map((offer) => leftAsDeliverer(expertId, offer))].reduce(
    later,
    null,
  );
}

function leftAsHolder(expertId: string, { state, lockedUntil, expert, history }: Question, now: Date): Date | null {
  let holder: string | null = null;
  let left: Date | null = null;
  let answered = false;
  for (const { what, by, at } of history) {
    if (what === 'answer' && by?.id === expertId) answered = true;
    if (what === 'claim' || (what === 'answer' && holder === null)) holder = by?.id ?? null;
    else if (what === 'release' || what === 'lapse') {
      if (holder === expertId) left = at;
      holder = null;
    }
  }
  // it has lapsed and nobody has noted it yet
  const lapsed = state === 'claimed' && lockedUntil !== null && lockedUntil <= now && expert?.id === expertId;
  return answered ? (lapsed ? lockedUntil : left) : null;
}

/** 7.1, 8.4: requested again from anybody, or given back. A capture that failed has made nobody deliver anything. */
function leftAsDeliverer(expertId: string, { origin, proposedBy, history }: Offer): Date | null {
  let winner = origin === 'expert' ? (proposedBy?.id ?? null) : null;
  let delivers = false;
  let isPaid = false;
  let left: Date | null = null;
  for (const { what, by, at } of history) {
    if (what === 'win') winner = by?.id ?? null;
    if (what === 'captured') isPaid = true;
    if (isPaid && (what === 'win' || what === 'captured')) delivers = winner === expertId;
    if (what === 'request_again' || what === 'refund' || what === 'withdraw') {
      if (delivers) left = at;
      delivers = false;
    }
  }
  return left;
}

const later = (one: Date | null, other: Date | null): Date | null =>
  one === null || (other !== null && other > one) ? other : one;
