// What `npm run dev` serves: the pages of now, whose styles and widget are replaced while somebody looks at them.
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'vite';
import type { ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../helpers/client-package.ts';
import { world } from '../helpers/node.ts';
import { launch } from './browser.ts';
import { atWork } from './console-page.ts';

const here = world();
let folder: string;
let pages: ViteDevServer;
let url: string;
beforeAll(async () => {
  const node = await here.start();
  folder = await mkdtemp(join(tmpdir(), 'parley-dev-'));
  for (const name of ['web', 'package.json', 'tsconfig.json']) {
    await cp(join(ROOT, name), join(folder, name), { recursive: true, preserveTimestamps: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const { PORT } = process.env;
  process.env['PORT'] = new URL(node.url).port; // where the pages look for the server
  pages = await createServer({
    configFile: join(folder, 'web/vite.config.ts'),
    cacheDir: join(folder, 'cache'),
    logLevel: 'error',
    server: { port: 0, fs: { strict: false } },
  }).finally(() => {
    if (PORT === undefined) delete process.env['PORT'];
    else process.env['PORT'] = PORT;
  });
  await pages.listen();
  url = pages.resolvedUrls!.local[0]!.replace(/\/$/, '');
});
afterAll(async () => {
  await pages?.close();
  await here.close();
  await rm(folder, { recursive: true, force: true });
});

/** Changes a file of the copy, as an editor does. */
async function change(file: string, from: string | RegExp, to: string): Promise<void> {
  const name = join(folder, 'web', file);
  const before = await readFile(name, 'utf8');
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  await writeFile(name, after);
}

test('a style and a view of the open widget are replaced, and what was written stays', async () => {
  const { page: tab, close } = await atWork(await launch(), url, { path: '/' });
  tab.setDefaultTimeout(120_000); // the first time all of it is built
  await tab.getByRole('button', { name: 'Ask an expert' }).first().click();
  const sentence = tab.getByRole('textbox', { name: 'In one sentence' });
  await sentence.fill('Not to be lost');
  const accent = () =>
    tab.evaluate(() => {
      const root = document.querySelector('parley-chat')?.shadowRoot?.querySelector('.root');
      return root ? getComputedStyle(root).getPropertyValue('--accent') : '';
    });
  await expect.poll(accent).toBe('#1f5fbf');
  await change('kit/tokens.css', /#1f5fbf/gi, '#0a5c5c');
  await expect.poll(accent).toBe('#0a5c5c');
  await change('texts/en/ask.ts', "'In one sentence'", "'In a few words'");
  await tab.getByRole('textbox', { name: 'In a few words' }).waitFor();
  expect(await tab.getByRole('textbox', { name: 'In a few words' }).inputValue()).toBe('Not to be lost');
  await close();
});

test.each(['/expert', '/admin/sign-in', '/settings/notifications', '/questions/q_1', '/pay', '/docs', '/widget.js'])(
  '%s is there',
  async (path) => {
    expect((await fetch(`${url}${path}`)).status).toBe(200);
  },
);
