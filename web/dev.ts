// `npm run dev`: the server, restarted when it changes, and vite beside it, which changes the pages while they are looked at.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { createServer } from 'vite';

const ROOT = path.join(import.meta.dirname, '..');

const server = spawn(
  process.execPath,
  [path.join(ROOT, 'node_modules/tsx/dist/cli.mjs'), 'watch', '--clear-screen=false', 'src/main.ts'],
  { cwd: ROOT, stdio: 'inherit' },
);
const pages = await createServer({ configFile: path.join(import.meta.dirname, 'vite.config.ts') });
await pages.listen();
process.stderr.write(`The pages, as they are written: ${pages.resolvedUrls?.local[0] ?? ''}\n`);

server.once('exit', (code) => {
  void pages.close().then(() => process.exit(code ?? 1));
});
// it ends by itself, in order; then so do we
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => server.kill(signal));
