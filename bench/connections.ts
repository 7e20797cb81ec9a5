// (e) What an idle authenticated connection keeps in memory: the slope from 2,000 to 10,000 of them, beside bare
// Socket.IO with the same transport options.

import type { Connection } from '../web/client/connection.ts';
import type { Bench, Outcome } from './bench.ts';
import { Door, connect, each, range, sleep } from './client.ts';
import { openFilesLimit } from './cpu.ts';
import { startBareServer, startParley } from './servers.ts';
import type { Server } from './servers.ts';
import { median, noiseOf } from './stats.ts';

const FEW = 2_000;
const MANY = 10_000;
const AT_A_TIME = 100;
const OTHER_FILES = 500; // of this process and of a server, besides the connections
const READS = 5;
const BETWEEN_READS_MS = 500; // V8 gives pages back a little later than it frees them
const REST_MS = 1_000; // what came with connecting is through

export async function connections(bench: Bench): Promise<Outcome> {
  const { stores, say } = bench;
  if (openFilesLimit() < MANY + OTHER_FILES) {
    throw new Error(
      `e: ${MANY} connections need as many open files, and the limit is ${openFilesLimit()}: ` +
        `run "ulimit -n ${MANY + OTHER_FILES}" in the shell first, as root if it refuses`,
    );
  }
  const nobody = async () => undefined;
  const before = await slopeOf(await startBareServer(stores.folder), nobody);
  const gateway = await startParley('gateway', stores);
  const door = await Door.at(gateway.url);
  const sessions = await each(range(MANY), AT_A_TIME, () => door.visitor());
  door.close();
  const parley = await slopeOf(gateway, async (index) => sessions[index]!.token);
  const after = await slopeOf(await startBareServer(stores.folder), nobody);
  say(`e: bare ${before.toFixed(1)} and ${after.toFixed(1)}, Parley ${parley.toFixed(1)} KiB a connection`);
  const baseline = (before + after) / 2;
  return {
    rows: [
      {
        figure: `e. memory of an idle authenticated connection, ${FEW} to ${MANY}`,
        unit: 'KiB',
        parley,
        baseline,
        ratio: parley / baseline,
        noise: noiseOf([[before, after]]),
        better: 'lower',
        floor: 2,
        goal: 1.3,
        rounds: 1,
      },
    ],
    violations: [],
    facts: [`e: resident memory after a collection, the median of ${READS} reads at each end; one user a connection`],
  };
}

/** KiB of resident memory a connection. The server ends with it. */
async function slopeOf(server: Server, tokenOf: (index: number) => Promise<string | undefined>): Promise<number> {
  const open: Connection[] = [];
  const upTo = async (count: number) => {
    const more = range(count - open.length).map((index) => index + open.length);
    open.push(...(await each(more, AT_A_TIME, async (index) => connect(server.url, await tokenOf(index)))));
    await sleep(REST_MS);
    return restingMemory(server);
  };
  const few = await upTo(FEW);
  const many = await upTo(MANY);
  const lost = open.filter(({ status }) => status !== 'online').length;
  if (lost > 0) throw new Error(`e: ${lost} of ${MANY} connections were lost`);
  for (const connection of open) connection.close();
  await server.stop();
  return (many - few) / (MANY - FEW) / 1_024;
}

async function restingMemory(server: Server): Promise<number> {
  const reads: number[] = [];
  while (reads.length < READS) {
    await server.ask({ ask: 'collect' });
    await sleep(BETWEEN_READS_MS);
    reads.push(server.rss());
  }
  return median(reads);
}
