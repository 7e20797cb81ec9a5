// The widget on a page of its own, as a host has it: bundled as it is served, mounted into a shadow root.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { ROOT } from '../helpers/client-package.ts';

export interface WidgetPage {
  /** of a page with the widget open; `talk`: the question that it shows */
  address(options: PageOptions): string;
  close(): Promise<void>;
}

export interface PageOptions {
  /** where the widget finds the server */
  readonly server: string;
  readonly talk?: string;
  readonly locale?: 'en' | 'de' | 'es';
  readonly theme?: 'light' | 'dark';
}

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css' };

/** What it hears of the widget stands in `window.heard`, the mounted widget in `window.mounted`. */
const page = (app: string) => `<!doctype html><html lang="en"><title>A shop</title>
<style>html, body { margin: 0; height: 100% } #widget { display: block; height: 100dvh; max-width: 100% }</style>
<main><h1 style="position: absolute; clip-path: inset(50%)">A shop</h1><div id="widget"></div></main><script type="module">
import { mount } from '${app}';
const wish = new URLSearchParams(location.search);
const element = document.querySelector('#widget');
const talk = wish.get('talk');
window.heard = [];
window.mounted = await mount({
  root: element.attachShadow({ mode: 'open' }),
  server: wish.get('server'),
  mode: 'widget',
  locale: wish.get('locale') ?? 'en',
  theme: wish.get('theme') ?? 'light',
  prefix: 'parley.',
  view: talk === null ? { name: 'ask' } : { name: 'talk', questionId: talk },
  emit: (name, detail) => window.heard.push({ name, ...detail }),
  close: () => undefined,
});
window.mounted.setOpen(true);
</script></html>`;

/** Builds it, which takes a second, and serves it from an origin of its own. */
export async function widgetPage(): Promise<WidgetPage> {
  const built = await mkdtemp(join(tmpdir(), 'parley-widget-'));
  await build({
    configFile: join(ROOT, 'web/vite.config.ts'),
    logLevel: 'error',
    build: { outDir: built, rolldownOptions: { input: { widget: join(ROOT, 'web/widget/mount.tsx') } } },
  });
  const manifest = JSON.parse(await readFile(join(built, 'manifest.json'), 'utf8')) as Record<string, { file: string }>;
  const app = manifest['widget/mount.tsx']?.file;
  if (app === undefined) throw new Error(`the widget is not in ${Object.keys(manifest).join(', ')}`);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://shop');
    if (pathname === '/') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page(`/${app}`));
      return;
    }
    readFile(join(built, pathname)).then(
      (body) => response.writeHead(200, { 'content-type': TYPES[pathname.split('.').at(-1) ?? ''] }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address: (options) => `${origin}/?${new URLSearchParams({ ...options }).toString()}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(built, { recursive: true, force: true });
    },
  };
}
