// Money that goes back (8.4) and whatever becomes of it later. The record says first that it is being refunded; the provider
// is asked, and only its answer makes it refunded. What the provider undoes by itself, or a bank takes back, is asked for
// when a notice speaks of it, and once in a while without one (reconcile.ts). The same for questions and offers.

import type { Ctx, RefundAnswer, ReturnsSeen } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import type { Offer } from '../domain/offer.ts';
import { isRefundUnderWay, refundKey } from '../domain/payment.ts';
import type { ReturnEvent } from '../domain/payment.ts';
import type { Question } from '../domain/question.ts';
import { isRefundable, isTaken, refundsAsked } from '../domain/returns.ts';
import { changeOffer, changeQuestion } from './commit.ts';

/** Asks for the refund that the record says is under way, and writes down what came of it. Repeatable: the key is the record's. */
export async function giveBack<R extends Offer | Question>(ctx: Ctx, record: R): Promise<R> {
  const { id, payment } = record;
  if (!isRefundUnderWay(payment) || payment.authorisation === null) return record;
  const answer = await answered(ctx, ctx.payments.refund(refundKey(id, payment), payment.authorisation));
  const event = answer && eventOf(answer);
  if (event === null || event.type === payment.state) return record;
  return noted(ctx, record, event);
}

/** Compares a record with what the provider has of it now. Does nothing when they agree; repeatable, by many at once. */
export async function lookAfter(ctx: Ctx, id: string): Promise<void> {
  let record = await recordOf(ctx, id);
  const authorisation = record?.payment.authorisation ?? null;
  if (record === null || authorisation === null || !isTaken(record.payment)) return;
  const seen = await ctx.payments.returns(authorisation);
  for (const dispute of seen.disputes) record = await noted(ctx, record, { type: 'disputed', dispute });
  const event = missedBy(record, seen);
  if (event !== null) record = await noted(ctx, record, event);
  await giveBack(ctx, record);
}

/** What the record does not know of its refunds; disputes are told one by one. */
function missedBy({ payment, ...record }: Offer | Question, { refunds }: ReturnsSeen): ReturnEvent | null {
  const whole = ('price' in record ? record.price : record.value).amount;
  const done = refunds.filter(({ state }) => state !== 'failed').reduce((sum, { amount }) => sum + amount, 0);
  // made by hand, at the provider: the record follows, and everybody is told
  if (isRefundable(payment)) return done >= whole ? { type: 'refund' } : null;
  if (payment.state !== 'refunded' || done >= whole) return null;
  const failed = refunds.findLast(({ state }) => state === 'failed');
  return { type: 'refund_failed', reason: failed?.reason ?? 'refused' };
}

function eventOf(answer: RefundAnswer): ReturnEvent {
  if (answer.state === 'done') return { type: 'refunded' };
  return answer.state === 'pending' ? { type: 'refund_pending' } : { type: 'refund_failed', reason: answer.reason };
}

/** Null: the provider did not answer, the outcome is unknown. */
async function answered(ctx: Ctx, call: Promise<RefundAnswer>): Promise<RefundAnswer | null> {
  try {
    return await call;
  } catch (error) {
    ctx.log.warn({ err: error }, 'the payment provider did not answer about a refund');
    return null;
  }
}

/** Somebody else may have got the same answer and written it down first: then theirs stands. */
async function noted<R extends Offer | Question>(ctx: Ctx, record: R, event: ReturnEvent): Promise<R> {
  const basis = { attempt: record.payment.attempt, asked: refundsAsked(record.payment) };
  try {
    const next = isOffer(record)
      ? await changeOffer(ctx, record.id, event, basis)
      : await changeQuestion(ctx, record.id, event, basis);
    return next as R; // of the same kind
  } catch (error) {
    if (!(error instanceof Refusal) || !error.code.startsWith('conflict.')) throw error;
    const current = await recordOf(ctx, record.id);
    if (current === null) throw new Refusal('not_found');
    return current as R;
  }
}

async function recordOf(ctx: Ctx, id: string): Promise<Offer | Question | null> {
  const saved = (await ctx.stores.offers.read(id)) ?? (await ctx.stores.questions.read(id));
  return saved?.record ?? null;
}

const isOffer = (record: Offer | Question): record is Offer => 'price' in record;
