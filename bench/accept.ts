// (c) A hundred experts press Accept at the same moment: how long until each has an answer, and that one of them wins.
// Beside it a hundred conditional updates of one document by a hundred connections of one process.

import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import type { Socket } from 'socket.io-client';
import type { Bench, Outcome } from './bench.ts';
import { Door, Refused, call, connect, each, range, sleep } from './client.ts';
import { reserved, withoutMail } from './prepare.ts';
import { startParley } from './servers.ts';
import { median, noiseOf, p99, percentile } from './stats.ts';
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

  const races: { before: Race; parley: Race; after: Race }[] = [];
  while (races.length < rounds) {
    const before = await updateRace(updates);
    await sleep(PAUSE_MS);
    const parley = await acceptRace(experts, requests.pop()!);
    await sleep(PAUSE_MS);
    const after = await updateRace(updates);
    await sleep(PAUSE_MS);
    races.push({ before, parley, after });
    if (races.length % BLOCK > 0) continue;
    const block = races.slice(-BLOCK);
    const of = (name: 'before' | 'parley' | 'after') => p99(block.flatMap((race) => race[name].took)).toFixed(1);
    say(`c: p99 updates ${of('before')} and ${of('after')}, Parley ${of('parley')} ms`);
  }
  for (const socket of [customer, ...experts]) socket.disconnect();
  await client.close();
  return outcomeOf(races);
}

function outcomeOf(races: readonly { before: Race; parley: Race; after: Race }[]): Outcome {
  const blocks = range(races.length / BLOCK).map((index) => {
    const block = races.slice(index * BLOCK, (index + 1) * BLOCK);
    const ranked = (name: 'before' | 'parley' | 'after') => p99(block.flatMap((race) => race[name].took));
    return { before: ranked('before'), parley: ranked('parley'), after: ranked('after') };
  });
  const baseline = blocks.map(({ before, after }) => (before + after) / 2);
  const wins = races.map(({ parley }) => parley.took.at(-1)!);
  const losses = races.flatMap(({ parley }) => parley.took.slice(0, -1));
  const wrong = races.filter(({ parley }) => parley.winners !== 1).length;
  return {
    rows: [
      {
        figure: `c. accept answered under ${CONTENDERS} contenders, p99 of ${races.length} rounds`,
        unit: 'ms',
        parley: p99(races.flatMap(({ parley }) => parley.took)),
        baseline: p99(races.flatMap(({ before, after }) => [...before.took, ...after.took])),
        ratio: median(blocks.map(({ parley }, index) => parley / baseline[index]!)),
        noise: noiseOf(blocks.map(({ before, after }) => [before, after])),
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

const shown = (values: readonly number[]) => `${percentile(values, 50).toFixed(1)} and ${p99(values).toFixed(1)}`;

/** All press at once; each hears either that it is theirs or that somebody was faster. */
async function acceptRace(experts: readonly Socket[], requestId: string): Promise<Race> {
  const began = performance.now();
  const answers = await Promise.all(
    experts.map(async (expert) => {
      const won = await call(expert, 'request.accept', { requestId }).then(
        () => true,
        (error: unknown) => {
          if (error instanceof Refused && error.code === LOST) return false;
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

async function customerOf(url: string): Promise<Socket> {
  const door = await Door.at(url);
  const { token } = await door.visitor();
  door.close();
  return connect(url, { token });
}

/** Requests that their reserved expert has passed (No Thanks), so that they are open to all. */
async function openRequests(url: string, customer: Socket, count: number): Promise<string[]> {
  const door = await Door.at(url);
  const ada = await connect(url, { token: (await door.login('ada@example.test')).token });
  for (const name of ['ben', 'cleo']) await withoutMail(url, await door.login(`${name}@example.test`));
  door.close();
  const requests = await each(range(count), PREPARED_AT_A_TIME, async () => {
    const requestId = await reserved(customer, ada);
    await call(ada, 'request.decline', { requestId });
    return requestId;
  });
  ada.disconnect();
  return requests;
}

async function contenders(url: string): Promise<Socket[]> {
  const door = await Door.at(url);
  const care = await connect(url, { token: (await door.login('care@example.test')).token });
  const sockets = await each(range(CONTENDERS), PREPARED_AT_A_TIME, async (n) => {
    const email = `contender-${n}@example.test`;
    const account = { role: 'expert', name: `Contender ${n}`, email, password: PASSWORD, categories: [CATEGORY] };
    const { user } = await call<{ user: { id: string } }>(care, 'user.create', account);
    await call(care, 'user.update', { userId: user.id, notify: { openRequests: false } });
    const { token } = await door.login(email, PASSWORD);
    return connect(url, { token });
  });
  care.disconnect();
  door.close();
  return sockets;
}
