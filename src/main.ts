// One process: reads the settings, finds or starts the services, runs the roles, and stops in reverse order.

import closeWithGrace from 'close-with-grace';
import { startNode } from './app.ts';
import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { startServices } from './development/services.ts';
import { keksOf, tokenSecretOf } from './secrets.ts';
import { explain } from './start.ts';

const CLOSE_LIMIT_MS = 25_000; // requests and jobs get 15 s, sockets and stores the rest

try {
  await run();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}

async function run(): Promise<void> {
  const say = (line: string) => {
    process.stderr.write(`${line}\n`);
  };
  const config = readConfig();
  const services = await startServices({
    mongodbUri: config.mongodbUri,
    redisUrl: config.redisUrl,
    dataDir: config.dataDir,
    cacheDir: config.cacheDir,
    say,
  });
  const stops = [() => services.stop()];
  // from here on, so that whoever is told to end while a store is waited for ends as cleanly
  closeWithGrace({ delay: CLOSE_LIMIT_MS, logger: false }, async ({ err }) => {
    if (err) process.stderr.write(`${err.stack ?? err.message}\n`);
    for (const stop of stops.reverse()) await stop();
  });
  try {
    const { mongodbUri, redisUrl } = services;
    const secrets = { tokenSecret: await tokenSecretOf(config), keks: await keksOf(config) };
    const node = await startNode({ ...config, mongodbUri, redisUrl, ...secrets }, undefined, say);
    stops.push(() => node.close());
    say(`Parley (${config.role}) is ready at ${node.url}`);
    if (config.role !== 'worker') say(placesOf(config, config.publicUrl?.href.replace(/\/$/, '') ?? node.url));
  } catch (error) {
    await services.stop();
    throw error;
  }
}

/** Where a person may look first. */
function placesOf({ demo, production, smtpUrl }: Config, url: string): string {
  const places = [
    ...(demo ? [`Shop ${url}/`] : []),
    `Experts ${url}/expert`,
    `Commands ${url}/docs`,
    ...(production || smtpUrl !== undefined ? [] : [`Letters ${url}/dev/inbox`]),
    `Queues ${url}/admin/queues`,
  ];
  return places.join('   ');
}
