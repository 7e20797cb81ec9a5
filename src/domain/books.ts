// The books against each other (1.4): what the records demand, what the journal says, and what the provider's own list
// says of the same money. Everything is computed anew; each difference gets a name.

import { claimOf, demanded, earlier } from './claim.ts';
import type { Claim, Kept } from './claim.ts';
import { account } from './ledger.ts';
import type { Entry, Money } from './ledger.ts';
import { billOfOffer } from './offer.ts';
import type { Offer } from './offer.ts';
import { aboutOf, wants } from './payment.ts';
import type { ProviderPayment } from './payment.ts';
import { billOfQuestion } from './question.ts';
import type { Question } from './question.ts';
import { sentBack } from './returns.ts';

export type DifferenceKind =
  /** legs that do not sum to zero, or are no integers */
  | 'entry.unbalanced'
  /** the record's state demands it, the journal does not have it */
  | 'entry.missing'
  /** it is there under its key, with other legs, currency or subject */
  | 'entry.differs'
  /** nothing demands it */
  | 'entry.unexpected'
  /** about a question or an offer that does not exist */
  | 'entry.unknown_record'
  /** captured in the journal or at the provider, and not in the other one, or another amount */
  | 'provider.capture'
  /** refunded in the journal or at the provider, and not in the other one, or another amount */
  | 'provider.refund'
  /** the same of what customers' banks have taken back */
  | 'provider.chargeback'
  /** held at the provider, and the record does not want it, or the other way round */
  | 'provider.hold'
  /** held or taken for a question or an offer that does not exist */
  | 'provider.unknown_record';

export interface Difference {
  readonly kind: DifferenceKind;
  /** of the question, the offer, the entry or the provider's authorisation */
  readonly id: string;
  readonly expected: string;
  readonly found: string;
}

export interface Verification {
  readonly differences: readonly Difference[];
  /** the entries that are missing, as `repair` books them */
  readonly lacking: readonly Entry[];
  /** records that owe something, wait for the provider, or moved while they were looked at: ask again later */
  readonly inProgress: readonly string[];
  /** records whose hold the provider has let go by itself, as it does after a week: no money is missing */
  readonly lapsedHolds: readonly string[];
  readonly summary: Summary;
}

export interface Summary {
  readonly questions: number;
  readonly offers: number;
  readonly entries: number;
  readonly accounts: number;
  /** authorisations on the provider's list */
  readonly payments: number;
  /** per currency and kind of account: the sum of all legs, minor units, debit positive; each currency sums to zero */
  readonly sums: readonly { readonly currency: string; readonly account: string; readonly amount: number }[];
}

/** All that is compared. */
export interface Books {
  readonly questions: readonly Kept<Question>[];
  readonly offers: readonly Kept<Offer>[];
  readonly entries: readonly Entry[];
  readonly payments: readonly ProviderPayment[];
}

/** A difference, the record it is about, and the entry that is missing. */
type Found = Difference & { readonly about: string; readonly missing?: Entry };

interface Compared extends Omit<Verification, 'differences' | 'lacking'> {
  readonly differences: readonly Found[];
}

/** The books as they were read, compared. */
export function compare({ questions, offers, entries, payments }: Books): Compared {
  const claims = [
    ...questions.map(({ record, outbox }) => claimOf(billOfQuestion(record), outbox)),
    ...offers.map(({ record, outbox }) => claimOf(billOfOffer(record), outbox)),
  ];
  const settled = claims.filter(({ busy }) => !busy);
  const known = new Set(claims.map(({ id }) => id));
  const booked = grouped(entries, ({ offerId, questionId }) => offerId ?? questionId);
  const listed = grouped(payments, ({ key }) => aboutOf(key)?.id ?? key);
  return {
    differences: [
      ...entries.flatMap(unbalanced),
      ...settled.flatMap((claim) => entryDifferences(claim, booked.get(claim.id) ?? [])),
      ...settled.flatMap((claim) => providerDifferences(claim, booked.get(claim.id) ?? [], listed.get(claim.id) ?? [])),
      ...entries.flatMap((entry) => strayEntry(entry, known)),
      ...payments.flatMap((payment) => strayPayment(payment, known)),
    ],
    inProgress: claims.filter(({ busy }) => busy).map(({ id }) => id),
    lapsedHolds: settled.filter((claim) => hasLapsed(claim, listed.get(claim.id) ?? [])).map(({ id }) => id),
    summary: {
      questions: questions.length,
      offers: offers.length,
      entries: entries.length,
      accounts: new Set(entries.flatMap(({ legs }) => legs.map((leg) => leg.account))).size,
      payments: payments.length,
      sums: sumsOf(entries),
    },
  };
}

function entryDifferences(claim: Claim, booked: readonly Entry[]): Found[] {
  const expected = [...demanded(claim), ...earlier(claim, booked)];
  const keys = new Set(expected.map(({ key }) => key));
  const about = claim.id;
  const wrong = expected.flatMap((entry): Found[] => {
    const found = booked.find(({ key }) => key === entry.key);
    if (found === undefined) {
      return [
        { kind: 'entry.missing', id: entry.key, expected: textOf(entry), found: 'nothing', about, missing: entry },
      ];
    }
    if (textOf(found) === textOf(entry)) return [];
    return [{ kind: 'entry.differs', id: entry.key, expected: textOf(entry), found: textOf(found), about }];
  });
  const extra = booked.filter(({ key }) => !keys.has(key));
  return [
    ...wrong,
    ...extra.map((entry): Found => {
      const state = `nothing, the payment of ${about} is ${claim.payment.state}`;
      return { kind: 'entry.unexpected', id: entry.key, expected: state, found: textOf(entry), about };
    }),
  ];
}

