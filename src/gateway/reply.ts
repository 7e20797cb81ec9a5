// Errors become wire here and nowhere else: a Refusal keeps its code and details, everything else is a bug, logged once
// and answered `internal`. The words are the caller's language.

import type { Logger } from 'pino';
import { Refusal } from '../domain/errors.ts';
import type { Code, Details } from '../domain/errors.ts';
import type { Locale } from '../domain/people.ts';
import { isOutage } from '../models/outcome.ts';
import { errorText } from '../texts/text.ts';

/** The HTTP status of each code; the compiler sees to it that none is missing. */
export const STATUS: Readonly<Record<Code, number>> = {
  'auth.required': 401,
  'auth.forbidden': 403,
  'input.invalid': 400,
  'input.bad_signature': 400,
  not_found: 404,
  'rate.limited': 429,
  'conflict.stale': 409,
  'conflict.draft': 409,
  'conflict.closed': 409,
  'conflict.claimed': 409,
  'conflict.not_claimed': 409,
  'conflict.not_answered': 409,
  'conflict.rating_lowered': 409,
  'conflict.not_offered': 409,
  'conflict.offer_open': 409,
  'conflict.not_reserved': 409,
  'conflict.not_open': 409,
  'conflict.not_accepted': 409,
  'conflict.already_accepted': 409,
  'conflict.expired': 409,
  'conflict.report_overdue': 409,
  'conflict.payment_pending': 409,
  'conflict.not_captured': 409,
  'conflict.case_open': 409,
  'conflict.case_resolved': 409,
  'conflict.email_taken': 409,
  'conflict.last_admin': 409,
  'conflict.too_many_sockets': 409,
  'payment.failed': 402,
  'policy.attempts_missing': 422,
  'policy.offer_too_early': 422,
  'policy.price_limits': 422,
  'policy.personal_data': 422,
  unavailable: 503,
  internal: 500,
};

/** What a caller is told when the answer is no. */
export interface Failure {
  readonly code: Code;
  readonly message: string;
  readonly details?: Details;
}

/** An answer as an acknowledgement carries it. */
export type Answer = { readonly ok: true; readonly data: unknown } | { readonly ok: false; readonly error: Failure };

/** RFC 9457, with the code that programs read. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: Code;
  readonly detail: string;
  readonly details?: Details;
}

export const PROBLEM = 'application/problem+json';

/** Whatever was thrown, as the caller may hear of it. Bugs are logged here, with what was asked but never its input. */
export function failureOf(error: unknown, locale: Locale, log: Logger, asked: string): Failure {
  if (error instanceof Refusal) return failure(error.code, locale, error.details);
  if (isOutage(error)) {
    log.warn({ err: error, command: asked }, 'a store does not answer');
    return failure('unavailable', locale);
  }
  log.error({ err: error, command: asked }, 'unexpected');
  return failure('internal', locale);
}

export function failure(code: Code, locale: Locale, details?: Details): Failure {
  const message = errorText(code, locale);
  return details === undefined ? { code, message } : { code, message, details };
}

/** `status` only where HTTP itself has a finer one: 413, 415. */
export function problemOf({ code, message, details }: Failure, status = STATUS[code]): Problem {
  const problem = { type: `urn:parley:problem:${code}`, title: errorText(code, 'en'), status, code, detail: message };
  return details === undefined ? problem : { ...problem, details };
}
