// Money that goes back (8.4) and whatever becomes of it later. The record says first that it is being refunded; the provider
// is asked, and only its answer makes it refunded. What the provider undoes by itself, or a bank takes back, is asked for
// when a notice speaks of it, and once in a while without one (reconcile.ts). The same for questions and offers.

import type { Ctx, ReturnsSeen } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import type { ReturnEvent } from '../domain/payment.ts';
import { isKnown, isRefundable, isTaken } from '../domain/returns.ts';
import { askToGiveBack, billOf } from './ask-provider.ts';
import type { Payable } from './ask-provider.ts';
import { writeDown, writeNext } from './write-down.ts';

/** Asks for the refund that the record says is under way, and writes down what came of it. Repeatable: the key is the record's. */
export async function giveBack<R extends Payable>(ctx: Ctx, record: R): Promise<R> {
  const answer = await askToGiveBack(ctx, record);
  return answer === null ? record : writeDown(ctx, record, answer.event);
}

/**
 * Compares a record with what the provider has of it now. Does nothing when they agree; repeatable, by many at once.
 * @throws Refusal `conflict.stale` when others keep moving it
 */
export async function lookAfter(ctx: Ctx, id: string): Promise<void> {
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const record = await recordOf(ctx, id);
    const authorisation = record?.payment.authorisation ?? null;
    if (record === null || authorisation === null || !isTaken(record.payment)) return;
    const caughtUp = await catchUp(ctx, record, await ctx.payments.returns(authorisation));
    if (caughtUp !== null) return void (await giveBack(ctx, caughtUp));
  }
  throw new Refusal('conflict.stale');
}

const MOST_LOOKS = 10; // each in vain means that somebody else has looked, or moved the record

/** Null: it has moved since it was read, before the provider was asked. It may know more by now than what was seen. */
async function catchUp(ctx: Ctx, record: Payable, seen: ReturnsSeen): Promise<Payable | null> {
  let next: Payable | null = record;
  for (const dispute of seen.disputes) {
    if (next !== null && !isKnown(next.payment, dispute))
      next = await writeNext(ctx, next, { type: 'disputed', dispute });
  }
  const event = next && missedBy(next, seen);
  return next && event ? writeNext(ctx, next, event) : next;
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

async function recordOf(ctx: Ctx, id: string): Promise<Payable | null> {
  const saved = (await ctx.stores.offers.read(id)) ?? (await ctx.stores.questions.read(id));
  return saved?.record ?? null;
}
