// Rule 1.3: which currencies prices may have. An amount is only a number: whoever writes it (ISO 4217), shows it (Intl) and
// takes it (the payment provider) must mean the same by it, or somebody pays a hundred times too much. And which amounts no
// card can pay: they are refused where they come in, not declined later.

import type { Money } from './ledger.ts';

/** Whose smallest unit Intl shows, or Stripe takes (docs.stripe.com/currencies), otherwise than ISO 4217 has it. */
const MISUNDERSTOOD: ReadonlySet<string> = new Set([
  ...['AFN', 'ALL', 'COP', 'HUF', 'IDR', 'IQD', 'IRR', 'ISK', 'KPW', 'LAK'],
  ...['LBP', 'LYD', 'MGA', 'MMK', 'PKR', 'SLL', 'SOS', 'SYP', 'UGX', 'YER'],
]);

const KNOWN: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** `code`: as of ISO 4217, in capitals. */
export const isCurrency = (code: string): boolean => KNOWN.has(code) && !MISUNDERSTOOD.has(code);

/** What no card can pay, in the words of a refused field; the number is the rule. */
export type AmountProblem =
  | { readonly reason: 'too_small'; readonly minimum: number }
  | { readonly reason: 'too_big'; readonly maximum: number }
  | { readonly reason: 'not_multiple_of'; readonly multipleOf: number };

/** Eight digits of the smallest unit: the most that the payment provider charges at once. */
export const MOST_AMOUNT = 99_999_999;

/** With three decimals the last digit is a 0: card networks count two. */
const THREE_DECIMALS: ReadonlySet<string> = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);

/** The least that the payment provider charges, smallest unit (docs.stripe.com/currencies); elsewhere its bank decides. */
const LEAST: ReadonlyMap<string, number> = new Map([
  ['AED', 200],
  ['AUD', 50],
  ['BGN', 100],
  ['BRL', 50],
  ['CAD', 50],
  ['CHF', 50],
  ['CZK', 1_500],
  ['DKK', 250],
  ['EUR', 50],
  ['GBP', 30],
  ['HKD', 400],
  ['INR', 50],
  ['JPY', 50],
  ['MXN', 1_000],
  ['MYR', 200],
  ['NOK', 300],
  ['NZD', 50],
  ['PLN', 200],
  ['RON', 200],
  ['SEK', 300],
  ['SGD', 50],
  ['THB', 1_000],
  ['USD', 50],
]);

/** The least that anything can cost in it, smallest unit. */
export const leastOf = (currency: string): number => LEAST.get(currency) ?? (THREE_DECIMALS.has(currency) ? 10 : 1);

/** Why the payment provider can never take this amount; null: it can. Whoever asks for money asks this first. */
export function amountProblem({ amount, currency }: Money): AmountProblem | null {
  const minimum = LEAST.get(currency) ?? 1;
  const multipleOf = THREE_DECIMALS.has(currency) ? 10 : 1;
  if (amount > MOST_AMOUNT) return { reason: 'too_big', maximum: MOST_AMOUNT };
  if (amount < minimum) return { reason: 'too_small', minimum };
  if (amount % multipleOf !== 0) return { reason: 'not_multiple_of', multipleOf };
  return null;
}
