// Where the server is, and the widget that it has.

import type { mount } from '../widget/mount.tsx';

/** Where the widget is, from the server's folder: the build knows its name. */
declare const __APP__: string;

interface Module {
  readonly mount: typeof mount;
}

const SCRIPT = /\/widget\.js(?:\?|$)/;
// a module, as while it is worked on, has no script of its own
const own = document.currentScript ?? [...document.scripts].find(({ src }) => SCRIPT.test(src));

/** The script that has brought the loader. */
export const script = own instanceof HTMLScriptElement ? own : null;

/** The folder that the script is in. */
export function serverOf(): string {
  return new URL('.', script?.src ?? location.href).href.replace(/\/$/, '');
}

let loading: Promise<Module> | null = null;
let tries = 0;

/** Once; after a failure again, and then the widget of now: that of this loader may have been replaced by a newer one. */
export function loadWidget(server: string): Promise<Module> {
  const path = tries === 0 ? __APP__ : `web/latest.js?${tries}`;
  loading ??= (import(/* @vite-ignore */ `${server}/${path}`) as Promise<Module>).catch((error: unknown) => {
    loading = null;
    tries += 1;
    throw error;
  });
  return loading;
}
