// One run of the demo from the first server to the verdict.

import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { openBoard } from './board.ts';
import type { Board, Screen } from './board.ts';
import { live } from './conversation.ts';
import type { Conversation } from './conversation.ts';
import { checkInvariants } from './invariants.ts';
import { ledgerVerdict } from './ledger-verdict.ts';
import { startNodes } from './nodes.ts';
import type { Nodes } from './nodes.ts';
import { gatherExperts, signInCare } from './people.ts';
import type { Planned } from './paths.ts';
import { curvesIn } from './prices.ts';
import { nodeSettings } from './settings.ts';
import { snapshotOf, untilQuiet } from './snapshot.ts';
import type { Db } from './snapshot.ts';
import type { Stage } from './stage.ts';
import { isWell, summaryOf } from './summary.ts';
import { newWitness } from './witness.ts';
import type { Witness } from './witness.ts';

export interface Demo {
  readonly mongodbUri: string;
  readonly redisUrl: string;
  /** for the logs of the nodes */
  readonly folder: string;
  readonly plan: readonly Planned<Conversation>[];
  /** how many conversations are under way at once */
  readonly parallel: number;
  readonly speed: number;
  /** of the nodes, beside those of the demo */
  readonly settings?: Readonly<Record<string, string>>;
  readonly screen: Screen;
  /** what must be undone, in reverse order, however it ends */
  readonly closers: (() => Promise<void>)[];
  /** when all have gone home and before the database is judged */
  readonly beforeVerdict?: (db: Db, witness: Witness) => Promise<void>;
}

/** Answers the exit code: 0 when every promise was kept. */
export async function runDemo(demo: Demo): Promise<0 | 1> {
  const { screen, closers, plan } = demo;
  const { db, env } = await freshStores(demo);
  screen.write('Starting two gateways and a worker …\n');
  const starting = startNodes({ ...nodeSettings(demo.speed), ...demo.settings, ...env }, demo.folder);
  // if it does not start, it says so itself
  closers.push(() =>
    starting.then(
      (started) => started.stop(),
      () => undefined,
    ),
  );
  const nodes = await starting;
  screen.write(welcome(nodes, plan.length));

  const startedAt = performance.now();
  const { stage, problems } = await play(demo, nodes);
  const seconds = (performance.now() - startedAt) / 1_000;
  await untilQuiet(db);
  stage.witness.curves.push(...(await curvesIn(db, nodes.gateways[0])));
  await demo.beforeVerdict?.(db, stage.witness);

  const complaints = nodes.complaints();
  const names = new Map(stage.experts.map((expert) => [expert.client.user.id, expert.name]));
  const run = {
    seconds,
    conversations: plan.length,
    limits: plan.map(({ pays }) => pays),
    witness: stage.witness,
    snapshot: await snapshotOf(db),
    verdicts: [...(await checkInvariants(db, stage.witness)), await ledgerVerdict(env.MONGODB_URI)],
    problems: [...problems, ...complaints.errors],
    warnings: complaints.warnings,
    nameOf: (userId: string) => names.get(userId) ?? userId,
  };
  screen.write(`${summaryOf(run)}\n`);
  return isWell(run) ? 0 : 1;
}

/** A database and a Redis prefix of this run alone, which leave nothing behind. */
async function freshStores({ mongodbUri, redisUrl, closers }: Demo) {
  const name = `demo-${randomBytes(4).toString('hex')}`;
  const uri = new URL(mongodbUri);
  uri.pathname = `/${name}`;
  const mongo = await mongoose.mongo.MongoClient.connect(uri.href);
  const db = mongo.db();
  closers.push(async () => {
    await db.dropDatabase();
    await mongo.db(`${name}_keys`).dropDatabase();
    await mongo.close();
  });
  closers.push(() => forget(redisUrl, name));
  const secrets = { TOKEN_SECRET: randomBytes(32).toString('hex'), KEK: `1:${randomBytes(32).toString('base64')}` };
  return { db, env: { MONGODB_URI: uri.href, REDIS_URL: redisUrl, REDIS_PREFIX: name, ...secrets } };
}

async function forget(redisUrl: string, prefix: string): Promise<void> {
  const redis = new Redis(redisUrl);
  for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1_000 })) {
    if ((keys as string[]).length > 0) await redis.unlink(keys as string[]);
  }
  await redis.quit();
}

function welcome({ gateways: [first, second] }: Nodes, conversations: number): string {
  return `
This is an installation of Parley as it runs in production: two gateways and a worker, each a process
of its own. Robots live ${conversations} real conversations about Linux again (demo/CONVERSATIONS.md). A customer
asks, an expert at the other gateway answers, and beside it every customer is offered Secure Remote
Assistance. What becomes of the offer differs: the board shows the paths. In the end the database is
compared with what the clients saw.

  ${first}/expert      the console of experts: sign in as ada@example.test with the password parley-demo,
                        and watch the robots work. You can take a request from them: the robot then
                        reads why, and its conversation counts as one that broke off
  ${first}/            a shop with the widget, to ask them something yourself
  ${first}/docs        every command, to be tried out
  ${first}/dev/inbox   the e-mails that would have been sent
  ${first}/metrics     numbers for Prometheus
  ${second}             the second gateway, with the same pages

Ctrl-C stops everything and leaves nothing behind.

`;
}

interface Played {
  readonly stage: Stage;
  readonly problems: readonly string[];
}

async function play(demo: Demo, { gateways }: Nodes): Promise<Played> {
  const { plan, screen, speed } = demo;
  const witness = newWitness();
  const care = await signInCare(gateways[0]);
  const experts = await gatherExperts(gateways, care, witness);
  const paths = plan.map(({ path }) => path);
  const board = openBoard(screen, paths, care, witness);
  demo.closers.push(async () => board.stop());
  const stage: Stage = { gateways, care, experts, witness, speed, say: board.say };

  const problems: string[] = [];
  const waiting = [...plan];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await tryLive(stage, board, next, problems);
    }
  };
  await Promise.all(Array.from({ length: demo.parallel }, lane));
  board.stop();
  await Promise.all([care.close(), ...experts.map(({ client }) => client.close())]);
  return { stage, problems };
}

/** One that breaks off is a finding; the others go on. */
async function tryLive(stage: Stage, board: Board, planned: Planned<Conversation>, problems: string[]): Promise<void> {
  board.begins(planned.path);
  try {
    await live(stage, planned);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.push(`conversation ${planned.index + 1} (${planned.path.title}) broke off: ${reason}`);
    board.say(`a conversation broke off: ${reason}`);
  }
  board.ends(planned.path);
}
