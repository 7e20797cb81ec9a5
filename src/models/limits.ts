// How often somebody may ask. Commands are counted in each gateway (a person's sockets are few), log-ins and new
// visitors over all gateways in Redis, with a local count while Redis is away.

import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';

export type LimitKind = 'commands' | 'logins' | 'visitors';

export interface Rates {
  readonly commands: number;
  readonly logins: number;
  readonly visitors: number;
}

const COMMANDS_WINDOW_S = 10; // a burst of ten seconds' worth is fine: reconnects come with catch-up

export type Limits = ReturnType<typeof limitsIn>;

export function limitsIn(redis: Redis, prefix: string, rates: Rates) {
  const perMinute = (kind: 'logins' | 'visitors') => {
    const options = { keyPrefix: `${prefix}:limit:${kind}`, points: rates[kind], duration: 60 };
    return new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: new RateLimiterMemory(options) });
  };
  const limiters: Record<LimitKind, RateLimiterAbstract> = {
    commands: new RateLimiterMemory({ points: rates.commands * COMMANDS_WINDOW_S, duration: COMMANDS_WINDOW_S }),
    logins: perMinute('logins'),
    visitors: perMinute('visitors'),
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
