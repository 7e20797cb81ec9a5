// A process that walks money paths many times beside each other, each walk stopped for good before or after another one
// of its writes and calls to the provider; then it ends itself by SIGKILL, in the middle of all of them. The product's
// code is as it is: only its stores and the provider's port are counted.

import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import type { NodeConfig } from '../../src/app.ts';
import { execute } from '../../src/commands/command.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { readConfig } from '../../src/config.ts';
import type { Actor, Ctx } from '../../src/context.ts';
import { connectMongo } from '../../src/models/connect.ts';
import type { Stores } from '../../src/models/connect.ts';
import { paymentsOf } from '../../src/payments.ts';
import { tokens } from '../../src/providers/tokens.ts';
import { vault } from '../../src/providers/vault.ts';
import { pathOf } from '../helpers/money-paths.ts';
import type { Call, PathName, Prepared, Who } from '../helpers/money-paths.ts';

/** What a process is told to do. */
export interface Errand {
  readonly path: PathName;
  readonly category: string;
  /** their ids */
  readonly people: Readonly<Record<Who, string>>;
}

/** One walk along a path and where it ended. */
export interface Walk extends Prepared, Stop {
  readonly path: PathName;
  /** `before offers.save`; null: it came to its end */
  readonly stoppedAt: string | null;
}

interface Stop {
  /** the how manyeth write or call; beyond the last one nothing stops it */
  readonly step: number;
  readonly when: 'before' | 'after';
}

/** What only looks. A look that is not named here is one more step to stop at, a write never goes by uncounted. */
const LOOKS =
  /^(?:read|find|list|of|due|unsettled|all|last|page|openOn|acceptedBy|experts|admins|second|casesOwed|outline)/;

const TOGETHER = 4; // steps whose walks are under way at the same time
const QUIET_MS = 15;

const config = readConfig(process.env) as NodeConfig; // the test gives all of them
const { stores } = await connectMongo(config.mongodbUri, config.keysUri);
const now = () => new Date();
const nothing = () => undefined;
const ctx: Ctx = {
  now,
  policy: config.policy,
  log: pino({ level: config.logLevel }),
  stores,
  tokens: tokens(config.tokenSecret, now),
  publish: nothing,
  setAlarm: nothing,
  payments: paymentsOf(config, { stores, now, onNotice: nothing }),
  vault: vault(config.keks),
  online: async () => new Set(),
  mail: { send: async () => undefined },
  metrics: { lateness: nothing, sweepFound: nothing, job: nothing, command: nothing },
};

const errands = JSON.parse(process.argv[2] ?? '') as Errand[];
const walks = (await Promise.all(errands.map(walkAll))).flat();
process.send?.(walks, () => process.kill(process.pid, 'SIGKILL'));

/** Step by step until there is none left to stop at. */
async function walkAll(errand: Errand): Promise<Walk[]> {
  const all: Walk[] = [];
  for (let first = 1; ; first += TOGETHER) {
    const steps = Array.from({ length: TOGETHER }, (_, index) => first + index);
    const stops = steps.flatMap((step) => [{ step, when: 'before' } as const, { step, when: 'after' } as const]);
    const ended = await Promise.all(stops.map((stop) => walk(errand, stop)));
    all.push(...ended);
    if (ended.some(({ stoppedAt }) => stoppedAt === null)) return all;
  }
}

async function walk(errand: Errand, stop: Stop): Promise<Walk> {
  const { path, category, people } = errand;
  const prepared = await pathOf(path).prepare(callIn(ctx, people), category);
  const { who, name, input } = prepared.press;
  const doomed = stoppingAt(stop);
  const came = callIn(doomed.ctx, people)(who, name, input).then(doomed.quiet);
  const stoppedAt = await Promise.race([doomed.stopped, came]);
  return { ...prepared, path, ...stop, stoppedAt };
}

function callIn(its: Ctx, people: Errand['people']): Call {
  return async (who, name, input) => {
    const row = COMMANDS[name];
    if (row === undefined) throw new Error(`there is no ${name}`);
    const call = { actor: await actorOf(people[who]), address: '', watcher: null };
    return (await execute(its, row, call, input, name)) as Record<string, unknown>;
  };
}

async function actorOf(userId: string): Promise<Actor> {
  const user = await stores.users.read(userId);
  if (user === null) throw new Error(`there is no ${userId}`);
  const { id, role, name, locale, categories, tokenVersion } = user;
  return { id, role, name, locale, categories, tokenVersion, expiresAt: new Date(Date.now() + 3_600_000) };
}

/** A ctx in which everything stops at one step, as if the process were gone: nothing is begun after it. */
function stoppingAt({ step, when }: Stop) {
  let [count, underWay, gone] = [0, 0, false];
  let stop: (at: string) => void = nothing;
  const stopped = new Promise<string>((resolve) => (stop = resolve));
  const never = new Promise<never>(nothing);

  const counted =
    (name: string, call: (...input: unknown[]) => Promise<unknown>) =>
    async (...input: unknown[]): Promise<unknown> => {
      if (gone) return never;
      count += 1;
      const isIt = count === step;
      const end = () => {
        gone = true;
        stop(`${when} ${name}`);
      };
      if (isIt && when === 'before') end();
      if (gone) return never;
      underWay += 1;
      try {
        const answer = await call(...input);
        if (isIt) end();
        return gone ? await never : answer;
      } finally {
        underWay -= 1;
      }
    };
  const countedIn = <Port extends object>(of: string, port: Port, looks: RegExp): Port =>
    new Proxy(port, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function' || looks.test(String(key))) return value;
        return counted(`${of}.${String(key)}`, value.bind(target) as (...input: unknown[]) => Promise<unknown>);
      },
    });
  const countedStores = Object.fromEntries(
    Object.entries(stores).map(([name, store]) => [name, countedIn<object>(name, store, LOOKS)]),
  ) as Stores; // the same names, each as it was
  return {
    ctx: { ...ctx, stores: countedStores, payments: countedIn('payments', ctx.payments, /^list$/) },
    stopped,
    /** Null, when what was begun and not waited for has ended too; never, when it was stopped in that. */
    async quiet(): Promise<null> {
      for (let before = -1; before !== count || underWay > 0;) {
        before = count;
        await sleep(QUIET_MS);
      }
      return gone ? never : null;
    },
  };
}
