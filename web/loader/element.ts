// `<parley-chat>`: the launcher, and the panel that the widget is put into. The widget itself is loaded when somebody is about to open
// it, or has been here before. Of a page's own it changes nothing.

import { onColour } from '../kit/theme.ts';
import type { Host, Mounted } from '../widget/mount.tsx';
import type { HostEvents, Prefill, View } from '../widget/widget.ts';
import { drawn } from './drawn.ts';
import type { Parts } from './drawn.ts';
import { loadWidget, serverOf } from './load.ts';
import { WORDS, localeOf } from './words.ts';

type Names = keyof HostEvents;

const GONE_MS = 5_000; // pages that swap their body put the element back sooner
const PREFIX = 'parley.'; // of what the client keeps
const SMALL = '(max-width: 480px)';
const DARK = '(prefers-color-scheme: dark)';

/** The one that is in the page, or was a moment ago. */
let current: ParleyChat | null = null;
let onPlaced: () => void = () => undefined;

/** Told when one comes into the page. */
export function whenPlaced(hear: () => void): void {
  onPlaced = hear;
}

export class ParleyChat extends HTMLElement {
  static readonly observedAttributes = [
    ...['category', 'hide-launcher', 'label', 'locale', 'mode', 'open', 'position', 'question', 'theme'],
  ];

  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #heard = new Map<string, Set<(detail: unknown) => void>>();
  #parts: Parts | null = null;
  #mounting: Promise<Mounted> | null = null;
  #mounted: Mounted | null = null;
  #gone: ReturnType<typeof setTimeout> | undefined;
  /** ends what it listens to of the page */
  #listening = new AbortController();
  #before: Element | null = null;
  #waiting: string | null = null;
  #title: string | null = null;
  /** put there by the loader: the page does not know of it */
  isOurs = false;