function providerDifferences(claim: Claim, booked: readonly Entry[], listed: readonly ProviderPayment[]): Found[] {
  const { id, payment, subject } = claim;
  const { currency } = subject.money;
  const captured = listed.filter(({ state }) => state === 'captured');
  const taken = captured.map(({ money }) => money.amount).reduce((sum, amount) => sum + amount, 0);
  const bookedCapture = takenBy(booked);
  const differences: Found[] = [];
  const differs = (kind: DifferenceKind, of: string, expected: string, found: string) =>
    differences.push({ kind, id: of, expected, found, about: id });

  if (taken !== bookedCapture || captured.some(({ money }) => money.currency !== currency)) {
    const found = captured.map(({ money, authorisation }) => `${inMinor(money)} (${authorisation})`).join(', ');
    differs('provider.capture', id, inMinor({ amount: bookedCapture, currency }), found === '' ? 'nothing' : found);
  }
  const back = [
    ['provider.refund', sentBack(booked, 'refund'), listed.reduce((sum, one) => sum + one.refunded, 0)],
    ['provider.chargeback', sentBack(booked, 'chargeback'), listed.reduce((sum, one) => sum + one.chargedBack, 0)],
  ] as const;
  for (const [kind, expected, found] of back) {
    if (expected !== found) {
      differs(kind, id, inMinor({ amount: expected, currency }), inMinor({ amount: found, currency }));
    }
  }
  for (const held of listed.filter(({ state }) => state === 'held')) {
    if (wants(payment, held)) continue;
    differs('provider.hold', held.authorisation, `nothing, the payment of ${id} is ${payment.state}`, heldText(held));
  }
  if (payment.state === 'authorised') {
    const own = listed.find(({ authorisation }) => authorisation === payment.authorisation);
    if (own?.state === 'held' && inMinor(own.money) === inMinor(subject.money)) return differences;
    if (own?.state === 'captured' || own?.state === 'released') return differences; // named above, or lapsed
    differs('provider.hold', id, `held ${inMinor(subject.money)}`, own === undefined ? 'nothing' : heldText(own));
  }
  return differences;
}

const takenBy = (booked: readonly Entry[]): number =>
  booked
    .filter(({ kind }) => kind === 'capture')
    .flatMap(({ legs }) => legs.filter((leg) => leg.account === account.provider))
    .reduce((sum, { amount }) => sum + amount, 0);

function hasLapsed({ payment }: Claim, listed: readonly ProviderPayment[]): boolean {
  if (payment.state !== 'authorised') return false;
  return listed.some(({ authorisation, state }) => authorisation === payment.authorisation && state === 'released');
}

function unbalanced(entry: Entry): Found[] {
  const sum = entry.legs.reduce((total, { amount }) => total + amount, 0);
  if (sum === 0 && entry.legs.every(({ amount }) => Number.isSafeInteger(amount))) return [];
  const about = entry.offerId ?? entry.questionId;
  const expected = 'legs of whole minor units that sum to 0';
  return [{ kind: 'entry.unbalanced', id: entry.key, expected, found: `${textOf(entry)}, sum ${sum}`, about }];
}

function strayEntry(entry: Entry, known: ReadonlySet<string>): Found[] {
  const about = entry.offerId ?? entry.questionId;
  if (known.has(about)) return [];
  return [{ kind: 'entry.unknown_record', id: entry.key, expected: `a record ${about}`, found: 'none', about }];
}

function strayPayment(payment: ProviderPayment, known: ReadonlySet<string>): Found[] {
  const about = aboutOf(payment.key)?.id ?? payment.key;
  if (known.has(about) || (payment.state !== 'held' && payment.state !== 'captured')) return [];
  const found = heldText(payment);
  return [{ kind: 'provider.unknown_record', id: payment.authorisation, expected: `a record ${about}`, found, about }];
}

function sumsOf(entries: readonly Entry[]): Summary['sums'] {
  const sums = new Map<string, { currency: string; account: string; amount: number }>();
  for (const { currency, legs } of entries) {
    for (const leg of legs) {
      const name = leg.account.replace(/:.*$/, '');
      const sum = sums.get(`${currency} ${name}`) ?? { currency, account: name, amount: 0 };
      sums.set(`${currency} ${name}`, { ...sum, amount: sum.amount + leg.amount });
    }
  }
  return [...sums.entries()].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, sum]) => sum);
}

function grouped<T>(list: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

/** Everything of an entry that must be as it was made, as text; the order of legs has no meaning. */
export function textOf({ kind, currency, legs, questionId, offerId }: Entry): string {
  const moved = legs.map((leg) => `${leg.account} ${leg.amount}`).toSorted();
  return `${kind} of ${offerId ?? questionId}: ${moved.join(', ')} ${currency}`;
}

const inMinor = ({ amount, currency }: Money) => `${amount} ${currency}`;
const heldText = ({ state, money }: ProviderPayment) => `${state} ${inMinor(money)}`;
