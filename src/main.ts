// One process: reads the settings, finds or starts the services, runs the roles, and stops in reverse order.

import closeWithGrace from 'close-with-grace';
import { startNode } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { ServicesUnavailable, startServices } from './development/services.ts';
import { keksOf, tokenSecretOf } from './secrets.ts';

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
    const secrets = { tokenSecret: await tokenSecretOf(config), keks: await keksOf(config) };
    const node = await startNode({ ...config, mongodbUri, redisUrl, ...secrets });
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
