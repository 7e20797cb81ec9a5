// The numbers that the simulated provider's form takes, those of Stripe's tests, and the payment method that each stands for. No
// other number is taken, so that nobody leaves a real one here.

const METHODS: Readonly<Record<string, string>> = {
  '4242424242424242': 'pm_card_visa',
  '4000000000000002': 'pm_card_chargeDeclined',
  '4000000000009995': 'pm_card_chargeDeclinedInsufficientFunds',
  '4000000000000069': 'pm_card_chargeDeclinedExpiredCard',
  '4000000000000119': 'pm_card_chargeDeclinedProcessingError',
  '4000000000000341': 'pm_card_chargeCustomerFail',
  '4000000000005126': 'pm_card_refundFail',
  '4000000000007726': 'pm_card_pendingRefund',
  '4000000000000259': 'pm_card_createDispute',
};

export const WORKS = '4242 4242 4242 4242';
export const DECLINED = '4000 0000 0000 0002';
export const FAILS_LATER = '4000 0000 0000 0341';

/** Null: it is no test card. Spaces and hyphens are how people read numbers. */
export const methodOf = (number: string): string | null => METHODS[number.replace(/[\s-]/g, '')] ?? null;

/** "12/34", "12 / 2034", "1234"; when its last month is over it has expired. */
export function judgeUntil(text: string, now: Date): 'ok' | 'bad' | 'expired' {
  const [, month = '', year = ''] = /^\s*(\d{1,2})\s*[/.-]?\s*(\d{2}|20\d{2})\s*$/.exec(text) ?? [];
  const [m, y] = [Number(month), Number(year.slice(-2)) + 2_000];
  if (month === '' || m < 1 || m > 12) return 'bad';
  return new Date(y, m, 1).getTime() > now.getTime() ? 'ok' : 'expired';
}
