// What may come of a call that did not succeed: one error, one stable code, and what follows from it.

import type { Code, Failure } from './protocol.ts';

export type Locale = 'en' | 'de' | 'es';

/**
 * `no_answer`: the line was lost or nobody answered in time, so it may have been done. The same `clientId` again is safe.
 * `offline`: it was not sent, so it was not done.
 */
export type ProblemCode = Code | 'no_answer' | 'offline';

/** What is wrong with one field of an input. */
export interface FieldProblem {
  readonly path: string;
  readonly reason: string;
}

/** What says nothing about the wish itself: the same may be asked again. */
const PASSING: ReadonlySet<string> = new Set<ProblemCode>([
  'no_answer',
  'offline',
  'unavailable',
  'internal',
  'rate.limited',
]);

/** A command that was refused, not answered, or not sent. `message` is for people, in the caller's language. */
export class ParleyError extends Error {
  readonly code: ProblemCode;
  readonly details: Failure['details'];

  constructor({ code, message, details }: Omit<Failure, 'code'> & { readonly code: ProblemCode }) {
    super(message);
    this.name = 'ParleyError';
    this.code = code;
    this.details = details;
  }

  /** May the same be asked again? What creates or pays only under the same `clientId`, or after a look at what became of it. */
  get retryable(): boolean {
    return PASSING.has(this.code);
  }

  /** How long to wait before the same is asked again, ms; undefined: the server does not say. */
  get retryAfterMs(): number | undefined {
    const seconds = this.details?.['retryAfter'];
    return typeof seconds === 'number' ? seconds * 1_000 : undefined;
  }

  /** Of `input.invalid`: which fields, and why; otherwise none. */
  get fields(): readonly FieldProblem[] {
    const fields = this.details?.['fields'];
    return Array.isArray(fields) ? (fields as FieldProblem[]) : []; // the protocol says so
  }
}

/** What the server has not said itself. */
const WORDS = {
  no_answer: {
    en: 'The server did not answer in time. Please look whether it was done before you try again.',
    de: 'Der Server hat nicht rechtzeitig geantwortet. Bitte sehen Sie nach, ob es geschehen ist, bevor Sie es noch einmal versuchen.',
    es: 'El servidor no ha respondido a tiempo. Compruebe si se ha hecho antes de volver a intentarlo.',
  },
  offline: {
    en: 'You are offline. Nothing was sent.',
    de: 'Sie sind offline. Es wurde nichts gesendet.',
    es: 'No tiene conexión. No se ha enviado nada.',
  },
  'auth.required': {
    en: 'Please sign in first.',
    de: 'Bitte melden Sie sich zuerst an.',
    es: 'Primero inicie sesión.',
  },
} satisfies Partial<Record<ProblemCode, Record<Locale, string>>>;

export const problem = (code: keyof typeof WORDS, locale: Locale = 'en') =>
  new ParleyError({ code, message: WORDS[code][locale] });
