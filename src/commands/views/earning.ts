// What an expert has earned, or will (7.5), and the same as a file for spreadsheets.

import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import type { Money } from '../../domain/ledger.ts';
import type { Offer } from '../../domain/offer.ts';
import { Instant, MoneyView } from './fields.ts';

export const EarningView = z
  .strictObject({
    id: z.string(),
    kind: z.enum(['question', 'premium']),
    questionId: z.string(),
    offerId: z.string().optional(),
    subject: z.string(),
    state: z.string(),
    amount: MoneyView,
    at: Instant,
  })
  .meta({ id: 'Earning' });

export type Earning = z.input<typeof EarningView>;

export function serviceEarning(offer: Offer, amount: number): Earning {
  return {
    id: offer.id,
    kind: 'premium',
    questionId: offer.questionId,
    offerId: offer.id,
    subject: offer.subject,
    state: offer.state,
    amount: { amount, currency: offer.price.currency },
    at: (offer.acceptedAt ?? offer.shownAt).toISOString(),
  };
}

const COLUMNS = ['id', 'kind', 'questionId', 'offerId', 'subject', 'state', 'amount', 'currency', 'at'] as const;

/** The byte order mark is what tells spreadsheet programs that this is UTF-8. */
const HEADER = `\uFEFF${COLUMNS.join(',')}\n`;

/**
 * Subjects are people's words: what a spreadsheet would run as a formula is told to be text, and every field stands in quotes,
 * because a spreadsheet that splits at ";" finds other beginnings than we wrote.
 */
export function earningsCsv(earnings: readonly Earning[]): string {
  const records = earnings.map(({ amount, ...rest }) => ({
    ...rest,
    amount: decimalOf(amount),
    currency: amount.currency,
  }));
  const quoted = { quoted: true, quoted_empty: true };
  return `${HEADER}${stringify(records, { columns: [...COLUMNS], escape_formulas: true, ...quoted })}`;
}

/** 1999 cents → "19.99"; yen have no decimals. */
function decimalOf({ amount, currency }: Money): string {
  const decimals =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  if (decimals === 0) return String(amount);
  const digits = String(Math.abs(amount)).padStart(decimals + 1, '0');
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
