// Rules 1.3 and 1.4: every movement of money is one balanced entry with a key of its own. Amounts are integer minor
// units; a leg's amount is signed (debit positive), the legs of an entry sum to zero. Entries are never changed.

export interface Money {
  /** integer minor units */
  readonly amount: number;
  /** ISO 4217 */
  readonly currency: string;
}

export interface Leg {
  readonly account: string;
  readonly amount: number;
}

export type EntryKind = 'authorise' | 'release' | 'capture' | 'payout' | GoneKind | `${GoneKind}_undone`;

/** What can be undone: by an entry that moves the same the other way. */
type GoneKind = 'reversal' | 'refund' | 'chargeback';

export interface Entry {
  /** idempotency key: the same movement is booked once, however often it is asked for */
  readonly key: string;
  readonly kind: EntryKind;
  readonly currency: string;
  readonly legs: readonly Leg[];
  readonly questionId: string;
  readonly offerId: string | null;
}

/** What a movement is about: a question's value, or the price of an offer. */
export interface Subject {
  readonly questionId: string;
  readonly offerId: string | null;
  readonly customerId: string;
  readonly money: Money;
}

export const account = {
  /** promised by the customer, not taken yet */
  hold: (customerId: string) => `hold:${customerId}`,
  /** the other side of a hold */
  promised: (customerId: string) => `promised:${customerId}`,
  /** held for us by the payment provider */
  provider: 'provider',
  /** taken from customers and not yet earned by anybody */
  unearned: 'unearned',
  /** owed to an expert */
  payable: (expertId: string) => `payable:${expertId}`,
  /** kept by the platform */
  revenue: 'revenue',
} as const;

/** 1.3: the expert's part, rounded down; the platform keeps the rest, so the parts always sum to the whole. */
export function shareOf(money: Money, shareBasisPoints: number): Money {
  return { amount: Math.floor((money.amount * shareBasisPoints) / 10_000), currency: money.currency };
}

/** The customer's promise of `money`, by attempt: a changed card is a new attempt. */
export function authoriseEntry(subject: Subject, attempt: number): Entry {
  const { amount } = subject.money;
  return entry('authorise', subject, attempt, [
    { account: account.hold(subject.customerId), amount },
    { account: account.promised(subject.customerId), amount: -amount },
  ]);
}

/** The promise given back: never captured, declined at capture, or replaced by another card. */
export function releaseEntry(subject: Subject, attempt: number): Entry {
  return entry('release', subject, attempt, releaseLegs(subject));
}

/** The promise turned into money at the provider, not earned by anybody yet. Once per question or offer. */
export function captureEntry(subject: Subject): Entry {
  const { amount } = subject.money;
  return entry('capture', subject, null, [
    ...releaseLegs(subject),
    { account: account.provider, amount },
    { account: account.unearned, amount: -amount },
  ]);
}

/** Captured money divided between the expert and the platform. Once per question or offer (I16). */
export function payoutEntry(subject: Subject, expertId: string, payout: Money): Entry {
  const { amount } = subject.money;
  return entry('payout', subject, null, [
    { account: account.unearned, amount },
    { account: account.payable(expertId), amount: -payout.amount },
    { account: account.revenue, amount: payout.amount - amount },
  ]);
}

/**
 * 8.4: a payout taken back, leg by leg, so that what was captured is nobody's again. `time`: money can go back, come again
 * and go back once more; each time is an entry of its own.
 */
export function reversalEntry(subject: Subject, expertId: string, payout: Money, time = 1): Entry {
  const { legs } = payoutEntry(subject, expertId, payout);
  const reversed = legs.map(({ account: name, amount }) => ({ account: name, amount: 0 - amount }));
  return entry('reversal', subject, again(time), reversed);
}

/** Captured money given back that nobody has earned (any more): 6.6, 7.1, 8.4. */
export function refundEntry(subject: Subject, time = 1): Entry {
  return entry('refund', subject, again(time), goneLegs(subject.money.amount));
}

/** Captured money that the customer's bank has taken back: as much as it disputes. */
export function chargebackEntry(subject: Subject, amount: number, time = 1): Entry {
  return entry('chargeback', subject, again(time), goneLegs(amount));
}

/** The same movement the other way: a refund that came back, a dispute that was won, earnings that are somebody's again. */
export function undoneEntry(done: Entry): Entry {
  const kind = `${done.kind as GoneKind}_undone` as const;
  const legs = done.legs.map(({ account: name, amount }) => ({ account: name, amount: 0 - amount }));
  return { ...done, key: done.key.replace(done.kind, kind), kind, legs };
}

/** Throws when the legs do not sum to zero or are not integers: such an entry must never reach the journal. */
export function assertBalanced(candidate: Entry): void {
  const sum = candidate.legs.reduce((total, leg) => total + leg.amount, 0);
  if (sum !== 0 || !candidate.legs.every((leg) => Number.isSafeInteger(leg.amount))) {
    throw new Error(`entry ${candidate.key} is not balanced`);
  }
}

function releaseLegs(subject: Subject): Leg[] {
  return [
    { account: account.promised(subject.customerId), amount: subject.money.amount },
    { account: account.hold(subject.customerId), amount: -subject.money.amount },
  ];
}

function goneLegs(amount: number): Leg[] {
  return [
    { account: account.unearned, amount },
    { account: account.provider, amount: -amount },
  ];
}

/** The first time has no number. */
const again = (time: number) => (time === 1 ? null : time);

function entry(kind: EntryKind, subject: Subject, attempt: number | null, legs: Leg[]): Entry {
  const about = subject.offerId ?? subject.questionId;
  const made: Entry = {
    key: attempt === null ? `${kind}-${about}` : `${kind}-${about}-${attempt}`,
    kind,
    currency: subject.money.currency,
    legs,
    questionId: subject.questionId,
    offerId: subject.offerId,
  };
  assertBalanced(made);
  return made;
}
