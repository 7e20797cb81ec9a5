// How often somebody may ask. Commands are counted in each gateway (a person's sockets are few) by what they cost, log-ins
// and new visitors over all gateways in Redis, with a local count while Redis is away.

import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';

/**
 * `addresses`: log-ins of one address, whichever accounts it tries; `accounts`: of one account, from wherever; `…-network`: of one
 * address, whoever it is there
 */
export type LimitKind =
  | ('commands' | 'logins' | 'addresses' | 'accounts' | 'visitors')
  | ('emails' | 'emails-network' | 'setups' | 'setups-network');

export interface Rates {
  readonly commands: number;
  readonly logins: number;
  readonly visitors: number;
}

const NEW_EMAILS = 5; // of one person in an hour: whoever mistypes theirs, and nobody who tries whose inbox takes letters
const SETUPS = 20; // of one person in an hour: each lets a browser try a card at the provider
const HOUR_S = 3_600;
const PEOPLE_BEHIND = 10; // one address, who may all mistype their passwords in the same minute, or save their cards in the same hour
const CUSTOMERS_BEHIND = 100; // one address of a carrier, who each say once in that hour where their letters go
const STRANGE_MINUTES = 30; // in an hour: what one address may try in a minute all strange ones together may try this often
const KNOWN_S = 30 * 86_400;
const COMMANDS_WINDOW_S = 10; // a burst of ten seconds' worth is fine: reconnects come with catch-up
const FAR_BEYOND = 8; // times the limit: no client that is told to wait gets there
const FLOOD_MS = 60_000; // how long whoever went far beyond is not listened to
const FLOODS_SWEPT = 1_000; // remembered before those that are over are forgotten

export type Limits = ReturnType<typeof limitsIn>;

/** `onFlood`: told once when somebody (a user's id, or a network) goes far beyond what they may ask. */
export function limitsIn(redis: Redis, prefix: string, rates: Rates, onFlood: (key: string) => void) {
  const together = (kind: Exclude<LimitKind, 'commands'> | 'known', points: number, duration = 60) => {
    const options = { keyPrefix: `${prefix}:limit:${kind}`, points, duration };
    return new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: new RateLimiterMemory(options) });
  };
  const points = rates.commands * COMMANDS_WINDOW_S;
  const commands = new RateLimiterMemory({ points, duration: COMMANDS_WINDOW_S });
  const limiters: Record<LimitKind, RateLimiterAbstract> = {
    commands,
    logins: together('logins', rates.logins),
    addresses: together('addresses', rates.logins * PEOPLE_BEHIND),
    accounts: together('accounts', rates.logins * STRANGE_MINUTES, HOUR_S),
    visitors: together('visitors', rates.visitors),
    emails: together('emails', NEW_EMAILS, HOUR_S),
    'emails-network': together('emails-network', NEW_EMAILS * CUSTOMERS_BEHIND, HOUR_S),
    setups: together('setups', SETUPS, HOUR_S),
    'setups-network': together('setups-network', SETUPS * PEOPLE_BEHIND, HOUR_S),
  };
  const known = together('known', 1, KNOWN_S);
  /** when the flood of each ends, by the monotonic clock */
  const floods = new Map<string, number>();

  function note(key: string, { consumedPoints }: RateLimiterRes): void {
    if (consumedPoints <= points * FAR_BEYOND || floods.has(key)) return;
    const now = performance.now();
    if (floods.size >= FLOODS_SWEPT) for (const [one, end] of floods) if (end <= now) floods.delete(one);
    floods.set(key, now + FLOOD_MS);
    onFlood(key);
  }

  return {
    /** Counts one try, by its cost. Null when it is allowed, otherwise the seconds to wait. */
    async take(kind: LimitKind, key: string, cost = 1): Promise<number | null> {
      try {
        await limiters[kind].consume(key, cost);
        return null;
      } catch (refused) {
        // the library rejects with its result, not with an Error, when the limit is reached
        if (!(refused instanceof RateLimiterRes)) throw refused;
        if (kind === 'commands') note(key, refused);
        return Math.max(1, Math.ceil(refused.msBeforeNext / 1_000));
      }
    },

    /** Counts as `commands` what has happened already: it is refused to nobody, what comes after it may be. */
    charge(key: string, cost: number): void {
      commands.penalty(key, cost).then(
        (counted) => {
          note(key, counted);
        },
        () => undefined, // in memory, where nothing fails
      );
    },

    /** Has somebody signed in under this key lately? Strangers' tries are not theirs then. */
    isKnown: async (key: string): Promise<boolean> => (await known.get(key)) !== null,

    /** Somebody has. A hint: without it they are a stranger. */
    know(key: string): void {
      known.set(key, 1, KNOWN_S).catch(() => undefined);
    },

    /** The seconds for which whoever went far beyond is not listened to; 0 for everybody else. */
    floodedFor(key: string): number {
      const end = floods.get(key);
      if (end === undefined) return 0;
      const left = end - performance.now();
      if (left <= 0) floods.delete(key);
      return Math.max(0, Math.ceil(left / 1_000));
    },
  };
}
