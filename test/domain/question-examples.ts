// Questions in every situation that matters, each reached by the events that lead there.
import type { Question, QuestionEvent } from '../../src/domain/question.ts';
import { START, ada, ask, ben, draft } from './examples.ts';

export const authorise: QuestionEvent = { type: 'authorise', method: 'pm_visa' };
export const authorised: QuestionEvent = { type: 'authorised', authorisation: 'auth_1' };
export const declined: QuestionEvent = { type: 'authorisation_failed', reason: 'card_declined' };
export const claim = (expert = ada): QuestionEvent => ({ type: 'claim', expert });
export const release = (expert = ada): QuestionEvent => ({ type: 'release', expertId: expert.id });
export const write = (expert = ada, when = START): QuestionEvent => ({ type: 'write', expert, at: when });
export const answer = (expert = ada, when = START): QuestionEvent => ({ type: 'answer', expert, at: when });
export const rate = (stars: number, comment: string | null = null): QuestionEvent => ({ type: 'rate', stars, comment });
export const automatic: QuestionEvent = { type: 'rate_automatic' };
export const captured: QuestionEvent = { type: 'captured' };
export const captureFailed: QuestionEvent = { type: 'capture_failed', reason: 'insufficient_funds' };
export const pay: QuestionEvent = { type: 'pay' };
export const refund: QuestionEvent = { type: 'refund' };
export const given: QuestionEvent = { type: 'refunded' };
export const pending: QuestionEvent = { type: 'refund_pending' };
export const refundFailed: QuestionEvent = { type: 'refund_failed', reason: 'card_closed' };
export const disputed: QuestionEvent = {
  type: 'disputed',
  dispute: { id: 'dp_1', reason: 'fraudulent', state: 'open', amount: 1_001, taken: true, dueBy: null },
};
export const letGo: QuestionEvent = { type: 'let_go' };
export const close = (by: 'customer' | 'admin' | 'silence' = 'customer'): QuestionEvent => ({ type: 'close', by });

export const posted = [authorise, authorised] as const;
export const answered = [...posted, claim(), write(), answer()] as const;
export const unpaid = [...answered, rate(4), captureFailed] as const;
export const from = (...events: QuestionEvent[]) => ask(draft, ...events).next;

/** Every state, in each of the situations that matter within it. */
export const EXAMPLES: Record<string, Question> = {
  draft,
  'draft, authorising': from(authorise),
  'draft, declined': from(authorise, declined),
  open: from(...posted),
  'open, released before anything was written': from(...posted, claim(), release()),
  'open, greeted': from(...posted, claim(), write(), release()),
  'open, answered before': from(...answered, release()),
  'open, answered and rated before': from(...answered, rate(2), release()),
  'open, capturing': from(...answered, rate(5), release()),
  'open, capture failed': from(...unpaid, release()),
  'open, another card': from(...unpaid, release(), authorise),
  claimed: from(...posted, claim()),
  'claimed, greeted': from(...posted, claim(), write()),
  'claimed by a second expert after an answer': from(...answered, release(), claim(ben)),
  'claimed, capturing': from(...posted, claim(), write(), automatic),
  'claimed, capture failed': from(...posted, claim(), write(), automatic, captureFailed),
  'claimed, another card': from(...posted, claim(), write(), automatic, captureFailed, authorise),
  answered: from(...answered),
  'answered, rated low': from(...answered, rate(2)),
  'answered, capturing': from(...answered, rate(4)),
  'answered, captured': from(...answered, rate(4), captured),
  'answered, refunding': from(...answered, rate(4), captured, refund),
  'answered, refunded': from(...answered, rate(4), captured, refund, given),
  'open, refunding': from(...answered, rate(4), captured, refund, release()),
  'claimed, refunding': from(...answered, rate(4), captured, refund, release(), claim(ben)),
  'closed, refunding': from(...answered, rate(4), captured, refund, close()),
  'closed, refunded': from(...answered, rate(4), captured, refund, given, close()),
  'answered, refund failed': from(...answered, rate(4), captured, refund, refundFailed),
  'open, captured': from(...answered, rate(4), captured, release()),
  'claimed, captured': from(...answered, rate(4), captured, release(), claim(ben)),
  'claimed, rated low': from(...answered, rate(1), release(), claim(ben)),
  'answered, capture failed': from(...unpaid),
  'answered, another card': from(...unpaid, authorise),
  'answered, another card declined': from(...unpaid, authorise, declined),
  'closed draft': from(close()),
  'closed draft, authorising': from(authorise, close()),
  'closed without an answer': from(...posted, close()),
  'closed, let go': from(...posted, close(), letGo),
  'closed, answered': from(...answered, close()),
  'closed, rated low': from(...answered, rate(1), close()),
  'closed, capturing': from(...answered, rate(3), close()),
  'closed, captured': from(...answered, rate(3), captured, close()),
  'closed, capture failed': from(...unpaid, close()),
  'closed, another card': from(...unpaid, authorise, close()),
};
