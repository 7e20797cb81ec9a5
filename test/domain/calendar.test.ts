import { describe, expect, test } from 'vitest';
import { calendarOf } from '../../src/domain/calendar.ts';
import type { Bucket } from '../../src/domain/calendar.ts';

const BERLIN = 'Europe/Berlin';
const bucketsBetween = (range: { from: Date; to: Date }, bucket: Bucket, timeZone: string, most: number) =>
  calendarOf(timeZone, bucket).between(range, most);
const range = (from: string, to: string) => ({ from: new Date(from), to: new Date(to) });

describe('7.5 sums by day, week and month', () => {
  test.each([
    ['2026-03-01T22:59:59.999Z', BERLIN, 'day', '2026-03-01'],
    ['2026-03-01T23:00:00.000Z', BERLIN, 'day', '2026-03-02'],
    ['2026-03-01T23:00:00.000Z', 'America/New_York', 'day', '2026-03-01'],
    ['2026-12-31T23:30:00.000Z', 'Asia/Kathmandu', 'day', '2027-01-01'],
    ['2026-03-01T23:00:00.000Z', BERLIN, 'week', '2026-03-02'],
    ['2026-03-08T22:59:00.000Z', BERLIN, 'week', '2026-03-02'],
    ['2027-01-02T12:00:00.000Z', 'UTC', 'week', '2026-12-28'],
    ['2026-02-28T23:30:00.000Z', BERLIN, 'month', '2026-03-01'],
  ] as const)('7.5 %s in %s is in the %s of %s', (instant, timeZone, bucket, day) => {
    expect(calendarOf(timeZone, bucket).bucketOf(new Date(instant))).toBe(day);
  });

  test('7.5 none is missing and none is there twice when the clocks change', () => {
    const spring = range('2026-03-27T23:00:00.000Z', '2026-03-30T22:00:00.000Z');
    expect(bucketsBetween(spring, 'day', BERLIN, 9)).toEqual(['2026-03-28', '2026-03-29', '2026-03-30']);
    const autumn = range('2026-10-23T22:00:00.000Z', '2026-10-26T23:00:00.000Z');
    expect(bucketsBetween(autumn, 'day', BERLIN, 9)).toEqual(['2026-10-24', '2026-10-25', '2026-10-26']);
    // a day that Samoa never had
    const samoa = range('2011-12-29T10:00:00.000Z', '2011-12-31T09:59:00.000Z');
    expect(bucketsBetween(samoa, 'day', 'Pacific/Apia', 9)).toContain('2011-12-31');
  });

  test('7.5 the end is not in the range; an empty range has no bucket', () => {
    expect(bucketsBetween(range('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'), 'month', 'UTC', 9)).toEqual([
      '2026-03-01',
    ]);
    expect(bucketsBetween(range('2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z'), 'day', 'UTC', 9)).toEqual([]);
    expect(bucketsBetween(range('2025-12-31T00:00:00Z', '2026-01-01T00:00:01Z'), 'month', 'UTC', 9)).toHaveLength(2);
  });

  test('7.5 there are no more than asked for', () => {
    const years = range('0001-01-01T00:00:00Z', '9999-12-31T00:00:00Z');
    for (const bucket of ['day', 'week', 'month'] as const)
      expect(bucketsBetween(years, bucket, 'UTC', 400)).toBeNull();
    expect(bucketsBetween(range('2026-01-01T00:00:00Z', '2026-01-03T00:00:00Z'), 'day', 'UTC', 2)).toHaveLength(2);
  });
});
