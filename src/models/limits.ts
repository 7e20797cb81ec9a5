// How often somebody may ask. Commands are counted in each gateway (a person's sockets are few), log-ins and new
// visitors over all gateways in Redis, with a local count while Redis is away.

import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';

/** `addresses`: log-ins of one address, whichever accounts it tries */
export type LimitKind = 'commands' | 'logins' | 'addresses' | 'visitors';

export interface Rates {
  readonly commands: number;
  readonly logins: number;
  readonly visitors: number;
}

const PEOPLE_BEHIND = 10; // one address, who may all mistype their passwords in the same minute
const COMMANDS_WINDOW_S = 10; // a burst of ten seconds' worth is fine: reconnects come with catch-up

export type Limits = ReturnType<typeof limitsIn>;

export function limitsIn(redis: Redis, prefix: string, rates: Rates) {
  const perMinute = (kind: 'logins' | 'addresses' | 'visitors', points: number) => {
    const options = { keyPrefix: `${prefix}:limit:${kind}`, points, duration: 60 };
    return new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: new RateLimiterMemory(options) });
  };
  const limiters: Record<LimitKind, RateLimiterAbstract> = {
    commands: new RateLimiterMemory({ points: rates.commands * COMMANDS_WINDOW_S, duration: COMMANDS_WINDOW_S }),
    logins: perMinute('logins', rates.logins),
    addresses: perMinute('addresses', rates.logins * PEOPLE_BEHIND),
    visitors: perMinute('visitors', rates.visitors),
  };
  return {
    /** Counts one try. Null when it is allowed, otherwise the seconds to wait. */
    async take(kind: LimitKind, key: string): Promise<number | null> {
      try {
        await limiters[kind].consume(key);
        return null;
      } catch (refused) {
        // the library rejects with its result, not with an Error, when the limit is reached
        if (refused instanceof RateLimiterRes) return Math.max(1, Math.ceil(refused.msBeforeNext / 1_000));
        throw refused;
      }
    },
  };
}
