// Cards that were declined, counted over all gateways in Redis, with a local count while it is away. Whoever tries out
// stolen cards is slowed after a few declines and stopped after more.

import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { RateLimiterRes } from 'rate-limiter-flexible';
import type { CardTry, DeclinePort, DeclineScope } from '../context.ts';

const WINDOW_S = 60 * 60; // declines are counted for so long, and whoever is stopped waits as long
const FREE = 3; // anybody's card may be declined, and the next one too
const PAUSE_S = 5; // after the third; each further decline doubles it
const PEOPLE_BEHIND = 5; // one address, whose people may all have a bad day

/** Names of test cards, not cards: everybody shares them. */
const TEST_CARD = /^pm_card_/;

interface Counted {
  readonly scope: DeclineScope;
  readonly key: string;
  /** declines after which each further try waits, and after which there is none */
  readonly free: number;
  readonly most: number;
}

/**
 * @param most declines within an hour after which a person or a card is stopped
 * @param networkOf what is counted of an address
 */
export function declinesIn(
  redis: Redis,
  prefix: string,
  most: number,
  networkOf: (address: string) => string,
): DeclinePort {
  const limiterOf = (kind: string) => {
    const options = { keyPrefix: `${prefix}:limit:${kind}`, points: 1, duration: WINDOW_S };
    return new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: new RateLimiterMemory(options) });
  };
  const counts = limiterOf('declines');
  const pauses = limiterOf('declines-pause');

  const countedOf = ({ person, card, address }: CardTry): Counted[] => {
    const own = { free: Math.min(FREE, most), most };
    const shared = { free: own.free * PEOPLE_BEHIND, most: most * PEOPLE_BEHIND };
    const all: Counted[] = [{ scope: 'person', key: `person ${person}`, ...own }];
    if (card !== '' && !TEST_CARD.test(card)) all.push({ scope: 'card', key: `card ${card}`, ...own });
    if (address !== '') all.push({ scope: 'address', key: `address ${networkOf(address)}`, ...shared });
    return all;
  };

  return {
    async wait(tried) {
      const waits = await Promise.all(
        countedOf(tried).map(async ({ key, most: stop }) => {
          const [count, pause] = await Promise.all([counts.get(key), pauses.get(key)]);
          return Math.max(count !== null && count.consumedPoints >= stop ? secondsOf(count) : 0, secondsOf(pause));
        }),
      );
      const longest = Math.max(0, ...waits);
      return longest === 0 ? null : longest;
    },

    async declined(tried) {
      const stopped: DeclineScope[] = [];
      for (const { scope, key, free, most: stop } of countedOf(tried)) {
        const { consumedPoints } = await counts.penalty(key);
        if (consumedPoints < free) continue;
        const isStop = consumedPoints >= stop;
        await pauses.block(key, isStop ? WINDOW_S : PAUSE_S * 2 ** Math.min(consumedPoints - free, 8));
        if (consumedPoints === stop) stopped.push(scope);
      }
      return stopped;
    },
  };
}

const secondsOf = (left: RateLimiterRes | null): number =>
  left === null ? 0 : Math.max(0, Math.ceil(left.msBeforeNext / 1_000));
