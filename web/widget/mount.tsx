// Puts the widget into a shadow root: what the loader loads when somebody is about to open it, and what the page of a question loads.

import { batch, computed, effect, signal } from '@preact/signals';
import { render } from 'preact';
import { overHttp } from '../client/calls.ts';
import type { Parley } from '../client/parley.ts';
import { Kept, pageStorage } from '../client/storage.ts';
import { Announcer } from '../kit/announce.ts';
import base from '../kit/base.css?inline';
import kit from '../kit/kit.css?inline';
import { adopt } from '../kit/styles.ts';
import tokens from '../kit/tokens.css?inline';
import { loadTexts } from '../texts/texts.ts';
import type { Locale, Texts } from '../texts/texts.ts';
import { App } from './app.tsx';
import { Drafts } from './drafts.ts';
import widgetCss from './widget.css?inline';
import { WidgetProvider } from './widget.ts';
import type { HostEvents, Prefill, Site, View, Widget } from './widget.ts';

/** Whom the widget belongs to: the element of the loader, or a page. */
export interface Host {
  readonly root: ShadowRoot;
  /** where in it; by default at its end */
  readonly into?: HTMLElement;
  readonly server: string;
  readonly mode: 'widget' | 'page';
  readonly locale: Locale;
  readonly theme: 'light' | 'dark';
  /** of everything that is kept */
  readonly prefix: string;
  readonly view: View;
  emit<N extends keyof HostEvents>(name: N, detail: HostEvents[N]): void;
  /** the panel wants to be put away */
  close(): void;
  /** what waits, in words, for who does not see the panel; null: nothing does */
  waiting?(words: string | null): void;
}

/** What the host may do with it. */
export interface Mounted {
  show(view: View): void;
  prefill(values: Prefill): void;
  setLocale(locale: Locale): Promise<void>;
  setTheme(theme: 'light' | 'dark'): void;
  /** the panel is seen or put away */
  setOpen(isOpen: boolean): void;
  /** nobody is signed in any more, and nothing of theirs is kept */
  reset(): Promise<void>;
  /** lets go of everything it holds */
  unmount(): void;
}

/** Under which the conversation is kept that was looked at last: a page that is loaded again goes on with it. */
const LEFT = 'left';

/** @throws Error when the words cannot be loaded */
export async function mount(host: Host): Promise<Mounted> {
  const words = await loadTexts(host.locale);
  const texts = signal<Texts>(words);
  const locale = signal(host.locale);
  const theme = signal(host.theme);
  const isOpen = signal(host.mode === 'page');
  const site = signal<Site | null>(null);
  const parley = signal<Parley | null>(null);
  const kept = new Kept(host.prefix, pageStorage());
  const isKnown = kept.get('session') !== null;
  const left = isKnown && host.view.name === 'ask' ? kept.get(LEFT) : null;
  const history = signal<readonly View[]>([left === null ? host.view : { name: 'talk', questionId: left }]);
  const reads = overHttp({ url: host.server });
  let loading: Promise<Parley> | null = null;
  const live = () =>
    (loading ??= begin().catch((error: unknown) => {
      loading = null; // to be tried again
      throw error;
    }));
  async function begin(): Promise<Parley> {
    const { createParley } = await import('../client/index.ts');
    const made = createParley({ url: host.server, locale: locale.peek(), prefix: host.prefix });
    parley.value = made;
    return made;
  }

  const setLocale = async (wanted: Locale) => {
    const loaded = await loadTexts(wanted);
    batch(() => {
      texts.value = loaded;
      locale.value = wanted;
    });
  };

  const widget: Widget = {
    ...{ server: host.server, mode: host.mode, locale, texts, theme, site, parley, reads, live },
    view: computed(() => history.value.at(-1) ?? host.view),
    isOpen,
    prefill: signal({}),
    announcer: new Announcer((count) => texts.peek().common.newMessages(count)),
    drafts: new Drafts(kept),
    go(view) {
      history.value = [...history.peek().slice(-9), view];
    },
    hasMoved: () => history.peek().length > 1,
    back() {
      if (history.peek().length > 1) history.value = history.peek().slice(0, -1);
    },
    close: () => host.close(),
    setLocale: (wanted) => void setLocale(wanted),
    emit: (name, detail) => host.emit(name, detail),
    styles: (css) => adopt(host.root, css),
  };

  for (const css of [base, tokens, kit, widgetCss]) adopt(host.root, css);
  const container = document.createElement('div');
  container.className = 'root';
  const stop = effect(() => {
    container.dataset['theme'] = theme.value;
    container.lang = locale.value;
    container.dataset['mode'] = host.mode;
  });
  const stopKeeping = effect(() => {
    const view = widget.view.value;
    if (view.name === 'talk') kept.set(LEFT, view.questionId);
    else if (view.name === 'ask') kept.remove(LEFT);
  });
  (host.into ?? host.root).append(container);
  render(
    <WidgetProvider value={widget}>
      <App />
    </WidgetProvider>,
    container,
  );
  reads
    .call('site.get', {})
    .then((answer) => (site.value = answer))
    .catch(() => undefined); // views that need it ask again
  if (isKnown) live().catch(() => undefined); // they too

  return {
    show: (view) => widget.go(view),
    prefill: (values) => (widget.prefill.value = values),
    setLocale,
    setTheme: (wanted) => (theme.value = wanted),
    setOpen: (wanted) => (isOpen.value = wanted),
    async reset() {
      await (await live()).session.end();
      widget.drafts.clear();
      history.value = [{ name: 'ask' }];
    },
    unmount() {
      stop();
      stopKeeping();
      render(null, container);
      container.remove();
      parley.peek()?.close();
    },
  };
}
