// What a record says of money (1.4): all that the journal and the provider are measured by, and the entries that it demands.

import { authoriseEntry, releaseEntry } from './ledger.ts';
import type { Entry } from './ledger.ts';
import { isUnderWay } from './payment.ts';
import type { Bill } from './payment.ts';
import { entriesOf } from './returns.ts';

/** A record, and what it is not known to have settled. */
export interface Kept<R> {
  readonly record: R;
  readonly outbox: readonly unknown[];
}

export interface Claim extends Bill {
  readonly id: string;
  readonly busy: boolean;
}

export function claimOf(bill: Bill, outbox: readonly unknown[]): Claim {
  const { offerId, questionId } = bill.subject;
  return { ...bill, id: offerId ?? questionId, busy: outbox.length > 0 || isUnderWay(bill.payment) };
}

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
