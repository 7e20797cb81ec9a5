// How the line to the server is, when it is not as it should be: said after a moment, since most of it passes.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ParleyError } from '../client/errors.ts';
import { Icon } from '../kit/basics.tsx';
import { useHeard } from '../kit/heard.ts';
import { Problem } from './problem-later.ts';
import { useParley, useTexts } from './widget.ts';

const MOMENT_MS = 2_000;
const ENDED = new ParleyError({ code: 'auth.required', message: '' }); // said by what shows it

export function Bars() {
  const parley = useParley();
  const { common } = useTexts();
  const status = parley.status.value;
  const reason = parley.reason.value;
  const isAway = status === 'connecting' || status === 'offline';
  const isLong = useLong(isAway, MOMENT_MS);
  const isCut = useHeard(() => !navigator.onLine, window, 'online', 'offline'); // so says the browser itself
  if (status === 'ended') {
    return (
      <div class="problem">
        <Problem error={ENDED} />
      </div>
    );
  }
  if (!isCut && !(isAway && isLong)) return null;
  return (
    <div class="banner bar warn" role="status">
      {isCut ? <Icon name="alert" /> : <span class="spinner" aria-hidden="true" />}
      <span>{isCut ? common.offline : (reason?.message ?? common.connecting)}</span>
    </div>
  );
}

/** Has it been so for longer than this? */
export function useLong(is: boolean, ms: number): boolean {
  const isLong = useSignal(false);
  useEffect(() => {
    if (!is) return undefined;
    const timer = setTimeout(() => (isLong.value = true), ms);
    return () => {
      clearTimeout(timer);
      isLong.value = false;
    };
  }, [is]);
  return isLong.value;
}
