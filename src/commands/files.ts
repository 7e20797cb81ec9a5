// What is handed out as a file: rows like every command's, behind the same door, but answered to GET alone.

import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import type { Ctx } from '../context.ts';
import type { Money } from '../domain/ledger.ts';
import type { Actor } from '../domain/people.ts';
import { command } from './command.ts';
import type { Command } from './command.ts';
import { EarningsRange, earningsPage, rangeOf } from './money.ts';
import type { Earning } from './views/earning.ts';

const COLUMNS = ['id', 'kind', 'questionId', 'offerId', 'subject', 'state', 'amount', 'currency', 'at'] as const;

/** The byte order mark is what tells spreadsheet programs that this is UTF-8. */
const HEADER = `\uFEFF${COLUMNS.join(',')}\n`;

export const FILES: Readonly<Record<string, Command>> = {
  'earnings.csv': command({
    summary: 'The Earnings Report as a file for spreadsheets, all of it (7.5). Amounts are decimals of the currency.',
    who: ['expert'],
    reads: true,
    file: 'text/csv; charset=utf-8',
    input: EarningsRange,
    output: z.string(),
    run: async (ctx, actor, range) => csvOf(await allEarnings(ctx, actor, range)),
  }),
};

async function allEarnings(ctx: Ctx, actor: Actor, range: z.output<typeof EarningsRange>): Promise<Earning[]> {
  const all: Earning[] = [];
  let cursor: string | undefined;
  do {
    const page = await earningsPage(ctx, actor, rangeOf({ ...range, cursor }));
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return all;
}

/**
 * Subjects are people's words: what a spreadsheet would run as a formula is told to be text, and every field stands in quotes,
 * because a spreadsheet that splits at ";" finds other beginnings than we wrote.
 */
function csvOf(earnings: readonly Earning[]): string {
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
