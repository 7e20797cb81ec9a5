// Commands, run to their end, and what they complain of.

import { execFile } from 'node:child_process';
import type { ExecFileOptions } from 'node:child_process';

export const INSTALL_MS = 300_000; // pip and apt-get on a slow line

export type Say = (line: string) => void;

/** Runs a command to its end. The error says what the command said, not how it was called. */
export function run(file: string, args: string[], options: ExecFileOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { ...options, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else
        reject(
          new Error(complaint(stderr) || (error.signal ? `ended by ${error.signal}` : error.message), { cause: error }),
        );
    });
  });
}

/** The line that matters: the last one that names an error, or the last one. */
function complaint(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.findLast((line) => /^(E:|error)|error/i.test(line)) ?? lines.at(-1) ?? '';
}

export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
