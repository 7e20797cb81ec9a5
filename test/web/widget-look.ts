// How a view looks to those who do not see it, and in a language that is longer than ours.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import type { Plugin } from 'vite';
import { expect } from 'vitest';
import { ROOT } from '../helpers/client-package.ts';

const AXE = join(ROOT, 'node_modules/axe-core/axe.min.js');

/** Every word as long as a wordy language makes it, between marks that show what is cut. */
const PSEUDO = `
const long = (text) => '«' + text.replace(/[aeiou]/g, (letter) => letter + letter) + '»';
const lengthen = (words) => Object.fromEntries(Object.entries(words).map(([name, word]) => [name,
  typeof word === 'string' ? long(word)
  : typeof word === 'function' ? (...values) => long(word(...values))
  : Array.isArray(word) ? word.map(long) : lengthen(word)]));
`;

/** English, lengthened. */
export const pseudo: Plugin = {
  name: 'pseudo-language',
  enforce: 'pre',
  transform(code, id) {
    const [, name] = /\/texts\/en\/(ask|common|talk|more|offer|pay)\.ts$/.exec(id) ?? [];
    if (name === undefined) return null;
    return `${code.replace(`export const ${name}`, 'const plain')}${PSEUDO}export const ${name} = lengthen(plain);`;
  },
};

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** All rules, and no more of their results than is read here. A frame, in which no axe answers, would be waited for half a second. */
const LOOK = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  ...{ resultTypes: ['violations'], selectors: false, iframes: false },
};
const axe = readFile(AXE, 'utf8');

/** With SHOTS=folder what the tests look at is kept there, for people to look at: a picture named after its test. */
const FOLDER = process.env['SHOTS'];
let looks = 0;

export async function keepPicture(look: Page | Frame): Promise<void> {
  if (FOLDER === undefined) return;
  const tab = 'viewportSize' in look ? look : look.page();
  const { currentTestName = '' } = expect.getState();
  const name = currentTestName.replaceAll(/[^\p{L}\p{N}]+/gu, '-').slice(0, 120);
  looks += 1;
  const path = join(FOLDER, `${name}.${String(looks).padStart(4, '0')}.${tab.viewportSize()?.width ?? ''}.png`);
  await tab.screenshot({ path });
}

/** What axe-core finds in the page, or in that part of it: rule, then what breaks it. */
export async function violationsIn(tab: Page | Frame, part?: string): Promise<string[]> {
  await keepPicture(tab);
  if (!(await tab.evaluate(() => 'axe' in window))) await tab.evaluate(await axe);
  const where = part === undefined ? 'document' : JSON.stringify({ include: [part] });
  const found = await tab.evaluate<Violation[]>(`axe.run(${where}, ${JSON.stringify(LOOK)}).then((r) => r.violations)`);
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

/** axe finds nothing in the page. */
export async function clean(tab: Page): Promise<void> {
  expect(await violationsIn(tab)).toEqual([]);
}

/** Nothing is cut, and nothing is wider than the window. */
export async function fits(tab: Page): Promise<void> {
  await keepPicture(tab);
  const cut = await tab.evaluate<string[]>(`(() => {
    const found = document.documentElement.scrollWidth > innerWidth ? ['the page'] : [];
    for (const node of document.querySelector('#widget').shadowRoot.querySelectorAll('*')) {
      const { overflowX, clipPath } = getComputedStyle(node);
      if (node.tagName === 'INPUT' || clipPath !== 'none' || overflowX === 'visible' || node.clientWidth === 0) continue;
      if (node.scrollWidth > node.clientWidth + 1) found.push(node.tagName + '.' + node.className);
    }
    return found;
  })()`);
  expect(cut).toEqual([]);
}
