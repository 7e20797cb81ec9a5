// `npm run dev`: the server, restarted when it changes, and vite beside it, which changes the pages while they are looked at.

import { execFile, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createServer } from 'vite';
import { SERVER } from './vite.config.ts';

const ROOT = path.join(import.meta.dirname, '..');
const LOOK_MS = 500;

// what the server serves itself: the frame of the card
await promisify(execFile)(process.execPath, ['--import', 'tsx', path.join('web', 'build.ts')], { cwd: ROOT });
const server = spawn(
  process.execPath,
  [path.join(ROOT, 'node_modules/tsx/dist/cli.mjs'), 'watch', '--clear-screen=false', 'src/main.ts'],
  { cwd: ROOT, stdio: 'inherit' },
);
const pages = await createServer({ configFile: path.join(import.meta.dirname, 'vite.config.ts') });
await pages.listen();

server.once('exit', (code) => {
  void pages.close().then(() => process.exit(code ?? 1));
});
// it ends by itself, in order; then so do we
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => server.kill(signal));

// the pages are of no use without the server
while (!(await answers(`${SERVER}/health/live`))) await rest(LOOK_MS);
const url = pages.resolvedUrls?.local[0] ?? '';
process.stderr.write(`The pages, as they are written: Shop ${url}   Experts ${url}expert\n`);

function answers(address: string): Promise<boolean> {
  return fetch(address).then(
    ({ ok }) => ok,
    () => false,
  );
}
