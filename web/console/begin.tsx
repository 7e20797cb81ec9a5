// E1–E11: the console of experts, put into its page. Everything in it is live: nothing has to be loaded again.

import { computed, effect, signal } from '@preact/signals';
import { render } from 'preact';
import { createParley } from '../client/index.ts';
import { Kept, pageStorage } from '../client/storage.ts';
import { Announcer } from '../kit/announce.ts';
import base from '../kit/base.css?inline';
import kit from '../kit/kit.css?inline';
import { keepPresses } from '../kit/press.ts';
import { adopt } from '../kit/styles.ts';
import tokens from '../kit/tokens.css?inline';
import { Drafts } from '../talk/drafts.ts';
import lines from '../talk/lines.css?inline';
import { loadConsoleTexts } from '../texts/console.ts';
import type { ConsoleTexts } from '../texts/console.ts';
import { localeOf } from '../texts/texts.ts';
import type { Locale } from '../texts/texts.ts';
import { App } from './app.tsx';
import { Categories } from './categories.ts';
import consoleCss from './console.css?inline';
import { ConsoleProvider } from './console.ts';
import type { Console, Site } from './console.ts';
import earningsCss from './earnings/earnings.css?inline';
import homeCss from './home/home.css?inline';
import { NoticeList } from './notices/notices.ts';
import { Prefs } from './prefs.ts';
import { Presence } from './presence.ts';
import { Renewal } from './renewal.ts';
import requestsCss from './requests/requests.css?inline';
import { Router } from './router.ts';
import { Session } from './session.ts';
import talkCss from './talk/talk.css?inline';

const WRITER = 'writer'; // whose the drafts are
const LATEST_MS = 1_000; // experts are few, and what they miss somebody else takes

export async function begin(): Promise<void> {
  const root = document.querySelector<HTMLElement>('#console');
  if (root === null) throw new Error('no page');
  for (const css of [base, tokens, kit, consoleCss, homeCss, lines, talkCss, requestsCss, earningsCss])
    adopt(document, css);
  followTheme(root);
  keepPresses(); // lists are live, and Claim and Accept stand in them

  const router = new Router();
  // apart from what the widget keeps on pages of this origin; another folder is another server
  const prefix = router.folder === '' ? 'parley.expert.' : `parley ${router.folder}/expert.`;
  const session = new Session(`${prefix}session`);
  const url = location.origin + router.folder;
  const ofBrowser = localeOf(navigator.languages);
  const parley = createParley({ url, prefix, storage: session, locale: ofBrowser, latestMs: LATEST_MS });
  const kept = new Kept(prefix, pageStorage());
  parley.connect(); // as soon as somebody is signed in
  const drafts = new Drafts(kept);
  const wanted = computed(() => parley.user.value?.locale ?? ofBrowser);
  const locale = signal(wanted.peek());
  const texts = signal(await loadConsoleTexts(locale.peek()));
  effect(() => speak(wanted.value));

  /** As soon as the words are there; until then, and when they do not come, in the language that is. */
  function speak(next: Locale): void {
    if (next === locale.peek()) return;
    loadConsoleTexts(next)
      .then((loaded: ConsoleTexts) => {
        if (next !== wanted.peek()) return;
        texts.value = loaded;
        locale.value = next;
      })
      .catch(() => undefined);
  }

  const site = signal<Site | null>(null);
  const askSite = () =>
    parley
      .call('site.get', {})
      .then((answer) => (site.value = answer))
      .catch(() => undefined); // asked again with the next connection
  effect(() => {
    if (site.peek() === null && (parley.status.value === 'online' || parley.user.value === null)) void askSite();
  });
  const announcer = new Announcer((count) => texts.peek().common.newMessages(count));
  // nobody sees what another one has begun to write, also when they had closed their tab, nor reads what was said to them
  let owner: string | null = null;
  parley.user.subscribe((user) => {
    const before = owner ?? (user === null ? null : kept.get(WRITER));
    owner = user?.id ?? null;
    if (owner !== null && owner !== kept.get(WRITER)) kept.set(WRITER, owner);
    if (before === null || before === owner) return;
    drafts.clear();
    announcer.say('');
    announcer.warn('');
  });

  const [title, alarm] = [signal(''), signal('')];
  const console: Console = {
    ...{ parley, session, router, locale, texts, drafts, site, announcer, title, alarm },
    renewal: new Renewal(parley, new Kept(prefix, session), prefix),
    prefs: new Prefs(kept),
    presence: new Presence(parley),
    notices: new NoticeList(parley, kept),
    categories: new Categories(parley, locale),
  };
  effect(() => {
    const about = alarm.value || title.value;
    document.title = about === '' ? 'Parley' : `${about} · Parley`;
    document.documentElement.lang = locale.value;
    root.lang = locale.value;
  });
  root.replaceChildren();
  root.className = 'root';
  render(
    <ConsoleProvider value={console}>
      <App />
    </ConsoleProvider>,
    root,
  );
}

/** Light or dark, as the browser likes it. */
function followTheme(root: HTMLElement): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const look = () => (root.dataset['theme'] = dark.matches ? 'dark' : 'light');
  dark.addEventListener('change', look);
  look();
}
