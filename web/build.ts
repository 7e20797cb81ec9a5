// `npm run build:web`: makes of `web/` what is served to browsers, in dist/web: scripts and styles whose names change with what is
// in them, each compressed beforehand, the pages that name them, and the loader, which is built last because it names the widget.
// What has not changed is not built again. With `--gates` it fails when there is more than we allow ourselves.

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Manifest } from 'vite';
import { gatesOf } from './gates.ts';
import { PAGES, withNames } from './pages/pages.ts';

const WEB = import.meta.dirname;
const DIST = path.join(WEB, '../dist');
const BUILT = path.join(DIST, 'web');
const STAMP = 'stamp';

/** What browsers ask for first, by what it is called in its file's name. What shares nothing is bundled by itself: fewer, larger files. */
const WIDGET = 'loader/panel.ts';
const PAGE = 'pages/question.ts';
const BUNDLES = [
  { widget: WIDGET },
  { pay: 'pay/main.ts' },
  { shop: 'demo/shop.ts', 'shop-styles': 'demo/shop.css' },
  { console: 'console/main.ts' },
];

const stamp = await stampOf();
const isBuilt = (await readFile(path.join(BUILT, STAMP), 'utf8').catch(() => null)) === stamp;
if (!isBuilt) await build();
if (!isBuilt || process.argv.includes('--gates')) {
  const { table, problems } = await gatesOf(BUILT);
  process.stderr.write(`${table}\n`);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0 && process.argv.includes('--gates')) process.exitCode = 1;
}

/** Changes with every file that is read for the build. */
async function stampOf(): Promise<string> {
  const hash = createHash('sha256');
  const files = await readdir(WEB, { recursive: true, withFileTypes: true });
  const names = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name));
  for (const name of [...names, path.join(WEB, '../package-lock.json')].sort()) {
    const { size, mtimeMs } = await stat(name);
    hash.update(`${path.relative(WEB, name)} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Beside the one that is served now, which it then replaces as a whole. */
async function build(): Promise<void> {
  process.env['NODE_ENV'] = 'production'; // whatever it is run from
  const { build: bundle } = await import('vite');
  const { appsConfig, loaderConfig } = await import('./vite.config.ts');
  await mkdir(DIST, { recursive: true });
  const made = await mkdtemp(path.join(DIST, 'web-'));
  try {
    const manifest: Manifest = {};
    for (const files of BUNDLES) {
      const input = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, path.join(WEB, file)]));
      await bundle(appsConfig(made, input));
      // a file that two of them have has two names
      const own = JSON.parse(await readFile(path.join(made, 'manifest.json'), 'utf8')) as Manifest;
      for (const [name, chunk] of Object.entries(own)) manifest[name] ??= chunk;
    }
    await writeFile(path.join(made, 'manifest.json'), JSON.stringify(manifest));
    const fileOf = (source: string) => {
      const entry = manifest[source];
      if (entry === undefined) throw new Error(`${source}: a page names it, and nothing was built of it`);
      return entry.file;
    };
    await bundle(loaderConfig(made, `web/${fileOf(WIDGET)}`));
    // for loaders that were loaded before a new version came
    await writeFile(path.join(made, 'latest.js'), `export * from './${fileOf(WIDGET)}';\n`);
    // the page of a question has the same file as the loader, so that there is one of all that they share
    await writeFile(
      path.join(made, 'question.js'),
      `import { beginPage } from './${fileOf(WIDGET)}';\nawait beginPage();\n`,
    );
    await mkdir(path.join(made, 'pages'));
    for (const [name, { up, html: file = name }] of Object.entries(PAGES)) {
      const html = await readFile(path.join(WEB, `pages/${file}.html`), 'utf8');
      const built = withNames(html, (source) =>
        source === 'widget.js' ? `${up}widget.js` : `${up}web/${source === PAGE ? 'question.js' : fileOf(source)}`,
      );
      await writeFile(path.join(made, `pages/${name}.html`), built);
    }
    await compress(made);
    await writeFile(path.join(made, STAMP), stamp);
    const old = path.join(DIST, `web-${process.pid}-old`);
    await rename(BUILT, old).catch(() => undefined); // there was none
    await rename(made, BUILT);
    await rm(old, { recursive: true, force: true });
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

async function compress(folder: string): Promise<void> {
  const scripts = (await readdir(path.join(folder, 'a'))).map((name) => path.join(folder, 'a', name));
  await Promise.all(
    [...scripts, path.join(folder, 'widget.js')].map(async (file) => {
      const content = await readFile(file);
      const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
      await writeFile(`${file}.br`, await promisify(brotliCompress)(content, { params }));
      await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
    }),
  );
}
