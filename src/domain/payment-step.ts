// What an event makes of a payment, and what is then owed for it: held, taken, let go; what becomes of it after it was taken
// stands in returns.ts. The same for a question's value and an offer's price, which answer the outcome by what they are. Pure.

import type { PaymentEffect } from './effects.ts';
import { Refusal } from './errors.ts';
import type { Code } from './errors.ts';
import { later } from './instant.ts';
import { authoriseEntry, captureEntry, releaseEntry } from './ledger.ts';
import {
  AUTHORISATION_ABANDON_MS,
  PAYMENT_RESUME_MS,
  PAYMENT_TRANSITIONS,
  REFUND_PENDING_MS,
  authoriseKey,
  isHoldUnderWay,
  nextAttempt,
} from './payment.ts';
import type { Bill, Payment, PaymentEvent, PaymentEventType } from './payment.ts';
import * as returns from './returns.ts';
import type { Moved } from './returns.ts';

/**
 * What a payment becomes by an event, and what it then owes.
 * @throws Refusal `conflict.payment_pending`, `conflict.not_captured` or `conflict.stale`, with the state of the record
 */
export function stepPayment(bill: Bill, event: PaymentEvent): Moved {
  const { payment, subject } = bill;
  if (!isTakenBy(bill, event.type)) throw new Refusal(refusalOf(payment, event.type), { state: bill.state });
  switch (event.type) {
    case 'authorise':
      return moved(nextAttempt(payment, event.method));
    case 'authorised': {
      const { authorisation } = event;
      const entry = authoriseEntry(subject, payment.attempt);
      return moved({ ...payment, state: 'authorised', authorisation }, [{ type: 'entry', entry }]);
    }
    case 'authorisation_failed':
      return moved({ ...payment, state: 'declined', reason: event.reason });
    case 'abandon': {
      const { authorisation } = event;
      const found = authorisation === null ? [] : [voidOf(bill, authorisation)];
      return moved({ ...payment, state: 'released', authorisation: null }, found);
    }
    case 'take':
      return moved({ ...payment, state: 'capturing' });
    case 'let_go': {
      const isTried = payment.state === 'authorising';
      return moved({ ...payment, state: 'released' }, isTried ? [{ type: 'ask_provider' }] : released(bill));
    }
    case 'captured': {
      const entry = captureEntry(subject);
      return moved({ ...payment, state: 'captured' }, [{ type: 'entry', entry }]);
    }
    case 'capture_failed':
      return moved({ ...payment, state: 'capture_failed', reason: event.reason }, released(bill));
    case 'resume':
      return moved(payment, [{ type: 'ask_provider' }]);
    case 'refund':
      return moved(returns.startRefund(bill));
    case 'refunded':
      return returns.refunded(bill);
    case 'refund_pending':
      return moved({ ...payment, state: 'refund_pending' });
    case 'refund_failed':
      return returns.refundFailed(bill, event.reason);
    case 'disputed':
      return returns.disputed(bill, event.dispute);
  }
}

/** Nothing of it is kept: what is held is let go, what is being tried is looked for, what was taken goes back. */
export function giveUp(bill: Bill): Moved {
  const { payment } = bill;
  if (returns.isRefundable(payment)) return stepPayment(bill, { type: 'refund' });
  const isHeld = payment.state === 'authorised' || payment.state === 'authorising';
  return isHeld ? stepPayment(bill, { type: 'let_go' }) : moved(payment);
}

/** When the provider is asked again; null: it owes no answer. */
export function paymentDueAt({ payment, unattended }: Bill, now: Date): Date | null {
  if (payment.state === 'refund_pending') return later(now, REFUND_PENDING_MS);
  if (payment.state === 'authorising' && unattended === 'abandon') return later(now, AUTHORISATION_ABANDON_MS);
  return isHoldUnderWay(payment) || payment.state === 'refunding' ? later(now, PAYMENT_RESUME_MS) : null;
}

/** By the table; and a hold that is finished whoever attends to it is not given up while it is being tried. */
function isTakenBy({ payment, unattended }: Bill, type: PaymentEventType): boolean {
  const isGivenUp = payment.state === 'authorising' && (type === 'abandon' || type === 'let_go');
  return type in PAYMENT_TRANSITIONS[payment.state] && !(isGivenUp && unattended === 'finish');
}

function refusalOf(payment: Payment, type: PaymentEventType): Code {
  if (type === 'authorise' && isHoldUnderWay(payment)) return 'conflict.payment_pending';
  return type === 'refund' ? 'conflict.not_captured' : 'conflict.stale';
}

/** The hold on the customer's card ends unused. */
function released(bill: Bill): PaymentEffect[] {
  const { subject, payment } = bill;
  const entry: PaymentEffect = { type: 'entry', entry: releaseEntry(subject, payment.attempt) };
  return payment.authorisation === null ? [entry] : [voidOf(bill, payment.authorisation), entry];
}

function voidOf({ subject, payment }: Bill, authorisation: string): PaymentEffect {
  const key = `void-${authoriseKey(subject.offerId ?? subject.questionId, payment)}`;
  return { type: 'void', authorisation, key };
}

const moved = (payment: Payment, effects: readonly PaymentEffect[] = []): Moved => ({
  payment,
  effects,
  earnings: 'untouched',
});
