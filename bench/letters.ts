// (g) A request is opened to a category of 5,000 experts (6.3): how long until each of their letters is owed on disk, and what that
// does to the commands of others meanwhile.

import mongoose from 'mongoose';
import type { Connection } from '../web/client/connection.ts';
import type { Bench, Outcome, Row } from './bench.ts';
import { Door, connect, paced, sleep } from './client.ts';
import type { Send } from './client.ts';
import { hire, reserved, withoutMail } from './prepare.ts';
import { startParley } from './servers.ts';
import { median, most, neighbours, noiseOf, p99, percentile } from './stats.ts';
import { WRITE_CONCERN } from './stores.ts';
import { inTurn, parleyTalks } from './talk.ts';

const ROUNDS = 10;
const EXPERTS = 5_000;
const ALLOWED_S = 2;
const BATCH = 1_000; // documents of one insert: larger ones than the product's, which lets others write between them
const TALKS = 20;
const A_SECOND = 200;
const PAUSE_MS = 1_000; // until what the last step owes has gone
const WARM_UP_MS = 3_000;
const PATIENCE_MS = 60_000;
const CATEGORY = 'computer';

type Doc = Record<string, unknown> & { _id: string };
type Db = mongoose.mongo.Db;

interface Round {
  /** from the step that opens the request to the last letter, s */
  readonly queued: number;
  /** the same letters inserted by the bare driver, s */
  readonly bare: number;
  /** of a message of somebody else meanwhile, and without, ms */
  readonly beside: readonly number[];
  readonly alone: readonly number[];
}

export async function letters(bench: Bench): Promise<Outcome> {
  const { stores, say } = bench;
  const env = { POLICY_CLAIM: '12h', POLICY_RESERVATION: '12h' };
  const [gateway, worker] = await Promise.all([
    startParley('gateway', stores, env),
    startParley('worker', stores, env),
  ]);
  const client = await mongoose.mongo.MongoClient.connect(stores.mongodbUri, { writeConcern: WRITE_CONCERN });
  const db = client.db();
  const people = await peopleOf(gateway.url);
  const count = bench.quick ? EXPERTS / 10 : EXPERTS;
  await hire(db, count, { category: CATEGORY, openRequests: true });
  say(`g: ${count} experts want to hear of open requests`);
  const talks = await parleyTalks(gateway.url, TALKS);
  const send = inTurn(talks);
  const violations: string[] = [];

  const round = async (): Promise<Round> => {
    const opened = await open(db, people, send);
    const owed = await db.collection<Doc>('mails').find(opened.letters).toArray();
    if (owed.length !== count)
      violations.push(`g: ${count} experts were to be written to, ${owed.length} letters are owed`);
    await forget(db, opened.letters);
    await sleep(PAUSE_MS);
    const bare = await insertBare(db, owed);
    await sleep(PAUSE_MS);
    const alone = await paced(send, A_SECOND, opened.seconds * 1_000);
    return { queued: opened.seconds, beside: opened.beside, bare, alone };
  };

  await paced(send, A_SECOND, WARM_UP_MS);
  await round();
  await bench.profiled('letters', [worker, gateway], async () => void (await round()));
  const rounds: Round[] = [];
  for (let left = bench.quick ? 2 : ROUNDS; left > 0; left -= 1) {
    const one = await round();
    rounds.push(one);
    const { queued, bare, beside, alone } = one;
    say(
      `g: queued in ${queued.toFixed(2)} s, bare ${bare.toFixed(2)} s; a message p99 ${p99(beside).toFixed(1)}, without ${p99(alone).toFixed(1)} ms`,
    );
  }
  for (const one of [...talks, people.customer, people.ada]) one.close();
  await client.close();
  return { rows: rowsOf(rounds), violations, facts: factsOf(rounds, count) };
}

