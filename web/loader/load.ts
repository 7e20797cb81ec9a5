// Where the server is, and the widget that it has.

import type { Widget } from './chat.ts';

/** Where the widget is, from the server's folder: the build knows its name. */
declare const __APP__: string;

// a module, as while it is worked on, has no script of its own
const own = document.currentScript ?? document.querySelector('script[src$="widget.js"]');

/** The script that has brought the loader. */
export const script = own instanceof HTMLScriptElement ? own : null;

/** The folder that the script is in. */
export const serverOf = (): string => new URL('.', script?.src ?? location.href).href.slice(0, -1);

let path = __APP__;

/** After a failure it is the widget of now: that of this loader may have been replaced by a newer one. */
export const loadWidget = (server: string): Promise<Widget> =>
  (import(/* @vite-ignore */ `${server}/${path}`) as Promise<Widget>).catch((error: unknown) => {
    path = `web/latest.js?${Date.now()}`;
    throw error;
  });
