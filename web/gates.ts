// How large what browsers load may be, and what may not be in it.

import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Manifest } from 'vite';

const kB = 1_000;

/** Nothing of ours evaluates text, writes markup, falls back to other transports, or tells where it was built. */
const NEVER =
  /\beval\(|\bnew Function\b|XMLHttpRequest|WebTransport|document\.write|\/node_modules\/|\/web\/(?:kit|client|talk|widget|console)\//;

export interface Gates {
  readonly table: string;
  /** empty: all is as it should be */
  readonly problems: readonly string[];
}

/** `built`: what `build.ts` has made. */
export async function gatesOf(built: string): Promise<Gates> {
  const manifest = JSON.parse(await readFile(path.join(built, 'manifest.json'), 'utf8')) as Manifest;
  /** a module and all that it imports at once */
  const closure = (names: readonly string[], known = new Set<string>()): ReadonlySet<string> => {
    for (const name of names) {
      const { file, imports = [] } = manifest[name] ?? { file: name };
      if (known.has(file)) continue;
      known.add(file);
      closure(imports, known);
    }
    return known;
  };
  const sum = async (files: Iterable<string>, ending: string) => {
    const sizes = await Promise.all(
      [...files].map(async (file) => (await readFile(path.join(built, file + ending))).length),
    );
    return sizes.reduce((all, size) => all + size, 0);
  };
  const SHELL = 'loader/panel.ts';
  const CONSOLE = 'console/main.ts';
  const isOfConsole = (name: string) => /^texts\/\w\w\/console\.ts$/.test(name);
  const words = Object.keys(manifest).filter((name) => /^texts\/\w\w\//.test(name));
  const locales = words.filter((name) => !isOfConsole(name));
  const texts = (name: string) => [...closure([name])].filter((file) => !closure([SHELL]).has(file));
  const whole = closure([SHELL, 'widget/live.ts']);
  const first = closure([SHELL, 'widget/ask.tsx', 'texts/de/first.ts']);
  const counted = new Set([...whole, ...first]);
  /** of these, what no row before has counted */
  const further = (...names: readonly string[]) => {
    const files = [...closure(names)].filter((file) => !counted.has(file));
    for (const file of files) counted.add(file);
    return files;
  };
  // what the design does not name has the gate of what it is now (docs/decisions.md, 113)
  const counting = further('client/counting.ts');
  const talked = further(
    ...['widget/offer.tsx', 'widget/rating.tsx', 'widget/refused-line.tsx', 'talk/flag-menu.tsx', 'kit/sounds.ts'],
  );
  const views = further('widget/more/more.ts', 'widget/card-field.tsx');
  const others = further(...Object.keys(manifest).filter((name) => name.startsWith('widget/')));
  const consoleWhole = closure([CONSOLE]);
  for (const file of consoleWhole) counted.add(file);
  const ofConsole = further(...Object.keys(manifest).filter((name) => name.startsWith('console/')));
  const rows: readonly (readonly [what: string, files: Iterable<string>, most: number])[] = [
    ['loader', ['widget.js'], 3 * kB],
    ['first typed letter', ['widget.js', ...first], 27 * kB],
    ['widget', whole, 35 * kB],
    ['lists and badge', counting, 3.5 * kB],
    ['parts of a talk', talked, 9 * kB],
    ['views on demand', views, 10 * kB],
    ['page of a letter', others, 5 * kB],
    ['console', consoleWhole, 60 * kB],
    ['console on demand', ofConsole, 13 * kB],
    ...words.filter(isOfConsole).map((name) => [name.replace(/\.ts$/, ''), closure([name]), 9 * kB] as const),
    ...locales.map((name) => [name.replace(/\.ts$/, ''), texts(name), 3.5 * kB] as const),
  ];
  const problems: string[] = [];
  const lines: string[] = [];
  for (const [what, files, most] of rows) {
    const [zipped, brotli] = [await sum(files, '.gz'), await sum(files, '.br')];
    if (zipped > most) problems.push(`${what}: ${inKb(zipped)} gzip, more than ${inKb(most)}`);
    lines.push(
      `${what.padEnd(20)}${inKb(zipped).padStart(9)} gzip${inKb(brotli).padStart(9)} br   at most ${inKb(most)}`,
    );
  }
  for (const name of ['widget.js', ...(await readdir(path.join(built, 'a'))).map((file) => `a/${file}`)]) {
    if (!/\.js$/.test(name)) continue;
    const [said] = NEVER.exec(await readFile(path.join(built, name), 'utf8')) ?? [];
    if (said !== undefined) problems.push(`${name}: "${said}" may not be in what browsers load`);
  }
  return { table: lines.join('\n'), problems };
}

const inKb = (bytes: number) => `${(bytes / kB).toFixed(1)} kB`;
