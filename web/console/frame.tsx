// The whole of the console once somebody is in: the lists at the side, and what was chosen in the middle. On a phone one of the two.

import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { Bar, Notices } from './bar.tsx';
import { useConsole, useTexts } from './console.ts';
import { isFocusLost } from './heading.ts';
import { Lists } from './home/lists.ts';
import { Mine } from './home/mine.tsx';
import { Queue } from './home/queue.tsx';
import { Keys } from './keys.tsx';
import { later } from './later.tsx';
import { Link } from './link.tsx';
import { alertOf } from './requests/alerts.ts';
import { Center } from './requests/center.tsx';
import { RequestView } from './requests/request-view.tsx';
import { Requests } from './requests/requests.ts';
import { ReservedCards } from './requests/reserved-cards.tsx';
import type { Place, Tab } from './router.ts';
import { Back } from './talk/back.tsx';
import { QuestionView } from './talk/question-view.tsx';

const EarningsView = later(async () => (await import('./earnings/earnings-view.tsx')).EarningsView);
const NoticesView = later(async () => (await import('./notices/notices-view.tsx')).NoticesView);
const SettingsView = later(async () => (await import('./settings/settings-view.tsx')).SettingsView);

export function Frame() {
  const console = useConsole();
  const { parley, router, title } = console;
  const { home } = useTexts();
  const lists = useMemo(() => new Lists(parley), []);
  const requests = useMemo(() => new Requests(parley), []);
  useEffect(() => {
    const stop = alertOf(requests, console);
    return () => {
      stop();
      lists.release();
      requests.release();
    };
  }, []);
  const place = router.place.value;
  const isHome = place.view === 'home';
  const tab = tabOf(place);
  useEffect(() => {
    if (isHome) title.value = home.title;
  }, [isHome, home]);
  useBackToList();
  return (
    <div class="frame" data-shows={isHome ? 'list' : 'main'}>
      <ReservedCards requests={requests} />
      <Keys lists={lists} requests={requests} />
      <a class="skip" href="#main">
        {home.skip}
      </a>
      <div class="frame-top">
        <Bar />
        <Notices />
      </div>
      <main class="frame-main">
        <section class="list" aria-label={home.lists}>
          {isHome && <h1 class="hidden">{home.title}</h1>}
          <Tabs lists={lists} requests={requests} tab={tab} />
          {tab === 'queue' && <Queue lists={lists} />}
          {tab === 'mine' && <Mine lists={lists} />}
          {tab === 'requests' && <Center requests={requests} />}
        </section>
        <div class="main" id="main" tabIndex={-1}>
          {place.view === 'question' && (
            <QuestionView key={place.questionId} questionId={place.questionId} tab={place.tab} />
          )}
          {place.view === 'request' && (
            <>
              <Back tab="requests" />
              <RequestView key={place.requestId} requestId={place.requestId} />
            </>
          )}
          {place.view === 'earnings' && (
            <>
              <Back tab="queue" />
              <EarningsView />
            </>
          )}
          {place.view === 'notices' && (
            <>
              <Back tab="queue" />
              <NoticesView />
            </>
          )}
          {place.view === 'settings' && (
            <>
              <Back tab="queue" />
              <SettingsView />
            </>
          )}
          {(isHome || place.view === 'nowhere') && <Choose isGone={!isHome} />}
        </div>
      </main>
    </div>
  );
}

/** What stands in the list beside it. */
function tabOf(place: Place): Tab {
  if (place.view === 'request') return 'requests';
  return 'tab' in place ? place.tab : 'queue';
}

/** Customer care has no console here: a request, where a letter or a case has led them, and nothing else. */
export function CareFrame({ requestId }: { readonly requestId: string }) {
  return (
    <div class="frame">
      <div class="frame-top">
        <Bar />
      </div>
      <main class="main">
        <RequestView key={requestId} requestId={requestId} />
      </main>
    </div>
  );
}

/** On a phone, what was in the list before has the focus again; where it is no more, the name of the list. */
function useBackToList(): void {
  const { router } = useConsole();
  const place = router.place.value;
  const before = useRef('');
  useEffect(() => {
    const was = before.current;
    before.current = place.view === 'question' ? place.questionId : place.view === 'request' ? place.requestId : '';
    if (place.view !== 'home' || !router.hasMoved) return;
    if (was !== '') document.querySelector<HTMLElement>(`[data-id="${CSS.escape(was)}"] a`)?.focus();
    if (isFocusLost()) document.querySelector<HTMLElement>('.tabs [aria-current]')?.focus();
  }, [place]);
}

interface TabsProps {
  readonly lists: Lists;
  readonly requests: Requests;
  readonly tab: Tab;
}

function Tabs({ lists, requests, tab }: TabsProps) {
  const { home } = useTexts();
  const { open, priority } = requests;
  const isReady = open.state.value === 'ready' && priority.state.value === 'ready';
  const due = open.items.value.length + priority.items.value.length;
  const queue = lists.queue.value;
  const count = queue.items.value.length;
  const waiting = queue.more.value === 'all' ? String(count) : home.atLeast(count);
  return (
    <nav class="tabs" aria-label={home.lists}>
      <TabLink to="queue" tab={tab} name={home.queue} count={queue.state.value === 'ready' ? waiting : null} />
      <TabLink
        to="mine"
        tab={tab}
        name={home.mine}
        count={lists.mine.state.value === 'ready' ? String(lists.working.value.length) : null}
        isFresh={lists.working.value.some(({ unread = 0 }) => unread > 0)}
      />
      <TabLink
        to="requests"
        tab={tab}
        name={home.requests}
        count={isReady ? String(due) : null}
        isFresh={requests.waiting.value.length > 0}
      />
    </nav>
  );
}

interface TabLinkProps {
  readonly to: Tab;
  readonly tab: Tab;
  readonly name: string;
  /** null: nobody knows yet */
  readonly count: string | null;
  /** something in it was not seen yet */
  readonly isFresh?: boolean;
}

function TabLink({ to, tab, name, count, isFresh = false }: TabLinkProps): ComponentChildren {
  return (
    <Link class={`tab${isFresh ? ' fresh' : ''}`} to={{ view: 'home', tab: to }} current={to === tab}>
      <span>{name}</span> {count !== null && <span class="tab-count figure">{count}</span>}
    </Link>
  );
}

/** Nothing is chosen: what one does here, for whoever has not done it yet. */
function Choose({ isGone }: { readonly isGone: boolean }) {
  const { home, common } = useTexts();
  return (
    <div class="choose">
      {isGone ? <h1>{common.gone}</h1> : <h2>{home.choose}</h2>}
      <h2>{home.first}</h2>
      <ol class="steps">
        {home.firstSteps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </div>
  );
}
