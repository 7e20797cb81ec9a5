// `npm run demo`: starts everything, lives sixty conversations, and says whether every promise was kept.
//
// DEMO_SPEED=60   how many times faster than life
// DEMO_KEEP=1     keeps everything running afterwards, until Ctrl-C

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../src/config.ts';
import { startServices } from '../src/development/services.ts';
import type { Conversation } from './conversation.ts';
import { planOf } from './paths.ts';
import { runDemo } from './run.ts';
import { speedOf } from './settings.ts';

const PARALLEL = 10; // conversations at once
const SAME_PRESS_MS = 1_000;

const closers: (() => Promise<void>)[] = [];
let stopping: Promise<void> | null = null;
let signalledAt = 0;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
try {
  const code = await demo();
  if (process.env['DEMO_KEEP'] === '1') await kept();
  await stop();
  process.exit(code);
} catch (error) {
  if (stopping === null) say(error instanceof Error ? error.message : String(error));
  await stop();
  process.exit(1);
}

async function demo(): Promise<0 | 1> {
  const speed = speedOf(process.env['DEMO_SPEED']);
  const { mongodbUri, redisUrl, cacheDir } = readConfig(process.env);
  const folder = await mkdtemp(join(tmpdir(), 'parley-demo-'));
  closers.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const starting = startServices({ mongodbUri, redisUrl, dataDir: folder, cacheDir, say });
  // if they do not start, they say so themselves
  closers.push(() =>
    starting.then(
      (started) => started.stop(),
      () => undefined,
    ),
  );
  const services = await starting;
  const file = new URL('conversations.json', import.meta.url);
  const plan = planOf(JSON.parse(await readFile(file, 'utf8')) as Conversation[]);
  return runDemo({ ...services, folder, plan, speed, parallel: PARALLEL, screen: process.stdout, closers });
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function kept(): Promise<void> {
  say('Everything keeps running (DEMO_KEEP=1): log in as ada@example.test, password parley-demo. Ctrl-C ends it.');
  await new Promise(() => setInterval(() => undefined, 60_000));
}

/** Once, in reverse order, whoever asks. */
function stop(): Promise<void> {
  stopping ??= (async () => {
    for (const closer of closers.splice(0).reverse()) {
      await closer().catch((error: unknown) => {
        say(`while stopping: ${error instanceof Error ? error.message : String(error)}`);
      });
    }
  })();
  return stopping;
}

/**
 * The second one does not wait: what this process started ends when it is gone. One press may come as two signals, from
 * the terminal and from tsx, which is why a second one counts only after a moment.
 */
function onSignal(signal: NodeJS.Signals): void {
  if (stopping === null) {
    signalledAt = performance.now();
    void stop().then(() => process.exit(130)); // the board first, which is drawn over everything else
    say(`\n${signal}: stopping everything …`);
  } else if (performance.now() - signalledAt > SAME_PRESS_MS) {
    process.exit(1);
  }
}
