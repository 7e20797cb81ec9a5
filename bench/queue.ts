// (i) What a question costs the gateway from its post to its close (2.2): with 2,000 experts of its category connected, 50 of them
// watching the queue, beside the same with two who both watch it. The queue does not grow with the crowd.

import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { tokens } from '../src/providers/tokens.ts';
import type { Connection } from '../web/client/connection.ts';
import type { Bench, Outcome } from './bench.ts';
import { Door, connect, each, range, sleep } from './client.ts';
import { hire, post } from './prepare.ts';
import { SECRET, startParley } from './servers.ts';
import type { Server, Stores } from './servers.ts';
import { median, noiseOf } from './stats.ts';
import { realLines } from './talk.ts';

const CROWD = 2_000;
const WATCHING = 50;
const FEW = 2;
const ROUNDS = 6;
const LIVES = 60; // of a window
const AT_ONCE = 6; // well below saturation, so that a window is as long as it is
const WARM_UP = 60;
const CONNECTED_AT_A_TIME = 100;
const MESSAGES = 20;
const REST_MS = 1_000; // what was gathered, and what came with connecting, is through
const DAY_MS = 86_400_000;

/** A gateway with its crowd; the first of the experts answers. */
interface Scene {
  readonly server: Server;
  readonly category: string;
  readonly experts: readonly Connection[];
  readonly customers: readonly Connection[];
  /** how often a question was told to who watches: all of them together */
  told: number;
  asked: number;
}

export async function queue(bench: Bench): Promise<Outcome> {
  const { stores, say } = bench;
  // two gateways of one installation, each with a category of its own
  const few = await scene(stores, 'law', FEW, FEW);
  const crowd = await scene(stores, 'computer', CROWD, WATCHING);
  say(`i: ${crowd.experts.length} experts are connected, ${WATCHING} watch`);
  const lines = realLines();
  for (const one of [few, crowd]) await lives(one, WARM_UP, lines);
  await bench.profiled('queue', [crowd.server], () => lives(crowd, WARM_UP, lines));

  const rounds: { readonly few: readonly [number, number]; readonly crowd: number }[] = [];
  for (let count = bench.quick ? 1 : ROUNDS; count > 0; count -= 1) {
    const before = await costOf(few, lines);
    const parley = await costOf(crowd, lines);
    rounds.push({ few: [before, await costOf(few, lines)], crowd: parley });
    const [one, other] = rounds.at(-1)!.few;
    say(`i: two ${ms(one)} and ${ms(other)}, ${CROWD} experts ${ms(parley)} of CPU a question`);
  }
  const lost = crowd.experts.filter(({ status }) => status !== 'online').length;
  for (const { experts, customers } of [few, crowd]) for (const one of [...experts, ...customers]) one.close();
  const baseline = rounds.map((round) => (round.few[0] + round.few[1]) / 2);
  return {
    rows: [
      {
        figure: `i. a question's life with ${CROWD} experts of its category connected, ${WATCHING} watching, over ${FEW}`,
        unit: 'ms',
        parley: median(rounds.map((round) => round.crowd)) * 1_000,
        baseline: median(baseline) * 1_000,
        ratio: median(rounds.map((round, index) => round.crowd / baseline[index]!)),
        noise: noiseOf(rounds.map((round) => round.few)),
        better: 'lower',
        floor: 2,
        goal: 1.3,
        rounds: rounds.length,
      },
    ],
    violations: lost === 0 ? [] : [`i: ${lost} of ${CROWD} connections were lost`],
    facts: [
      `i: a life is post, claim, ${MESSAGES} messages, answer, rate, close; CPU of the gateway, ${LIVES} lives a window, ${AT_ONCE} at a ` +
        `time; whoever watched was told of ${(crowd.told / WATCHING / crowd.asked).toFixed(1)} changes a question`,
    ],
  };
}

async function scene(stores: Stores, category: string, experts: number, watching: number): Promise<Scene> {
  const server = await startParley('gateway', stores); // it makes the collections
  const client = await mongoose.mongo.MongoClient.connect(stores.mongodbUri);
  const hired = await hire(client.db(), experts, { category, openRequests: false });
  await client.close();
  const { sign } = tokens(SECRET, () => new Date(), { customer: DAY_MS, staff: DAY_MS, staffMost: DAY_MS });
  const connected = await each(hired, CONNECTED_AT_A_TIME, async (userId) =>
    connect(server.url, await sign({ userId, role: 'expert', tokenVersion: 1 })),
  );
  const door = await Door.at(server.url);
  const customers = await each(range(AT_ONCE), AT_ONCE, async () => connect(server.url, (await door.visitor()).token));
  door.close();
  const made: Scene = { server, category, experts: connected, customers, told: 0, asked: 0 };
  for (const expert of connected.slice(0, watching)) {
    expert.on('queue.changed', ({ items }) => (made.told += items.length));
    await expert.call('queue.watch', {});
  }
  return made;
}

/** Seconds of CPU for each of so many lives. */
async function costOf(one: Scene, lines: readonly string[]): Promise<number> {
  await sleep(REST_MS);
  const before = one.server.cpu();
  await lives(one, LIVES, lines);
  await sleep(REST_MS);
  return (one.server.cpu() - before) / LIVES;
}

async function lives(one: Scene, count: number, lines: readonly string[]): Promise<void> {
  const { category, customers, experts } = one;
  const [expert] = experts;
  one.asked += count;
  await each(range(AT_ONCE), AT_ONCE, async (n) => {
    for (let done = n; done < count; done += AT_ONCE) await live(category, customers[n]!, expert!, lines);
  });
}

async function live(
  category: string,
  customer: Connection,
  expert: Connection,
  lines: readonly string[],
): Promise<void> {
  const questionId = await post(customer, category);
  await customer.call('question.watch', { questionId });
  await expert.call('question.claim', { questionId });
  await expert.call('question.watch', { questionId });
  for (let index = 0; index < MESSAGES; index += 1) {
    const body = lines[index % lines.length]!;
    // 3.2: nobody waits for a reply here
    await (index % 2 === 0 ? expert : customer).call('message.send', said(questionId, body));
  }
  await expert.call('message.send', { ...said(questionId, 'Hold the power button for ten seconds.'), kind: 'answer' });
  await customer.call('question.rate', { questionId, stars: 5 });
  await customer.call('question.close', { questionId });
  for (const side of [customer, expert]) await side.call('question.unwatch', { questionId });
}

const said = (questionId: string, body: string) => ({ questionId, clientId: randomUUID(), body, confirm: true });

const ms = (seconds: number) => `${(seconds * 1_000).toFixed(1)} ms`;
