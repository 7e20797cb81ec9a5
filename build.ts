// `npm run build`: the server and the pages, at once. Types are checked by `npm run check`: whoever starts does not wait for that.

import { spawn } from 'node:child_process';
import path from 'node:path';

const codes = await Promise.all([
  run(path.join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json', '--noCheck'),
  run('--import', 'tsx', path.join('web', 'build.ts')),
]);
process.exitCode = Math.max(...codes);

function run(...words: string[]): Promise<number> {
  const child = spawn(process.execPath, words, { cwd: import.meta.dirname, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('exit', (code) => resolve(code ?? 1));
  });
}
