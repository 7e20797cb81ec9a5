// The two servers as processes: started detached, watched by a guardian that ends them when this process is gone.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer, Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import type { Binary } from './binaries.ts';
import {
  type Claim,
  dropClaim,
  hasCode,
  isAlive,
  type Life,
  lifeOf,
  ownClaim,
  readClaim,
  rewriteClaim,
  tryClaim,
} from './lock.ts';

const REPLICA_SET = 'parley';
const READY_MS = 60_000; // a journal of a killed server may take a while to replay
const POLL_MS = 25;
const GRACE_MS = 10_000; // between SIGTERM and SIGKILL
const TAKEN_RETRIES = 5; // how often another port is tried when somebody was faster
// Below the ranges from which systems give ports to outgoing connections: a port kept there is hardly ever taken.
const PORTS = { from: 20_000, count: 10_000 };
const CONNECT_MS = 1_000;
const NOT_YET_INITIALIZED = 94; // MongoDB's code for a replica set without a configuration

// Plain text for `node -e`, because it has to run the same from dist/ and under tsx. It reads the pids from its stdin,
// whose other end only the parent holds: it closes when the parent is gone, however that happened. Zombies count as gone.
const GUARDIAN = `
const { readFileSync, rmSync } = require('node:fs');
const lock = process.argv[1];
let text = '', pids = [], started = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.stdin.on('data', (chunk) => {
  const lines = (text + chunk).split('\\n');
  text = lines.pop();
  if (lines.length > 0) pids = JSON.parse(lines.pop());
});
process.stdin.on('error', () => {});
process.stdin.on('close', () => { started = Date.now(); signalAll('SIGTERM'); wait(); });
function signalAll(signal) { for (const pid of pids) try { process.kill(pid, signal); } catch {} }
function alive(pid) {
  try { process.kill(pid, 0); } catch { return false; }
  try { return !readFileSync('/proc/' + pid + '/stat', 'latin1').split(') ').pop().startsWith('Z'); } catch { return true; }
}
function wait() {
  pids = pids.filter(alive);
  if (pids.length > 0 && Date.now() - started > 2 * ${GRACE_MS}) process.exit(1);
  if (pids.length > 0 && Date.now() - started > ${GRACE_MS}) signalAll('SIGKILL');
  if (pids.length > 0) return setTimeout(wait, 50);
  try { if (JSON.parse(readFileSync(lock, 'utf8')).guardian.pid === process.pid) rmSync(lock); } catch {}
  process.exit(0);
}`;

type Say = (line: string) => void;

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

/** Starts mongod as a replica set of one, and waits until it takes writes. Returns its port. */
export async function startMongod(keeper: Keeper, binary: Binary): Promise<{ server: Running; port: number }> {
  const folder = join(keeper.dataDir, 'mongo');
  await mkdir(folder, { recursive: true });
  return await onFreePort(keeper, 'mongod', async (port) => {
    const server = keeper.run('mongod', binary.file, [
      ...['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--replSet', REPLICA_SET],
      ...[
        '--wiredTigerCacheSizeGB',
        '0.5',
        '--nounixsocket',
        '--setParameter',
        'diagnosticDataCollectionEnabled=false',
      ],
    ]);
    await until(server, () => lookAtMongod(server, port));
    return server;
  });
}

/** Starts redis-server (or valkey-server) and waits until it has loaded its data. Returns its port. */
export async function startRedis(keeper: Keeper, binary: Binary): Promise<{ server: Running; port: number }> {
  const folder = join(keeper.dataDir, 'redis');
  await mkdir(folder, { recursive: true });
  return await onFreePort(keeper, 'redis', async (port) => {
    const server = keeper.run('redis', binary.file, [
      ...[
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--dir',
        folder,
        '--appendonly',
        'yes',
        '--appendfsync',
        'everysec',
      ],
      // hz 100 makes delayed jobs punctual.
      ...['--save', '', '--maxmemory-policy', 'noeviction', '--hz', '100', '--dynamic-hz', 'no'],
    ]);
    await until(server, () => lookAtRedis(server, port));
    return server;
  });
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

function startGuardian(lock: string): ChildProcess {
  const env = { ...process.env, NODE_OPTIONS: '' };
  // Detached, as the servers are: the terminal's Ctrl-C is for the parent, which closes first and then stops them.
  const guardian = spawn(process.execPath, ['-e', GUARDIAN, lock], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env,
  });
  guardian.stdin.on('error', () => undefined); // if it was killed: the next start still finds the servers in the lock file
  if (guardian.stdin instanceof Socket) guardian.stdin.unref();
  guardian.on('error', () => undefined);
  guardian.unref();
  return guardian;
}

