// E11: the keyboard. Single keys go somewhere or begin something; never in a field, and never about money. What a key presses says so
// itself (aria-keyshortcuts).

import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useConsole } from './console.ts';
import type { Console } from './console.ts';
import type { Lists } from './home/lists.ts';
import { later } from './later.tsx';
import { ALERTS } from './prefs.ts';
import type { Requests } from './requests/requests.ts';
import type { Place } from './router.ts';

const SECOND_MS = 1_500; // for the key after g
const REST_MS = 2_000; // whose hands rest so long has seen that the field is gone

const PLACES: Readonly<Record<string, Place>> = {
  h: { view: 'home', tab: 'queue' },
  m: { view: 'home', tab: 'mine' },
  r: { view: 'home', tab: 'requests' },
  e: { view: 'earnings' },
  n: { view: 'notices' },
  s: { view: 'settings' },
};

const Help = later(async () => (await import('./palette/help.tsx')).Help);
const Palette = later(async () => (await import('./palette/palette.tsx')).Palette);

type Opened = 'help' | 'palette' | null;

export interface KeysProps {
  readonly lists: Lists;
  readonly requests: Requests;
}

export function Keys({ lists, requests }: KeysProps) {
  const console = useConsole();
  const opened = useSignal<Opened>(null);
  useEffect(() => listen(console, opened), []);
  const close = () => (opened.value = null);
  if (opened.value === 'help') return <Help onClose={close} />;
  if (opened.value === null) return null;
  return <Palette lists={lists} requests={requests} onKeys={() => (opened.value = 'help')} onClose={close} />;
}

function listen(console: Console, opened: Signal<Opened>): () => void {
  let first = -Infinity;
  let field: Element | null = null; // what is written in, also when it has gone away under the hands
  let lastMs = 0;
  const press = (event: KeyboardEvent) => {
    const { target, key } = event;
    const now = performance.now();
    const isGone = target === document.body && field?.isConnected === false && now - lastMs < REST_MS;
    if (!isGone) field = target instanceof Element ? target.closest('input, textarea, select') : null;
    lastMs = now;
    const isAsked = document.querySelector('dialog[open]') !== null;
    const isFind = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key.toLowerCase() === 'k';
    if (isFind && !event.isComposing && !isAsked) {
      event.preventDefault(); // the browser has its own
      opened.value = 'palette';
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
    if (isAsked || field !== null) return;
    const isSecond = now - first < SECOND_MS;
    first = key === 'g' && !isSecond ? now : -Infinity;
    const isDone = isSecond ? goes(console, key) : does(console, opened, key);
    if (isDone) event.preventDefault();
  };
  document.addEventListener('keydown', press);
  return () => document.removeEventListener('keydown', press);
}

function goes({ router }: Console, key: string): boolean {
  const place = PLACES[key];
  if (place === undefined) return false;
  router.go(place);
  return true;
}

function does(console: Console, opened: Signal<Opened>, key: string): boolean {
  switch (key) {
    case '?':
      opened.value = 'help';
      return true;
    case '/':
      opened.value = 'palette';
      return true;
    case 'j':
      return step(1);
    case 'k':
      return step(-1);
    case 'r':
      return focus(document.querySelector('.writing textarea'));
    case 'p':
      void turnPresence(console);
      return true;
    case 'm':
      turnAlerts(console);
      return true;
    case 'Escape':
      return leave(console);
    default:
      return presses(key);
  }
}

/** What is pressed by this key: in the row that has the focus, else in what is looked at. */
function presses(key: string): boolean {
  if (!/^[a-z]$/.test(key)) return false;
  const row = document.activeElement?.closest('.row');
  const button = (row ?? document.querySelector('.main'))?.querySelector<HTMLElement>(`[aria-keyshortcuts="${key}"]`);
  button?.click();
  return button !== null && button !== undefined;
}

function step(by: 1 | -1): boolean {
  const links = [...document.querySelectorAll<HTMLElement>('.rows .row a')];
  const row = document.activeElement?.closest('.row');
  const at = links.findIndex((link) => link.closest('.row') === row);
  return focus(links[at < 0 ? (by === 1 ? 0 : links.length - 1) : at + by] ?? null);
}

function focus(element: HTMLElement | null): boolean {
  element?.focus();
  return element !== null;
}

function leave({ router }: Console): boolean {
  const place = router.place.peek();
  if (place.view === 'home') return false;
  router.go({ view: 'home', tab: place.view === 'request' ? 'requests' : 'tab' in place ? place.tab : 'queue' });
  return true;
}

export async function turnPresence({ presence }: Console): Promise<void> {
  const isAway = presence.state.peek()?.state === 'away';
  await presence.choose(isAway ? 'available' : 'away').catch(() => undefined); // it stays what it is, and shows it
}

export function turnAlerts({ prefs, texts, announcer }: Console): void {
  const { keys } = texts.peek();
  const isMuted = prefs.off.peek().size > 0;
  for (const alert of ALERTS) prefs.turn(alert, isMuted);
  announcer.say(isMuted ? keys.heard : keys.muted);
}
