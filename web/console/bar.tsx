// The top of the console: whether one is there, and who one is. Below it what has to be known everywhere.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../kit/basics.tsx';
import { useTask } from '../talk/task.ts';
import { useConsole, useMe, useTexts } from './console.ts';
import { Link } from './link.tsx';
import { Bell } from './notices/bell.tsx';
import { sentenceOf } from './problem.tsx';

export function Bar() {
  const { parley, router } = useConsole();
  const { earnings, home, settings, signIn } = useTexts();
  const me = useMe();
  const task = useTask();
  return (
    <header class="top">
      {me.role === 'expert' ? (
        <Link class="brand" to={{ view: 'home', tab: 'queue' }}>
          Parley
        </Link>
      ) : (
        <p class="brand">Parley</p>
      )}
      {me.role === 'expert' && <PresenceChoice />}
      {me.role === 'expert' && <Bell />}
      {me.role === 'expert' && (
        <Link class="top-link" to={{ view: 'earnings' }} current={router.place.value.view === 'earnings'}>
          {earnings.title}
        </Link>
      )}
      {me.role === 'expert' && (
        <Link class="top-link" to={{ view: 'settings' }} current={router.place.value.view === 'settings'}>
          {settings.title}
        </Link>
      )}
      <span class="top-name" translate={false} title={home.account(me.name)}>
        {me.name}
      </span>
      <Button look="link" busy={task.isBusy} onPress={() => task.run(() => parley.session.end())}>
        {signIn.signOut}
      </Button>
    </header>
  );
}

function PresenceChoice() {
  const { presence } = useConsole();
  const texts = useTexts();
  const { home } = texts;
  const task = useTask();
  const state = presence.state.value?.state ?? 'available';
  return (
    <div class="presence" data-state={state}>
      <label>
        <span class="hidden">{home.presence}</span>
        <select
          class="control"
          value={state}
          aria-disabled={task.isBusy}
          onChange={(event) => {
            const wanted = event.currentTarget.value === 'away' ? 'away' : 'available';
            event.currentTarget.value = state; // until the server has said so
            task.run(() => presence.choose(wanted));
          }}
        >
          <option value="available">{home.available}</option>
          <option value="away">{home.away}</option>
        </select>
      </label>
      {task.error !== null && (
        <span class="error" role="alert">
          {sentenceOf(task.error, texts)}
        </span>
      )}
    </div>
  );
}

/** Away, or without a line: nobody should find that out later. */
export function Notices() {
  const { presence } = useConsole();
  const { home } = useTexts();
  const task = useTask();
  const now = presence.state.value;
  const words =
    now?.because === 'missed' ? home.awayMissed : now?.because === 'hidden' ? home.awayHidden : home.awayNow;
  return (
    <>
      <Line />
      {now?.state === 'away' && (
        <div class="notice warn">
          <p role="status">{words}</p>
          <Button busy={task.isBusy} onPress={() => task.run(() => presence.choose('available'))}>
            {home.available}
          </Button>
        </div>
      )}
    </>
  );
}

const SOON_MS = 2_000; // of shorter ones it is enough to hear that they are over
const BACK_MS = 5_000;

/** Says that the connection is lost, and once more when it is back. */
function Line() {
  const { parley } = useConsole();
  const { home, common } = useTexts();
  const status = parley.status.value;
  const isOn = status === 'online';
  const said = useSignal<'' | 'off' | 'back'>('');
  const wasOn = useRef(false);
  useEffect(() => {
    const isBack = isOn && (wasOn.current || said.peek() === 'off');
    wasOn.current ||= isOn;
    if (isBack) said.value = 'back';
    const timer = isOn ? setTimeout(() => (said.value = ''), BACK_MS) : setTimeout(() => (said.value = 'off'), SOON_MS);
    return () => clearTimeout(timer);
  }, [isOn]);
  if (parley.elsewhere.value) {
    return (
      <div class="notice warn">
        <p role="status">{common.elsewhere}</p>
        <Button onPress={() => parley.useHere()}>{common.useHere}</Button>
      </div>
    );
  }
  return (
    <div class={said.value === '' ? 'hidden' : `notice ${said.value === 'off' ? 'warn' : 'good'}`} role="status">
      {said.value === 'off' && <p>{home.offline}</p>}
      {said.value === 'back' && <p>{home.back}</p>}
    </div>
  );
}