async function dismiss(guardian: ChildProcess): Promise<void> {
  guardian.stdin?.end();
  if (guardian.exitCode === null && guardian.signalCode === null && guardian.pid !== undefined) {
    await new Promise((resolve) => guardian.once('exit', resolve));
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
async function until(server: Running, look: () => Promise<'ready' | Error>): Promise<void> {
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

/** Uses the port of last time if it is free; a server that lost the race for its port tries another one. */
async function onFreePort(
  keeper: Keeper,
  name: string,
  start: (port: number) => Promise<Running>,
): Promise<{ server: Running; port: number }> {
  const file = join(keeper.dataDir, `${name}.port`);
  for (let attempt = 1; ; attempt += 1) {
    const port = await pickPort(readPort(file));
    try {
      const server = await start(port);
      writeFileSync(`${file}.new`, String(port));
      renameSync(`${file}.new`, file);
      return { server, port };
    } catch (error) {
      if (attempt > TAKEN_RETRIES || (await isFree(port))) throw error;
    }
  }
}

function readPort(file: string): number | undefined {
  try {
    const port = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function pickPort(kept: number | undefined): Promise<number> {
  for (let port = kept; ; port = undefined) {
    port ??= PORTS.from + Math.floor(Math.random() * PORTS.count);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const answer = (open: boolean) => (): void => {
      socket.destroy();
      resolve(open);
    };
    socket.setTimeout(CONNECT_MS, answer(false)).once('error', answer(false)).connect(port, '127.0.0.1', answer(true));
  });
}

/** Ready is: ours (the port may have gone to another checkout's server), a replica set of its own address, and primary. */
async function lookAtMongod(server: Running, port: number): Promise<'ready' | Error> {
  if (!(await isOpen(port))) return new Error('its port is closed');
  const options = { serverSelectionTimeoutMS: CONNECT_MS, connectTimeoutMS: CONNECT_MS, directConnection: true };
  const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${port}`, options);
  try {
    const admin = client.db('admin');
    const status = await admin.command({ serverStatus: 1 });
    if (status['pid'] !== server.pid) return new Error('its port is taken');
    await configure(admin, `127.0.0.1:${port}`);
    const hello = await admin.command({ hello: 1 });
    return hello['isWritablePrimary'] === true ? 'ready' : new Error('it is not primary');
  } catch (error) {
    return asError(error);
  } finally {
    await client.close();
  }
}

/** A replica set remembers its member's address: if that has changed, only a forced reconfiguration makes it primary again. */
async function configure(admin: mongoose.mongo.Db, host: string): Promise<void> {
  try {
    const { config } = (await admin.command({ replSetGetConfig: 1 })) as unknown as { config: SetConfig };
    const [member] = config.members;
    if (!member || (member.host === host && config.members.length === 1)) return;
    const moved = { ...config, version: config.version + 1, members: [{ ...member, host }] };
    await admin.command({ replSetReconfig: moved, force: true });
  } catch (error) {
    if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== NOT_YET_INITIALIZED) throw error;
    await admin.command({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host }] } });
  }
}

interface SetConfig {
  version: number;
  members: { host: string }[];
}

async function lookAtRedis(server: Running, port: number): Promise<'ready' | Error> {
  if (!(await isOpen(port))) return new Error('its port is closed');
  const redis = new Redis({
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect(); // waits until the data are loaded
    const pid = /process_id:(\d+)/.exec(await redis.info('server'))?.[1];
    return pid === String(server.pid) ? 'ready' : new Error('its port is taken');
  } catch (error) {
    return asError(error);
  } finally {
    redis.disconnect();
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
