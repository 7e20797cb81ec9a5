// (b) How long from sending to stored and delivered at a fixed rate, beside a bare delivery and a bare insert.

import mongoose from 'mongoose';
import { v7 as uuid } from 'uuid';
import type { Bench, Outcome } from './bench.ts';
import { paced } from './client.ts';
import type { Send } from './client.ts';
import { startBareServer, startParley } from './servers.ts';
import { median, neighbours, noiseOf, p99 } from './stats.ts';
import { bareTalks, inTurn, parleyTalks, realLines } from './talk.ts';
import { WRITE_CONCERN } from './stores.ts';

const ROUNDS = 8;
const PAIRS = 200;
const A_SECOND = 1_000;
const WINDOW_MS = 2_000;
const WARM_UP_MS = 3_000;
const POOL = 100; // connections of the baseline: its writes wait for mongod and never for each other

export async function latency(bench: Bench): Promise<Outcome> {
  const { stores, say } = bench;
  const [bare, gateway] = await Promise.all([
    startBareServer(stores.folder),
    startParley('gateway', stores, { POLICY_CLAIM: '12h' }),
  ]);
  const client = await mongoose.mongo.MongoClient.connect(stores.mongodbUri, {
    writeConcern: WRITE_CONCERN,
    maxPoolSize: POOL,
  });
  const bareSide = await bareTalks(bare.url, PAIRS);
  const parleySide = await parleyTalks(gateway.url, PAIRS);
  const deliver = inTurn(bareSide);
  const talk = inTurn(parleySide);
  const insert = inserting(client.db());
  const baseline = async (ms: number) => ({
    delivery: p99(await paced(deliver, A_SECOND, ms)),
    insert: p99(await paced(insert, A_SECOND, ms)),
  });

  await baseline(WARM_UP_MS);
  await paced(talk, A_SECOND, WARM_UP_MS);
  await bench.profiled('latency', [gateway], async () => {
    await paced(talk, A_SECOND, WARM_UP_MS);
  });
  const rounds: (Baseline & { parley: number })[] = [];
  for (let count = bench.quick ? 2 : ROUNDS; count > 0; count -= 1) {
    const round = { ...(await baseline(WINDOW_MS)), parley: p99(await paced(talk, A_SECOND, WINDOW_MS)) };
    rounds.push(round);
    const { delivery, insert, parley } = round;
    say(`b: p99 bare ${delivery.toFixed(1)} + ${insert.toFixed(1)}, Parley ${parley.toFixed(1)} ms`);
  }
  for (const one of [...bareSide, ...parleySide]) one.close();
  await client.close();

  return {
    rows: [
      {
        figure: `b. send → stored → delivered, p99 at ${A_SECOND}/s`,
        unit: 'ms',
        parley: median(rounds.map(({ parley }) => parley)),
        baseline: median(rounds.map(total)),
        ratio: median(rounds.map((round) => round.parley / total(round))),
        noise: noiseOf(neighbours(rounds.map(total))),
        better: 'lower',
        floor: 3,
        goal: 1.5,
        rounds: rounds.length,
      },
    ],
    violations: [],
    facts: [
      `b: the baseline is the p99 of a bare delivery (${median(rounds.map(({ delivery }) => delivery)).toFixed(1)} ms) and ` +
        `that of an insertOne (${median(rounds.map(({ insert }) => insert)).toFixed(1)} ms), both at the same ${A_SECOND}/s`,
    ],
  };
}

interface Baseline {
  readonly delivery: number;
  readonly insert: number;
}
const total = ({ delivery, insert }: Baseline) => delivery + insert;

/** Documents like those of src/models/message.ts, one write each. */
function inserting(db: mongoose.mongo.Db): Send {
  const collection = db.collection<{ _id: string }>('bare_messages');
  const lines = realLines();
  const question = `q_${uuid()}`;
  const by = { id: `u_${uuid()}`, name: 'Cora', role: 'customer' };
  let seq = 0;
  return (settled) => {
    seq += 1;
    const began = performance.now();
    const doc = {
      _id: `${question}/${String(seq).padStart(9, '0')}`,
      questionId: question,
      clientId: uuid(),
      kind: 'message',
      by,
      body: lines[seq % lines.length]!,
      at: new Date(),
    };
    void collection.insertOne(doc).then(() => settled(performance.now() - began));
  };
}
