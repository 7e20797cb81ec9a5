// Which letter goes out when: at once, later, in a digest, or not at all. What can wait does not wake anybody, and does not come
// by the dozen; reservations and payments cannot wait. Whether there is a reason for it at all is asked elsewhere
// (dispatch/mail-reason.ts). Hours are those of the person, whatever clocks do there in spring and autumn.

/** `urgent`: somebody waits, or money does. `soon`: today. `later`: it is good to know. */
export type Urgency = 'urgent' | 'soon' | 'later';

export const DIGESTS = ['off', 'hourly', 'daily'] as const;

export interface Wishes {
  /** IANA name */
  readonly timeZone: string;
  /** "22:00" to "07:00"; null: none. The two differ */
  readonly quiet: { readonly from: string; readonly to: string } | null;
  /** one letter of what is open then, instead of one for each */
  readonly digest: (typeof DIGESTS)[number];
}

export interface Letter {
  readonly urgency: Urgency;
  /** a digest can say it as well */
  readonly digest: boolean;
}

export type Verdict =
  | { readonly go: 'now' }
  | { readonly go: 'at'; readonly at: Date; readonly why: 'quiet_hours' | 'many' }
  | { readonly go: 'digest'; readonly at: Date; readonly why: 'quiet_hours' | 'many' | 'digest' };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY_MINUTES = 24 * 60;
const DAILY_AT = 8 * 60; // minutes after midnight
const LARGEST_SHIFT = 2 * 60; // minutes that a clock is put on or back, and more

/**
 * `sent`: when letters of this urgency went to them in the last hour, the newest first. `perHour`: how many may.
 */
export function route(letter: Letter, wishes: Wishes, now: Date, sent: readonly Date[], perHour: number): Verdict {
  if (letter.urgency === 'urgent') return { go: 'now' };
  if (letter.digest && wishes.digest !== 'off') return { go: 'digest', at: nextDigest(wishes, now), why: 'digest' };
  const quietUntil = quietEnd(wishes, now);
  if (quietUntil !== null) return { go: letter.digest ? 'digest' : 'at', at: quietUntil, why: 'quiet_hours' };
  const first = letter.urgency === 'soon' ? sent[perHour - 1] : undefined;
  if (first === undefined) return { go: 'now' };
  const at = new Date(first.getTime() + HOUR);
  return at <= now ? { go: 'now' } : { go: letter.digest ? 'digest' : 'at', at, why: 'many' };
}

/** When the digest of what comes now is written; never in quiet hours. */
export function nextDigest(wishes: Wishes, now: Date): Date {
  const at =
    wishes.digest === 'daily'
      ? nextAt(DAILY_AT, wishes.timeZone, now)
      : new Date((Math.floor(now.getTime() / HOUR) + 1) * HOUR);
  return quietEnd(wishes, at) ?? at;
}

/** The first instant of this hour that is not quiet any more; null: it is not quiet. */
export function quietEnd({ quiet, timeZone }: Wishes, now: Date): Date | null {
  if (quiet === null) return null;
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  const isQuiet = (minute: number) => (from < to ? minute >= from && minute < to : minute >= from || minute < to);
  if (!isQuiet(localMinute(timeZone, now))) return null;
  return firstMinute(timeZone, now, to, (minute) => !isQuiet(minute));
}

/** The next time that clocks there show this minute, or leave it out. */
function nextAt(minute: number, timeZone: string, now: Date): Date {
  // a minute that has begun is over
  const from = new Date((Math.floor(now.getTime() / MINUTE) + 1) * MINUTE);
  if (localMinute(timeZone, from) === minute) return from;
  const isBefore = (local: number) => (minute - local + DAY_MINUTES) % DAY_MINUTES;
  let last = isBefore(localMinute(timeZone, from));
  return firstMinute(timeZone, from, minute, (local) => {
    const left = isBefore(local);
    const isPast = left === 0 || left > last + LARGEST_SHIFT;
    last = left;
    return isPast;
  });
}

/** The first whole minute after `now` that is so; none is before clocks come near `towards`. */
function firstMinute(timeZone: string, now: Date, towards: number, is: (minute: number) => boolean): Date {
  const left = (towards - localMinute(timeZone, now) + DAY_MINUTES) % DAY_MINUTES;
  const leap = Math.max(0, left - LARGEST_SHIFT) * MINUTE;
  let at = Math.floor((now.getTime() + leap) / MINUTE) * MINUTE;
  do at += MINUTE;
  while (!is(localMinute(timeZone, new Date(at))));
  return new Date(at);
}

/** Minutes after midnight. */
function localMinute(timeZone: string, at: Date): number {
  let hours = 0;
  let minutes = 0;
  for (const { type, value } of clockOf(timeZone).formatToParts(at)) {
    if (type === 'hour') hours = Number(value);
    if (type === 'minute') minutes = Number(value);
  }
  return hours * 60 + minutes;
}

const minutesOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/** Made once each: making one costs a hundred times what using it does. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  clocks.set(timeZone, clock);
  return clock;
}

/** What Intl knows by this name; null: nothing. */
export function timeZoneOf(name: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
