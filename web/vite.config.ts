// How the pages are built, and how they are served with hot replacement while one works on them (npm run dev).

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Browsers that have all of it: module scripts, adopted sheets, `:has`, layers. */
export const TARGET = ['chrome111', 'safari16.4', 'firefox121'];

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const SERVER = 'http://127.0.0.1:3000';

export default defineConfig({
  root: here('.'),
  base: './',
  resolve: { alias: { 'socket.io-client': here('client/wire.ts') } }, // a tenth of it is enough for a page
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: here('../dist/web'),
    emptyOutDir: true,
    target: TARGET,
    assetsDir: 'a',
    manifest: 'manifest.json',
    modulePreload: false,
    rolldownOptions: { input: { widget: here('widget/mount.tsx') }, preserveEntrySignatures: 'exports-only' },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      ...Object.fromEntries(['/v1', '/dev', '/docs', '/openapi.json'].map((path) => [path, SERVER])),
      '/socket.io': { target: SERVER, ws: true },
    },
  },
});
