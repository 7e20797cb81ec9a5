// The client as it is published: built by the compiler, packed by npm.

import { execFile } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const CLIENT = join(ROOT, 'web/client');

export const run = promisify(execFile);

export const tsc = (args: readonly string[], cwd = ROOT) =>
  run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...args], { cwd });

/** Builds it into this folder. */
export async function buildClient(into: string): Promise<void> {
  await tsc(['-p', join(CLIENT, 'tsconfig.build.json'), '--outDir', into]);
}

/** Builds and packs it in this folder; answers the path of the tarball. */
export async function packClient(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await buildClient(join(folder, 'dist'));
  for (const file of ['package.json', 'README.md']) await copyFile(join(CLIENT, file), join(folder, file));
  const { stdout } = await run('npm', ['pack', '--json'], { cwd: folder });
  const [packed] = JSON.parse(stdout) as [{ filename: string }];
  return join(folder, packed.filename);
}
