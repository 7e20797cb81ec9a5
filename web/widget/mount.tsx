// Puts the widget into a shadow root: what the loader loads when somebody is about to open it, and what the page of a question loads.

import { batch, computed, effect, signal } from '@preact/signals';
import { render } from 'preact';
import { overHttp } from '../client/calls.ts';
import { problem } from '../client/errors.ts';
import type { Parley } from '../client/parley.ts';
import type { Badge } from '../client/page.ts';
import { Kept, pageStorage } from '../client/storage.ts';
import type { KeyValues } from '../client/storage.ts';
import { Announcer } from '../kit/announce.ts';
import base from '../kit/base.css?inline';
import basics from '../kit/basics.css?inline';
import fields from '../kit/fields.css?inline';
import { adopt } from '../kit/styles.ts';
import tokens from '../kit/tokens.css?inline';
import type { Locale } from '../texts/texts.ts';
import { App } from './app.tsx';
import { Drafts } from '../talk/drafts.ts';
import { isTorn } from './later.tsx';
import { Prefs } from './prefs.ts';
import widgetCss from './widget.css?inline';
import { WidgetProvider } from './widget.ts';
import { Words } from './words.ts';
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
  /** are there sounds where nobody has chosen? */
  readonly isLoud: () => boolean;
  readonly emit: <N extends keyof HostEvents>(name: N, detail: HostEvents[N]) => void;
  /** the panel wants to be put away */
  readonly close: () => void;
  /** the widget of now is wanted in place of this one */
  readonly renew: () => void;
  /** what waits, in words, for who does not see the panel; null: nothing does */
  waiting?(words: string | null): void;
  /** page mode: what the page is about, and in which language */
  onTitle?(title: string, locale: Locale): void;
  /** where who is signed in is kept; the host's storage by default */
  readonly session?: KeyValues | undefined;
}

/** What the host may do with it. */
export interface Mounted {
  show(view: View): void;
  prefill(values: Prefill): void;
  setLocale(locale: Locale): void;
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
  const kept = new Kept(host.prefix, pageStorage());
  const prefs = new Prefs(kept, host.isLoud);
  const words = await Words.of(prefs.locale ?? host.locale);
  const { locale, texts } = words;
  const theme = signal(host.theme);
  const isOpen = signal(host.mode === 'page');
  const site = signal<Site | null>(null);
  const title = signal('');
  const parley = signal<Parley | null>(null);
  const signedIn = new Kept(host.prefix, host.session ?? pageStorage());
  const isKnown = signedIn.get('session') !== null;
  const seenLast = isKnown && host.view.name === 'ask' ? kept.get(LEFT) : null;
  const visitors = signal(0);
  const history = signal<readonly View[]>([seenLast === null ? host.view : { name: 'talk', questionId: seenLast }]);
  const reads = overHttp({ url: host.server });
  const stops: (() => void)[] = [];
  let told = 0; // of what is unread
  let loading: Promise<Parley> | null = null;
  const live = () =>
    (loading ??= begin().catch(() => {
      loading = null; // to be tried again
      isTorn.value = true;
      throw problem('no_answer');
    }));
  async function begin(): Promise<Parley> {
    const { Parley: Client } = await import('./live.ts');
    const [url, prefix, storage] = [host.server, host.prefix, host.session];
    const made = new Client({ url, prefix, storage, locale: locale.peek() });
    let owner = made.user.peek()?.id;
    made.user.subscribe((user) => {
      const isLeft = owner !== undefined && user?.id !== owner;
      owner = user?.id;
      if (isLeft) left(user);
    });
    stops.push(
      made.attend(isOpen),
      effect(() => wait(made.badge.value)),
      made.on('message.created', ({ by, kind }) => {
        if (by.id === made.user.peek()?.id || kind === 'closed' || !prefs.sounds) return;
        import('../kit/sounds.ts').then(({ sound }) => sound(host.prefix)).catch(() => undefined); // silent, then
      }),
    );
    parley.value = made;
    return made;
  }

  /** What is new, for the launcher and the host. */
  function wait({ unread, offers }: Badge): void {
    const { common } = texts.value;
    const said = unread > 0 ? common.launcherUnread(unread) : null;
    host.waiting?.(offers > 0 ? common.launcherOffer : said);
    if (unread === told) return;
    told = unread;
    host.emit('unread', { count: unread });
  }

  /** It stays in the language that is there when the other one does not come. */
  const setLocale = (wanted: Locale) => void words.speak(wanted).catch(() => undefined);

  /**
   * Who was signed in is no more, here or in another tab: whoever comes next begins anew. `user`: is signed in instead, whose own is what
   * stands in the form, when their session had ended and they ask all the same.
   */
  const left = (user?: unknown) =>
    batch(() => {
      if (!user) visitors.value += 1;
      widget.drafts.clear();
      prefs.clear();
      kept.remove(LEFT);
      widget.prefill.value = {};
      history.value = [host.mode === 'page' ? host.view : { name: 'ask' }];
    });

  const widget: Widget = {
    ...{ server: host.server, mode: host.mode, locale, texts, theme, site, parley, reads, live, visitors },
    view: computed(() => history.value.at(-1) ?? host.view),
    isOpen,
    prefill: signal({}),
    announcer: new Announcer((count) => texts.peek().common.newMessages(count)),
    drafts: new Drafts(kept),
    prefs,
    title: (said) => (title.value = said),
    async forget() {
      await (await live()).session.end();
      left();
    },
    go(view) {
      history.value = [...history.peek().slice(-9), view];
    },
    hasMoved: () => history.peek().length > 1,
    back() {
      if (history.peek().length > 1) history.value = history.peek().slice(0, -1);
    },
    renew: host.renew,
    close: host.close,
    setLocale,
    words: (parts) => words.load(parts),
    hasWords: (parts) => words.has(parts),
    emit: host.emit,
    styles: (css) => adopt(host.root, css),
  };

  for (const css of [base, tokens, basics, fields, widgetCss]) adopt(host.root, css);
  const container = document.createElement('div');
  container.className = 'root';
  const stopLook = effect(() => {
    container.dataset['theme'] = theme.value;
    container.lang = locale.value;
    container.dataset['mode'] = host.mode;
    if (title.value !== '') host.onTitle?.(title.value, locale.value);
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
    reset: () => widget.forget(),
    unmount() {
      stopLook();
      stopKeeping();
      render(null, container);
      container.remove();
      // it may be on its way still
      loading?.then(
        (made) => {
          for (const stop of stops) stop();
          made.close();
        },
        () => undefined,
      );
    },
  };
}
