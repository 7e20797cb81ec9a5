// What the payment provider answers, and how it comes to the record that asked: to a question or an offer alike.

import type { Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import { billOfOffer } from '../domain/offer.ts';
import type { Offer } from '../domain/offer.ts';
import type { Bill, PaymentEvent } from '../domain/payment.ts';
import { billOfQuestion } from '../domain/question.ts';
import type { Question } from '../domain/question.ts';
import { refundsAsked } from '../domain/returns.ts';
import { changeOffer, changeQuestion } from './commit.ts';

/** What has a payment. */
export type Payable = Question | Offer;

/** What is written down of a payment whatever it is for; a hold that was made leads each further in its own way. */
type Answer = Exclude<PaymentEvent, { type: 'authorised' | 'abandon' | 'take' | 'let_go' }>;

/** The attempt to pay, or to give back, that an answer is about. */
type About = { readonly attempt: number; readonly asked: number };

export const isOffer = (record: Payable): record is Offer => 'price' in record;

export const billOf = (record: Payable): Bill => (isOffer(record) ? billOfOffer(record) : billOfQuestion(record));

export const aboutOf = ({ payment }: Payable): About => ({ attempt: payment.attempt, asked: refundsAsked(payment) });

/** Null: the provider did not answer, the outcome is unknown. */
export async function orUnknown<A>(
  ctx: Ctx,
  call: Promise<A>,
  said = 'the payment provider did not answer',
): Promise<A | null> {
  try {
    return await call;
  } catch (error) {
    ctx.log.warn({ err: error }, said);
    return null;
  }
}

/** Answers the record as it is then. */
export function writeDown<R extends Payable>(ctx: Ctx, record: R, event: Answer): Promise<R> {
  return orTheirs(ctx, record, async (about) => {
    const change = isOffer(record) ? changeOffer : changeQuestion;
    return (await change(ctx, record.id, event, about)) as R; // of the same kind
  });
}

/** Somebody else may have got the same answer for the same key and written it down first: then theirs stands. */
export async function orTheirs<R extends Payable>(
  ctx: Ctx,
  record: R,
  change: (about: About) => Promise<R>,
): Promise<R> {
  try {
    return await change(aboutOf(record));
  } catch (error) {
    if (!(error instanceof Refusal) || !error.code.startsWith('conflict.')) throw error;
    const { offers, questions } = ctx.stores;
    const saved = await (isOffer(record) ? offers : questions).read(record.id);
    if (saved === null) throw new Refusal('not_found');
    return saved.record as R; // of the same kind
  }
}
