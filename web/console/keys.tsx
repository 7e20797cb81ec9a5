// E11: the keyboard. Single keys go somewhere or begin something; never in a field, and never about money. What a key presses says so
// itself (aria-keyshortcuts).

import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Button } from '../kit/basics.tsx';
import { useConsole, useTexts } from './console.ts';
import type { Console } from './console.ts';
import { ALERTS } from './prefs.ts';
import type { Place } from './router.ts';

const SECOND_MS = 1_500; // for the key after g

const PLACES: Readonly<Record<string, Place>> = {
  h: { view: 'home', tab: 'queue' },
  m: { view: 'home', tab: 'mine' },
  r: { view: 'home', tab: 'requests' },
  e: { view: 'earnings' },
  s: { view: 'settings' },
};

export function Keys() {
  const console = useConsole();
  const isHelp = useSignal(false);
  useEffect(() => listen(console, isHelp), []);
  return isHelp.value ? <Help onClose={() => (isHelp.value = false)} /> : null;
}

function listen(console: Console, isHelp: Signal<boolean>): () => void {
  let first = -Infinity;
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
    if (document.querySelector('dialog[open]') !== null || isWritten(event.target)) return;
    const isSecond = performance.now() - first < SECOND_MS;
    first = event.key === 'g' && !isSecond ? performance.now() : -Infinity;
    const isDone = isSecond ? goes(console, event.key) : does(console, isHelp, event.key);
    if (isDone) event.preventDefault();
  };
  document.addEventListener('keydown', press);
  return () => document.removeEventListener('keydown', press);
}

const isWritten = (target: EventTarget | null) =>
  target instanceof Element && target.closest('input, textarea, select') !== null;

function goes({ router }: Console, key: string): boolean {
  const place = PLACES[key];
  if (place === undefined) return false;
  router.go(place);
  return true;
}

function does(console: Console, isHelp: Signal<boolean>, key: string): boolean {
  switch (key) {
    case '?':
      isHelp.value = true;
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

async function turnPresence({ presence }: Console): Promise<void> {
  const isAway = presence.state.peek()?.state === 'away';
  await presence.choose(isAway ? 'available' : 'away').catch(() => undefined); // it stays what it is, and shows it
}

function turnAlerts({ prefs, texts, announcer }: Console): void {
  const { keys } = texts.peek();
  const isMuted = prefs.off.peek().size > 0;
  for (const alert of ALERTS) prefs.turn(alert, isMuted);
  announcer.say(isMuted ? keys.heard : keys.muted);
}

function Help({ onClose }: { readonly onClose: () => void }) {
  const { keys, common } = useTexts();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const { does: words } = keys;
  const rows: readonly (readonly [string, string])[] = [
    ...([['?', words.help]] as const),
    ...([
      ['g h', words.home],
      ['g m', words.mine],
      ['g r', words.requests],
      ['g e', words.earnings],
      ['g s', words.settings],
    ] as const),
    ...([
      ['j', words.next],
      ['k', words.before],
      ['c', words.claim],
      ['r', words.reply],
    ] as const),
    ...([
      ['t', words.templates],
      ['Esc', words.back],
      ['Alt + 1…4', words.kind],
      ['Alt + A', words.answer],
    ] as const),
    ...([
      ['Ctrl / ⌘ + Enter', words.send],
      ['m', words.mute],
      ['p', words.presence],
    ] as const),
  ];
  return (
    <dialog
      ref={dialog}
      class="dialog keys"
      aria-labelledby={`${id}-title`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={`${id}-title`}>{keys.title}</h2>
      <p class="hint">{keys.hint}</p>
      <dl>
        {rows.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div class="dialog-ways">
        <Button onPress={onClose}>{common.close}</Button>
      </div>
    </dialog>
  );
}
