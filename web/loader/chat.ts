// What the element and the panel know of each other, which are loaded one after the other.

import type { HostEvents, Prefill, View } from '../widget/widget.ts';
import type { Parts } from './drawn.ts';
import type { Locale } from './words.ts';

type Name = keyof HostEvents;

/** `<parley-chat>`, as the panel and the page use it. */
export interface Chat extends HTMLElement {
  readonly root: ShadowRoot;
  readonly parts: Parts;
  readonly server: string;
  readonly isPage: boolean;
  readonly locale: Locale;
  readonly theme: 'light' | 'dark';
  /** what the panel is called */
  readonly label: string;
  open(view?: View): void;
  close(): void;
  toggle(): void;
  ask(values?: Prefill): void;
  reset(): void;
  on<N extends Name>(name: N, hear: (detail: HostEvents[N]) => void): void;
  off<N extends Name>(name: N, hear: (detail: HostEvents[N]) => void): void;
  tell<N extends Name>(name: N, detail: HostEvents[N]): void;
  waits(words: string | null): void;
  renew(widget: Promise<Widget>): void;
}

/** What the element may say to it. */
export interface Panel {
  open(): void;
  close(): void;
  show(view: View): void;
  prefill(values: Prefill): void;
  /** an attribute of the element */
  changed(name: string): void;
  reset(): void;
  /** the element was put elsewhere in the page */
  back(): void;
  end(): void;
}

/** @throws Error when the words cannot be loaded */
export type Begin = (chat: Chat) => Promise<Panel>;

/** What is loaded when somebody is about to open it. */
export interface Widget {
  readonly begin: Begin;
}
