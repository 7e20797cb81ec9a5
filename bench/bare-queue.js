// The baseline of deadlines: one BullMQ queue and its worker, in a process of their own, that do nothing but note when a
// delayed job runs. Plain JavaScript, run by node as the built product is.
import { Queue, Worker } from 'bullmq';

const CONCURRENCY = 50; // as src/jobs/worker.ts
const ADD_BATCH = 1_000;

const [url, prefix] = process.argv.slice(2);
const queue = new Queue('bare', { connection: { url }, prefix });
let left = 0;
let lateness = [];

const worker = new Worker(
  'bare',
  async ({ data }) => {
    lateness.push(Date.now() - data.at);
    left -= 1;
    if (left === 0) process.send({ lateness });
  },
  {
    connection: { url, maxRetriesPerRequest: null },
    prefix,
    concurrency: CONCURRENCY,
    removeOnComplete: { count: 0 },
  },
);

/** Sets the deadlines; answers `set` when Redis has them, and `lateness` when the last one has run. */
process.on('message', async ({ deadlines }) => {
  left = deadlines.length;
  lateness = [];
  for (let from = 0; from < deadlines.length; from += ADD_BATCH) {
    const now = Date.now();
    await queue.addBulk(
      deadlines.slice(from, from + ADD_BATCH).map((at) => ({ name: 'bare', data: { at }, opts: { delay: at - now } })),
    );
  }
  process.send({ set: deadlines.length });
});

await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
process.stderr.write('ready at nowhere\n');
process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(1));
