// (d) How late deadlines are, where it matters: at the socket of an expert who hears that a reserved request is open now
// (6.2). Beside it a bare BullMQ worker on the same Redis, whose job has run.

import mongoose from 'mongoose';
import pino from 'pino';
import { v7 as uuid } from 'uuid';
import { alarms as openAlarms } from '../src/jobs/queue.ts';
import type { Alarms } from '../src/jobs/queue.ts';
import type { Connection } from '../web/client/connection.ts';
import type { Bench, Outcome, Row } from './bench.ts';
import { Door, connect, sleep } from './client.ts';
import { reserved, withoutMail } from './prepare.ts';
import { startBareQueue, startParley } from './servers.ts';
import type { Server, Stores } from './servers.ts';
import { median, most, neighbours, noiseOf, p99 } from './stats.ts';

interface Load {
  readonly name: string;
  readonly count: number;
  /** the deadlines are spread evenly over this; 0: all at the same instant */
  readonly overMs: number;
  /** between now and the first deadline: all are set by then, in BullMQ and in the product */
  readonly leadMs: { readonly bare: number; readonly parley: number };
  readonly rounds: number;
  readonly figure: string;
  readonly of: (lateness: readonly number[]) => number;
}

const SPREAD: Load = {
  name: 'spread',
  count: 1_000,
  overMs: 10_000,
  leadMs: { bare: 1_000, parley: 1_500 },
  rounds: 4, // 22 s each: of a thousand deadlines p99 is steady
  figure: 'd. lateness of 1,000 deadlines over 10 s, p99',
  of: p99,
};
const BURST: Load = {
  name: 'burst',
  count: 10_000,
  overMs: 0,
  leadMs: { bare: 2_000, parley: 4_000 },
  rounds: 8,
  figure: 'd. lateness of 10,000 deadlines at once, the last',
  of: most,
};
const LOST_AFTER_MS = 30_000;
const SETTLE_MS = 1_000; // after a round: what is written behind the events is not the next one's burden
const LONG_AGO = new mongoose.mongo.Timestamp({ t: 1, i: 1 }); // whoever watches has heard of the copies long since
const RESERVATION = '12h'; // the real request stays as it is; its copies have deadlines of their own

type OfferDoc = Record<string, unknown> & { _id: string };

interface Heard {
  readonly lateness: readonly number[];
  readonly early: number;
  readonly lost: number;
  readonly twice: number;
}

export async function deadlines(bench: Bench): Promise<Outcome> {
  const { stores, say } = bench;
  const env = { POLICY_RESERVATION: RESERVATION, POLICY_CLAIM: RESERVATION };
  const gateway = await startParley('gateway', stores, env);
  const [worker, bare] = await Promise.all([startParley('worker', stores, env), startBareQueue(stores)]);
  const parley = await parleyAt(gateway.url, stores);
  const violations: string[] = [];
  const facts: string[] = [];
  const rows: Row[] = [];

  for (const load of [SPREAD, BURST]) {
    const small = { ...load, count: load.count / 10, overMs: load.overMs / 10 };
    await bareRound(bare, small);
    await parleyRound(parley, small);
    await bench.profiled(`deadlines-${load.name}`, [worker, gateway], async () => {
      await parleyRound(parley, load);
    });
    const rounds: { bare: number; parley: number; heard: Heard }[] = [];
    for (let count = bench.quick ? 1 : load.rounds; count > 0; count -= 1) {
      const bareHeard = await bareRound(bare, load);
      const heard = await parleyRound(parley, load);
      rounds.push({ bare: load.of(bareHeard), parley: load.of(heard.lateness), heard });
      say(`d: ${load.name}: bare ${load.of(bareHeard)}, Parley ${load.of(heard.lateness)} ms; ${countsOf(heard)}`);
    }
    rows.push({
      figure: load.figure,
      unit: 'ms',
      parley: median(rounds.map((round) => round.parley)),
      baseline: median(rounds.map((round) => round.bare)),
      ratio: median(rounds.map((round) => round.parley / round.bare)),
      noise: noiseOf(neighbours(rounds.map((round) => round.bare))),
      better: 'lower',
      floor: 2,
      goal: 1.3,
      rounds: rounds.length,
    });
    const all = sum(rounds.map(({ heard }) => heard));
    facts.push(`d: ${load.count * rounds.length} deadlines (${load.name}): ${countsOf(all)}`);
    if (all.early + all.lost + all.twice > 0) violations.push(`d: ${load.name}: ${countsOf(all)}`);
  }
  await parley.close();
  return { rows, violations, facts };
}

const countsOf = ({ early, lost, twice }: Heard) => `${early} early, ${lost} lost, ${twice} twice`;

