// A process that walks money paths many times beside each other, each walk stopped for good before or after another one
// of its steps (stopping.ts); some it then recovers, as a worker would that is stopped in that in its turn. Then it ends
// itself by SIGKILL, in the middle of all of them.

import pino from 'pino';
import type { NodeConfig } from '../../src/parts.ts';
import { execute } from '../../src/commands/command.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { readConfig } from '../../src/config.ts';
import type { Ctx } from '../../src/context.ts';
import type { Actor } from '../../src/domain/people.ts';
import { connectMongo } from '../../src/models/mongo.ts';
import type { Stores } from '../../src/models/stores.ts';
import { paymentsOf, siteOf } from '../../src/payments.ts';
import { tokens } from '../../src/providers/tokens.ts';
import { outbound } from '../../src/providers/outbound.ts';
import { vault } from '../../src/providers/vault.ts';
import { webhookProvider } from '../../src/providers/webhook.ts';
import { pathOf } from '../helpers/money-paths.ts';
import type { Call, PathName, Prepared, Who } from '../helpers/money-paths.ts';
import { onlyAbout, recover } from './recovering.ts';
import type { Recovery } from './recovering.ts';
import { portOf, stoppingAt, storesOf } from './stopping.ts';
import type { Stop, Stopping } from './stopping.ts';
import { stripeLine } from './stripe-line.ts';

/** What a process is told to do. */
export interface Errand {
  readonly path: PathName;
  readonly category: string;
  /** their ids */
  readonly people: Readonly<Record<Who, string>>;
  /** the steps that it dies at: the source of a regular expression of their names */
  readonly among: string;
  /** null: what the dead have left is left to the others */
  readonly recovery: Recovery | null;
}

/** One walk along a path and where it ended. */
export interface Walk extends Prepared, Stop {
  readonly path: PathName;
  /** of the errand */
  readonly recovery: Recovery | null;
  /** `before offers.save`; null: it came to its end */
  readonly stoppedAt: string | null;
  /** where the recovery has died too, in the same way */
  readonly recoveryStoppedAt: string | null;
}

const TOGETHER = 2; // steps whose walks are under way at the same time
const NEVER: Stop = { step: 0, when: 'before' };
const GIVEN_UP_MS = 61_000; // whoever recovers finds everything due that was left

/** All steps are counted, and then those alone that ask the provider: among notes that nobody waits for they have no fixed place. */
const COUNTED = [/./, /^(?:payments\.|GET |POST )/];

const given = readConfig(process.env) as NodeConfig; // the test gives all of them
// an answer that comes too late would be another path, and many walk here at once on a machine that may have more to do
const config: NodeConfig = { ...given, paymentTimeoutMs: 120_000 };
const { stores } = await connectMongo(config.mongodbUri, { keysUri: config.keysUri });
// who recovers shares nothing with the dead, and comes when everything is due: by the clock that its writes go by, too
const later = () => new Date(Date.now() + GIVEN_UP_MS);
const { stores: ofAnother } = await connectMongo(config.mongodbUri, { keysUri: config.keysUri, now: later });
const line = config.stripe && (await stripeLine(config.stripe));
const nothing = () => undefined;

const errands = JSON.parse(process.argv[2] ?? '') as Errand[];
const walks = (await Promise.all(errands.map((errand) => (errand.recovery ? recoverAll : walkAll)(errand)))).flat();
process.send?.(walks, () => process.kill(process.pid, 'SIGKILL'));

/** Step by step until there is none left to stop at. */
async function walkAll(errand: Errand): Promise<Walk[]> {
  const all: Walk[] = [];
  for (let first = 1; ; first += TOGETHER) {
    const stops = stepsFrom(first).flatMap((step) => [
      { step, when: 'before' } as const,
      { step, when: 'after' } as const,
    ]);
    const ended = await Promise.all(stops.map((stop) => walk(errand, stop)));
    all.push(...ended);
    if (ended.some(({ stoppedAt }) => stoppedAt === null)) return all;
  }
}

/** After every step of the path, every step of its recovery. */
async function recoverAll(errand: Errand): Promise<Walk[]> {
  const all: Walk[] = [];
  for (let first = 1; ; first += TOGETHER) {
    const ended = await Promise.all(stepsFrom(first).map((step) => recoverAt(errand, { step, when: 'after' })));
    all.push(...ended.flat());
    if (ended.some((some) => some.some(({ stoppedAt }) => stoppedAt === null))) return all;
  }
}

