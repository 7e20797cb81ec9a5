// Money that goes back: refunds that we ask for, and disputes that banks open.

import type Stripe from 'stripe';
import type { RefundAnswer, ReturnsSeen } from '../../context.ts';
import type { Dispute, RefundFailure } from '../../domain/payment.ts';
import { PAGE, freshKey, stateOf } from './desk.ts';
import type { Desk } from './desk.ts';
import { codeOf, isRefused, isSpent } from './errors.ts';

/**
 * A refund is asked about at Stripe each time, by the key that it carries: it can fail days after it was made, and a stored
 * answer would not know. @throws Error when nothing was captured: whoever asks for that has lost count of the money
 */
export async function giveBack(desk: Desk, key: string, authorisation: string): Promise<RefundAnswer> {
  const before = await refundsOf(desk, authorisation);
  const made = before.find(({ metadata }) => metadata?.['parley_key'] === key);
  if (made !== undefined) return answerOfRefund(made);
  const intent = await stateOf(desk, authorisation);
  if (intent?.status !== 'succeeded') throw new Error(`nothing was captured that ${key} could refund`);
  if (sumOf(before) >= intent.amount_received) return { state: 'done' }; // under another key, or by hand
  try {
    return answerOfRefund(await refund(desk, key, authorisation, key));
  } catch (error) {
    if (isSpent(error)) return answerOfRefund(await refund(desk, key, authorisation, freshKey(desk, key)));
    if (!isRefused(error)) throw error;
    const since = await refundsOf(desk, authorisation);
    const other = since.find(({ metadata }) => metadata?.['parley_key'] === key);
    if (other !== undefined) return answerOfRefund(other);
    if (sumOf(since) >= intent.amount_received) return { state: 'done' };
    return { state: 'failed', reason: REFUND_FAILURES.get(codeOf(error)) ?? 'refused' };
  }
}

/** In full: whatever of it has not been given back yet. */
function refund({ stripe }: Desk, key: string, authorisation: string, idempotencyKey: string): Promise<Stripe.Refund> {
  return stripe.refunds.create(
    { payment_intent: authorisation, reason: 'requested_by_customer', metadata: { parley_key: key } },
    { idempotencyKey },
  );
}

/** The oldest first. */
async function refundsOf({ stripe }: Desk, authorisation: string): Promise<Stripe.Refund[]> {
  const found: Stripe.Refund[] = [];
  for await (const one of stripe.refunds.list({ payment_intent: authorisation, limit: PAGE })) found.push(one);
  return found.reverse();
}

export async function returns(desk: Desk, authorisation: string): Promise<ReturnsSeen> {
  const refunds = await refundsOf(desk, authorisation);
  const disputes: Stripe.Dispute[] = [];
  for await (const one of desk.stripe.disputes.list({ payment_intent: authorisation, limit: PAGE })) disputes.push(one);
  return {
    refunds: refunds.map((one) => {
      const answer = answerOfRefund(one);
      return { state: answer.state, reason: answer.state === 'failed' ? answer.reason : null, amount: one.amount };
    }),
    disputes: disputes.reverse().map(disputeOf),
  };
}

export function answerOfRefund({ status, failure_reason: reason }: Stripe.Refund): RefundAnswer {
  if (status === 'succeeded') return { state: 'done' };
  if (status !== 'failed' && status !== 'canceled') return { state: 'pending' };
  return { state: 'failed', reason: REFUND_FAILURES.get(reason ?? '') ?? 'refused' };
}

/** Of a refund that failed, and of one that was refused at once. */
const REFUND_FAILURES: ReadonlyMap<string, RefundFailure> = new Map([
  ['lost_or_stolen_card', 'card_closed'],
  ['expired_or_canceled_card', 'card_closed'],
  ['charge_for_pending_refund_disputed', 'disputed'],
  ['charge_disputed', 'disputed'],
  ['insufficient_funds', 'insufficient_funds'],
  ['balance_insufficient', 'insufficient_funds'],
]);

const sumOf = (refunds: readonly Stripe.Refund[]): number =>
  refunds.filter((one) => answerOfRefund(one).state !== 'failed').reduce((sum, { amount }) => sum + amount, 0);

/**
 * Whether the bank has the money is what the balance says: an inquiry takes none, and a won dispute has given it back. By how
 * often it moved, not by how much: in another currency than the charge's, what comes back was changed at another rate.
 */
export function disputeOf({
  id,
  reason,
  status,
  amount,
  balance_transactions: moved,
  evidence_details,
}: Stripe.Dispute): Dispute {
  const dueBy = evidence_details.due_by;
  return {
    id,
    reason,
    state: disputeStateOf(status),
    amount,
    // there and back may be at two rates of exchange; what is lost and comes back in part is lost
    taken: moved.reduce((sum, { amount: one }) => sum + (status === 'lost' ? one : Math.sign(one)), 0) < 0,
    dueBy: dueBy === null ? null : new Date(dueBy * 1_000),
  };
}

function disputeStateOf(status: string): Dispute['state'] {
  if (status === 'lost') return 'lost';
  if (status === 'won' || status === 'warning_closed' || status === 'prevented') return 'won';
  return status.startsWith('warning_') ? 'inquiry' : 'open';
}