function sum(all: readonly Heard[]): Heard {
  const total = (of: (heard: Heard) => number) => all.reduce((count, heard) => count + of(heard), 0);
  return {
    lateness: all.flatMap(({ lateness }) => lateness),
    early: total(({ early }) => early),
    lost: total(({ lost }) => lost),
    twice: total(({ twice }) => twice),
  };
}

function instants({ count, overMs }: Load, leadMs: number): number[] {
  const first = Date.now() + leadMs;
  return Array.from({ length: count }, (_, index) => first + Math.round((index * overMs) / count));
}

async function bareRound({ child }: Server, load: Load): Promise<readonly number[]> {
  const ended = new Promise<readonly number[]>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('bare BullMQ lost a job')), LOST_AFTER_MS + load.overMs);
    const listen = ({ lateness }: { lateness?: readonly number[] }) => {
      if (lateness === undefined) return;
      clearTimeout(timer);
      child.off('message', listen);
      resolve(lateness);
    };
    child.on('message', listen);
  });
  child.send({ deadlines: instants(load, load.leadMs.bare) });
  const lateness = await ended;
  await sleep(SETTLE_MS);
  return lateness;
}

/** Requests of the product whose reservation ends, and the expert who hears of it. */
interface Parley {
  readonly offers: mongoose.mongo.Collection<OfferDoc>;
  readonly alarms: Alarms;
  readonly expert: Connection;
  /** a request as the product itself has written it */
  readonly real: OfferDoc;
  close(): Promise<void>;
}

/** One request goes through the protocol; the thousands that follow are its copies. */
async function parleyAt(url: string, stores: Stores): Promise<Parley> {
  const door = await Door.at(url);
  for (const name of ['ada', 'ben', 'cleo']) await withoutMail(url, await door.login(`${name}@example.test`));
  const expert = await connect(url, (await door.login('ada@example.test')).token);
  const customer = await connect(url, (await door.visitor()).token);
  const requestId = await reserved(customer, expert);
  customer.close();
  door.close();

  const client = await mongoose.mongo.MongoClient.connect(stores.mongodbUri);
  const offers = client.db().collection<OfferDoc>('offers');
  const real = await offers.findOne({ _id: requestId });
  if (real?.['state'] !== 'reserved') throw new Error('the request is not reserved');
  // set as a gateway sets them: by the product's own code
  const alarms = openAlarms({
    connection: { url: stores.redisUrl },
    prefix: stores.redisPrefix,
    note: { get: async () => null, set: async () => undefined },
    now: () => new Date(),
    log: pino({ level: 'warn' }, process.stderr),
  });
  return {
    offers,
    alarms,
    expert,
    real,
    async close() {
      expert.close();
      await alarms.close();
      await client.close();
    },
  };
}

async function parleyRound({ offers, alarms, expert, real }: Parley, load: Load): Promise<Heard> {
  const deadlines = instants(load, load.leadMs.parley);
  const due = new Map(deadlines.map((at) => [`of_${uuid()}`, at]));
  const copies = [...due].map(([id, at]) => copyOf(real, id, new Date(at)));
  const events: { id: string; version: number; late: number }[] = [];
  const listen = ({ id, state, version }: { id: string; state: string; version: number }) => {
    const at = due.get(id);
    if (at !== undefined && state === 'open') events.push({ id, version, late: Date.now() - at });
  };
  const stop = expert.on('request.changed', listen);
  await offers.insertMany(copies);
  for (const at of deadlines) alarms.set(new Date(at));
  if (Date.now() > deadlines[0]!) throw new Error('d: this machine is too slow to set the deadlines ahead of time');

  const giveUp = deadlines.at(-1)! + LOST_AFTER_MS;
  while (events.length < load.count && Date.now() < giveUp) await sleep(50);
  await sleep(SETTLE_MS); // a second event would come late
  stop();
  if (expert.status !== 'online') throw new Error('d: the gateway has closed the socket of the expert');
  await offers.deleteMany({ _id: { $in: [...due.keys()] } });
  return {
    lateness: events.map(({ late }) => late),
    early: events.filter(({ late }) => late < 0).length,
    lost: load.count - new Set(events.map(({ id }) => id)).size,
    twice: events.length - new Set(events.map(({ id, version }) => `${id} ${version}`)).size,
  };
}

/** The same request of another customer, with a deadline of its own. */
function copyOf(real: OfferDoc, id: string, at: Date): OfferDoc {
  return {
    ...real,
    _id: id,
    questionId: id.replace('of_', 'q_'),
    customer: { id: `u_${uuid()}`, name: 'Cora' },
    reservedUntil: at,
    dueAt: at,
    outbox: [],
    outboxAt: null,
    changedAt: LONG_AGO,
  };
}
