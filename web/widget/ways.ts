// What a page does about a refusal: the sentence it says, and the way on. One place for every code that a server may answer.

import type { ParleyError, ProblemCode } from '../client/errors.ts';
import type { Texts } from '../texts/texts.ts';

/**
 * `fields`: they say themselves what is wrong. `wait`: the same, a while later. `ended`: sign in again. `gone`, `forbidden`: elsewhere.
 * `again`: it says nothing about the wish. `refetch`: something has changed; what is shown is asked for anew. `pay`: another card.
 * `hint`: say it otherwise.
 */
export type Way = 'fields' | 'wait' | 'ended' | 'gone' | 'forbidden' | 'again' | 'refetch' | 'pay' | 'hint';

type Family<C extends string> = C extends `auth.${string}` ? C : C extends `${infer F}.${string}` ? F : C;

const WAYS: Readonly<Record<Family<ProblemCode>, Way>> = {
  'auth.required': 'ended',
  'auth.forbidden': 'forbidden',
  'auth.link': 'hint',
  input: 'fields',
  not_found: 'gone',
  rate: 'wait',
  conflict: 'refetch',
  payment: 'pay',
  policy: 'hint',
  unavailable: 'again',
  internal: 'again',
  no_answer: 'again',
  offline: 'again',
};

/** A newer server may know more codes: what it says about them is a sentence, and trying again does no harm. */
export const wayOf = (code: string): Way => {
  const ways: Readonly<Record<string, Way>> = WAYS;
  return ways[code] ?? ways[code.split('.')[0] ?? ''] ?? 'again';
};

/** For people, in their language: the server's own sentence wherever it has one. */
export function sentenceOf({ code, message, details }: ParleyError, { common }: Texts): string {
  if (code === 'auth.required') return `${common.ended} ${common.endedWay}`;
  if (code === 'not_found') return common.gone;
  if (code === 'auth.forbidden') return common.forbidden;
  if (code === 'no_answer') return common.unreached;
  const reasons: Readonly<Record<string, string>> = common.declined;
  return (code === 'payment.failed' && reasons[String(details?.['reason'])]) || message;
}
