// Errors become wire here and nowhere else: a Refusal keeps its code and details, everything else is a bug, logged once
// and answered `internal`. The words are the caller's language.

import type { Logger } from 'pino';
import { Refusal } from '../domain/errors.ts';
import type { Code, Details } from '../domain/errors.ts';
import type { Locale } from '../domain/people.ts';
import { isOutage } from '../models/outcome.ts';
import { errorText } from '../texts/text.ts';

/** Codes that begin so and a dot share a status. */
type Family = 'input' | 'conflict' | 'policy';

const STATUS: Readonly<Record<Family | Exclude<Code, `${Family}.${string}`>, number>> = {
  input: 400,
  conflict: 409,
  policy: 422,
  'auth.required': 401,
  'auth.link': 401,
  'auth.forbidden': 403,
  'payment.failed': 402,
  'rate.limited': 429,
  not_found: 404,
  unavailable: 503,
  internal: 500,
};

const isNamed = (code: string): code is keyof typeof STATUS => Object.hasOwn(STATUS, code);

/** The HTTP status of a code: its own, or that of its family. */
export function statusOf(code: Code): number {
  return STATUS[isNamed(code) ? code : (code.split('.', 1)[0] as Family)]; // what is not named is of a family
}

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
/** How a body comes that is no JSON. No page of elsewhere can send it without asking first. */
export const BYTES = 'application/octet-stream';

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
  const message = errorText(code, locale, details);
  return details === undefined ? { code, message } : { code, message, details };
}

/** `status` only where HTTP itself has a finer one: 413, 415. */
export function problemOf({ code, message, details }: Failure, status = statusOf(code)): Problem {
  const problem = { type: `urn:parley:problem:${code}`, title: errorText(code, 'en'), status, code, detail: message };
  return details === undefined ? problem : { ...problem, details };
}
