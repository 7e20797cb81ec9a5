// Outgoing webhooks: what an operator subscribes to, when a delivery is tried again, and when nobody tries any more.

import { later } from './instant.ts';
import type { Person } from './people.ts';

/** Everything that can be subscribed to. New names may come; one that is here never changes. */
export const WEBHOOK_EVENTS = [
  ...(['question.posted', 'question.claimed', 'question.released', 'question.answered'] as const),
  ...(['question.rated', 'question.closed'] as const),
  'message.created',
  ...(['offer.created', 'offer.accepted', 'offer.declined', 'offer.withdrawn'] as const),
  ...(['offer.payment_failed', 'offer.unable'] as const),
  ...(['request.requested', 'request.opened', 'request.accepted', 'request.payment_failed'] as const),
  ...(['request.withdrawn', 'request.expired'] as const),
  ...(['request.fulfilled', 'request.unfulfilled', 'request.overdue'] as const),
  ...(['payment.authorised', 'payment.captured', 'payment.failed', 'payment.released'] as const),
  ...(['payment.refunded', 'payment.refund_failed', 'payment.disputed'] as const),
  ...(['case.opened', 'case.overdue', 'case.resolved'] as const),
] as const;

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Sent by `webhook.test` alone. */
export const TEST_EVENT = 'webhook.test';

/** `thin`: ids, state and version; `full`: the record as it is when it is sent. */
export type WebhookContent = 'thin' | 'full';

/** What an admin decides about it. */
export interface WebhookWish {
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly content: WebhookContent;
  /** `message.created` says what was written */
  readonly withText: boolean;
  readonly active: boolean;
}

/** Why nothing is sent any more; `gone`: the receiver has answered 410. */
export type OffReason = 'admin' | 'failing' | 'gone';

/** How the receiver has done lately. */
export interface Standing {
  /** in a row */
  readonly failures: number;
  /** the first of them; null: the last try succeeded */
  readonly failingSince: Date | null;
  /** admins know of it */
  readonly warnedAt: Date | null;
  /** nothing is tried before; null: whenever something is due */
  readonly pausedUntil: Date | null;
}

export const WELL: Standing = { failures: 0, failingSince: null, warnedAt: null, pausedUntil: null };

export interface Webhook extends WebhookWish, Standing {
  readonly id: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly createdBy: Person;
  readonly off: { readonly why: OffReason; readonly at: Date } | null;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How long after a try the next one comes: eleven in about three days. */
const BACK_OFF = [5_000, MINUTE, 5 * MINUTE, 30 * MINUTE, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR)];
const SPREAD = 0.2; // what has failed together does not come back together
const LONGEST_WAIT = 24 * HOUR; // that a receiver may ask for

/** After so many failures in a row one delivery at a time tries whether the receiver is back. */
const PROBE_AFTER = 5;
const LONGEST_PROBE = 30 * MINUTE;
const FEWEST_FAILURES = 20; // before it is switched off
const WARNED_AT = 0.6; // of the time after which it is switched off: on day 3 of 5

/**
 * When a delivery is due again that has been tried `tries` times; null: it is given up. `chance`: 0 to 1; `askedFor`: ms that
 * the receiver wants to be left alone.
 */
export function nextTry(tries: number, now: Date, chance: number, askedFor: number | null): Date | null {
  const wait = BACK_OFF[tries - 1];
  if (wait === undefined) return null;
  const spread = wait * (1 + SPREAD * (2 * chance - 1));
  return later(now, Math.max(spread, Math.min(askedFor ?? 0, LONGEST_WAIT)));
}

export const isProbing = ({ failures }: Pick<Standing, 'failures'>): boolean => failures >= PROBE_AFTER;

/** The standing after one more failure. */
export function afterFailure(before: Standing, now: Date, askedFor: number | null): Standing {
  const failures = before.failures + 1;
  const probe = isProbing({ failures }) ? (BACK_OFF[failures - PROBE_AFTER] ?? LONGEST_PROBE) : 0;
  const pause = Math.max(Math.min(probe, LONGEST_PROBE), Math.min(askedFor ?? 0, LONGEST_WAIT));
  return {
    ...{ failures, failingSince: before.failingSince ?? now, warnedAt: before.warnedAt },
    pausedUntil: pause === 0 ? before.pausedUntil : later(now, pause),
  };
}

/** What admins are told after a failure, if anything. */
export function letterAbout(
  { failures, failingSince, warnedAt }: Standing,
  now: Date,
  offAfterMs: number,
): 'webhook_failing' | 'webhook_off' | null {
  const failingMs = failingSince === null ? 0 : now.getTime() - failingSince.getTime();
  if (failingMs >= offAfterMs && failures >= FEWEST_FAILURES) return 'webhook_off';
  return failingMs >= offAfterMs * WARNED_AT && warnedAt === null ? 'webhook_failing' : null;
}

/** 0 to 1, another one for each try of each delivery, and always the same: nothing here is left to chance. */
export function chanceOf(id: string, tries: number): number {
  const digits = id.replace(/^[a-z]+_|-/g, '');
  return Number.parseInt(digits.slice(2 * tries, 2 * tries + 4), 16) / 0xffff;
}
