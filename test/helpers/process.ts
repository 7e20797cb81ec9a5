// A node in a process of its own, as in production, so that it can be killed, stopped and told to end.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY = /is ready at (\S+)/;
const START_MS = 60_000; // a machine that is busy with everything else too

export interface NodeProcess {
  readonly url: string;
  readonly pid: number;
  /** what it has written so far */
  said(): string;
  /** how it ended: an exit code, or the signal that ended it */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Answers once it has ended; at once for signals that do not end a process. */
  kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Settings for a process on a machine whose clock is wrong by so many ms. */
export function wrongClock(ms: number): Record<string, string> {
  const code = `
    const Right = Date;
    globalThis.Date = class extends Right {
      constructor(...given) { given.length === 0 ? super(Right.now() + ${ms}) : super(...given); }
      static now() { return Right.now() + ${ms}; }
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

/** Starts `src/main.ts` with these settings only; resolves when it is ready. */
export async function startProcess(env: Record<string, string>): Promise<NodeProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let said = '';
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => {
      running.delete(child);
      resolve(signal ?? code ?? -1);
    });
  });
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGKILL');
      reject(new Error(`${why}: ${said}`));
    };
    const timer = setTimeout(fail, START_MS, 'the process was not ready in time');
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const ready = READY.exec(said)?.[1];
      if (ready === undefined) return;
      clearTimeout(timer);
      resolve(ready);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => {
      clearTimeout(timer);
      fail('the process ended before it was ready');
    });
  });
  return {
    url,
    pid: child.pid ?? 0, // it has run, so it has one
    said: () => said,
    ended,
    kill(signal) {
      child.kill(signal);
      return signal === 'SIGSTOP' || signal === 'SIGCONT' ? Promise.resolve(signal) : ended;
    },
  };
}

/** Ends what is still running, stopped processes included. For the end of a test file. */
export async function endProcesses(): Promise<void> {
  await Promise.all(
    [...running].map(
      (child) =>
        new Promise<void>((resolve) => {
          child.once('exit', () => {
            resolve();
          });
          child.kill('SIGKILL');
        }),
    ),
  );
}
