// What an expert has earned, or will (7.5), and the same as a file for spreadsheets.

import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import type { Money } from '../../domain/ledger.ts';
import type { Offer } from '../../domain/offer.ts';
import type { PaidThen } from '../../models/entry.ts';
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

const AmountsView = z.array(MoneyView).meta({ description: 'One for each currency; none: nothing.' });

export const EarningsSummaryView = z
  .strictObject({
    buckets: z.array(
      z.strictObject({
        date: z.iso.date().meta({ description: 'Its first day; weeks begin on Mondays.' }),
        question: AmountsView,
        premium: AmountsView,
      }),
    ),
  })
  .meta({ id: 'EarningsSummary' });

/** `bucketOf`: which of `days` an instant belongs to */
export function earningsSummaryView(
  days: readonly string[],
  paid: readonly PaidThen[],
  bucketOf: (instant: Date) => string,
): z.input<typeof EarningsSummaryView> {
  const sums = new Map<string, Map<string, number>>();
  for (const { at, kind, currency, amount } of paid) {
    const key = `${bucketOf(at)} ${kind}`;
    const amounts = sums.get(key) ?? new Map<string, number>();
    sums.set(key, amounts.set(currency, (amounts.get(currency) ?? 0) + amount));
  }
  const amountsOf = (key: string) =>
    [...(sums.get(key) ?? [])]
      .map(([currency, amount]) => ({ amount, currency }))
      .filter(({ amount }) => amount !== 0)
      .toSorted((one, other) => (one.currency < other.currency ? -1 : 1));
  return {
    buckets: days.map((date) => ({
      ...{ date, question: amountsOf(`${date} question`), premium: amountsOf(`${date} premium`) },
    })),
  };
}

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
