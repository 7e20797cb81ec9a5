// When a letter goes out: quiet hours by the clocks of the person, digests, so many an hour.
import { describe, expect, test } from 'vitest';
import { MAILS } from '../../src/domain/mail.ts';
import { nextDigest, quietEnd, route, timeZoneOf } from '../../src/domain/notify.ts';
import type { Wishes } from '../../src/domain/notify.ts';

const plain: Wishes = { timeZone: 'UTC', quiet: null, digest: 'off' };
const night = { from: '22:00', to: '07:00' };
const soon = { urgency: 'soon', digest: false } as const;
const open = { urgency: 'soon', digest: true } as const;
const at = (text: string) => new Date(text);
const iso = (date: Date | null) => date?.toISOString() ?? null;

test('6.1, 6.5 reservations and payments cannot wait: no hour is quiet for them, and they are never too many', () => {
  const wishes: Wishes = { ...plain, quiet: night, digest: 'daily' };
  const many = Array.from({ length: 50 }, () => at('2026-03-02T23:59:00Z'));
  const now = at('2026-03-03T00:00:00Z');
  for (const template of ['request_reserved', 'request_payment_failed', 'question_payment_failed'] as const) {
    const { urgency } = MAILS[template];
    expect(route({ urgency, digest: false }, wishes, now, many, 1)).toEqual({ go: 'now' });
  }
});

describe('2.6 quiet hours', () => {
  test.each([
    ['UTC', '2026-03-02T21:59:59Z', null],
    ['UTC', '2026-03-02T22:00:00Z', '2026-03-03T07:00:00.000Z'],
    ['UTC', '2026-03-03T06:59:59Z', '2026-03-03T07:00:00.000Z'],
    ['UTC', '2026-03-03T07:00:00Z', null],
    ['America/Los_Angeles', '2026-01-10T12:00:00Z', '2026-01-10T15:00:00.000Z'], // four in the morning
    ['America/Los_Angeles', '2026-01-10T20:00:00Z', null],
    ['Pacific/Kiritimati', '2026-01-10T12:00:00Z', '2026-01-10T17:00:00.000Z'], // fourteen hours ahead
    ['Asia/Kathmandu', '2026-01-10T20:00:00Z', '2026-01-11T01:15:00.000Z'], // 5:45 ahead
    ['Australia/Lord_Howe', '2026-01-10T20:00:00Z', null], // 11 ahead in summer: seven o'clock
  ])('in %s at %s they last until %s', (timeZone, now, until) => {
    expect(iso(quietEnd({ ...plain, timeZone, quiet: night }, at(now)))).toBe(until);
  });

  test.each([
    // Berlin puts its clocks on at 2026-03-29T01:00Z and back at 2026-10-25T01:00Z
    ['spring', 'Europe/Berlin', night, '2026-03-28T22:00:00Z', '2026-03-29T05:00:00.000Z'],
    ['autumn', 'Europe/Berlin', night, '2026-10-24T21:00:00Z', '2026-10-25T06:00:00.000Z'],
    [
      'a minute that clocks leave out',
      'Europe/Berlin',
      { from: '22:00', to: '02:30' },
      '2026-03-28T23:00:00Z',
      '2026-03-29T01:00:00.000Z',
    ],
    [
      'a minute that comes twice',
      'Europe/Berlin',
      { from: '22:00', to: '02:30' },
      '2026-10-24T23:00:00Z',
      '2026-10-25T00:30:00.000Z',
    ],
    ['half an hour', 'Australia/Lord_Howe', night, '2026-10-03T13:00:00Z', '2026-10-03T20:00:00.000Z'],
    ['by day', 'UTC', { from: '12:00', to: '13:30' }, '2026-05-05T12:10:20Z', '2026-05-05T13:30:00.000Z'],
    ['all but a minute', 'UTC', { from: '12:01', to: '12:00' }, '2026-05-05T12:01:00Z', '2026-05-06T12:00:00.000Z'],
  ])('%s', (_what, timeZone, quiet, now, until) => {
    expect(iso(quietEnd({ ...plain, timeZone, quiet }, at(now)))).toBe(until);
  });

  test('wherever and whenever: their end is the first whole minute that is not quiet, within a day', () => {
    const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kolkata', 'Pacific/Apia', 'Australia/Lord_Howe'];
    const start = Date.UTC(2026, 0, 1);
    for (let step = 0; step < 3_000; step += 1) {
      const now = new Date(start + step * 7_919_000); // every two hours and twelve minutes, for nine months
      const wishes = { ...plain, timeZone: zones[step % zones.length]!, quiet: night };
      const end = quietEnd(wishes, now);
      if (end === null) continue;
      expect(end.getTime() - now.getTime()).toBeLessThanOrEqual(10 * 3_600_000); // nine hours, and the one of autumn
      expect(quietEnd(wishes, end)).toBeNull();
      expect(quietEnd(wishes, new Date(Math.max(now.getTime(), end.getTime() - 60_000)))).not.toBeNull();
    }
  });

  test('what can wait waits for their end; what a digest can say waits there', () => {
    const wishes = { ...plain, quiet: night };
    const now = at('2026-03-02T23:00:00Z');
    const until = at('2026-03-03T07:00:00Z');
    expect(route(soon, wishes, now, [], 12)).toEqual({ go: 'at', at: until, why: 'quiet_hours' });
    expect(route({ ...soon, urgency: 'later' }, wishes, now, [], 12)).toMatchObject({ go: 'at', at: until });
    expect(route(open, wishes, now, [], 12)).toEqual({ go: 'digest', at: until, why: 'quiet_hours' });
  });
});

