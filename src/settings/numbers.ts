// Durations and numbers.

import { Misfit, assert, form } from './form.ts';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const LONGEST_MS = 100 * 365 * UNIT_MS.d; // a deadline must be a date

/** "90s" → 90000; null when it is not a positive duration. */
export function parseDuration(text: string): number | null {
  const ms = msOf(text);
  return ms === 0 ? null : ms;
}

/** As `parseDuration`, and 0 for "0s". */
function msOf(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  if (!match) return null;
  const unit = match[2] as keyof typeof UNIT_MS; // the pattern allows these five only
  const exact = Number(match[1]) * UNIT_MS[unit];
  const ms = Math.round(exact);
  return ms <= LONGEST_MS && (ms > 0 || exact === 0) ? ms : null;
}

function durationOrNoneOf(text: string): number {
  const ms = msOf(text);
  if (ms === null) throw new Misfit(`"${text}" is not a duration like 90s, 15m or 24h`);
  return ms;
}

function durationOf(text: string): number {
  const ms = durationOrNoneOf(text);
  if (ms === 0) throw new Misfit(`"${text}" is not a duration like 90s, 15m or 24h: this one cannot be switched off`);
  return ms;
}

/** "15m" → milliseconds. Units are ms, s, m, h and d; zero is refused. */
export const duration = form(durationOf);

/** The same of what can be done without: 0 is at once, or not at all. */
export const durationOrNone = form(durationOrNoneOf);

/** "24h,7d" → from when until when, after the same instant; it may begin at once. */
export const span = form((text) => {
  const parts = text.split(',').map((part) => durationOrNoneOf(part.trim()));
  const [from = 0, until = 0] = parts;
  assert(parts.length === 2, 'must be two durations, like 24h,7d');
  assert(until > from, 'must be in ascending order: it cannot be switched off');
  return { from, until };
});

/** A duration for a timer: Node's take 24 days at most, and run at once when given more. */
export const interval = (longest: string, why: string) => {
  const longestMs = durationOf(longest);
  return duration.refine((ms) => ms <= longestMs, `must be at most ${longest}, ${why}`);
};

/** A duration below which something would be forgotten that is needed yet. */
export const lasting = (shortest: string, why: string) => {
  const shortestMs = durationOf(shortest);
  return duration.refine((ms) => ms >= shortestMs, `must be at least ${shortest}, ${why}`);
};

const isAscending = (all: readonly number[]) => all.every((ms, index) => index === 0 || ms > (all[index - 1] ?? 0));

/** "24h,34h" → milliseconds, ascending. */
export const durations = form((text) => text.split(',').map((part) => durationOf(part.trim()))).refine(
  isAscending,
  'must be in ascending order',
);

/** The same of what can be done without: "0s" alone is none. */
export const durationsOrNone = form((text) => {
  const all = text.split(',').map((part) => durationOrNoneOf(part.trim()));
  assert(isAscending(all), 'must be in ascending order');
  assert(all[0] !== 0 || all.length === 1, 'has 0s beside others: alone it is none at all');
  return all[0] === 0 ? [] : all;
});

/** Digits, with a decimal point perhaps: what JavaScript reads as a number besides ("0x10", "1e3", blanks) is a mistake. */
const numberOf = (text: string): number => {
  assert(text !== '', 'is blank');
  assert(/^\d+(?:\.\d+)?$/.test(text), `"${text}" is not a number like 20 or 0.5`);
  return Number(text);
};

/** A whole number within these bounds. */
export const whole = (from: number, to: number) =>
  form((text) => {
    const number = numberOf(text);
    assert(/^\d+$/.test(text) && number >= from && number <= to, `must be a whole number from ${from} to ${to}`);
    return number;
  });

export const count = whole(1, 1_000_000_000);

/** "0.05": a part of one within these bounds. */
export const part = (from: number, to: number) =>
  form((text) => {
    const number = numberOf(text);
    assert(number >= from && number <= to, `must be from ${from} to ${to}`);
    return number;
  });

/** "0.3333" → 3333 hundredths of a percent */
export const share = form((text) => {
  const basisPoints = numberOf(text) * 10_000;
  assert(basisPoints <= 10_000, 'must be from 0 to 1');
  assert(Math.abs(basisPoints - Math.round(basisPoints)) < 1e-6, 'has more than four decimals');
  return Math.round(basisPoints);
});