function rowsOf(rounds: readonly Round[]): Row[] {
  const queued = rounds.map((one) => one.queued);
  const bare = rounds.map((one) => one.bare);
  const beside = rounds.map((one) => p99(one.beside));
  const alone = rounds.map((one) => p99(one.alone));
  const shared = { better: 'lower', rounds: rounds.length } as const;
  return [
    {
      ...{
        figure: `g. an open request is owed to ${EXPERTS.toLocaleString('en')} experts, the slowest`,
        unit: 's',
        ...shared,
      },
      ...{
        parley: most(queued),
        baseline: ALLOWED_S,
        ratio: most(queued) / ALLOWED_S,
        noise: null,
        floor: 1,
        goal: 0.5,
      },
      note: 'beside it what is allowed',
    },
    {
      ...{ figure: 'g. the same beside a bare insertMany of those letters', unit: 's', ...shared },
      ...{ parley: median(queued), baseline: median(bare), noise: noiseOf(neighbours(bare)) },
      ratio: median(rounds.map((one) => one.queued / one.bare)),
      ...{ floor: 10, goal: 5 }, // one by one it would be beyond that
    },
    {
      ...{ figure: `g. send → stored → delivered meanwhile, p99 at ${A_SECOND}/s`, unit: 'ms', ...shared },
      ...{ parley: median(beside), baseline: median(alone), noise: noiseOf(neighbours(alone)) },
      ratio: median(rounds.map((one) => p99(one.beside) / p99(one.alone))),
      ...{ floor: 3, goal: 1.5 },
      note: 'beside it without the letters',
    },
  ];
}

function factsOf(rounds: readonly Round[], count: number): string[] {
  const all = (name: 'beside' | 'alone') => rounds.flatMap((round) => round[name]);
  const shown = (ms: readonly number[]) =>
    `${percentile(ms, 50).toFixed(1)}, ${p99(ms).toFixed(1)} and ${most(ms).toFixed(1)}`;
  return [
    `g: ${count} letters; a quarter to half a second of the time passes until anybody looks, so that what happens together is done together; what is owed already is sent meanwhile`,
    `g: a message of somebody else took ${shown(all('beside'))} ms (median, p99, the longest) while letters were queued, ${shown(all('alone'))} ms without`,
  ];
}

interface People {
  readonly customer: Connection;
  readonly ada: Connection;
}

async function peopleOf(url: string): Promise<People> {
  const door = await Door.at(url);
  for (const name of ['ada', 'ben', 'cleo']) await withoutMail(url, await door.login(`${name}@example.test`));
  const ada = await connect(url, (await door.login('ada@example.test')).token);
  const customer = await connect(url, (await door.visitor()).token);
  door.close();
  return { customer, ada };
}

interface Opened {
  readonly seconds: number;
  readonly beside: number[];
  readonly letters: mongoose.mongo.Filter<Doc>;
}

/** A reserved request is passed; messages of others are sent until all letters are owed. */
async function open(db: Db, { customer, ada }: People, send: Send): Promise<Opened> {
  const requestId = await reserved(customer, ada);
  await sleep(PAUSE_MS);
  const mailings = db.collection<Doc>('mailings');
  let seconds: number | null = null;
  const began = performance.now();
  const queueing = (async () => {
    await ada.call('request.decline', { requestId });
    // settled once all are written: asking for one document costs less than counting thousands
    while ((await mailings.findOne({ 'params.offerId': requestId, state: 'sent' })) === null) {
      if (performance.now() - began > PATIENCE_MS) throw new Error('g: the letters were not queued in time');
      await sleep(5);
    }
    seconds = (performance.now() - began) / 1_000;
    return seconds;
  })();
  const [took, beside] = await Promise.all([queueing, paced(send, A_SECOND, PATIENCE_MS, () => seconds !== null)]);
  return { seconds: took, beside, letters: { template: 'request_open', about: requestId } };
}

/** They are not sent: that is part f. */
async function forget(db: Db, those: mongoose.mongo.Filter<Doc>): Promise<void> {
  await db.collection<Doc>('mails').deleteMany(those);
}

/** Seconds for as many documents of the same content, in as many inserts. */
async function insertBare(db: Db, docs: readonly Doc[]): Promise<number> {
  const bare = db.collection<Doc>('bare_letters');
  const began = performance.now();
  for (let from = 0; from < docs.length; from += BATCH) {
    await bare.insertMany(docs.slice(from, from + BATCH), { ordered: false });
  }
  const seconds = (performance.now() - began) / 1_000;
  await bare.drop();
  return seconds;
}
