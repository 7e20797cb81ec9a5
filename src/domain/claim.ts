// What a record says of money (1.4): all that the journal and the provider are measured by, and the entries that it demands.

import { authoriseEntry, releaseEntry } from './ledger.ts';
import type { Entry, Money, Subject } from './ledger.ts';
import { earnerOf } from './offer.ts';
import type { Offer } from './offer.ts';
import type { Payment } from './payment.ts';
import type { Question } from './question.ts';
import { entriesOf, isRefundUnderWay } from './returns.ts';

/** A record, and what it is not known to have settled. */
export interface Kept<R> {
  readonly record: R;
  readonly outbox: readonly unknown[];
}

export interface Claim {
  readonly id: string;
  readonly subject: Subject;
  readonly payment: Payment;
  /** whom its money was paid to, and the share that was fixed; null: nobody */
  readonly paid: { readonly to: string; readonly share: Money } | null;
  readonly busy: boolean;
}

export function claimOfQuestion({ record, outbox }: Kept<Question>): Claim {
  const { id, customer, value, payout, payment, paidTo } = record;
  return {
    id,
    subject: { questionId: id, offerId: null, customerId: customer.id, money: value },
    payment,
    paid: paidTo === null ? null : { to: paidTo, share: payout },
    busy: isBusy(payment, outbox),
  };
}

export function claimOfOffer({ record, outbox }: Kept<Offer>): Claim {
  const { id, questionId, customer, price, payment, state } = record;
  return {
    id,
    subject: { questionId, offerId: id, customerId: customer.id, money: price },
    payment,
    paid: paidForOffer(record),
    // while an offer's price is being taken it is the offer that says so, not its payment
    busy: state === 'capturing' || isBusy(payment, outbox),
  };
}

/** 7.1, 8.2: the report that says yes pays, or the charge; whether it was taken back stands with the payment. */
function paidForOffer(offer: Offer): Claim['paid'] {
  const expert = earnerOf(offer);
  return expert === null ? null : { to: expert.id, share: offer.payout };
}

function isBusy(payment: Payment, outbox: readonly unknown[]): boolean {
  return outbox.length > 0 || UNDER_WAY.has(payment.state) || isRefundUnderWay(payment);
}

const UNDER_WAY: ReadonlySet<Payment['state']> = new Set(['authorising', 'capturing']);

/** The entries that the state of a payment demands, no more and no less. */
export function demanded({ subject, payment, paid }: Claim): Entry[] {
  const { state, attempt, authorisation } = payment;
  switch (state) {
    case 'none':
    case 'authorising':
    case 'declined':
      return [];
    case 'authorised':
    case 'capturing':
      return [authoriseEntry(subject, attempt)];
    case 'captured':
    case 'refunding':
    case 'refund_pending':
    case 'refunded':
    case 'refund_failed':
      return [authoriseEntry(subject, attempt), ...entriesOf({ subject, payment, paid })];
    case 'capture_failed':
      return [authoriseEntry(subject, attempt), releaseEntry(subject, attempt)];
    case 'released':
      // given up before it was known: then it was never promised
      return authorisation === null ? [] : [authoriseEntry(subject, attempt), releaseEntry(subject, attempt)];
  }
}

/** Cards tried before: each was declined, or promised and released. The record does not know which. */
export function earlier({ subject, payment }: Claim, booked: readonly Entry[]): Entry[] {
  const attempts = Array.from({ length: Math.max(0, payment.attempt - 1) }, (_, index) => index + 1);
  return attempts.flatMap((attempt) => {
    const both = [authoriseEntry(subject, attempt), releaseEntry(subject, attempt)];
    return both.some(({ key }) => booked.some((entry) => entry.key === key)) ? both : [];
  });
}
