// Days, weeks and months as people in a time zone count them (7.5), for sums of what happened. A day there may have 23 or 25
// hours, so days are dates, never spans of time.

export const BUCKETS = ['day', 'week', 'month'] as const;
export type Bucket = (typeof BUCKETS)[number];

const DAY_MS = 86_400_000;

/** Buckets by the clocks of a time zone, each named by its first day, `2026-03-02`; weeks begin on Mondays. */
export function calendarOf(timeZone: string, bucket: Bucket) {
  const format = new Intl.DateTimeFormat('en', {
    ...{ timeZone, calendar: 'gregory', numberingSystem: 'latn' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
  });
  const dayOf = (instant: Date): string => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    return `${(parts.get('year') ?? '').padStart(4, '0')}-${parts.get('month') ?? ''}-${parts.get('day') ?? ''}`;
  };
  const bucketOf = (instant: Date): string => firstDayOf(dayOf(instant), bucket);
  return {
    bucketOf,

    /** All that [from, to) touches, in order; null: more than `most`. */
    between({ from, to }: { readonly from: Date; readonly to: Date }, most: number): string[] | null {
      const all: string[] = [];
      const last = new Date(to.getTime() - 1);
      if (last < from) return all;
      const end = bucketOf(last);
      for (let day = bucketOf(from); day <= end; day = dayAfter(day, bucket)) {
        if (all.length === most) return null;
        all.push(day);
      }
      return all;
    },
  };
}

function firstDayOf(day: string, bucket: Bucket): string {
  if (bucket === 'month') return `${day.slice(0, 7)}-01`;
  const date = new Date(day);
  const daysSinceMonday = (date.getUTCDay() + 6) % 7;
  return bucket === 'day' ? day : dateOf(date.getTime() - daysSinceMonday * DAY_MS);
}

function dayAfter(day: string, bucket: Bucket): string {
  const date = new Date(day);
  if (bucket === 'month') return dateOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1));
  return dateOf(date.getTime() + (bucket === 'week' ? 7 : 1) * DAY_MS);
}

const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
