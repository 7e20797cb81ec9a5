// E11: finds what one has and where one can go: questions, requests, views and what changes no money. Chosen by arrows and Enter.

import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { isComposed } from '../../kit/fields.tsx';
import { useConsole, useTexts } from '../console.ts';
import type { Lists } from '../home/lists.ts';
import { turnAlerts, turnPresence } from '../keys.tsx';
import type { Requests } from '../requests/requests.ts';
import type { Place } from '../router.ts';
import { found } from './found.ts';
import type { Entry } from './found.ts';

export interface PaletteProps {
  readonly lists: Lists;
  readonly requests: Requests;
  readonly onKeys: () => void;
  readonly onClose: () => void;
}

export function Palette({ lists, requests, onKeys, onClose }: PaletteProps) {
  const { palette } = useTexts();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const wanted = useSignal('');
  const at = useSignal(0);
  const entries = useEntries(lists, requests, onKeys);
  const shown = found(entries, wanted.value);
  const chosen = Math.min(at.value, shown.length - 1);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (document.activeElement === document.body && before instanceof HTMLElement && before.isConnected)
        before.focus();
    };
  }, []);
  useEffect(() => {
    dialog.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, wanted.value]);
  const go = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    entry.run();
  };
  return (
    <dialog
      ref={dialog}
      class="dialog palette"
      aria-label={palette.title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose(); // beside it
      }}
    >
      <input
        class="control"
        type="text"
        role="combobox"
        aria-label={palette.title}
        aria-expanded={true}
        aria-controls={`${id}-found`}
        aria-activedescendant={chosen < 0 ? undefined : `${id}-${chosen}`}
        aria-autocomplete="list"
        autocomplete="off"
        dir="auto"
        placeholder={palette.prompt}
        value={wanted.value}
        onInput={(event) => {
          wanted.value = event.currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={(event) => {
          event.stopPropagation(); // a field that goes by itself: no key after it is written in it
          if (isComposed(event)) return;
          if (event.key === 'Enter') go(shown[chosen]);
          else if (event.key === 'ArrowDown') at.value = Math.min(chosen + 1, shown.length - 1);
          else if (event.key === 'ArrowUp') at.value = Math.max(chosen - 1, 0);
          else return;
          event.preventDefault();
        }}
      />
      <ul id={`${id}-found`} role="listbox" aria-label={palette.title}>
        {shown.map((entry, place) => (
          <li
            key={entry.key}
            id={`${id}-${place}`}
            role="option"
            aria-selected={place === chosen}
            onClick={() => go(entry)}
          >
            <span class="said" dir="auto">
              {entry.name}
            </span>
            <span class="hint">{entry.kind}</span>
          </li>
        ))}
      </ul>
      <p class="hint" role="status">
        {shown.length === 0 ? palette.none : palette.hint}
      </p>
    </dialog>
  );
}

function useEntries(lists: Lists, requests: Requests, onKeys: () => void): readonly Entry[] {
  const console = useConsole();
  const { palette, notices, home, earnings, settings } = useTexts();
  const { router, presence, prefs } = console;
  const to = (place: Place) => () => router.go(place);
  const view = (key: string, name: string, place: Place): Entry => ({ key, name, kind: palette.view, run: to(place) });
  const isAway = presence.state.value?.state === 'away';
  return [
    ...requests.open.items.value.concat(requests.priority.items.value).map((one) => ({
      key: `request ${one.id}`,
      name: `${one.prefix} ${one.subject}`,
      kind: palette.request,
      run: to({ view: 'request', requestId: one.id }),
    })),
    ...lists.mine.items.value.map((one) => ({
      key: `mine ${one.id}`,
      name: one.subject,
      kind: home.rowState[one.state],
      run: to({ view: 'question', tab: 'mine', questionId: one.id }),
    })),
    ...lists.queue.value.items.value.map((one) => ({
      key: `queue ${one.id}`,
      name: one.subject,
      kind: home.queue,
      run: to({ view: 'question', tab: 'queue', questionId: one.id }),
    })),
    view('view queue', home.queue, { view: 'home', tab: 'queue' }),
    view('view mine', home.mine, { view: 'home', tab: 'mine' }),
    view('view requests', home.requests, { view: 'home', tab: 'requests' }),
    view('view earnings', earnings.title, { view: 'earnings' }),
    view('view notices', notices.title, { view: 'notices' }),
    view('view settings', settings.title, { view: 'settings' }),
    {
      ...{ key: 'presence', kind: palette.action },
      name: isAway ? palette.beAvailable : palette.beAway,
      run: () => void turnPresence(console),
    },
    {
      ...{ key: 'mute', kind: palette.action },
      name: prefs.off.value.size > 0 ? palette.hear : palette.mute,
      run: () => turnAlerts(console),
    },
    { key: 'keys', name: palette.showKeys, kind: palette.action, run: onKeys },
  ];
}
