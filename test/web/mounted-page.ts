// The widget mounted into a page by itself, without the loader: for tests of single views.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import type { Plugin } from 'vite';
import { appsConfig } from '../../web/vite.config.ts';
import { ROOT } from '../helpers/client-package.ts';

export interface MountedPage {
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
  /** another view than that, as JSON */
  readonly view?: string;
  /** the panel is put away */
  readonly isClosed?: 'yes';
}

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css' };

/** What it hears of the widget stands in `window.heard`, the mounted widget in `window.mounted`. */
const page = (app: string) => `<!doctype html><html lang="en"><title>A shop</title><link rel="icon" href="data:," />
<meta name="viewport" content="width=device-width, initial-scale=1" /><style>html, body { margin: 0; height: 100% } #widget { display: block; height: 100dvh; max-width: 100% }</style>
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
  view: talk === null ? JSON.parse(wish.get('view') ?? '{ "name": "ask" }') : { name: 'talk', questionId: talk },
  emit: (name, detail) => window.heard.push({ name, ...detail }),
  close: () => undefined,
  renew: () => undefined,
  isLoud: () => true,
  waiting: (words) => (window.waits = words),
});
window.mounted.setOpen(wish.get('isClosed') === null);
</script></html>`;

/** Builds it, which takes a second, and serves it from an origin of its own. `plugins`: further ones of vite. */
export async function mountedPage(plugins: Plugin[] = []): Promise<MountedPage> {
  const built = await mkdtemp(join(tmpdir(), 'parley-widget-'));
  const config = appsConfig(built, { widget: join(ROOT, 'web/widget/mount.tsx') });
  await build({ ...config, logLevel: 'error', plugins: [...(config.plugins ?? []), ...plugins] });
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
