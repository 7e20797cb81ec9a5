// What questions and offers went through, step by step, for disputes (10.1): their other fields only tell how it stands.

import { SYSTEM } from './message.ts';
import type { Author } from './message.ts';
import type { Offer, OfferEvent, OfferEventType, Report } from './offer.ts';
import type { Person } from './people.ts';
import type { Question, QuestionEvent, QuestionEventType } from './question.ts';

export interface Step<What extends string> {
  /** the event of the machine */
  readonly what: What;
  readonly at: Date;
  /** null: the payment provider's answer, or a decision of customer care: its case knows whose */
  readonly by: Author | null;
  /** of a decline, a charge that failed, of "unable to complete" */
  readonly reason?: string;
  /** 2.5 */
  readonly stars?: number;
  /** 7.1 */
  readonly report?: Report;
}

export type OfferStep = Step<OfferEventType>;
export type QuestionStep = Step<QuestionEventType>;

/** The newest are kept: far more than a conversation has, and a bound for whoever claims and releases without end. */
export const MOST_STEPS = 1_000;

/** The history of an offer after this event. */
export function offerHistory(offer: Offer, event: OfferEvent, now: Date): readonly OfferStep[] {
  if (event.type === 'resume') return offer.history;
  return remember(offer.history, {
    what: event.type,
    at: now,
    by: authorOfOfferEvent(offer, event),
    ...factsOf(event),
  });
}

/** The history of a question that an event has made `next` of it. */
export function questionHistory(
  question: Question,
  event: QuestionEvent,
  next: Question,
  now: Date,
): readonly QuestionStep[] {
  if (!isStep(question, event, next)) return question.history;
  const by = authorOfQuestionEvent(question, event);
  const given = next.rating !== null && next.rating !== question.rating && { stars: next.rating.stars };
  // 2.2: a claim ends when its time is over, however late somebody looks
  const at = event.type === 'lapse' ? (question.lockedUntil ?? now) : now;
  return remember(question.history, { what: event.type, at, by, ...factsOf(event), ...given });
}

function remember<S>(history: readonly S[], step: S): readonly S[] {
  return [...(history.length < MOST_STEPS ? history : history.slice(1 - MOST_STEPS)), step];
}

/** Not everything that is saved is worth remembering: a claim that is only held longer, one more answer, a look at the clock. */
function isStep(question: Question, { type }: QuestionEvent, next: Question): boolean {
  switch (type) {
    case 'resume':
    case 'postpone_close':
      return false;
    case 'write':
      return question.expertWroteAt === null;
    case 'replied':
      return question.offerAvailableAt === null;
    case 'claim':
      return question.state !== next.state || question.expert?.id !== next.expert?.id;
    case 'answer':
      return question.state !== next.state || question.answeredBy?.id !== next.answeredBy?.id;
    case 'change_method':
      return question.paymentMethod !== next.paymentMethod;
    case 'rate':
      return question.rating !== next.rating;
    default:
      return true;
  }
}

function authorOfOfferEvent(offer: Offer, event: OfferEvent): Author | null {
  switch (event.type) {
    case 'authorise':
    case 'request':
    case 'charge':
    case 'decline':
    case 'reopen':
    case 'request_again':
      return { ...offer.customer, role: 'customer' };
    case 'withdraw':
      return event.author ?? asExpert(offer.proposedBy) ?? { ...offer.customer, role: 'customer' };
    case 'report_yes':
    case 'report_no':
      return event.author ?? asExpert(offer.acceptedBy);
    case 'pass':
      return event.author ?? null;
    case 'win':
      return asExpert(event.expert);
    case 'unable':
      return asExpert(offer.acceptedBy);
    case 'lapse':
    case 'expire':
    case 'remind':
    case 'overdue':
      return SYSTEM;
    case 'resume':
    case 'authorisation_failed':
    case 'abandon':
    case 'captured':
    case 'capture_failed':
    case 'refund':
    case 'refunded':
    case 'refund_pending':
    case 'refund_failed':
    case 'disputed':
      return null;
  }
}

function authorOfQuestionEvent(question: Question, event: QuestionEvent): Author | null {
  switch (event.type) {
    case 'authorise':
    case 'change_method':
    case 'replied':
    case 'rate':
      return { ...question.customer, role: 'customer' };
    case 'claim':
    case 'write':
    case 'answer':
      return asExpert(event.expert);
    case 'release':
      return event.author ?? asExpert(question.expert);
    case 'close':
      return event.author ?? (event.by === 'customer' ? { ...question.customer, role: 'customer' } : SYSTEM);
    case 'lapse':
    case 'let_go':
    case 'rate_automatic':
    case 'resume':
    case 'postpone_close':
      return SYSTEM;
    case 'authorised':
    case 'authorisation_failed':
    case 'captured':
    case 'capture_failed':
    case 'pay':
    case 'refund':
    case 'refunded':
    case 'refund_pending':
    case 'refund_failed':
    case 'disputed':
      return null;
  }
}

const asExpert = (person: Person | null): Author | null => person && { ...person, role: 'expert' };

function factsOf(event: OfferEvent | QuestionEvent): Pick<OfferStep, 'reason' | 'report'> {
  switch (event.type) {
    case 'authorisation_failed':
    case 'capture_failed':
    case 'unable':
    case 'refund_failed':
      return { reason: event.reason };
    case 'disputed':
      return { reason: `${event.dispute.state}: ${event.dispute.reason}` };
    case 'report_yes':
    case 'report_no':
      return { report: event.report };
    default:
      return {};
  }
}
