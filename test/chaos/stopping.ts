// Something that is done step by step and stops for good before or after one of its steps, as if its process were gone.
// A step is one write of a store or one call to the payment provider; the product's code between them is as it is.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Stores } from '../../src/models/stores.ts';

export interface Stop {
  /** the how manyeth step; beyond the last one nothing stops it */
  readonly step: number;
  readonly when: 'before' | 'after';
}

export interface Stopping {
  /** One step; never answers once it has stopped. `name`: as in `before offers.save` */
  step<T>(name: string, call: () => Promise<T>): Promise<T>;
  /** What only looks is no step, but it is waited for all the same. */
  look<T>(call: () => Promise<T>): Promise<T>;
  /** steps begun so far, whether they are places to stop at or not */
  count(): number;
  /** resolves with `before offers.save` once it has stopped there; otherwise never */
  readonly stopped: Promise<string>;
  /** Resolves when what was begun and not waited for has ended too; never, when it was stopped in that. */
  quiet(): Promise<null>;
}

/** What only looks. A look that is not named here is one more step to stop at, a write never goes by uncounted. */
const LOOKS =
  /^(?:read|find|list|of|due|unsettled|all|last|page|openOn|acceptedBy|experts|admins|second|outline|isKnown|changedSince|unheardOf|revokedSince|availability|subscriptions)/;

const QUIET_MS = 5; // nothing is under way, and nothing new has come for so long

/** Nothing is begun after the step at which it stops. `among`: the names of the steps that `stop` counts */
export function stoppingAt({ step: last, when }: Stop, among = /./): Stopping {
  let [count, places, underWay, gone] = [0, 0, 0, false];
  let tell: (at: string) => void = () => undefined;
  const stopped = new Promise<string>((resolve) => (tell = resolve));
  const never = new Promise<never>(() => undefined);

  async function look<T>(call: () => Promise<T>): Promise<T> {
    underWay += 1;
    try {
      return await call();
    } finally {
      underWay -= 1;
    }
  }
  return {
    look,
    stopped,
    count: () => count,
    async step(name, call) {
      if (gone) return never;
      count += 1;
      const isPlace = among.test(name);
      if (isPlace) places += 1;
      const isLast = isPlace && places === last;
      const stop = () => {
        gone = true;
        tell(`${when} ${name}`);
      };
      if (isLast && when === 'before') {
        stop();
        return never;
      }
      const answer = look(call);
      await answer.catch(() => undefined); // what failed has been done or not, as with every crash
      if (isLast) stop();
      return gone ? never : answer;
    },
    async quiet() {
      for (let before = -1; before !== count || underWay > 0;) {
        before = count;
        await sleep(QUIET_MS);
      }
      return gone ? never : null;
    },
  };
}

/** The stores, each write of them a step. */
export function storesOf(stopping: Stopping, stores: Stores): Stores {
  const names = Object.keys(stores) as (keyof Stores)[];
  return Object.fromEntries(names.map((name) => [name, portOf(stopping, name, stores[name], LOOKS)])) as Stores; // the same names, each as it was
}

/** A port whose calls are steps, but for those that only look. */
export function portOf<Port extends object>(stopping: Stopping, of: string, port: Port, looks: RegExp): Port {
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      const name = String(key);
      const call = value.bind(target) as (...input: unknown[]) => unknown;
      return (...input: unknown[]) => {
        const writesNothing = Array.isArray(input[0]) && input[0].length === 0;
        if (!looks.test(name) && !writesNothing) return stopping.step(`${of}.${name}`, async () => call(...input));
        const answer = call(...input);
        return answer instanceof Promise ? stopping.look(() => answer) : answer; // lists come one by one
      };
    },
  });
}
