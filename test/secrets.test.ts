// Secrets that are made once and kept beside the data: whole, the same for all, and never an empty one.
import { mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import type { Config } from '../src/config.ts';
import { keksOf, tokenSecretOf } from '../src/secrets.ts';

const folders: string[] = [];
let dataDir: string;
let config: Config;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-secrets-'));
  folders.push(dataDir);
  config = readConfig({ PARLEY_DATA: dataDir });
});
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

test('they are made once, for whoever may read them, and nothing else is left there', async () => {
  const secrets = await Promise.all([1, 2, 3, 4].map(() => tokenSecretOf(config)));
  const keks = await keksOf(config);
  expect(new Set(secrets).size).toBe(1);
  expect(secrets[0]).toMatch(/^[\da-f]{64}$/);
  expect(await tokenSecretOf(config)).toBe(secrets[0]);
  expect(await keksOf(config)).toEqual(keks);
  expect(await readFile(path.join(dataDir, 'token-secret'), 'utf8')).toBe(secrets[0]);
  expect((await readdir(dataDir)).toSorted()).toEqual(['kek', 'token-secret']);
  expect((await stat(path.join(dataDir, 'token-secret'))).mode & 0o777).toBe(0o600);
});

test('what is there is read, and nothing is written: a full disk keeps no installation from starting again', async () => {
  const secret = await tokenSecretOf(config);
  const keks = await keksOf(config);
  await utimes(dataDir, 0, 0);
  expect(await tokenSecretOf(config)).toBe(secret);
  expect(await keksOf(config)).toEqual(keks);
  expect((await stat(dataDir)).mtimeMs).toBe(0);
});

test.each(['', 'short'])('a file that a full disk has left behind as "%s" is refused and named', async (left) => {
  for (const name of ['token-secret', 'kek']) await writeFile(path.join(dataDir, name), left);
  await expect(tokenSecretOf(config)).rejects.toThrow(
    `Settings: ${path.join(dataDir, 'token-secret')}: is shorter than 32 characters: without it the next start makes one`,
  );
  await expect(keksOf(config)).rejects.toThrow(`${path.join(dataDir, 'kek')}: is not a list of keys`);
});

test.runIf(process.platform === 'linux')('what cannot be written is named', async () => {
  const nowhere = readConfig({ PARLEY_DATA: '/proc/self/fd' });
  await expect(tokenSecretOf(nowhere)).rejects.toThrow(/^\/proc\/self\/fd\/token-secret cannot be made: E/);
});
