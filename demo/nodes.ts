// The installation under test: two gateways and a worker, each a process of its own, as in production.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const READY_MS = 60_000;
const GRACE_MS = 10_000;
const NAMES = ['gateway-1', 'gateway-2', 'worker'] as const;

// A node whose demo was killed ends as well: the channel between them breaks.
const LEASH = `data:text/javascript,process.on('disconnect',()=>process.kill(process.pid,'SIGTERM'))`;

export interface Nodes {
  readonly gateways: readonly [string, string];
  /** what the nodes have logged: errors, crashes and nodes that are gone; and warnings, after which things went on */
  complaints(): Complaints;
  stop(): Promise<void>;
}

export interface Complaints {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

interface Process {
  readonly name: string;
  readonly log: string;
  readonly child: ChildProcess;
}

/**
 * Starts the three and waits until they are ready.
 * @throws Error quoting the log of one that ended
 */
export async function startNodes(env: Record<string, string>, folder: string): Promise<Nodes> {
  const [first, second] = [await freePort(), await freePort()];
  const urls = [`http://127.0.0.1:${first}`, `http://127.0.0.1:${second}`] as const;
  const ports = [String(first), String(second), '0'];
  const all = NAMES.map((name, index) =>
    start(name, folder, {
      ...env,
      ROLE: name === 'worker' ? 'worker' : 'gateway',
      PORT: ports[index] ?? '0',
      PUBLIC_URL: urls[0], // links in e-mails
    }),
  );
  const stop = async () => {
    await Promise.all(all.map(end));
  };
  try {
    await Promise.all(all.map(ready));
  } catch (error) {
    await stop();
    throw error;
  }
  return { gateways: urls, stop, complaints: () => complaintsOf(all) };
}

function start(name: string, folder: string, env: Record<string, string>): Process {
  const log = join(folder, `${name}.log`);
  const output = openSync(log, 'w');
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', LEASH, 'src/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output, 'ipc'],
    detached: true, // Ctrl-C is for the demo, which stops them in order
  });
  child.on('error', () => undefined); // `ready` finds that it does not run
  return { name, log, child };
}

async function ready(node: Process): Promise<void> {
  const giveUp = Date.now() + READY_MS;
  while (!readFileSync(node.log, 'utf8').includes(' is ready at ')) {
    if (hasEnded(node) || Date.now() > giveUp) {
      throw new Error(`${node.name} did not start:\n${readFileSync(node.log, 'utf8').trim().slice(-2_000)}`);
    }
    await sleep(25);
  }
}

async function end(node: Process): Promise<void> {
  const { child } = node;
  if (hasEnded(node)) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await gone;
  clearTimeout(impatience);
}

function hasEnded({ child }: Process): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

function complaintsOf(all: readonly Process[]): Complaints {
  const logged = all.flatMap(({ name, log }) => {
    const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => ({ line: `${name}: ${line}`, level: levelOf(line) }));
  });
  const at = (wanted: number) => logged.filter(({ level }) => level === wanted).map(({ line }) => line);
  const gone = all.filter(hasEnded).map(({ name }) => `${name} ended by itself`);
  return { errors: [...gone, ...at(ERROR)], warnings: at(WARNING) };
}

const WARNING = 40;
const ERROR = 50;

/** pino writes one JSON a line; anything else is a crash, but for the lines of a start: what it waits for, "ready", where one may look. */
function levelOf(line: string): number {
  const level = /^\{"level":(\d+)/.exec(line)?.[1];
  if (level !== undefined) return Math.min(Number(level), ERROR);
  return / is ready at |^(?:Shop|Commands) http|^(?:Waiting for|Preparing) /.test(line) ? 0 : ERROR;
}

/** Asked for at the same moment by somebody else it may be gone again; then the node says so and the demo ends. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => {
        resolve(port);
      });
    });
  });
}
