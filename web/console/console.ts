// What every view of the console is given: who works here, in which words, where they are, and whom to tell.

import type { ReadonlySignal, Signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Answer } from '../client/calls.ts';
import type { Parley } from '../client/index.ts';
import type { User } from '../client/protocol.ts';
import type { Announcer } from '../kit/announce.ts';
import type { Drafts } from '../talk/drafts.ts';
import type { ConsoleTexts } from '../texts/console.ts';
import type { Locale } from '../texts/texts.ts';
import type { Categories } from './categories.ts';
import type { NoticeList } from './notices/notices.ts';
import type { Prefs } from './prefs.ts';
import type { Presence } from './presence.ts';
import type { Renewal } from './renewal.ts';
import type { Router } from './router.ts';
import type { Session } from './session.ts';

export type Site = Answer<'site.get'>;

export interface Console {
  readonly parley: Parley;
  readonly session: Session;
  readonly renewal: Renewal;
  readonly router: Router;
  readonly locale: ReadonlySignal<Locale>;
  readonly texts: ReadonlySignal<ConsoleTexts>;
  readonly announcer: Announcer;
  /** what was written and not sent, by key */
  readonly drafts: Drafts;
  /** what was chosen for this browser */
  readonly prefs: Prefs;
  readonly presence: Presence;
  readonly notices: NoticeList;
  readonly categories: Categories;
  /** of `site.get`; null while it is not there */
  readonly site: ReadonlySignal<Site | null>;
  /** what the page is about, for its title */
  readonly title: Signal<string>;
  /** stands there instead, as long as something must not be overlooked */
  readonly alarm: Signal<string>;
}

const Context = createContext<Console | null>(null);

export const ConsoleProvider = Context.Provider;

export function useConsole(): Console {
  const console = useContext(Context);
  if (console === null) throw new Error('a view outside of the console');
  return console;
}

/** The words, in the language of now. */
export const useTexts = (): ConsoleTexts => useConsole().texts.value;

const PAYING_STARS = 3; // until the site has said it

/** An answer is paid from so many on. */
export const usePayingStars = (): number => useConsole().site.value?.policy.payingStars ?? PAYING_STARS;

/** For views that somebody has to be signed in for. */
export function useMe(): User {
  const user = useConsole().parley.user.value;
  if (user === null) throw new Error('this view is shown to nobody');
  return user;
}
