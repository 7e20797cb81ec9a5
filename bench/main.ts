// `npm run bench`: all parts, or those named behind `--`, on stores of their own. Ends with 1 below a floor.

import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../src/config.ts';
import { startServices } from '../src/development/services.ts';
import type { Outcome, Part } from './bench.ts';
import { accept } from './accept.ts';
import { connections } from './connections.ts';
import { atConsole } from './console.ts';
import { deadlines } from './deadlines.ts';
import { latency } from './latency.ts';
import { letters } from './letters.ts';
import { messages } from './messages.ts';
import { price } from './price.ts';
import { queue } from './queue.ts';
import { summary } from './profile.ts';
import { ROOT, stopAll } from './servers.ts';
import type { Server } from './servers.ts';
import { openStores } from './stores.ts';
import { reminders } from './reminders.ts';
import { report } from './report.ts';
import { soak } from './soak/soak.ts';
import { widget } from './widget.ts';

const PARTS: Readonly<Record<string, Part>> = {
  ...{ a: messages, b: latency, c: accept, d: deadlines, e: connections },
  f: reminders,
  g: letters,
  h: price,
  i: queue,
  w: widget,
  x: atConsole,
  y: soak,
};
const RESULTS = join(ROOT, 'bench/results');
const INTERRUPTED = 130; // what shells expect after Ctrl-C

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    'write-docs': { type: 'boolean', default: false },
  },
});
const say = (line: string) => {
  process.stderr.write(`${line}\n`);
};

const wanted = positionals.length === 0 ? Object.keys(PARTS) : positionals;
const unknown = wanted.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  say(`There is no part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}
if (flags['write-docs'] && (flags.quick || flags.profile || positionals.length > 0)) {
  say('--write-docs needs a whole run, neither quick nor profiled.');
  process.exit(2);
}
const minutes = flags.minutes === undefined ? null : Number(flags.minutes);
if (minutes !== null && !(minutes > 0)) {
  say('--minutes needs a number above 0.');
  process.exit(2);
}
process.exitCode = await run();

async function run(): Promise<number> {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
  await mkdir(RESULTS, { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true })); // however it ends
  process.once('SIGINT', () => process.exit(INTERRUPTED)); // servers end when their parent does
  const { mongodbUri, redisUrl, cacheDir } = readConfig(process.env);
  const services = await startServices({ mongodbUri, redisUrl, dataDir: join(folder, 'data'), cacheDir, say });
  const outcomes: Record<string, Outcome> = {};
  let versions = { mongodb: '?', redis: '?' };
  try {
    for (const name of wanted) {
      const stores = await openStores(services, folder, name);
      const began = performance.now();
      versions = stores.versions;
      try {
        const bench = { ...stores, quick: flags.quick, minutes, say, profiled };
        outcomes[name] = await PARTS[name]!(bench);
      } finally {
        await stopAll();
        await stores.forget();
      }
      say(`${name} took ${Math.round((performance.now() - began) / 1_000)} s`);
    }
  } finally {
    await services.stop();
  }
  return report(outcomes, { results: RESULTS, quick: flags.quick, writeDocs: flags['write-docs'], versions });
}

async function profiled(name: string, servers: readonly Server[], work: () => Promise<void>): Promise<void> {
  if (!flags.profile) return;
  for (const server of servers) await server.ask({ ask: 'profile' });
  await work();
  for (const [index, server] of servers.entries()) await write(`${name}-${index}`, server);
}

async function write(name: string, server: Server): Promise<void> {
  const file = join(RESULTS, `${name}.cpuprofile`);
  await server.ask({ ask: 'profiled', file });
  await writeFile(join(RESULTS, `${name}.profile.txt`), summary(file));
  say(`profile: bench/results/${name}.profile.txt`);
}
