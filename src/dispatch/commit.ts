// Steps of one machine each, as their callers name them.

import type { Ctx } from '../context.ts';
import type { Case, CaseEvent } from '../domain/case.ts';
import type { Offer, OfferEvent } from '../domain/offer.ts';
import type { Question, QuestionEvent } from '../domain/question.ts';
import { refundsAsked } from '../domain/returns.ts';
import type { Saved } from '../models/record.ts';
import { change } from './change.ts';
import { CASE, OFFER, QUESTION } from './machines.ts';

export { unlessMoved } from './change.ts';

interface Basis<R> {
  /** the record as the caller has just read it */
  readonly found?: Saved<R>;
  /** the attempt to pay that it is about, as an answer of the provider is */
  readonly attempt?: number;
  /** the refund that it is about, in the same way */
  readonly asked?: number;
}

export function changeOffer(ctx: Ctx, id: string, event: OfferEvent, basis: Basis<Offer> = {}): Promise<Offer> {
  return change(ctx, OFFER, id, event, { found: basis.found, isAbout: isSameAttempt(basis) });
}

export function changeQuestion(
  ctx: Ctx,
  id: string,
  event: QuestionEvent,
  basis: Omit<Basis<Question>, 'found'> = {},
): Promise<Question> {
  return change(ctx, QUESTION, id, event, { isAbout: isSameAttempt(basis) });
}

export function changeCase(ctx: Ctx, id: string, event: CaseEvent): Promise<Case> {
  return change(ctx, CASE, id, event);
}

/** An answer about the card before, or the refund before, says nothing about the one that is tried now. */
const isSameAttempt =
  ({ attempt, asked }: Pick<Basis<never>, 'attempt' | 'asked'>) =>
  ({ payment }: Offer | Question) =>
    (attempt === undefined || payment.attempt === attempt) && (asked === undefined || refundsAsked(payment) === asked);