async function recoverAt(errand: Errand, stop: Stop): Promise<Walk[]> {
  const all: Walk[] = [];
  for (const among of COUNTED) {
    for (let step = 1; ; step += 1) {
      const walked = await walk(errand, stop);
      if (walked.stoppedAt === null) return [...all, walked];
      const recoveryStoppedAt = await recovered(errand, walked, { step, when: 'after' }, among);
      all.push({ ...walked, recoveryStoppedAt });
      if (recoveryStoppedAt === null) break;
    }
  }
  return all;
}

function stepsFrom(first: number): number[] {
  return Array.from({ length: TOGETHER }, (_, index) => first + index);
}

async function walk({ path, category, people, among, recovery }: Errand, stop: Stop): Promise<Walk> {
  const before = stoppingAt(NEVER);
  const prepared = await pathOf(path).prepare(callIn(ctxOf(before, stores, { direct: true }), people), category);
  await before.quiet(); // what it has left to be done would be steps that come or do not
  const { who, name, input } = prepared.press;
  const stopping = stoppingAt(stop, new RegExp(among));
  const came = callIn(ctxOf(stopping, stores), people)(who, name, input).then(stopping.quiet);
  const stoppedAt = await Promise.race([stopping.stopped, came]);
  return { ...prepared, path, recovery, ...stop, stoppedAt, recoveryStoppedAt: null };
}

/** Where it was stopped; null: it came to its end. */
async function recovered(
  { people, recovery }: Errand,
  { questionId, press }: Walk,
  stop: Stop,
  among: RegExp,
): Promise<string | null> {
  const { clientId } = press.input as { clientId: string };
  const id = questionId ?? (await stores.questions.findByClientId(people.customer, clientId))?.record.id;
  if (id === undefined || recovery === null) return null;
  const stopping = stoppingAt(stop, among);
  const ctx = ctxOf(stopping, onlyAbout(id, ofAnother), { aheadMs: GIVEN_UP_MS });
  return Promise.race([stopping.stopped, recover(ctx, recovery, id, stopping)]);
}

/** Everything that it does is a step of this; `direct`: what it asks of Stripe is waited for, but is none. */
function ctxOf(stopping: Stopping, all: Stores, { aheadMs = 0, direct = false } = {}): Ctx {
  const now = () => new Date(Date.now() + aheadMs);
  const counted = storesOf(stopping, all);
  const its = { now, onNotice: nothing };
  return {
    now,
    policy: config.policy,
    reservedNames: config.reservedNames,
    site: siteOf(config),
    log: pino({ level: config.logLevel }),
    stores: counted,
    tokens: tokens(config.tokenSecret, now, config.sessions),
    publish: nothing,
    setAlarm: nothing,
    turn: () => Promise.resolve(),
    // a call to the simulated provider is a step; of Stripe each call over HTTP is one, and each write of our book about it
    payments:
      line === undefined
        ? portOf(stopping, 'payments', paymentsOf(config, { ...its, stores: all }), /^list$/)
        : portOf(
            stopping,
            'payments',
            paymentsOf(direct ? config : line.join(config, stopping), { ...its, stores: counted }),
            /./,
          ),
    declines: { wait: async () => null, declined: async () => [] },
    vault: vault(config.keks),
    prices: { known: async () => ({ statistics: null, kept: null }), kept: async () => null, seed: () => [0, 0, 0, 0] },
    webhooks: webhookProvider(outbound({ allowPrivate: false })),
    webhookLimits: config.webhooks,
    connected: async () => new Set(),
    online: async () => new Set(),
    isHere: () => true, // letters about messages are no money
    mail: { send: async () => ({ ok: true }), render: () => ({ subject: '', text: '', html: '' }) },
    unseen: async () => new Set(),
    metrics: { lateness: nothing, sweepFound: nothing, job: nothing, command: nothing },
  };
}

function callIn(ctx: Ctx, people: Errand['people']): Call {
  return async (who, name, input) => {
    const row = COMMANDS[name];
    if (row === undefined) throw new Error(`there is no ${name}`);
    const call = { actor: await actorOf(people[who]), address: '', watcher: null };
    return (await execute(ctx, row, call, input, name)) as Record<string, unknown>;
  };
}

async function actorOf(userId: string): Promise<Actor> {
  const user = await stores.users.read(userId);
  if (user === null) throw new Error(`there is no ${userId}`);
  const { id, role, name, locale, categories, tokenVersion } = user;
  return { id, role, name, locale, categories, tokenVersion, expiresAt: new Date(Date.now() + 3_600_000) };
}
