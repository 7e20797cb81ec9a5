// One process: reads the settings, finds or starts the services, runs the roles, and stops in reverse order.

import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import closeWithGrace from 'close-with-grace';
import { startNode } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import type { Config } from './config.ts';
import { ServicesUnavailable, startServices } from './development/services.ts';

const CLOSE_LIMIT_MS = 25_000; // jobs get 20 s, sockets and stores the rest

try {
  await run();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof ServicesUnavailable)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

async function run(): Promise<void> {
  const config = readConfig();
  const services = await startServices({
    mongodbUri: config.mongodbUri,
    redisUrl: config.redisUrl,
    dataDir: config.dataDir,
    cacheDir: config.cacheDir,
    say: (line) => {
      process.stderr.write(`${line}\n`);
    },
  });
  try {
    const { mongodbUri, redisUrl } = services;
    const node = await startNode({ ...config, mongodbUri, redisUrl, tokenSecret: await tokenSecretOf(config) });
    process.stderr.write(`Parley (${config.role}) is ready at ${node.url}\n`);
    closeWithGrace({ delay: CLOSE_LIMIT_MS, logger: false }, async ({ err }) => {
      if (err) process.stderr.write(`${err.stack ?? err.message}\n`);
      await node.close();
      await services.stop();
    });
  } catch (error) {
    await services.stop();
    throw error;
  }
}

/** In development a secret is made once and kept beside the data, so that a restart keeps everybody signed in. */
async function tokenSecretOf(config: Config): Promise<string> {
  if (config.tokenSecret !== undefined) return config.tokenSecret;
  await mkdir(config.dataDir, { recursive: true });
  const file = join(config.dataDir, 'token-secret');
  const made = randomBytes(32).toString('hex');
  try {
    await writeFile(file, made, { flag: 'wx', mode: 0o600 });
    return made;
  } catch {
    return readFile(file, 'utf8'); // made by an earlier start, or by another process a moment ago
  }
}
