// The process that ends the servers when their parent is gone, however that happened.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

export const GRACE_MS = 10_000; // between SIGTERM and SIGKILL

// Plain text for `node -e`, because it has to run the same from dist/ and under tsx. It reads the pids from its stdin,
// whose other end only the parent holds: it closes when the parent is gone, however that happened. Zombies count as gone.
const GUARDIAN = `
const { readFileSync, rmSync } = require('node:fs');
const lock = process.argv[1];
let text = '', pids = [], started = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.stdin.on('data', (chunk) => {
  const lines = (text + chunk).split('\\n');
  text = lines.pop();
  if (lines.length > 0) pids = JSON.parse(lines.pop());
});
process.stdin.on('error', () => {});
process.stdin.on('close', () => { started = Date.now(); signalAll('SIGTERM'); wait(); });
function signalAll(signal) { for (const pid of pids) try { process.kill(pid, signal); } catch {} }
function alive(pid) {
  try { process.kill(pid, 0); } catch { return false; }
  try { return !readFileSync('/proc/' + pid + '/stat', 'latin1').split(') ').pop().startsWith('Z'); } catch { return true; }
}
function wait() {
  pids = pids.filter(alive);
  if (pids.length > 0 && Date.now() - started > 2 * ${GRACE_MS}) process.exit(1);
  if (pids.length > 0 && Date.now() - started > ${GRACE_MS}) signalAll('SIGKILL');
  if (pids.length > 0) return setTimeout(wait, 50);
  try { if (JSON.parse(readFileSync(lock, 'utf8')).guardian.pid === process.pid) rmSync(lock); } catch {}
  process.exit(0);
}`;

export function startGuardian(lock: string): ChildProcess {
  const env = { ...process.env, NODE_OPTIONS: '' };
  // Detached, as the servers are: the terminal's Ctrl-C is for the parent, which closes first and then stops them.
  const guardian = spawn(process.execPath, ['-e', GUARDIAN, lock], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env,
  });
  guardian.stdin.on('error', () => undefined); // if it was killed: the next start still finds the servers in the lock file
  if (guardian.stdin instanceof Socket) guardian.stdin.unref();
  guardian.on('error', () => undefined);
  guardian.unref();
  return guardian;
}

export async function dismiss(guardian: ChildProcess): Promise<void> {
  guardian.stdin?.end();
  if (guardian.exitCode === null && guardian.signalCode === null && guardian.pid !== undefined) {
    await new Promise((resolve) => guardian.once('exit', resolve));
  }
}
