// `<parley-chat>`: the launcher, and what a page may say to it. Panel and widget are loaded when somebody is about to open them, or has
// been here before. Of a page's own it changes nothing.

import { onColour } from '../kit/theme.ts';
import type { HostEvents, Prefill, View } from '../widget/widget.ts';
import type { Chat, Panel, Widget } from './chat.ts';
import { drawn } from './drawn.ts';
import { loadWidget, serverOf } from './load.ts';
import { obey } from './obey.ts';
import { PREFIX, WORDS, localeOf } from './words.ts';
import type { Locale } from './words.ts';

type Name = keyof HostEvents;

const GONE_MS = 5_000; // pages that swap their body put the element back sooner
const IDLE_MS = 1_000; // the page comes first

/** The one that is in the page, or was a moment ago. */
let current: ParleyChat | null = null;
export class ParleyChat extends HTMLElement implements Chat {
  static readonly observedAttributes = [
    ...['badge', 'category', 'hide-launcher', 'label', 'locale', 'open', 'position', 'question', 'theme'],
  ];

  readonly root = this.attachShadow({ mode: 'open' });
  readonly parts = drawn(this.root);
  /** put there by the loader: the page does not know of it */
  isOurs = false;
  readonly #listeners = new WeakMap<object, (event: Event) => void>();
  #panel: Panel | null = null;
  #loading: Promise<Panel> | null = null;
  #gone: ReturnType<typeof setTimeout> | undefined;
  #waits: string | null = null;
  #hasBegun = false;
  #body: HTMLElement | null = null;
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  readonly #theming = () => {
    this.#draw();
    this.#panel?.changed('theme');
  };

  connectedCallback(): void {
    if (current !== null && current !== this) {
      // a page that swaps its body brings a new one: the old one goes on, with what it holds
      if (!current.isConnected) this.replaceWith(current);
      return;
    }
    current = this; // eslint-disable-line @typescript-eslint/no-this-alias -- there is one at a time
    clearTimeout(this.#gone);
    this.#body = document.body;
    if (this.#hasBegun) this.#panel?.back();
    else this.#begin();
  }

  disconnectedCallback(): void {
    if (current !== this) return;
    if (this.isOurs) queueMicrotask(() => this.#body !== document.body && document.body.append(this));
    clearTimeout(this.#gone);
    this.#gone = setTimeout(() => this.isConnected || this.#end(), GONE_MS);
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.#hasBegun || before === after) return;
    this.#draw();
    if (name === 'open') {
      if (after === null) this.#panel?.close();
      else this.#with((panel) => panel.open());
    } else this.#panel?.changed(name);
  }

  /** Shows the panel, and in it this view. */
  open(view?: View): void {
    this.toggleAttribute('open', true);
    if (view !== undefined) this.#with((panel) => panel.show(view));
  }

  /** Puts the panel away; what was written in it stays. */
  close(): void {
    this.toggleAttribute('open', false);
  }

  toggle(): void {
    this.toggleAttribute('open');
  }

  /** Opens the form, with this filled in. */
  ask(values: Prefill = {}): void {
    this.#with((panel) => panel.prefill(values));
    this.open({ name: 'ask' });
  }

  /** Somebody has left: nothing of theirs is kept, in no tab. */
  reset(): void {
    this.close();
    if (this.#panel !== null || this.#hasSession) this.#with((panel) => panel.reset());
  }

  /** `name`: without "parley:" */
  on<N extends Name>(name: N, hear: (detail: HostEvents[N]) => void): void {
    // one for all names: it is added once to each, and taken away by each
    const listener =
      this.#listeners.get(hear) ?? ((event: Event) => hear((event as CustomEvent<HostEvents[N]>).detail)); // by the name
    this.#listeners.set(hear, listener);
    this.addEventListener(`parley:${name}`, listener);
  }

  off<N extends Name>(name: N, hear: (detail: HostEvents[N]) => void): void {
    const listener = this.#listeners.get(hear);
    if (listener) this.removeEventListener(`parley:${name}`, listener);
  }

  tell<N extends Name>(name: N, detail: HostEvents[N]): void {
    this.dispatchEvent(new CustomEvent(`parley:${name}`, { detail, bubbles: true, composed: true }));
  }

  /** What waits, in words; null: nothing does. */
  waits(words: string | null): void {
    this.#waits = words;
    this.#draw();
  }

  /** Another widget takes the place of this one. */
  renew(widget: Promise<Widget>): void {
    this.#panel?.end();
    this.#loading = null;
    this.#with((panel) => panel.open(), widget);
  }

  get server(): string {
    return this.getAttribute('server') ?? serverOf();
  }

  get isPage(): boolean {
    return this.getAttribute('mode') === 'page';
  }

  get locale(): Locale {
    return localeOf(this.getAttribute('locale'), document.documentElement.lang, ...navigator.languages);
  }

  get theme(): 'light' | 'dark' {
    const wanted = this.getAttribute('theme');
    return wanted === 'dark' || (wanted !== 'light' && this.#dark.matches) ? 'dark' : 'light';
  }

  get label(): string {
    return this.getAttribute('label') ?? WORDS[this.locale][0];
  }

  #begin(): void {
    this.#hasBegun = true;
    const { launcher } = this.parts;
    launcher.onpointerenter = launcher.onfocus = () => void loadWidget(this.server).catch(() => undefined);
    launcher.onclick = () => this.open();
    this.#dark.addEventListener('change', this.#theming);
    this.#draw();
    obey(this);
    if (this.isPage || this.hasAttribute('open')) this.#with((panel) => panel.open());
    else if (this.#hasSession) setTimeout(() => this.#load().catch(() => undefined), IDLE_MS);
  }

  #end(): void {
    this.#dark.removeEventListener('change', this.#theming);
    this.close();
    this.#panel?.end();
    this.#panel = null;
    this.#loading = null;
    this.#hasBegun = false;
    current = null;
  }

  #with(act: (panel: Panel) => void, widget?: Promise<Widget>): void {
    const { launcher } = this.parts;
    launcher.ariaBusy = 'true';
    this.#load(widget)
      .then(act, () => {
        this.close();
        this.waits(WORDS[this.locale][1]);
        this.tell('error', { code: 'not_loaded' });
      })
      .finally(() => (launcher.ariaBusy = 'false'));
  }

  #load(widget?: Promise<Widget>): Promise<Panel> {
    this.#loading ??= (widget ?? loadWidget(this.server))
      .then(({ begin }) => begin(this))
      .then(
        (panel) => (this.#panel = panel),
        (error: unknown) => {
          this.#loading = null; // to be tried again
          throw error;
        },
      );
    return this.#loading;
  }

  #draw(): void {
    const { stage, launcher, label, probe } = this.parts;
    const { theme, isPage } = this;
    const style = getComputedStyle(this);
    const isOwn = style.getPropertyValue('--parley-accent') + style.getPropertyValue('--parley-accent-dark') !== '';
    stage.className = `stage ${theme} ${this.getAttribute('position') ?? 'right'}${isPage ? ' page' : ''}${isOwn ? ' own' : ''}`;
    stage.lang = this.locale;
    const waits = /launcher/.test(this.getAttribute('badge') ?? 'launcher') ? this.#waits : null;
    launcher.classList.toggle('news', waits !== null);
    label.textContent = waits ?? this.label;
    launcher.hidden = isPage || this.hasAttribute('hide-launcher');
    stage.style.setProperty('--p-on-accent', isOwn ? onColour(getComputedStyle(probe).color) : null);
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
