// What may come of a call that did not succeed: one error, one stable code.

import type { Code, Failure } from './protocol.ts';

/** `no_answer`: the line was lost or nobody answered in time, so it may have been done. The same `clientId` again is safe. */
export type ProblemCode = Code | 'no_answer';

/** A command that was refused, or not answered. `message` is for people, in the caller's language. */
export class ParleyError extends Error {
  readonly code: ProblemCode;
  readonly details: Failure['details'];

  constructor({ code, message, details }: Omit<Failure, 'code'> & { readonly code: ProblemCode }) {
    super(message);
    this.name = 'ParleyError';
    this.code = code;
    this.details = details;
  }

  /** How long to wait before the same is asked again, ms; undefined: the server does not say. */
  get retryAfterMs(): number | undefined {
    const seconds = this.details?.['retryAfter'];
    return typeof seconds === 'number' ? seconds * 1_000 : undefined;
  }
}

export const noAnswer = (name: string) => new ParleyError({ code: 'no_answer', message: `${name}: no answer` });
