// How the pages are built, and how they are served with hot replacement while one works on them (npm run dev).

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import type { InlineConfig, Plugin } from 'vite';
import { PAGES } from './pages/pages.ts';

/** Browsers that have all of it: module scripts, adopted sheets, `:has`, layers. */
const TARGET = ['chrome111', 'safari16.4', 'firefox121'];

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What vite puts around each import(): it loads styles and modules beforehand. Ours have their styles inside. */
const WRAPPED =
  /__vitePreload\((?:async \(\) => \{\s*const \{[^{}]*\} = await |\(\) => )(import\("[^"]*"\)(?:\.then\([^{}]*?\))?);?(?:\s*return \{[^{}]*\};\s*\})?, __VITE_PRELOAD__, import\.meta\.url\)/g;

/** Takes it away; where it has another form than we know, it does nothing. */
const plainImports = (): Plugin => ({
  name: 'plain-imports',
  enforce: 'pre',
  load: (id) => (id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : null),
  renderChunk: (code) => code.replace(WRAPPED, '$1'),
});

/** While one works on them: the pages under their paths, and the line that hosts paste. */
const pagesOfNow = (): Plugin => ({
  name: 'pages-of-now',
  apply: 'serve',
  configureServer(server) {
    server.middlewares.use((request, response, next) => {
      const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
      if (path === '/widget.js') {
        response.setHeader('content-type', 'text/javascript');
        response.end("import('/loader/loader.ts');");
        return;
      }
      const [name, page] = Object.entries(PAGES).find(([, { path: route }]) => matches(route, path)) ?? [];
      if (name === undefined) {
        next();
        return;
      }
      readFile(here(`pages/${page?.html ?? name}.html`), 'utf8')
        .then((html) => server.transformIndexHtml(path, html))
        .then((html) => {
          response.setHeader('content-type', 'text/html; charset=utf-8');
          response.end(html);
        })
        .catch(next);
    });
  },
});

/**
 * While one works on them: styles are replaced in the sheets that pages have adopted, and an open widget by the newer one, with all that
 * it keeps. What is neither loads the page anew.
 */
const hotParts = (): Plugin => {
  const served = new Map<string, string>(); // the text of each sheet, by module
  return {
    name: 'hot-parts',
    apply: 'serve',
    enforce: 'post',
    transform(code, id) {
      if (INLINE.test(id)) served.set(id, JSON.parse(code.replace(/^export default /, '')) as string); // that is all of it
      if (id === here('kit/styles.ts')) return `${code}${HOT_SHEETS}`;
      return id === here('loader/panel.ts') ? `${code}${HOT_WIDGET}` : null;
    },
    hotUpdate: {
      order: 'pre',
      async handler({ modules }) {
        const { moduleGraph, hot } = this.environment;
        // a style that another one imports comes with that one
        const all = new Set(modules.flatMap((one) => [one, ...one.importers]));
        const sheets = [...all].filter(({ id }) => served.has(id ?? ''));
        for (const sheet of sheets) {
          const before = served.get(sheet.id ?? '');
          moduleGraph.invalidateModule(sheet);
          await this.environment.transformRequest(sheet.url);
          hot.send('parley:styles', { before, after: served.get(sheet.id ?? '') });
        }
        return sheets.length > 0 ? [] : undefined;
      },
    },
  };
};

const INLINE = /\.css\?inline$/;

const HOT_SHEETS = `
import.meta.hot?.on('parley:styles', ({ before, after }) => {
  const sheet = sheets.get(before);
  sheet?.replaceSync(after);
  if (sheet) sheets.set(after, sheet);
});`;

const HOT_WIDGET = `
import.meta.hot?.accept((widget) => {
  const chat = document.querySelector('parley-chat');
  if (widget && chat?.hasAttribute('open')) chat.renew(Promise.resolve(widget));
  else location.reload();
});`;

/** As the server routes them: `:name` is one step of the path. */
const matches = (route: string, path: string) => new RegExp(`^${route.replace(/:\w+/g, '[^/]+')}$`).test(path);

export const SERVER = `http://127.0.0.1:${process.env['PORT'] ?? 3000}`;

/** What the server itself answers, beside its sockets. */
const PROXIED = [
  '/v1',
  '/dev',
  '/docs',
  '/openapi.json',
  '/web/',
  '/pay',
  '/admin',
  '/settings/notifications',
  '/favicon.ico',
];

/** A tenth of it is enough for a page. */
const ALIAS = { 'socket.io-client': here('client/wire.ts') };

/** Of lightningcss: what it writes for the sake of `light-dark()`, which we do not use. */
const LIGHT_DARK = 1 << 20;

/** What every build of ours has. */
const common: InlineConfig = {
  root: here('.'),
  base: './',
  configFile: false,
  resolve: { alias: ALIAS },
  logLevel: 'warn',
  css: { lightningcss: { exclude: LIGHT_DARK } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
};

/** `input`: files of `web/`, each with what it is called */
export const appsConfig = (outDir: string, input: Record<string, string>): InlineConfig => ({
  ...common,
  // of the signals too a fifth is enough, for what has to be small
  ...('widget' in input && { resolve: { alias: { ...ALIAS, '@preact/signals': here('kit/signals.ts') } } }),
  plugins: [plainImports()],
  build: {
    outDir,
    emptyOutDir: false,
    target: TARGET,
    assetsDir: 'a',
    manifest: 'manifest.json',
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input,
      preserveEntrySignatures: 'allow-extension',
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'widget',
              test: /loader.panel\.ts$|(?:widget|talk).(?:task|focus|head|problem-later)\.tsx?$|client.watches\.ts$/,
              priority: 2,
            },
            {
              name: 'form',
              test: /kit.(?:fields.tsx|choices.css|money.ts|numbers.ts|durations.ts)|widget.card-(?:method|later).ts/,
              priority: 1,
            },
          ],
        },
      },
    },
  },
});

/** One script by itself. `app`: where it finds the widget, from its own place */
export const loaderConfig = (outDir: string, app: string): InlineConfig => ({
  ...common,
  define: { __APP__: JSON.stringify(app) },
  build: {
    outDir,
    emptyOutDir: false,
    target: TARGET,
    reportCompressedSize: false,
    lib: { entry: here('loader/loader.ts'), formats: ['iife'], name: 'parleyLoader', fileName: () => 'widget.js' },
  },
});

export default defineConfig({
  ...common,
  plugins: [pagesOfNow(), hotParts()],
  define: { __APP__: '"loader/panel.ts"' },
  appType: 'custom',
  // what they import is known beforehand: what is found later loads all pages anew
  optimizeDeps: { entries: ['loader/panel.ts', 'console/main.ts', 'demo/shop.ts', 'pages/question.ts'] },
  server: {
    host: '127.0.0.1',
    proxy: {
      ...Object.fromEntries(PROXIED.map((path) => [path, SERVER])),
      '/socket.io': { target: SERVER, ws: true },
    },
  },
});
