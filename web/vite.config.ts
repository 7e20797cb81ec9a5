// How the pages are built, and how they are served with hot replacement while one works on them (npm run dev).

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

/** Browsers that have all of it: module scripts, adopted sheets, `:has`, layers. */
export const TARGET = ['chrome111', 'safari16.4', 'firefox121'];

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Of engine.io-client's transports the WebSocket alone: no long polling, nothing that nobody uses. */
export const webSocketOnly = (): Plugin => ({
  name: 'websocket-only',
  enforce: 'pre',
  transform(_code, id) {
    if (!/engine\.io-client\/build\/esm(?:-debug)?\/transports\/index\.js$/.test(id)) return null;
    return "import { WS } from './websocket.js'; export const transports = { websocket: WS };";
  },
});

const SERVER = 'http://127.0.0.1:3000';

export default defineConfig({
  root: here('.'),
  base: './',
  plugins: [webSocketOnly()],
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
