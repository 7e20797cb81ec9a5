// Times and texts as the reader's language writes them. `locale`: a BCP 47 tag.

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
