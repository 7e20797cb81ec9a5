// Which steps of a question are remembered, and who has done them.

import { asExpert, reasonIn, remember } from './history.ts';
import { SYSTEM } from './message.ts';
import type { Author } from './message.ts';
import type { Question, QuestionEvent, QuestionStep } from './question.ts';

/** The history of a question that an event has made `next` of it. */
export function questionHistory(
  question: Question,
  event: QuestionEvent,
  next: Question,
  now: Date,
): readonly QuestionStep[] {
  if (!isStep(question, event, next)) return question.history;
  const by = authorOf(question, event);
  const given = next.rating !== null && next.rating !== question.rating && { stars: next.rating.stars };
  // 2.2: a claim ends when its time is over, however late somebody looks
  const at = event.type === 'lapse' ? (question.lockedUntil ?? now) : now;
  return remember(question.history, { what: event.type, at, by, ...reasonIn(event), ...given });
}

/** Not everything that is saved is worth remembering: a claim that is only held longer, one more answer, a look at the clock. */
function isStep(question: Question, { type }: QuestionEvent, next: Question): boolean {
  switch (type) {
    case 'resume':
    case 'remind':
    case 'end_reminders':
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
    case 'rate_automatic':
      return question.rating !== next.rating || question.earned !== next.earned;
    default:
      return true;
  }
}

function authorOf(question: Question, event: QuestionEvent): Author | null {
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
    case 'remind':
    case 'end_reminders':
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
