// What reads a signal is drawn again, with the library and with what the widget has in its place (web/kit/signals.ts), alike.

import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import type { Plugin, Rolldown } from 'vite';
import { beforeAll, expect, test } from 'vitest';
import { ROOT } from '../helpers/client-package.ts';
import { launch } from './browser.ts';

const PAGE = 'page-with-signals';
/** `drawn`: how often each part was. */
const SOURCE = `
import { computed, effect, signal, useComputed, useSignal } from '@preact/signals';
import { Component, createContext, h, render } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
const drawn = (window.drawn = {});
const draws = (name) => (drawn[name] = (drawn[name] ?? 0) + 1);
const items = signal([1, 2]);
const hidden = signal(false);
const sum = computed(() => items.value.reduce((all, one) => all + one, 0));
const Wish = createContext('none');
const [begun, ended] = [(window.begun = []), (window.ended = [])];
function Row({ item }) {
  draws('row ' + item);
  const isOpen = useSignal(false);
  const [pressed, setPressed] = useState(0);
  useEffect(() => { begun.push(item); return () => ended.push(item); }, []);
  return h('li', null, h('button', { onClick: () => { isOpen.value = !isOpen.value; setPressed(pressed + 1); } }, item + ':' + pressed), isOpen.value && h('i', null, useContext(Wish)));
}
function Sum() {
  draws('sum');
  const twice = useComputed(() => sum.value * 2);
  return h('b', null, twice.value);
}
class Guarded extends Component {
  state = { failed: false };
  componentDidCatch() { this.setState({ failed: true }); }
  render() { return this.state.failed ? 'failed' : this.props.children; }
}
function Broken() { if (items.value.length > 3) throw new Error('broken'); return 'whole'; }
function All() {
  draws('all');
  const wish = useSignal('tea');
  window.wish = wish;
  return h(Wish.Provider, { value: wish.value }, !hidden.value && h('ul', null, items.value.map((item) => h(Row, { key: item, item }))), h(Sum), h(Guarded, null, h(Broken)));
}
render(h(All), document.body);
Object.assign(window, { items, hidden });
`;

const page: Plugin = {
  name: PAGE,
  resolveId: (id) => (id === PAGE ? `\0${PAGE}` : null),
  load: (id) => (id === `\0${PAGE}` ? SOURCE : null),
};

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});

test.each([
  ['the library', {}],
  ['ours', { '@preact/signals': join(ROOT, 'web/kit/signals.ts') }],
])(
  'with %s what has read a signal is drawn again, keeps what it holds, and nothing else is drawn',
  async (_, alias) => {
    const built = (await build({
      ...{ root: join(ROOT, 'web'), configFile: false, logLevel: 'error', resolve: { alias }, plugins: [page] },
      build: { write: false, modulePreload: false, rolldownOptions: { input: PAGE } },
    })) as Rolldown.RolldownOutput; // one config, and no watching
    const tab = await browser.newPage();
    await tab.setContent('<!doctype html><body></body>');
    await tab.addScriptTag({ type: 'module', content: built.output[0].code });
    const html = () => tab.evaluate<string>('document.body.innerHTML');
    const becomes = (wanted: string) => expect.poll(async () => (await html()).replace(/<script.*/s, '')).toBe(wanted);

    await becomes('<ul><li><button>1:0</button></li><li><button>2:0</button></li></ul><b>6</b>whole');
    await tab.getByRole('button', { name: '1:0' }).click();
    await becomes('<ul><li><button>1:1</button><i>tea</i></li><li><button>2:0</button></li></ul><b>6</b>whole');
    const before = await drawn(tab);
    await tab.evaluate('items.value = [1, 2, 3]');
    const three = (wish: string) =>
      `<ul><li><button>1:1</button><i>${wish}</i></li><li><button>2:0</button></li><li><button>3:0</button></li></ul>`;
    await becomes(`${three('tea')}<b>12</b>whole`);
    expect(await drawn(tab)).toEqual({ ...before, all: before['all']! + 1, sum: before['sum']! + 1, 'row 3': 1 });
    await tab.evaluate("wish.value = 'milk'");
    await becomes(`${three('milk')}<b>12</b>whole`);
    expect((await drawn(tab))['row 2']).toBe(before['row 2']);
    await tab.evaluate('items.value = [1, 2, 3, 4]');
    await becomes(`${three('milk').replace('</ul>', '<li><button>4:0</button></li></ul>')}<b>20</b>failed`);
    await expect.poll(() => tab.evaluate('begun.sort().join()')).toBe('1,2,3,4'); // behind what is drawn
    await tab.evaluate('hidden.value = true');
    await becomes('<b>20</b>failed');
    await expect.poll(() => tab.evaluate('ended.sort().join()')).toBe('1,2,3,4');
    await tab.close();
  },
);

const drawn = (tab: Page) => tab.evaluate<Record<string, number>>('({ ...drawn })');
