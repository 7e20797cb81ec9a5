// Whoever asks again for what they have already got is answered with it, as it has become since: an answer may have been
// lost together with the gateway that gave it. "By another" is said only when it was another. What somebody has got is
// read from the record, so every gateway knows it. What is created has a clientId.

import type { Case, CaseEvent, Resolved } from './case.ts';
import type { Step } from './history.ts';
import { isTaken } from './offer.ts';
import type { Offer, OfferEvent } from './offer.ts';
import type { Person } from './people.ts';
import { needsPayment } from './question.ts';
import type { Question, QuestionEvent } from './question.ts';
import type { Report } from './report.ts';

/** Is this offer already what the event, of the same person, would make of it? Then the record is the answer. */
export function isRepeatedOnOffer(offer: Offer, event: OfferEvent): boolean {
  switch (event.type) {
    case 'authorise':
    case 'request_again':
      return isAccepted(offer);
    case 'win':
      return isTaken(offer) && offer.acceptedBy?.id === event.expert.id;
    case 'pass':
      return offer.passedBy === event.expertId && offer.acceptedBy?.id !== event.expertId;
    case 'decline':
      return offer.state === 'declined';
    case 'withdraw':
      return offer.state === 'withdrawn' || (REFUNDING.has(offer.state) && hasStep(offer, 'withdraw'));
    case 'unable':
      return offer.state === 'unable' && offer.unableReason === event.reason;
    case 'attempt':
      return offer.attempts?.some(({ clientId }) => clientId === event.attempt.clientId) ?? false;
    case 'report_yes':
    case 'report_no':
      return isReported(offer, event);
    default:
      return false;
  }
}

/** The same of a question. */
export function isRepeatedOnQuestion(question: Question, event: QuestionEvent): boolean {
  switch (event.type) {
    case 'authorise':
      return question.payment.state !== 'authorising' && !needsPayment(question);
    case 'release':
      return question.expert?.id !== event.expertId && lastStepBy(question, event.expertId)?.what === 'release';
    case 'answer':
      return isAnswered(question, event);
    case 'close':
      return question.state === 'closed' && event.author !== undefined && closedBy(question) === event.author.id;
    default:
      return false;
  }
}

/** The same of a case. */
export function isRepeatedOnCase(found: Case, event: CaseEvent): boolean {
  switch (event.type) {
    case 'assign':
      return found.state === 'open' && found.assignee?.id === event.to?.id;
    case 'note':
      return found.notes.some(({ by, clientId }) => by.id === event.by.id && clientId === event.clientId);
    case 'resolve':
      return found.resolved !== null && isSameClick(found.resolved, event);
    case 'overdue':
      return false;
  }
}

/** By its clientId, or by all that was said when it had none. */
function isSameClick(
  said: Resolved,
  { by, clientId, resolution, comment }: Extract<CaseEvent, { type: 'resolve' }>,
): boolean {
  if (said.by.id !== by.id || said.clientId !== clientId) return false;
  return clientId !== null || (said.resolution === resolution && said.comment === comment);
}

/** 5.3, 8.2: its customer has accepted it, and it is not over. One that waits for another card is accepted, too (6.5). */
export function isAccepted({ origin, state, requestedAt, acceptedBy }: Offer): boolean {
  if (ENDED.has(state)) return false;
  // 7.1: "could not connect" is accepted anew; 6.5: another card is tried by `payment.update`
  if (origin === 'automatic') return requestedAt !== null && state !== 'unfulfilled' && state !== 'payment_failed';
  return acceptedBy !== null;
}

const REFUNDING: ReadonlySet<string> = new Set(['refunding', 'refunded', 'refund_failed'] satisfies Offer['state'][]);
const ENDED: ReadonlySet<string> = new Set([
  ...(['declined', 'withdrawn', 'expired'] satisfies Offer['state'][]),
  ...REFUNDING,
]);

const hasStep = ({ history }: Offer, what: OfferEvent['type']) => history.some((step) => step.what === what);

function isReported(offer: Offer, event: Extract<OfferEvent, { type: 'report_yes' | 'report_no' }>): boolean {
  if (offer.state !== 'fulfilled' && offer.state !== 'unfulfilled' && !REFUNDING.has(offer.state)) return false;
  if (offer.report === null || !isSame(offer.report, event.report)) return false;
  return offer.history.findLast(({ what }) => what === event.type)?.by?.id === event.author?.id;
}

/** Attempts that were only counted have the instant of the asking. */
function isSame(one: Report, other: Report): boolean {
  const said = ({ connected, reason, comment, attempts }: Report) =>
    JSON.stringify([connected, reason, comment, attempts.map(({ note }) => note)]);
  return said(one) === said(other);
}

/** It stands already, and reminders count from it, or from a later one (4.2). */
function isAnswered(
  { state, answeredBy, answeredAt }: Question,
  { expert, at }: { expert: Person; at: Date },
): boolean {
  return state === 'answered' && answeredBy?.id === expert.id && answeredAt !== null && at <= answeredAt;
}

const lastStepBy = ({ history }: Question, personId: string): Step<QuestionEvent['type']> | undefined =>
  history.findLast(({ by }) => by?.id === personId);

const closedBy = ({ history }: Question) => history.findLast(({ what }) => what === 'close')?.by?.id;