  connectedCallback(): void {
    if (current !== null && current !== this) {
      // a page that swaps its body brings a new one: the old one goes on, with what it holds
      if (!current.isConnected) {
        for (const { name, value } of this.attributes) current.setAttribute(name, value);
        this.replaceWith(current);
      }
      return;
    }
    current = this;
    clearTimeout(this.#gone);
    if (this.#parts === null) this.#begin();
    else if (this.isOpen) this.#show();
    onPlaced();
  }

  disconnectedCallback(): void {
    if (current !== this) return;
    const { body } = document;
    if (this.isOurs) queueMicrotask(() => body !== document.body && !this.isConnected && document.body.append(this));
    clearTimeout(this.#gone);
    this.#gone = setTimeout(() => {
      if (this.isConnected) return;
      this.#end();
      if (current === this) current = null;
    }, GONE_MS);
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (this.#parts === null || before === after) return;
    if (name === 'open') {
      if (after === null) this.close();
      else this.open();
    } else if (name === 'question' && after !== null) void this.#mount().then(() => this.#go());
    else if (name === 'category') this.#mounted?.prefill({ category: after ?? undefined });
    else {
      if (name === 'locale') void this.#mounted?.setLocale(this.#locale);
      this.#draw();
    }
  }

  get isOpen(): boolean {
    return this.hasAttribute('open');
  }

  /** Shows the panel, and in it this view. */
  open(view?: View): void {
    if (this.isOpen && this.#mounted !== null) {
      if (view !== undefined) this.#mounted.show(view);
      return;
    }
    if (!this.isOpen) this.#before = document.activeElement;
    this.toggleAttribute('open', true);
    this.#parts?.busy(true);
    this.#mount()
      .then((mounted) => {
        if (!this.isOpen) return;
        if (view !== undefined) mounted.show(view);
        this.#show();
        mounted.setOpen(true);
        this.#tell('open', undefined);
      })
      .catch(() => {
        this.toggleAttribute('open', false);
        this.#waiting = WORDS[this.#locale].failed;
        this.#draw();
        this.#tell('error', { code: 'not_loaded' });
      })
      .finally(() => this.#parts?.busy(false));
  }

  /** Puts the panel away; what was written in it stays. */
  close(): void {
    this.toggleAttribute('open', false);
    if (this.#parts === null || !this.#parts.panel.open || this.#isPage) return;
    this.#parts.panel.close();
    this.#mounted?.setOpen(false);
    const { launcher } = this.#parts;
    if (launcher.hidden) (this.#before as HTMLElement | null)?.focus();
    else launcher.focus();
    this.#tell('close', undefined);
  }

  toggle(): void {
    if (this.isOpen) this.close();
    else this.open();
  }

  /** Opens the form, with this filled in. */
  ask(values: Prefill = {}): void {
    void this.#mount().then(
      (mounted) => mounted.prefill(values),
      () => undefined,
    );
    this.open({ name: 'ask' });
  }

  /** Somebody has left: nothing of theirs is kept, in no tab. */
  async reset(): Promise<void> {
    this.close();
    if (this.#hasSession || this.#mounted !== null) await (await this.#mount()).reset();
  }

  /** `name`: without "parley:" */
  on<N extends Names>(name: N, hear: (detail: HostEvents[N]) => void): void {
    const all = this.#heard.get(name) ?? new Set();
    this.#heard.set(name, all.add(hear as (detail: unknown) => void)); // the name says so
  }

  off<N extends Names>(name: N, hear: (detail: HostEvents[N]) => void): void {
    this.#heard.get(name)?.delete(hear as (detail: unknown) => void);
  }

  #begin(): void {
    const parts = drawn(this.#root, {
      near: () => void loadWidget(this.#server).catch(() => undefined),
      press: () => this.open(),
      leave: () => this.close(),
    });
    this.#parts = parts;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    matchMedia(DARK).addEventListener('change', () => this.#draw(), { signal });
    matchMedia(SMALL).addEventListener('change', () => this.isOpen && this.#mounted !== null && this.#show(), {
      signal,
    });
    const view = window.visualViewport;
    for (const name of ['resize', 'scroll']) view?.addEventListener(name, () => this.#fit(), { signal });
    // a page that holds the focus in a part of its own would take it away from here
    for (const name of ['focusin', 'focusout'])
      window.addEventListener(
        name,
        (event) => {
          if (event.target === this) event.stopImmediatePropagation();
        },
        { capture: true, signal },
      );
    this.#draw();
    if (this.isOpen || this.#isPage) this.open();
    else if (this.#hasSession) idle(() => void this.#mount().catch(() => undefined));
  }

  #end(): void {
    this.#listening.abort();
    this.#mounted?.unmount();
    this.#mounted = null;
    this.#mounting = null;
    this.#parts?.remove();
    this.#parts = null;
    this.toggleAttribute('open', false);
  }

  #mount(): Promise<Mounted> {
    this.#mounting ??= this.#load().catch((error: unknown) => {
      this.#mounting = null; // to be tried again
      throw error;
    });
    return this.#mounting;
  }

  async #load(): Promise<Mounted> {
    const { mount } = await loadWidget(this.#server);
    const parts = this.#parts;
    if (parts === null) throw new Error('it is gone');
    const host: Host = {
      root: this.#root,
      into: parts.panel,
      server: this.#server,
      mode: this.#isPage ? 'page' : 'widget',
      locale: this.#locale,
      theme: this.#theme,
      prefix: PREFIX,
      view: this.#view ?? { name: 'ask' },
      emit: (name, detail) => this.#tell(name, detail),
      close: () => this.close(),
      waiting: (words) => {
        this.#waiting = words;
        this.#draw();
      },
    };
    const mounted = await mount(host);
    this.#mounted = mounted;
    const category = this.getAttribute('category');
    if (category !== null) mounted.prefill({ category });
    this.#tell('ready', undefined);
    return mounted;
  }

  #show(): void {
    const { panel } = this.#parts ?? {};
    if (panel === undefined || this.#isPage) return;
    if (panel.open) panel.close();
    if (matchMedia(SMALL).matches) panel.showModal();
    else panel.show();
    this.#fit();
  }

  /** Above the keyboard of a phone, whose window does not shrink by it. */
  #fit(): void {
    const view = window.visualViewport;
    if (view === null || this.#parts?.panel.open !== true) return;
    this.#parts.stage.style.setProperty('--p-height', `${view.height}px`);
    this.#parts.stage.style.setProperty('--p-top', `${view.offsetTop}px`);
  }

  #go(): void {
    const view = this.#view;
    if (view !== null) this.#mounted?.show(view);
  }

  #draw(): void {
    if (this.#parts === null) return;
    const { stage, probe } = this.#parts;
    const theme = this.#theme;
    stage.dataset['theme'] = theme;
    stage.dataset['mode'] = this.#isPage ? 'page' : 'widget';
    stage.dataset['side'] = this.getAttribute('position') === 'left' ? 'left' : 'right';
    stage.lang = this.#locale;
    const { badge } = this;
    const label = this.getAttribute('label') ?? WORDS[this.#locale].ask;
    this.#parts.label(
      badge.has('launcher') ? (this.#waiting ?? label) : label,
      label,
      this.#waiting !== null && badge.has('launcher'),
    );
    this.#parts.launcher.hidden = this.hasAttribute('hide-launcher') || this.#isPage;
    this.#mounted?.setTheme(theme);
    const own = getComputedStyle(this).getPropertyValue('--parley-accent') !== '';
    const ink = own ? onColour(getComputedStyle(probe).color) : null;
    for (const name of ['--p-on-accent', '--p-on-accent-dark']) {
      if (ink === null) stage.style.removeProperty(name);
      else stage.style.setProperty(name, ink);
    }
  }

  #tell<N extends Names>(name: N, detail: HostEvents[N]): void {
    if (name === 'unread') this.#count((detail as HostEvents['unread']).count);
    for (const hear of [...(this.#heard.get(name) ?? [])]) hear(detail);
    this.dispatchEvent(new CustomEvent(`parley:${name}`, { detail, bubbles: true, composed: true }));
  }

  /** In the title of the page, for those who want it there. */
  #count(count: number): void {
    if (!this.badge.has('title')) return;
    const plain = this.#title !== null && document.title.endsWith(this.#title) ? this.#title : document.title;
    this.#title = count > 0 ? plain : null;
    document.title = count > 0 ? `(${count}) ${plain}` : plain;
  }

  get badge(): ReadonlySet<string> {
    return new Set((this.getAttribute('badge') ?? 'launcher').split(/\s+/));
  }

  get #server(): string {
    return this.getAttribute('server') ?? serverOf();
  }

  get #isPage(): boolean {
    return this.getAttribute('mode') === 'page';
  }

  get #view(): View | null {
    const questionId = this.getAttribute('question');
    return questionId === null ? null : { name: 'talk', questionId };
  }

  get #locale() {
    return localeOf(this.getAttribute('locale'), document.documentElement.lang, ...navigator.languages);
  }

  get #theme(): 'light' | 'dark' {
    const wanted = this.getAttribute('theme');
    if (wanted === 'light' || wanted === 'dark') return wanted;
    return matchMedia(DARK).matches ? 'dark' : 'light';
  }

  /** Has somebody asked here before? Looking stores nothing. */
  get #hasSession(): boolean {
    try {
      return localStorage.getItem(`${PREFIX}session`) !== null;
    } catch {
      return false; // blocked
    }
  }
}

const idle = (run: () => void) => {
  if ('requestIdleCallback' in window) requestIdleCallback(run, { timeout: 5_000 });
  else setTimeout(run, 1_000); // Safari
};
