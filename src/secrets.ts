// Secrets that development does without: they are made once and kept beside the data, so that a restart keeps everybody
// signed in and private information readable. Production gives them.

import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from './config.ts';
import type { Config } from './config.ts';
import type { KekMisfit } from './dispatch/keys.ts';
import { parseKeks } from './settings/keks.ts';
import type { Kek } from './settings/keks.ts';

export async function tokenSecretOf(config: Config): Promise<string> {
  return config.tokenSecret ?? kept(config, 'token-secret', randomBytes(32).toString('hex'));
}

/** @throws ConfigError when the file of an earlier start was changed into something else */
export async function keksOf(config: Config): Promise<readonly Kek[]> {
  if (config.keks !== undefined) return config.keks;
  const keks = parseKeks(await kept(config, 'kek', `1:${randomBytes(32).toString('base64')}`));
  if (keks === null) throw new ConfigError([`${join(config.dataDir, 'kek')}: is not a list of keys`]);
  return keks;
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

async function kept({ dataDir }: Config, name: string, made: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, name);
  try {
    await writeFile(file, made, { flag: 'wx', mode: 0o600 });
    return made;
  } catch {
    return readFile(file, 'utf8'); // made by an earlier start, or by another process a moment ago
  }
}
