// Where a request stands, for whoever looks at it: a sentence, and what it brings (6.3, 7, 7.5). The words are those of its page.

import type { Offer, RequestEntry } from '../../client/protocol.ts';
import type { User } from '../../client/protocol.ts';
import type { ConsoleTexts } from '../../texts/console.ts';

type Words = ConsoleTexts['request'];

export interface Standing {
  readonly words: string;
  readonly tone: 'accent' | 'good' | 'bad';
}

export interface Reader {
  readonly me: User;
  /** No Thanks was pressed here */
  readonly hasPassed: boolean;
  /** an instant, in the reader's language */
  readonly time: (at: string) => string;
}

export const isMine = ({ acceptedBy }: RequestEntry, { id }: User): boolean => acceptedBy?.id === id;

export const isReservedFor = ({ state, reservedFor }: RequestEntry, { id }: User): boolean =>
  state === 'reserved' && reservedFor === id;

export const isOpenTo = (request: RequestEntry, me: User): boolean =>
  me.role === 'expert' && (request.state === 'open' || isReservedFor(request, me));

/** May this person read the conversation? */
export const isReadableBy = (request: RequestEntry, me: User): boolean =>
  me.role === 'admin' || isOpenTo(request, me) || isMine(request, me);

/** 9.1: in these it is paid, and not given back: whoever delivers it reads the private box, also after their report. */
const PAID: ReadonlySet<string> = new Set(['accepted', 'fulfilled', 'unfulfilled', 'report_overdue', 'unable']);

/** Does this person read the private box by it? */
export const isBoxOf = ({ acceptedBy, state }: Pick<Offer, 'acceptedBy' | 'state'>, { id }: User): boolean =>
  acceptedBy?.id === id && PAID.has(state);

export function standingOf(request: RequestEntry, words: Words, reader: Reader): Standing {
  const info = (said: string): Standing => ({ words: said, tone: 'accent' });
  const good = (said: string): Standing => ({ words: said, tone: 'good' });
  const bad = (said: string): Standing => ({ words: said, tone: 'bad' });
  const { me, hasPassed, time } = reader;
  const until = request.reportDueAt === null ? '' : time(request.reportDueAt);
  if (me.role === 'admin') {
    return info(words.care[request.state]?.({ name: request.acceptedBy?.name ?? '', until }) ?? words.gone);
  }
  if (request.acceptedBy !== null && !isMine(request, me)) return bad(words.taken);
  switch (request.state) {
    case 'reserved':
      return isReservedFor(request, me) ? info(words.reserved) : bad(words.gone);
    case 'open':
      return info(hasPassed ? words.passed : words.open);
    case 'capturing':
      return info(words.capturing);
    case 'accepted':
      return good(words.accepted(until));
    case 'fulfilled':
      return good(words.fulfilled);
    case 'unfulfilled':
      return info(words.unfulfilled);
    case 'refunding':
      return info(words.refunding);
    case 'refunded':
      return info(words.refunded);
    case 'refund_failed':
      return info(words.refundFailed);
    case 'report_overdue':
      return bad(words.reportOverdue);
    case 'payment_failed':
      return bad(words.paymentFailed);
    case 'expired':
      return bad(words.expired);
    case 'withdrawn':
      return bad(words.withdrawn);
    case 'offered':
    case 'declined':
    case 'unable':
      return bad(words.gone);
  }
}

export interface Brings {
  readonly label: string;
  readonly amount: { readonly amount: number; readonly currency: string };
}

/** Nobody delivered, and nobody will. */
const CANCELLED: ReadonlySet<string> = new Set(['expired', 'withdrawn']);
/** 7.1, 7.2, 8.4: nothing is earned for these. */
const UNPAID: ReadonlySet<string> = new Set(['unfulfilled', 'report_overdue', 'refunding', 'refunded']);

/**
 * What it brings: to whoever may still accept it, to whoever accepted it, and for customer care to the expert. Accepted is
 * not yet earned: a report that says yes pays, everything else shows 0 as in the Earnings Report (7.1, 7.2, 7.5).
 */
export function bringsOf(request: RequestEntry, words: Words, me: User): Brings | null {
  const { state, payout } = request;
  if (payout === undefined || state === 'refund_failed') return null; // what it brings then, customer care decides
  const nothing = { ...payout, amount: 0 };
  if (me.role === 'admin') {
    if (!(state in words.care) || CANCELLED.has(state)) return null;
    return { label: words.share, amount: UNPAID.has(state) ? nothing : payout };
  }
  if (!isMine(request, me)) return isOpenTo(request, me) ? { label: words.wouldEarn, amount: payout } : null;
  if (state === 'capturing') return { label: words.wouldEarn, amount: payout };
  if (state === 'accepted') return { label: words.earnOnceReported, amount: payout };
  if (state === 'fulfilled') return { label: words.earned, amount: payout };
  return { label: words.earn, amount: nothing };
}
