// What the card of an offer says in each of its states: one sentence, and the person's own words where it ends with some.

import type { Offer, Question, Refund } from '../client/protocol.ts';
import { money } from '../kit/money.ts';
import type { Texts } from '../texts/texts.ts';

export interface OfferWords {
  readonly text: string;
  /** why */
  readonly because?: string | undefined;
  /** what somebody has said about it */
  readonly quote?: string | undefined;
  /** after that */
  readonly then?: string;
  /** how long it lasts, by the server; `whole`: all of it, ms */
  readonly until?: { readonly at: string; readonly whole: number };
  readonly tone: 'plain' | 'good' | 'warn' | 'bad';
}

export interface Read {
  readonly texts: Texts;
  readonly locale: string;
}

export const priceOf = ({ price }: Offer, { locale }: Read): string => money(price, locale);

export function wordsOf(offer: Offer, question: Question, read: Read): OfferWords {
  const { offer: say, common } = read.texts;
  const price = priceOf(offer, read);
  const isBooked = offer.origin === 'expert';
  const name = offer.acceptedBy?.name ?? offer.proposedBy?.name ?? say.anExpertCapital;
  const first = question.expert?.id === offer.reservedFor ? question.expert.name : undefined;
  const reasons: Readonly<Record<string, string>> = common.declined;
  const failed = offer.paymentReason ? (reasons[offer.paymentReason] ?? reasons['card_declined']) : undefined;
  // one that was paid, asked for again and given up says what becomes of the money
  const state = offer.refundState ?? offer.state;
  switch (state) {
    case 'offered':
      return failed ? { text: say.bookFailed, because: failed, tone: 'bad' } : { text: '', tone: 'plain' };
    case 'reserved':
      return {
        text: first === undefined ? say.reservedAnyone : say.reserved(first),
        ...lasting(offer.reservedUntil, offer.requestedAt),
        tone: 'plain',
      };
    case 'open': {
      const wasAsked =
        first !== undefined && Date.parse(offer.reservedUntil ?? '') > Date.parse(offer.requestedAt ?? '');
      const text = wasAsked ? say.openAfter(first) : say.open;
      return { text, ...lasting(offer.expiresAt, offer.requestedAt), tone: 'plain' };
    }
    case 'capturing':
      return { text: isBooked ? say.capturingBooked : say.capturing, tone: 'plain' };
    case 'payment_failed':
      return { text: say.paymentFailed, because: failed, ...lasting(offer.expiresAt, offer.requestedAt), tone: 'bad' };
    case 'accepted':
      return { text: (isBooked ? say.booked : say.accepted)(name, price), then: say.toBox, tone: 'good' };
    case 'fulfilled':
      return { text: say.fulfilled, tone: 'good' };
    case 'unfulfilled':
      return { text: say.unfulfilled(name), tone: 'warn' };
    case 'report_overdue':
      return { text: say.reportOverdue(offer.acceptedBy?.name ?? say.anExpert), tone: 'plain' };
    case 'unable':
      return { text: say.unable(name), quote: offer.unableReason, then: say.unableCare, tone: 'warn' };
    case 'expired':
    case 'declined':
      return { text: say[state], tone: 'plain' };
    case 'withdrawn': {
      const { requestedAt, proposedBy } = offer;
      const text = requestedAt ? say.withdrawn : proposedBy ? say.withdrawnBy(proposedBy.name) : say.ended;
      return { text, tone: 'plain' };
    }
    case 'refunding':
    case 'refunded':
      return { text: say[state](price), tone: 'plain' };
    case 'refund_failed':
      return { text: say.refundFailed(price), tone: 'warn' };
  }
}

/** What became of a wish for money back. */
export function refundSaid({ state, resolution, comment }: Refund, { pay }: Texts): string {
  if (state === 'open') return pay.refundPending;
  if (resolution === 'grant') return pay.refundGranted;
  return comment === null ? pay.refundDismissed : pay.refundRefused;
}

function lasting(at: string | null, since: string | null): Pick<OfferWords, 'until'> {
  if (at === null) return {};
  return { until: { at, whole: Date.parse(at) - Date.parse(since ?? at) } };
}
