// The processes that are measured: the built product, and the bare baselines, all started the same way.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, createWriteStream, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuOf, rssOf } from './cpu.ts';

export const ROOT = fileURLToPath(new URL('../', import.meta.url));

const READY_MS = 60_000;
const STOP_MS = 15_000; // then it is killed
const NO_LIMIT = '1000000'; // the rate limits are measured by nobody here

export interface Server {
  readonly pid: number;
  readonly url: string;
  readonly child: ChildProcess;
  /** seconds of CPU so far */
  cpu(): number;
  /** resident bytes */
  rss(): number;
  /** asks what bench/inside.js answers */
  ask(request: { ask: 'collect' | 'profile' } | { ask: 'profiled'; file: string }): Promise<void>;
  stop(): Promise<void>;
}

/** Where a part's servers find their stores. */
export interface Stores {
  readonly mongodbUri: string;
  readonly redisUrl: string;
  readonly redisPrefix: string;
  /** for logs */
  readonly folder: string;
}

/** What tokens are signed with. */
export const SECRET = 'a secret of the bench that is long enough';

const running = new Set<Server>();

/** A node of the product as `npm run build` made it, with settings on top of those of the bench. */
export function startParley(role: 'gateway' | 'worker', stores: Stores, env: Record<string, string> = {}) {
  return start(`parley-${role}`, stores.folder, ['dist/main.js'], {
    ROLE: role,
    PORT: '0',
    MONGODB_URI: stores.mongodbUri,
    REDIS_URL: stores.redisUrl,
    REDIS_PREFIX: stores.redisPrefix,
    TOKEN_SECRET: SECRET,
    KEK: `1:${Buffer.alloc(32, 'a key of the bench').toString('base64')}`,
    DEMO: '1',
    RATE_COMMANDS: NO_LIMIT,
    RATE_LOGINS: NO_LIMIT,
    RATE_VISITORS: NO_LIMIT,
    MAX_SOCKETS_PER_USER: NO_LIMIT,
    MAX_SOCKETS_PER_ADDRESS: NO_LIMIT, // all of them come from this machine
    ...env,
  });
}

export function startBareServer(folder: string): Promise<Server> {
  return start('bare-server', folder, ['bench/bare-server.js'], {});
}

export function startBareQueue(stores: Stores): Promise<Server> {
  return start('bare-queue', stores.folder, ['bench/bare-queue.js', stores.redisUrl, `${stores.redisPrefix}-bare`], {});
}

export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((server) => server.stop()));
}

async function start(name: string, folder: string, args: string[], env: Record<string, string>): Promise<Server> {
  const file = join(folder, `${name}.log`);
  const log = openSync(file, 'a');
  // nothing of the caller's settings: a POLICY_… of theirs would be measured along
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', '--expose-gc', '--import', './bench/inside.js', ...args],
    {
      cwd: ROOT,
      stdio: ['ignore', log, 'pipe', 'ipc'], // its log costs the load client nothing
      env: { PATH, HOME, ...env },
    },
  );
  closeSync(log);
  child.stderr?.pipe(createWriteStream(file, { flags: 'a' }));
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${name} could not be started`);
  const url = await readiness(child, name, file);
  const server: Server = {
    pid,
    url,
    child,
    cpu: () => cpuOf(pid),
    rss: () => rssOf(pid),
    ask: (request) =>
      new Promise((resolve) => {
        const listen = (answer: { answered?: string }) => {
          if (answer.answered !== request.ask) return;
          child.off('message', listen);
          resolve();
        };
        child.on('message', listen);
        child.send(request);
      }),
    async stop() {
      running.delete(server);
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const patience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await gone;
      clearTimeout(patience);
    },
  };
  running.add(server);
  return server;
}

/** The address that it names on stderr once it listens. */
function readiness(child: ChildProcess, name: string, log: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${name} did not become ready, see ${log}`));
    }, READY_MS);
    child.stderr?.on('data', (chunk: Buffer) => {
      if (said === 'ready') return;
      said += chunk.toString();
      const url = /ready at (\S+)/.exec(said)?.[1];
      if (url === undefined) return;
      said = 'ready';
      clearTimeout(timer);
      resolve(url);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${name} ended with ${code}: ${said}`));
    });
  });
}
