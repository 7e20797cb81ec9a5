// Rule 1.3: which currencies prices may have. An amount is only a number: whoever writes it (ISO 4217), shows it (Intl) and
// takes it (the payment provider) must mean the same by it, or somebody pays a hundred times too much.

/** Whose smallest unit Intl shows, or Stripe takes (docs.stripe.com/currencies), otherwise than ISO 4217 has it. */
const MISUNDERSTOOD: ReadonlySet<string> = new Set([
  ...['AFN', 'ALL', 'COP', 'HUF', 'IDR', 'IQD', 'IRR', 'ISK', 'KPW', 'LAK'],
  ...['LBP', 'LYD', 'MGA', 'MMK', 'PKR', 'SLL', 'SOS', 'SYP', 'UGX', 'YER'],
]);

const KNOWN: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** `code`: as of ISO 4217, in capitals. */
export const isCurrency = (code: string): boolean => KNOWN.has(code) && !MISUNDERSTOOD.has(code);
