// The ranges that one looks at, in the reader's time zone.

export const RANGES = ['week', 'month', 'before', 'year'] as const;
export type RangeName = (typeof RANGES)[number];

export interface Range {
  readonly from: Date;
  /** not in it any more */
  readonly to: Date;
  readonly bucket: 'day' | 'month';
}

/** `now`: ms */
export function rangeOf(name: RangeName, now: number): Range {
  const today = new Date(now);
  const [year, month, day] = [today.getFullYear(), today.getMonth(), today.getDate()];
  const tomorrow = new Date(year, month, day + 1);
  switch (name) {
    case 'week':
      return { from: new Date(year, month, day - 6), to: tomorrow, bucket: 'day' };
    case 'month':
      return { from: new Date(year, month, 1), to: tomorrow, bucket: 'day' };
    case 'before':
      return { from: new Date(year, month - 1, 1), to: new Date(year, month, 1), bucket: 'day' };
    case 'year':
      return { from: new Date(year, 0, 1), to: tomorrow, bucket: 'month' };
  }
}
