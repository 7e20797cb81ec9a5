// The two servers as processes: started detached, watched by a guardian that ends them when this process is gone.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GRACE_MS, dismiss, startGuardian } from './guardian.ts';
import { dropClaim, hasCode, isAlive, lifeOf, ownClaim, readClaim, rewriteClaim, tryClaim } from './lock.ts';
import type { Claim, Life } from './lock.ts';
import type { Say } from './run.ts';

const READY_MS = 60_000; // a journal of a killed server may take a while to replay
const POLL_MS = 25;

/** Keeps the servers of one data folder. */
export interface Keeper {
  dataDir: string;
  run(name: string, file: string, args: string[]): Running;
  close(): Promise<void>;
}

/** A server process. `ended` says how it ended, once it has. */
export interface Running {
  name: string;
  pid: number;
  log: string;
  child: ChildProcess;
  ended?: string;
}

/** Something about the servers that the person at the keyboard has to know; the message is for them, no stack needed. */
export class ServersFailed extends Error {
  override name = 'ServersFailed';
}

/** Takes the data folder for this process and starts the guardian. */
export async function keepServers(dataDir: string, say: Say): Promise<Keeper> {
  const lock = join(dataDir, 'lock');
  const claim = ownClaim();
  await takeFolder(lock, claim, say);
  const guardian = startGuardian(lock);
  const servers = new Set<Running>();
  let closing = false;
  const record = (): void => {
    const pids = [...servers].map((server) => server.pid);
    guardian.stdin?.write(`${JSON.stringify(pids)}\n`);
    claim.servers = pids.map(lifeOf).filter((life) => life !== undefined);
    const life = lifeOf(guardian.pid ?? 0);
    if (life) claim.guardian = life;
    // Somebody who deletes the data folder of running servers takes the lock away with it: no reason to fail.
    if (readClaim(lock)?.owner.pid === claim.owner.pid) rewriteClaim(lock, claim);
  };
  record();
  return {
    dataDir,
    run(name, file, args) {
      const server = launch(dataDir, name, file, args);
      servers.add(server);
      record();
      server.child.once('exit', () => {
        servers.delete(server);
        if (!closing) record();
      });
      return server;
    },
    async close() {
      closing = true;
      guardian.ref();
      await Promise.all([...servers].map(end));
      dropClaim(lock, claim);
      await dismiss(guardian);
    },
  };
}

async function takeFolder(lock: string, claim: Claim, say: Say): Promise<void> {
  const giveUp = Date.now() + 3 * GRACE_MS;
  let told = false;
  while (!tryClaim(lock, claim)) {
    const other = readClaim(lock);
    if (!other) continue;
    const owner = String(other.owner.pid);
    if (isAlive(other.owner))
      throw new ServersFailed(`${lock} says that process ${owner} uses this data folder: stop it first.`);
    if (other.guardian && isAlive(other.guardian)) {
      if (!told) say(`Waiting for the servers of process ${owner}, which is gone, to stop`);
      told = true;
      if (Date.now() > giveUp) throw new ServersFailed(`The servers of process ${owner} do not stop, see ${lock}.`);
      await sleep(POLL_MS);
    } else {
      await endOrphans(other.servers);
      dropClaim(lock, other);
    }
  }
}

/** Servers whose parent and guardian were both killed: two redis-servers must never write one file. */
async function endOrphans(orphans: Life[]): Promise<void> {
  for (const [signal, patience] of [
    ['SIGTERM', GRACE_MS],
    ['SIGKILL', GRACE_MS],
  ] as const) {
    const giveUp = Date.now() + patience;
    for (const orphan of orphans.filter(isAlive)) kill(orphan.pid, signal);
    while (orphans.some(isAlive) && Date.now() < giveUp) await sleep(POLL_MS);
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error; // it was faster
  }
}

function launch(dataDir: string, name: string, file: string, args: string[]): Running {
  const log = join(dataDir, `${name}.log`);
  const output = openSync(log, 'w');
  try {
    const child = spawn(file, args, { detached: true, stdio: ['ignore', output, output], cwd: dataDir });
    child.on('error', () => undefined);
    if (child.pid === undefined) throw new ServersFailed(`${file} cannot be started`);
    const server: Running = { name, pid: child.pid, log, child };
    child.once('exit', (code, signal) => {
      server.ended = signal ?? `exit code ${code}`;
    });
    child.unref(); // a program that is done may end; the guardian then stops the servers
    return server;
  } finally {
    closeSync(output);
  }
}

async function end(server: Running): Promise<void> {
  if (server.ended !== undefined) return;
  server.child.ref();
  const gone = new Promise((resolve) => server.child.once('exit', resolve));
  server.child.kill('SIGTERM');
  const impatience = setTimeout(() => server.child.kill('SIGKILL'), GRACE_MS);
  await gone;
  clearTimeout(impatience);
}

/** Waits for a server to be ready. One that ends before that is an error that quotes its log. */
export async function until(server: Running, look: () => Promise<'ready' | Error>): Promise<void> {
  const giveUp = Date.now() + READY_MS;
  for (let state = await look(); state !== 'ready'; state = await look()) {
    if (server.ended !== undefined)
      throw new ServersFailed(
        `${server.name} ended (${server.ended}), its log is ${server.log}:\n${lastWords(server.log)}`,
      );
    if (Date.now() > giveUp)
      throw new ServersFailed(`${server.name} did not become ready: ${state.message}; its log is ${server.log}`);
    await sleep(POLL_MS);
  }
}

/** What mongod marks as an error, in short; otherwise the last lines. */
function lastWords(log: string): string {
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  const errors = lines.filter((line) => /"s":"[EF]"/.test(line)).map((line) => line.replace(/^.*?"msg":/, ''));
  const words = errors.length > 0 ? errors.slice(0, 3) : lines.slice(-3);
  return words.map((line) => `  ${line.slice(0, 400)}`).join('\n');
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
