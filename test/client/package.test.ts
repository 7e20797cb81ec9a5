// What is published runs where nothing of this project is: the lines of its README, from the packed tarball.
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { CLIENT, ROOT, packClient, run, tsc } from '../helpers/client-package.ts';
import { world } from '../helpers/node.ts';

const MINUTES = 600_000; // a compiler and npm, on a machine that is busy with everything else too
const QUIET = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];

const here = world();
let node: Node;
let folder: string;
/** an empty project with nothing but the package */
let project: string;
beforeAll(async () => {
  node = await here.start();
  folder = await mkdtemp(join(tmpdir(), 'parley-client-'));
  project = join(folder, 'project');
  const tarball = await packClient(join(folder, 'package'));
  await mkdir(project);
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  await run('npm', ['install', ...QUIET, tarball], { cwd: project });
}, MINUTES);
afterAll(async () => {
  await here.close();
  await rm(folder, { recursive: true, force: true });
});

const readme = () => readFile(join(CLIENT, 'README.md'), 'utf8');

const textOf = async (file: string) =>
  JSON.parse(await readFile(file, 'utf8')) as Record<string, Record<string, string>>;

/** This one, or the newest of that version: npm has those of all machines that tests run on. */
async function nodeOf(version: string): Promise<string> {
  if (process.versions.node.startsWith(`${version}.`)) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const own = join(folder, `node-${version}`);
  await mkdir(own);
  await writeFile(join(own, 'package.json'), '{}');
  await run('npm', ['install', ...QUIET, `${name}@${version}`], { cwd: own });
  return join(own, 'node_modules', name, 'bin/node');
}

test.each(['20', '22', '24'])(
  'the lines of the README run on Node %s',
  async (version) => {
    const [, lines = ''] = /```js\n(.*?)```/s.exec(await readme()) ?? [];
    expect(lines.trim().split('\n').length).toBeLessThanOrEqual(25);
    await writeFile(join(project, 'talk.js'), lines);
    const program = await nodeOf(version);
    expect((await run(program, ['--version'])).stdout).toMatch(new RegExp(`^v${version}\\.`));
    const { stdout } = await run(program, ['talk.js', node.url], { cwd: project });
    expect(stdout).toBe('1 Cora: It began after the last update.\n');
  },
  MINUTES,
);

test(
  'whoever uses TypeScript has the types of commands, answers and records',
  async () => {
    await writeFile(
      join(project, 'typed.ts'),
      `import { createParley, ParleyError } from '@parley/client';
      import type { Line, Parley } from '@parley/client';
      import type { Commands, Question } from '@parley/client/protocol';
      const parley: Parley = createParley({ url: 'https://chat.example.com' });
      export const list = async (): Promise<readonly Question[]> => (await parley.call('question.list', { view: 'mine' })).items;
      export const body = (line: Line): string => line.body;
      export const input: Commands['typing']['input'] = { questionId: 'q_1' };
      export const code = (error: ParleyError) => error.code === 'conflict.closed';
      // @ts-expect-error -- there is no such view
      void parley.call('question.list', { view: 'theirs' });
      // @ts-expect-error -- nor such a command
      void parley.call('question.burn', {});`,
    );
    const strict = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023,dom'];
    await tsc([...strict, 'typed.ts'], project);
  },
  MINUTES,
);

test('nothing of the server is in it, and what it needs is what was tested', async () => {
  const installed = join(project, 'node_modules/@parley/client');
  const files = (await readdir(installed, { recursive: true })).toSorted();
  expect(files.filter((file) => !file.startsWith('dist'))).toEqual(['README.md', 'package.json']);
  for (const file of files.filter((name) => /\.(?:js|ts)$/.test(name))) {
    const text = await readFile(join(installed, file), 'utf8');
    const imported = [...text.matchAll(/(?:from|import) '([^']+)'/g)].map(([, from = '']) => from);
    for (const from of imported)
      expect(from).toMatch(/^(?:\.\/[\w-]+\.[jt]s|socket\.io-client|@preact\/signals-core)$/);
  }
  const own = await textOf(join(ROOT, 'package.json'));
  for (const [name, version] of Object.entries((await textOf(join(CLIENT, 'package.json')))['dependencies'] ?? {})) {
    expect({ ...own['dependencies'], ...own['devDependencies'] }[name]).toBe(version);
  }
});
