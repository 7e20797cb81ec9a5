// Every refusal a caller can meet, as one closed list of stable codes. Nothing else may be shown to a caller.

export const CODES = [
  'auth.required',
  'auth.forbidden',
  'auth.link',
  'input.invalid',
  'input.bad_signature',
  'not_found',
  'rate.limited',
  'conflict.stale',
  'conflict.draft',
  'conflict.closed',
  'conflict.claimed',
  'conflict.not_claimed',
  'conflict.not_answered',
  'conflict.rating_lowered',
  'conflict.not_offered',
  'conflict.offer_open',
  'conflict.not_reserved',
  'conflict.not_open',
  'conflict.not_accepted',
  'conflict.already_accepted',
  'conflict.expired',
  'conflict.report_overdue',
  'conflict.payment_pending',
  'conflict.not_captured',
  'conflict.case_open',
  'conflict.case_resolved',
  'conflict.mail_over',
  'conflict.email_taken',
  'conflict.last_admin',
  'conflict.too_many_sockets',
  'conflict.too_many_webhooks',
  'conflict.too_many_templates',
  'conflict.too_many_offers',
  'payment.failed',
  'policy.attempts_missing',
  'policy.offer_too_early',
  'policy.price_limits',
  'policy.personal_data',
  'policy.rating_insistence',
  'policy.fragmented_answer',
  'policy.follow_up_unanswered',
  'policy.follow_up_replied',
  'policy.follow_up_rated',
  'policy.follow_up_repeated',
  'policy.follow_up_early',
  'policy.follow_up_late',
  'policy.follow_up_shared',
  'policy.follow_up_asks_rating',
  'unavailable',
  'internal',
] as const;

export type Code = (typeof CODES)[number];

/** What makes a refusal useful to a program: field paths, the current state, seconds to wait. Never private data. */
export type Details = Readonly<Record<string, unknown>>;

/** The one way to say no. Anything else that is thrown is a bug and is answered `internal`. */
export class Refusal extends Error {
  readonly code: Code;
  readonly details: Details | undefined;

  constructor(code: Code, details?: Details) {
    super(code);
    this.name = 'Refusal';
    this.code = code;
    this.details = details;
  }
}
