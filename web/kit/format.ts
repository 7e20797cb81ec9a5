// Times and texts as the reader's language writes them. `locale`: a BCP 47 tag.

const formats = new Map<string, Intl.DateTimeFormat>(); // making one costs more than a line

function written(at: string | number, locale: string, options: Intl.DateTimeFormatOptions): string {
  const key = locale + JSON.stringify(options);
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, format);
  return format.format(new Date(at));
}

/** "14:05", in the reader's time zone. */
export const timeOfDay = (at: string | number, locale: string): string =>
  written(at, locale, { hour: 'numeric', minute: '2-digit' });

/** "21 November", with the year when it is not this one. */
export function dayOf(at: string | number, locale: string, now: number): string {
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return written(at, locale, { day: 'numeric', month: 'long', ...(!isThisYear && { year: 'numeric' }) });
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
