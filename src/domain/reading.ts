// Who reads a conversation, and how far (2.2, 6.3, 6.7, 9.1). Its sides and admins read all of it. The expert who delivers a
// paid service reviews it, and so do the experts of the category while a request in it is open to them. Who was one of these
// and is no more finds nothing of what came after the moment they left. Of what was there before, those keep it who have a
// part in it, because disputes are about that: who has answered in it, or was paid to deliver in it.

import { isTaken } from './offer.ts';
import type { Offer } from './offer.ts';
import type { Asker } from './private-info.ts';
import { holderOf } from './question.ts';
import type { Question, Standing } from './question.ts';

/** Is this person in the conversation now? A claim whose time is over is none, whether a worker has looked or not. */
export function isSide(asker: Asker, question: Standing, now: Date): boolean {
  if (asker.role === 'admin') return true;
  if (asker.role === 'customer') return question.customer.id === asker.id;
  if (question.state === 'closed') return question.expert?.id === asker.id;
  return holderOf(question, now)?.id === asker.id;
}

/** The expert who delivers: as with the box (9.1), until the money is given back. */
export const isDelivering = (expertId: string, offer: Offer): boolean =>
  isTaken(offer) && offer.acceptedBy?.id === expertId && offer.payment.state !== 'refunded';

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
  let left: Date | null = null;
  for (const { what, by, at } of history) {
    if (what === 'win') winner = by?.id ?? null;
    else if (what === 'captured') delivers = winner === expertId;
    else if (what === 'request_again' || what === 'refund' || what === 'withdraw') {
      if (delivers) left = at;
      delivers = false;
    }
  }
  return left;
}

const later = (one: Date | null, other: Date | null): Date | null =>
  one === null || (other !== null && other > one) ? other : one;
