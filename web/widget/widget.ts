// What every view of the widget is given: who asks, in which words, what is looked at, and whom to tell.

import type { ReadonlySignal, Signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Calls } from '../client/calls.ts';
import type { Parley } from '../client/parley.ts';
import type { Answer } from '../client/calls.ts';
import type { Announcer } from '../kit/announce.ts';
import type { Locale, Part, Texts } from '../texts/texts.ts';
import type { Drafts } from '../talk/drafts.ts';
import type { Prefs } from './prefs.ts';

export type View =
  | { readonly name: 'ask' }
  | { readonly name: 'talk'; readonly questionId: string }
  | { readonly name: 'box'; readonly questionId: string }
  | { readonly name: 'pay'; readonly questionId: string }
  | { readonly name: 'refund'; readonly questionId: string; readonly offerId?: string }
  /** in page mode: what a letter leads to, until somebody is signed in */
  | { readonly name: 'letter'; readonly questionId: string }
  | { readonly name: 'history' }
  /** `questionId`: of the conversation that it was opened from */
  | { readonly name: 'settings'; readonly questionId?: string };

/** What the host has filled in already. */
export interface Prefill {
  readonly category?: string | undefined;
  readonly subject?: string | undefined;
  readonly body?: string | undefined;
  /** minor units of the category's currency */
  readonly value?: number | undefined;
}

/** What a host hears, never with texts, names or amounts. */
export interface HostEvents {
  readonly ready: undefined;
  readonly open: undefined;
  readonly close: undefined;
  readonly question: { readonly id: string };
  readonly message: { readonly questionId: string; readonly by: string; readonly kind: string };
  readonly unread: { readonly count: number };
  readonly offer: { readonly id: string; readonly state: string };
  readonly rated: { readonly stars: number };
  readonly closed: undefined;
  readonly error: { readonly code: string };
}

export type Site = Answer<'site.get'>;

export interface Widget {
  /** where the server is, with the folder if it has one */
  readonly server: string;
  readonly mode: 'widget' | 'page';
  readonly locale: ReadonlySignal<Locale>;
  /** as far as they are loaded: whatever is shown has its own */
  readonly texts: ReadonlySignal<Texts>;
  readonly theme: ReadonlySignal<'light' | 'dark'>;
  readonly view: ReadonlySignal<View>;
  /** is the panel seen? In page mode always */
  readonly isOpen: ReadonlySignal<boolean>;
  readonly prefill: Signal<Prefill>;
  /** how many have left; what they saw and filled in is not for the next one */
  readonly visitors: ReadonlySignal<number>;
  readonly announcer: Announcer;
  /** without a connection and without a name: for what is read before anything is asked */
  readonly reads: Calls;
  /** of `site.get`, asked once; null while it is not there */
  readonly site: ReadonlySignal<Site | null>;
  /** the client with its connection, loaded when it is wanted; null before */
  readonly parley: ReadonlySignal<Parley | null>;
  /** loads it */
  live(): Promise<Parley>;
  /** shows another view; the one before can be gone back to */
  go(view: View): void;
  back(): void;
  /** has another view been shown before this one? */
  hasMoved(): boolean;
  /** Begins anew, with the widget that the server has now; what is kept is there again. */
  readonly renew: () => void;
  /** puts the panel away; in page mode nothing */
  close(): void;
  setLocale(locale: Locale): void;
  /** Loads these parts of the words, and puts them to those that are there. */
  words(parts: readonly Part[]): Promise<void>;
  hasWords(parts: readonly Part[]): boolean;
  emit<N extends keyof HostEvents>(name: N, detail: HostEvents[N]): void;
  /** adopts styles of a view that came later */
  styles(css: string): void;
  /** what was written and not sent, by key; kept in the host's storage, as far as it allows it */
  readonly drafts: Drafts;
  /** what was chosen for this browser */
  readonly prefs: Prefs;
  /** What the page is about; a widget's page is the host's. */
  title(title: string): void;
  /** Signs out: nothing of whoever was signed in stays in this browser. */
  forget(): Promise<void>;
}

const Context = createContext<Widget | null>(null);

export const WidgetProvider = Context.Provider;

/** For views that need the client: theirs is there already. */
export function useParley(): Parley {
  const parley = useWidget().parley.value;
  if (parley === null) throw new Error('no client yet');
  return parley;
}

export function useWidget(): Widget {
  const widget = useContext(Context);
  if (widget === null) throw new Error('no widget');
  return widget;
}

/** The words, in the language of now. */
export const useTexts = (): Texts => useWidget().texts.value;
