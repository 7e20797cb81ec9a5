// Money, times and counts as the reader's language writes them. `locale`: a BCP 47 tag.

export interface Amount {
  /** minor units */
  readonly amount: number;
  /** ISO 4217 */
  readonly currency: string;
}

const formats = new Map<string, Intl.NumberFormat>();

function currencyFormat(currency: string, locale: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  const format = formats.get(key) ?? new Intl.NumberFormat(locale, { style: 'currency', currency });
  formats.set(key, format);
  return format;
}

/** How many minor units the currency has: 2 for USD, 0 for JPY. */
const digitsOf = (currency: string): number =>
  currencyFormat(currency, 'en').resolvedOptions().maximumFractionDigits ?? 2;

export const money = ({ amount, currency }: Amount, locale: string): string =>
  currencyFormat(currency, locale).format(amount / 10 ** digitsOf(currency));

const times = new Map<string, Intl.DateTimeFormat>(); // one costs more than a line

/** "14:05", in the reader's time zone. */
export function timeOfDay(at: string | number, locale: string): string {
  const format = times.get(locale) ?? new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
  times.set(locale, format);
  return format.format(new Date(at));
}

/** "21 November", with the year when it is not this one. */
export function dayOf(at: string | number, locale: string, now: number): string {
  const date = new Date(at);
  const isThisYear = date.getFullYear() === new Date(now).getFullYear();
  const format = { day: 'numeric', month: 'long', ...(!isThisYear && { year: 'numeric' as const }) } as const;
  return new Intl.DateTimeFormat(locale, format).format(date);
}

/** Do two instants lie on one day of the reader's time zone? */
export const isSameDay = (one: string | number, other: string | number): boolean =>
  new Date(one).toDateString() === new Date(other).toDateString();

/** "14:05" today, "21 November, 14:05" before. */
export const when = (at: string | number, locale: string, now: number): string =>
  isSameDay(at, now) ? timeOfDay(at, locale) : `${dayOf(at, locale, now)}, ${timeOfDay(at, locale)}`;

/** "4:32", from an hour on "23:41:08"; ms, never below 0. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  const two = (part: number) => String(part).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** "5 minutes", "2 hours", "3 days": roughly, in the greatest unit that fits. */
export function roughly(ms: number, locale: string): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  const [value, unit] =
    minutes < 60
      ? [minutes, 'minute']
      : minutes < 48 * 60
        ? [Math.round(minutes / 60), 'hour']
        : [Math.round(minutes / 1_440), 'day'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}

const graphemes = new Intl.Segmenter();

/** At most so many characters as people count them, with an ellipsis when something is left out. */
export function cut(text: string, length: number): string {
  let end = 0;
  let count = 0;
  for (const { index, segment } of graphemes.segment(text)) {
    if (count === length) return `${text.slice(0, end).trimEnd()}…`;
    count += 1;
    end = index + segment.length;
  }
  return text;
}

/** "20", "20.50" or "20,50" in minor units; null: it is no amount that the currency has. */
export function minorUnits(text: string, currency: string): number | null {
  const digits = digitsOf(currency);
  const [, whole, part = ''] = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.replace(/[\s\p{Sc}]/gu, '')) ?? [];
  if (whole === undefined || part.length > digits) return null;
  return Number(whole + part.padEnd(digits, '0'));
}
