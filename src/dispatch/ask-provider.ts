// What a payment waits for, asked of the payment provider and written nowhere: the answer is an event, which whoever asked
// takes. Keys are made from the record, so whoever asks again, after any crash, asks for the same thing (I3).

import type { Ctx, PaymentAnswer, RefundAnswer } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import type { MachineEvent, MachineRecord } from '../domain/machine.ts';
import { billOfOffer } from '../domain/offer.ts';
import type { Offer } from '../domain/offer.ts';
import { authoriseKey, captureKey, isRefundUnderWay, refundKey } from '../domain/payment.ts';
import type { Bill, PaymentEvent } from '../domain/payment.ts';
import { billOfQuestion } from '../domain/question.ts';
import type { Question } from '../domain/question.ts';
import { refundsAsked } from '../domain/returns.ts';

/** What has a payment. */
export type Payable = Question | Offer;

export const isOffer = (record: Payable): record is Offer => 'price' in record;

export const billOf = (record: Payable): Bill => (isOffer(record) ? billOfOffer(record) : billOfQuestion(record));

/** An answer about the card before, or the refund before, says nothing about the one that is tried now. */
export const isSameTryAs =
  ({ payment: asked }: Payable) =>
  ({ payment }: Payable): boolean =>
    payment.attempt === asked.attempt && refundsAsked(payment) === refundsAsked(asked);

export interface Answer<E extends MachineEvent = MachineEvent> {
  readonly event: E;
  isAbout(record: MachineRecord): boolean;
  /** what is asked for next, of the record as it is then */
  next?(ctx: Ctx, record: MachineRecord): Promise<Answer | null>;
}

/** Null: nothing of the kind is under way, or the provider did not answer and the outcome is unknown. */
type Asked<T extends PaymentEvent['type']> = Promise<Answer<Extract<PaymentEvent, { type: T }>> | null>;

export function askToHold(ctx: Ctx, record: Payable): Promise<PaymentAnswer | null> {
  const { id, payment } = record;
  const { money, customerId } = billOf(record).subject;
  return orUnknown(ctx, ctx.payments.authorise(authoriseKey(id, payment), payment.method, money, customerId));
}

export async function askToTake(ctx: Ctx, record: Payable): Asked<'captured' | 'capture_failed'> {
  const { id, payment } = record;
  if (payment.state !== 'capturing' || payment.authorisation === null) return null;
  const answer = await orUnknown(ctx, ctx.payments.capture(captureKey(id, payment), payment.authorisation));
  if (answer === null) return null;
  return said(record, answer.ok ? { type: 'captured' } : { type: 'capture_failed', reason: answer.reason });
}

export async function askToGiveBack(ctx: Ctx, record: Payable): Asked<'refunded' | 'refund_pending' | 'refund_failed'> {
  const { id, payment } = record;
  if (!isRefundUnderWay(payment) || payment.authorisation === null) return null;
  const answer = await orUnknown(ctx, ctx.payments.refund(refundKey(id, payment), payment.authorisation), 'a refund');
  const event = answer && refundOf(answer);
  return event === null || event.type === payment.state ? null : said(record, event);
}

/**
 * Whatever it is that nobody has answered. A question's hold is made all the same, an offer's is let go (`unattended`).
 * `isWaitedFor`: its customer may still wait for the answer, and is told of a decline by that.
 */
export async function askAgain(ctx: Ctx, record: Payable, isWaitedFor: boolean): Promise<Answer | null> {
  if (isRefundUnderWay(record.payment)) return askToGiveBack(ctx, record);
  if (record.payment.state === 'capturing') return askToTake(ctx, record);
  if (isOffer(record)) return askToAbandon(ctx, record);
  const answer = await askToHold(ctx, record);
  if (answer === null) return null;
  if (!answer.ok && isWaitedFor) return null;
  if (!answer.ok) return said(record, { type: 'authorisation_failed', reason: answer.reason, unattended: true });
  const { authorisation, card = null } = answer;
  return { ...said(record, { type: 'authorised', authorisation, card }), next: askToTake };
}

/** The customer's call ended without an answer for them: nothing stays held on their card. */
async function askToAbandon(ctx: Ctx, record: Offer): Asked<'abandon'> {
  const { id, payment } = record;
  const key = authoriseKey(id, payment);
  const answer = await ctx.payments.find(key);
  const authorisation = answer?.ok ? answer.authorisation : null;
  if (payment.state !== 'released') return said(record, { type: 'abandon', authorisation });
  if (authorisation !== null) await ctx.payments.void(`void-${key}`, authorisation);
  return null;
}

const said = <E extends PaymentEvent>(record: Payable, event: E): Answer<E> => ({
  event,
  isAbout: isSameTryAs(record),
});

/** Of an answer that nobody waited for. */
export function notTaken(ctx: Ctx, error: unknown): void {
  if (error instanceof Refusal) ctx.log.debug({ code: error.code }, 'a payment was settled by somebody else');
  else ctx.log.warn({ err: error }, 'a payment is asked about again later');
}

function refundOf(
  answer: RefundAnswer,
): Extract<PaymentEvent, { type: 'refunded' | 'refund_pending' | 'refund_failed' }> {
  if (answer.state === 'done') return { type: 'refunded' };
  return answer.state === 'pending' ? { type: 'refund_pending' } : { type: 'refund_failed', reason: answer.reason };
}

async function orUnknown<A>(ctx: Ctx, call: Promise<A>, about?: string): Promise<A | null> {
  try {
    return await call;
  } catch (error) {
    ctx.log.warn({ err: error }, `the payment provider did not answer${about === undefined ? '' : ` about ${about}`}`);
    return null;
  }
}