describe('so many an hour', () => {
  const now = at('2026-03-02T12:00:00Z');
  const sent = (count: number) => Array.from({ length: count }, (_, n) => new Date(now.getTime() - (n + 1) * 60_000));

  test('the twelfth goes, the thirteenth when the first is an hour old; into a digest what a digest can say', () => {
    expect(route(soon, plain, now, sent(11), 12)).toEqual({ go: 'now' });
    const later = at('2026-03-02T12:48:00Z');
    expect(route(soon, plain, now, sent(12), 12)).toEqual({ go: 'at', at: later, why: 'many' });
    expect(route(soon, plain, now, sent(30), 12)).toEqual({ go: 'at', at: later, why: 'many' });
    expect(route(open, plain, now, sent(12), 12)).toEqual({ go: 'digest', at: later, why: 'many' });
    expect(route(soon, plain, later, sent(12), 12)).toEqual({ go: 'now' });
  });

  test('what is good to know is not counted', () => {
    expect(route({ urgency: 'later', digest: false }, plain, now, sent(30), 12)).toEqual({ go: 'now' });
  });
});

describe('6.3 a digest', () => {
  test.each([
    ['hourly', 'UTC', '2026-03-02T12:00:00Z', '2026-03-02T13:00:00.000Z'],
    ['hourly', 'Asia/Kolkata', '2026-03-02T12:59:59Z', '2026-03-02T13:00:00.000Z'],
    ['daily', 'UTC', '2026-03-02T07:59:00Z', '2026-03-02T08:00:00.000Z'],
    ['daily', 'UTC', '2026-03-02T08:00:00Z', '2026-03-03T08:00:00.000Z'],
    ['daily', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T06:00:00.000Z'], // a night of spring
    ['daily', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T07:00:00.000Z'], // and of autumn
  ] as const)('%s, in %s, after %s: at %s', (digest, timeZone, now, next) => {
    expect(iso(nextDigest({ ...plain, timeZone, digest }, at(now)))).toBe(next);
    const verdict = route(open, { ...plain, timeZone, digest }, at(now), [], 12);
    expect(verdict).toEqual({ go: 'digest', at: at(next), why: 'digest' });
  });

  test('is not written in quiet hours', () => {
    const wishes: Wishes = { ...plain, digest: 'hourly', quiet: night };
    expect(iso(nextDigest(wishes, at('2026-03-02T22:30:00Z')))).toBe('2026-03-03T07:00:00.000Z');
  });

  test('takes what a digest can say, and nothing else', () => {
    expect(route(soon, { ...plain, digest: 'daily' }, at('2026-03-02T12:00:00Z'), [], 12)).toEqual({ go: 'now' });
  });
});

test('a time zone is what Intl knows', () => {
  expect(timeZoneOf('Europe/Berlin')).toBe('Europe/Berlin');
  for (const name of ['', 'Middle/Earth', 'Europe/Berlin\n', '../etc', 'Z'.repeat(1_000)])
    expect(timeZoneOf(name)).toBeNull();
});
