// Secrets that development does without: they are made once and kept beside the data, so that a restart keeps everybody
// signed in and private information readable. Production gives them.

import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from './config.ts';
import type { Config } from './config.ts';
import { hasCode } from './development/lock.ts';
import type { KekMisfit } from './dispatch/keys.ts';
import { parseKeks } from './settings/keks.ts';
import type { Kek } from './settings/keks.ts';

const SHORTEST_SECRET = 32; // as of TOKEN_SECRET

/** @throws ConfigError when the file of an earlier start holds none: an empty one would sign whatever anybody likes */
export async function tokenSecretOf({ tokenSecret, dataDir }: Config): Promise<string> {
  if (tokenSecret !== undefined) return tokenSecret;
  const file = join(dataDir, 'token-secret');
  const secret = await kept(file, randomBytes(32).toString('hex'));
  if (secret.trim().length < SHORTEST_SECRET) {
    throw new ConfigError([
      `${file}: is shorter than ${SHORTEST_SECRET} characters: without it the next start makes one`,
    ]);
  }
  return secret;
}

/** @throws ConfigError when the file of an earlier start was changed into something else */
export async function keksOf({ keks, dataDir }: Config): Promise<readonly Kek[]> {
  if (keks !== undefined) return keks;
  const file = join(dataDir, 'kek');
  const made = parseKeks(await kept(file, `1:${randomBytes(32).toString('base64')}`));
  if (made === null) throw new ConfigError([`${file}: is not a list of keys`]);
  return made;
}

const MISFITS: Readonly<Record<KekMisfit['why'], string>> = {
  other: 'is not the key that wraps the stored data keys',
  missing: 'is not among the settings: it still wraps data keys, until "npm run keys:rotate" is through',
  newer: 'is not among the settings: it wraps data keys already',
};

/** What is wrong with KEK, in one line. */
export function kekError(misfits: readonly KekMisfit[]): ConfigError {
  return new ConfigError(misfits.map(({ version, why }) => `KEK: version ${version} ${MISFITS[why]}`));
}

/** The secret in this file, which is made when it is not there. Nothing is written when it is: the disk may be full by now. */
async function kept(file: string, made: string): Promise<string> {
  const before = await readFile(file, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  });
  if (before !== null) return before;
  await mkdir(dirname(file), { recursive: true });
  const complete = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(complete, made, { flag: 'wx', mode: 0o600, flush: true });
    await link(complete, file); // with its whole content or not at all, also on a disk that is full
    return made;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw new Error(`${file} cannot be made: ${wordsOf(error)}`, { cause: error });
    return await readFile(file, 'utf8'); // made by another process a moment ago
  } finally {
    await rm(complete, { force: true });
  }
}

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
