// Sums over the ledger and over the provider's list, made anew from the raw records.

import type { Entry, Leg } from '../src/domain/ledger.ts';
import type { ProviderRecord } from './snapshot.ts';

export interface LedgerTotals {
  readonly captured: number;
  readonly refunds: number;
  readonly payouts: number;
  readonly platform: number;
  readonly unearned: number;
  /** promised by cards, not taken */
  readonly held: number;
}

export function ledgerTotals(entries: readonly Entry[]): LedgerTotals {
  const sum = (kind: Entry['kind'] | null, account: string) =>
    entries
      .filter((entry) => kind === null || entry.kind === kind)
      .flatMap(({ legs }) => legs.filter((leg) => leg.account.startsWith(account)))
      .reduce((total, { amount }) => total + amount, 0);
  return {
    captured: sum('capture', 'provider'),
    refunds: none(-sum('refund', 'provider')),
    payouts: none(-sum(null, 'payable:')), // less what a refund has reversed
    platform: none(-sum(null, 'revenue')),
    unearned: none(-sum(null, 'unearned')),
    held: sum(null, 'hold:'),
  };
}

/** The legs of one question or offer in the accounts that begin like this. */
export function booked(entries: readonly Entry[], id: string, account: string): Leg[] {
  return entries
    .filter(({ offerId, questionId }) => (offerId ?? questionId) === id)
    .flatMap(({ legs }) => legs.filter((leg) => leg.account.startsWith(account)));
}

export function balance(entries: readonly Entry[], id: string, account: string): number {
  return booked(entries, id, account).reduce((sum, { amount }) => sum + amount, 0);
}

/** What the provider took and gave back for one question or offer. */
export function charged(provider: readonly ProviderRecord[], id: string) {
  const own = callsAbout(provider, id).filter(({ outcome }) => outcome === 'ok');
  const captures = own.filter(({ kind }) => kind === 'capture');
  const refunds = own.filter(({ kind }) => kind === 'refund');
  const total = (calls: readonly ProviderRecord[]) => calls.reduce((sum, { amount }) => sum + amount, 0);
  return {
    captures: captures.length,
    refunds: refunds.length,
    net: total(captures) - total(refunds),
    amounts: captures.map(({ amount }) => amount),
  };
}

/** What the provider still holds: authorised, not void, and no capture was tried (one that failed ends it too). */
export function heldAt(provider: readonly ProviderRecord[], id: string): number {
  const own = callsAbout(provider, id);
  const ended = new Set(own.filter(({ kind }) => kind !== 'authorise').map(({ authorisation }) => authorisation));
  return own
    .filter(({ kind, outcome, authorisation }) => kind === 'authorise' && outcome === 'ok' && !ended.has(authorisation))
    .reduce((sum, { amount }) => sum + amount, 0);
}

/** A call's key names what it is about: auth-<id>-<n>, cap-<id>-<n>, void-auth-<id>-<n>, refund-<id>. */
function callsAbout(provider: readonly ProviderRecord[], id: string): ProviderRecord[] {
  return provider.filter(({ key }) => key.includes(id));
}

const none = (amount: number) => (amount === 0 ? 0 : amount); // -0 is no amount
