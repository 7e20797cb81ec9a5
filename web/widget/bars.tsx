// How the line to the server is, when it is not as it should be: said after a moment, since most of it passes.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button, Icon } from '../kit/basics.tsx';
import { useParley, useTexts, useWidget } from './widget.ts';

const MOMENT_MS = 2_000;

export function Bars() {
  const widget = useWidget();
  const parley = useParley();
  const { common } = useTexts();
  const status = parley.status.value;
  const reason = parley.reason.value;
  const isAway = status === 'connecting' || status === 'offline';
  const isLong = useLong(isAway);
  const isCut = useCut();
  useEffect(() => {
    if (status === 'ended') widget.announcer.warn(`${common.ended} ${common.endedWay}`);
  }, [status]);
  if (status === 'ended') {
    return (
      <div class="bar bad">
        <Icon name="alert" />
        <span>
          {common.ended} {common.endedWay}
        </span>
        <Button look="link" onPress={() => widget.go({ name: 'ask' })}>
          {common.askNew}
        </Button>
      </div>
    );
  }
  if (!isCut && !(isAway && isLong)) return null;
  return (
    <div class="bar warn" role="status">
      {isCut ? <Icon name="alert" /> : <span class="spinner" aria-hidden="true" />}
      <span>{isCut ? common.offline : (reason?.message ?? common.connecting)}</span>
    </div>
  );
}

/** Has it been so for a while? */
function useLong(is: boolean): boolean {
  const isLong = useSignal(false);
  useEffect(() => {
    if (!is) return undefined;
    const timer = setTimeout(() => (isLong.value = true), MOMENT_MS);
    return () => {
      clearTimeout(timer);
      isLong.value = false;
    };
  }, [is]);
  return isLong.value;
}

/** Does the browser itself say that there is no network? */
function useCut(): boolean {
  const isCut = useSignal(!navigator.onLine);
  useEffect(() => {
    const look = () => (isCut.value = !navigator.onLine);
    window.addEventListener('online', look);
    window.addEventListener('offline', look);
    return () => {
      window.removeEventListener('online', look);
      window.removeEventListener('offline', look);
    };
  }, []);
  return isCut.value;
}
