// (c) A hundred experts press Accept at the same moment: how long until each has an answer, and that one of them wins.
// Beside it a hundred conditional updates of one document by a hundred connections of one process.

import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import type { Connection } from '../web/client/connection.ts';
import { ParleyError } from '../web/client/errors.ts';
import type { Bench, Outcome } from './bench.ts';
import { Door, connect, each, range, sleep } from './client.ts';
import { reserved, withoutMail } from './prepare.ts';
import { startParley } from './servers.ts';
import { median, neighbours, noiseOf, p99, percentile } from './stats.ts';
import { WRITE_CONCERN } from './stores.ts';

const ROUNDS = 300;
const CONTENDERS = 100;
const BLOCK = 30; // rounds whose answers are ranked together: p99 of a single round would be one answer
const WARM_UP_ROUNDS = 20;
const PREPARED_AT_A_TIME = 20;
const PAUSE_MS = 20; // between the races of a round, so that events of the last one are through
const PASSWORD = 'parley-bench';
const CATEGORY = 'computer';
const LOST = 'conflict.already_accepted';

interface Race {
  /** ms until each answer, the winner's last */
  readonly took: readonly number[];
  readonly winners: number;
}

interface Round {
  readonly bare: Race;
  readonly parley: Race;
}

export async function accept(bench: Bench): Promise<Outcome> {
  const { stores, say } = bench;
  const gateway = await startParley('gateway', stores);
  const rounds = bench.quick ? 2 * BLOCK : ROUNDS;
  const customer = await customerOf(gateway.url);
  const requests = await openRequests(gateway.url, customer, rounds + 2 * WARM_UP_ROUNDS);
  const experts = await contenders(gateway.url);
  const client = await mongoose.mongo.MongoClient.connect(stores.mongodbUri, {
    writeConcern: WRITE_CONCERN,
    maxPoolSize: CONTENDERS,
  });
  const updates = client.db().collection<{ _id: string; state: string }>('bare_requests');
  say(`c: ${requests.length} open requests and ${experts.length} experts are there`);

  const warmUp = async () => {
    for (let count = WARM_UP_ROUNDS; count > 0; count -= 1) {
      await updateRace(updates);
      await acceptRace(experts, requests.pop()!);
    }
  };
  await warmUp();
  await bench.profiled('accept', [gateway], warmUp);

  const races: Round[] = [];
  while (races.length < rounds) {
    const bare = await updateRace(updates);
    await sleep(PAUSE_MS);
    const parley = await acceptRace(experts, requests.pop()!);
    await sleep(PAUSE_MS);
    races.push({ bare, parley });
    if (races.length % BLOCK > 0) continue;
    const block = rankedOf(races.slice(-BLOCK));
    say(`c: p99 updates ${block.bare.toFixed(1)}, Parley ${block.parley.toFixed(1)} ms`);
  }
  for (const connection of [customer, ...experts]) connection.close();
  await client.close();
  return outcomeOf(races);
}

function outcomeOf(races: readonly Round[]): Outcome {
  const blocks = range(races.length / BLOCK).map((n) => rankedOf(races.slice(n * BLOCK, (n + 1) * BLOCK)));
  const all = rankedOf(races);
  const wins = races.map(({ parley }) => parley.took.at(-1)!);
  const losses = races.flatMap(({ parley }) => parley.took.slice(0, -1));
  const wrong = races.filter(({ parley }) => parley.winners !== 1).length;
  return {
    rows: [
      {
        figure: `c. accept answered under ${CONTENDERS} contenders, p99 of ${races.length} rounds`,
        unit: 'ms',
        parley: all.parley,
        baseline: all.bare,
        ratio: median(blocks.map(({ parley, bare }) => parley / bare)),
        noise: noiseOf(neighbours(blocks.map(({ bare }) => bare))),
        better: 'lower',
        floor: 3,
        goal: 0.5,
        rounds: races.length,
      },
    ],
    violations: wrong === 0 ? [] : [`c: ${wrong} of ${races.length} rounds had not exactly one winner`],
    facts: [
      `c: exactly one winner in ${races.length - wrong} of ${races.length} rounds; the 99 others were answered in ` +
        `${shown(losses)} ms (median, p99), the winner, who waits for the capture, in ${shown(wins)} ms; ` +
        'no mail is measured: the experts have `notify.openRequests` off, and the customer is connected',
    ],
  };
}

/** p99 of the answers of many races. */
function rankedOf(races: readonly Round[]): { bare: number; parley: number } {
  const ranked = (name: keyof Round) => p99(races.flatMap((race) => race[name].took));
  return { bare: ranked('bare'), parley: ranked('parley') };
}

const shown = (values: readonly number[]) => `${percentile(values, 50).toFixed(1)} and ${p99(values).toFixed(1)}`;

/** All press at once; each hears either that it is theirs or that somebody was faster. */
async function acceptRace(experts: readonly Connection[], requestId: string): Promise<Race> {
  const began = performance.now();
  const answers = await Promise.all(
    experts.map(async (expert) => {
      const won = await expert.call('request.accept', { requestId }).then(
        () => true,
        (error: unknown) => {
          if (error instanceof ParleyError && error.code === LOST) return false;
          throw error;
        },
      );
      return { won, took: performance.now() - began };
    }),
  );
  return raceOf(answers);
}

async function updateRace(requests: mongoose.mongo.Collection<{ _id: string; state: string }>): Promise<Race> {
  const id = randomUUID();
  await requests.insertOne({ _id: id, state: 'open' });
  const began = performance.now();
  const answers = await Promise.all(
    range(CONTENDERS).map(async (by) => {
      const result = await requests.updateOne({ _id: id, state: 'open' }, { $set: { state: 'accepted', by } });
      return { won: result.modifiedCount === 1, took: performance.now() - began };
    }),
  );
  return raceOf(answers);
}

function raceOf(answers: readonly { readonly won: boolean; readonly took: number }[]): Race {
  const won = answers.filter((answer) => answer.won);
  const lost = answers.filter((answer) => !answer.won);
  return { took: [...lost, ...won].map(({ took }) => took), winners: won.length };
}

async function customerOf(url: string): Promise<Connection> {
  const door = await Door.at(url);
  const { token } = await door.visitor();
  door.close();
  return connect(url, token);
}

/** Requests that their reserved expert has passed (No Thanks), so that they are open to all. */
async function openRequests(url: string, customer: Connection, count: number): Promise<string[]> {
  const door = await Door.at(url);
  const ada = await connect(url, (await door.login('ada@example.test')).token);
  for (const name of ['ben', 'cleo']) await withoutMail(url, await door.login(`${name}@example.test`));
  door.close();
  const requests = await each(range(count), PREPARED_AT_A_TIME, async () => {
    const requestId = await reserved(customer, ada);
    await ada.call('request.decline', { requestId });
    return requestId;
  });
  ada.close();
  return requests;
}

async function contenders(url: string): Promise<Connection[]> {
  const door = await Door.at(url);
  const care = await connect(url, (await door.login('care@example.test')).token);
  const connections = await each(range(CONTENDERS), PREPARED_AT_A_TIME, async (n) => {
    const email = `contender-${n}@example.test`;
    const account = { name: `Contender ${n}`, email, password: PASSWORD, categories: [CATEGORY] };
    const { user } = await care.call('user.create', { role: 'expert', ...account });
    await care.call('user.update', { userId: user.id, notify: { openRequests: false } });
    const { token } = await door.login(email, PASSWORD);
    return connect(url, token);
  });
  care.close();
  door.close();
  return connections;
}
