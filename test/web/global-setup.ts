// The pages as they are served, built when they have changed.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

export async function setup(): Promise<void> {
  const root = path.join(import.meta.dirname, '../..');
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'web/build.ts'], { cwd: root });
}
