// Who may do what: what a person is to a question and to the offers in it, and what each of these may do there. Commands,
// look-ups and events ask here and nowhere else. What a command takes from which role at all stands in its row; what a state
// allows stands in the machines, which answer `conflict.…`. Whoever may not is told that there is nothing (`not_found`), except
// that an expert who may find a question hears that they are not in its conversation (`auth.forbidden`).

import { reached } from './instant.ts';
import { leftAt } from './leaving.ts';
import type { Flag } from './message.ts';
import { isTaken } from './offer.ts';
import type { Offer } from './offer.ts';
import type { Actor, ReceiverKind } from './people.ts';
import { isPaid } from './private-info.ts';
import { holderOf } from './question.ts';
import type { Question, Standing } from './question.ts';

/** Whoever asks, as far as rights depend on it. */
export type Asker = Pick<Actor, 'id' | 'role' | 'categories'>;

export type Relation =
  /** care: all questions, and all requests */
  | 'admin'
  /** asked the question */
  | 'customer'
  /** the expert in the conversation, also in one that was closed with them */
  | 'holder'
  /** an expert who may take the question: of its category, or whose claim is over */
  | 'colleague'
  /** 6.1, 6.3: an expert whom the request was shown to */
  | 'asked'
  /** 8.1: the expert who has offered it */
  | 'proposer'
  /** 6.4, 8.2: the expert who has won the request, or whose offer was accepted */
  | 'winner'
  /** an expert who has answered or delivered in the conversation, and has left it */
  | 'former';

export type Permission =
  /** to find the question, and to do with it what its state allows */
  | 'find'
  /** to read the question and the offers that one may see */
  | 'get'
  /** 2.3: to be in the conversation: its events, typing, read marks, flags */
  | 'follow'
  /** 2.3: to read all of the conversation */
  | 'read'
  /** 10.1: to open a case about it */
  | 'dispute'
  /** 9.1: to know that there is a private information box, and what it says */
  | 'box'
  /** to see the offer */
  | 'see'
  /** 6.3: to see the entry of the Request Center */
  | 'see_request'
  /** 6.4 */
  | 'win'
  /** 7.1, 7.2 */
  | 'report'
  /** 5.3, 6.8, 8.4: to accept or decline it, to take it back, to want its price back */
  | 'decide'
  /** 8.3: to take back what one has offered, or to be unable to complete it */
  | 'answer_for';

const isRequest = ({ requestedAt }: Offer): boolean => requestedAt !== null;
const isOpen = ({ state }: Offer): boolean => state === 'open';
/** 6.7: paid, or about to be, and not given back. */
const isDelivered = (offer: Offer): boolean => isTaken(offer) && offer.payment.state !== 'refunded';

/** True, or what an offer must be for it; what is not here nobody may. */
export const MAY: Readonly<Record<Relation, Partial<Record<Permission, true | ((offer: Offer) => boolean)>>>> = {
  admin: {
    ...{ find: true, get: true, follow: true, read: true, dispute: true, box: isPaid },
    ...{ see: true, see_request: isRequest, report: isRequest },
  },
  // 7.1: keeps the box while the service is requested again
  customer: { find: true, get: true, follow: true, read: true, box: isPaid, see: true, decide: true },
  holder: { find: true, get: true, follow: true, read: true, dispute: true },
  colleague: { find: true, get: true, dispute: true },
  asked: { see: true, see_request: true, win: true, read: isOpen },
  proposer: { see: true, answer_for: true },
  winner: {
    ...{ get: isDelivered, read: isDelivered, dispute: isDelivered, box: isPaid },
    ...{ see: isRequest, see_request: isRequest, win: isRequest, report: isRequest },
  },
  former: { dispute: true },
};

/** By the question alone, whatever is offered in it. */
export function relationTo(asker: Asker, question: Standing, now: Date): Relation | null {
  const { state, expert, customer, categoryId } = question;
  if (asker.role === 'admin') return 'admin';
  if (asker.role === 'customer') return customer.id === asker.id ? 'customer' : null;
  if (state === 'draft') return null;
  // a claim whose time is over is none, whether a worker has looked or not
  const holder = state === 'closed' ? expert : holderOf(question, now);
  if (holder?.id === asker.id) return 'holder';
  return expert?.id === asker.id || asker.categories.includes(categoryId) ? 'colleague' : null;
}

/** By an offer alone; an expert may be several. */
export function relationsTo(asker: Asker, offer: Offer, now: Date): Relation[] {
  if (asker.role === 'admin') return ['admin'];
  if (asker.role === 'customer') return offer.customer.id === asker.id ? ['customer'] : [];
  const relations: Relation[] = [];
  if (offer.acceptedBy?.id === asker.id) relations.push('winner');
  if (offer.proposedBy?.id === asker.id) relations.push('proposer');
  // also who was asked first knows of it no more when they have lost the category since
  if (asker.categories.includes(offer.categoryId) && isShownTo(asker, offer, now)) relations.push('asked');
  return relations;
}

/** 6.1: first to one expert, then to all. It is open from the instant on, whether a worker has looked or not. */
function isShownTo({ id }: Asker, offer: Offer, now: Date): boolean {
  if (offer.requestedAt === null) return false;
  const wasOpened = offer.generation > 0 || (offer.state === 'reserved' && reached(offer.reservedUntil, now));
  return wasOpened || offer.reservedFor === id;
}

/** May this person do it, by the question alone? */
export function may(asker: Asker, permission: Permission, question: Standing, now: Date): boolean {
  const relation = relationTo(asker, question, now);
  return relation !== null && MAY[relation][permission] === true;
}

/** May they, by this offer? */
export function mayByOffer(asker: Asker, permission: Permission, offer: Offer, now: Date): boolean {
  return relationsTo(asker, offer, now).some((relation) => {
    const when = MAY[relation][permission];
    return when === true || when?.(offer) === true;
  });
}

/** May they, by any part that they have or had in the question? `offers`: all that are in it. */
export function mayByPart(
  asker: Asker,
  permission: Permission,
  question: Question,
  offers: readonly Offer[],
  now: Date,
): boolean {
  if (may(asker, permission, question, now)) return true;
  if (asker.role === 'expert' && question.state === 'draft') return false;
  if (offers.some((offer) => mayByOffer(asker, permission, offer, now))) return true;
  if (asker.role !== 'expert' || MAY.former[permission] !== true) return false;
  return leftAt(asker.id, question, offers, now) !== null;
}

/** 9.2: who has flagged a message is for admins; everybody knows of their own flags. */
export const mayKnowFlag = ({ id, role }: Asker, { by }: Flag): boolean => role === 'admin' || by.id === id;

/** `deliverer`: the expert who delivers; `expert`: any other who may know of it. */
export type OfferReceiver = ReceiverKind | 'deliverer';

/**
 * 6.3: may whoever gets this view of a request read what was asked? As `get` of the question: all of its category may, and whoever
 * has won it until it is given back.
 */
export const mayPreview = (receiver: OfferReceiver, offer: Offer): boolean =>
  receiver !== 'deliverer' || isDelivered(offer);

/** Which view of an offer they get. */
export function receiverOf({ id, role }: Asker, offer: Offer): OfferReceiver {
  return role === 'expert' && offer.acceptedBy?.id === id ? 'deliverer' : role;
}
