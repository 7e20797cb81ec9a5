// Money as the reader's language writes it, and as people type it. `locale`: a BCP 47 tag.

import { numberFormat } from './numbers.ts';

export interface Amount {
  /** minor units */
  readonly amount: number;
  /** ISO 4217 */
  readonly currency: string;
}

const digits = new Map<string, number>(); // asking a format for its options takes longer than using it

/** How many minor units the currency has: 2 for USD, 0 for JPY. */
export function digitsOf(currency: string): number {
  const known = digits.get(currency) ?? currencyFormat(currency, 'en').resolvedOptions().maximumFractionDigits ?? 2;
  digits.set(currency, known);
  return known;
}

const currencyFormat = (currency: string, locale: string) => numberFormat(locale, { style: 'currency', currency });

export const money = ({ amount, currency }: Amount, locale: string): string =>
  currencyFormat(currency, locale).format(amount / 10 ** digitsOf(currency));

/** "20", "20.50" or "20,50" in minor units; null: it is no amount that the currency has. */
export function minorUnits(text: string, currency: string): number | null {
  const digits = digitsOf(currency);
  const [, whole, part = ''] = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.replace(/[\s\p{Sc}]/gu, '')) ?? [];
  if (whole === undefined || part.length > digits) return null;
  return Number(whole + part.padEnd(digits, '0'));
}
