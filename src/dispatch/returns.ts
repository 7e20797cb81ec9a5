// Money that goes back (8.4) and whatever becomes of it later. The record says first that it is being refunded; the provider
// is asked, and only its answer makes it refunded. What the provider undoes by itself, or a bank takes back, is asked for
// when a notice speaks of it, and once in a while without one (reconcile.ts). The same for questions and offers.

import type { Ctx, RefundAnswer, ReturnsSeen } from '../context.ts';
import { isRefundUnderWay, refundKey } from '../domain/payment.ts';
import type { ReturnEvent } from '../domain/payment.ts';
import { isRefundable, isTaken } from '../domain/returns.ts';
import { billOf, orUnknown, writeDown } from './provider-answer.ts';
import type { Payable } from './provider-answer.ts';

const UNANSWERED = 'the payment provider did not answer about a refund';

/** Asks for the refund that the record says is under way, and writes down what came of it. Repeatable: the key is the record's. */
export async function giveBack<R extends Payable>(ctx: Ctx, record: R): Promise<R> {
  const { id, payment } = record;
  if (!isRefundUnderWay(payment) || payment.authorisation === null) return record;
  const answer = await orUnknown(ctx, ctx.payments.refund(refundKey(id, payment), payment.authorisation), UNANSWERED);
  const event = answer && eventOf(answer);
  if (event === null || event.type === payment.state) return record;
  return writeDown(ctx, record, event);
}

/** Compares a record with what the provider has of it now. Does nothing when they agree; repeatable, by many at once. */
export async function lookAfter(ctx: Ctx, id: string): Promise<void> {
  let record = await recordOf(ctx, id);
  const authorisation = record?.payment.authorisation ?? null;
  if (record === null || authorisation === null || !isTaken(record.payment)) return;
  const seen = await ctx.payments.returns(authorisation);
  for (const dispute of seen.disputes) record = await writeDown(ctx, record, { type: 'disputed', dispute });
  const event = missedBy(record, seen);
  if (event !== null) record = await writeDown(ctx, record, event);
  await giveBack(ctx, record);
}

/** What the record does not know of its refunds; disputes are told one by one. */
function missedBy(record: Payable, { refunds }: ReturnsSeen): ReturnEvent | null {
  const { payment, subject } = billOf(record);
  const whole = subject.money.amount;
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

async function recordOf(ctx: Ctx, id: string): Promise<Payable | null> {
  const saved = (await ctx.stores.offers.read(id)) ?? (await ctx.stores.questions.read(id));
  return saved?.record ?? null;
}
