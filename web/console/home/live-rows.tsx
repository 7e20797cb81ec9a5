// E2: one of the lists: its rows, live, with what to do when there are none, more, or when it cannot be read.

import { ARROW_UP } from '../../kit/more-icons.ts';
import { computed, effect, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Parley } from '../../client/index.ts';
import type { Live } from '../../client/list.ts';
import { Button, Skeleton } from '../../kit/basics.tsx';
import { tickSignal, keepTicking } from '../../kit/ticks.ts';
import { useConsole, useTexts } from '../console.ts';
import { Problem } from '../problem.tsx';
import { HeldRows } from './held-rows.ts';
import type { Row } from './held-rows.ts';

const LONG_MS = 5_000;
const TOP = 8; // px: as good as the top

interface Entry {
  readonly id: string;
}

export interface LiveRowsProps<Item> {
  readonly label: string;
  readonly live: Live<Item>;
  readonly row: (row: Row<Item>) => ComponentChildren;
  readonly empty: ComponentChildren;
}

export function LiveRows<Item extends Entry>({ label, live, row, empty }: LiveRowsProps<Item>) {
  const { home } = useTexts();
  const list = useRef<HTMLDivElement>(null);
  const held = useHeld(live, list);
  const rows = held.rows.value;
  const fresh = held.fresh.value;
  if (live.state.value === 'loading') return <Loading />;
  if (live.state.value === 'failed' && live.error.value !== null) {
    return (
      <div class="list-body">
        <Problem error={live.error.value} onAgain={() => void live.refresh()} />
      </div>
    );
  }
  return (
    <>
      {fresh > 0 && (
        <div class="fresh-rows">
          <Button
            look="primary"
            icon={ARROW_UP}
            onPress={() => {
              held.reveal();
              if (list.current !== null) list.current.scrollTop = 0;
              list.current?.focus();
            }}
          >
            {home.fresh(fresh)}
          </Button>
        </div>
      )}
      <div class="list-body" ref={list} tabIndex={-1} role="group" aria-label={label}>
        {rows.length === 0 && live.more.value === 'all' ? empty : <ol class="rows">{rows.map((one) => row(one))}</ol>}
        {live.more.value !== 'all' && (
          <div class="list-more">
            <Button busy={live.more.value === 'loading'} onPress={() => void live.loadMore()}>
              {home.more}
            </Button>
          </div>
        )}
      </div>
    </>
  );
}

/** What is looked at does not move: nothing new while the focus is in the list, or somebody has scrolled down in it. */
function useHeld<Item extends Entry>(live: Live<Item>, list: { readonly current: HTMLElement | null }): HeldRows<Item> {
  const held = useMemo(
    () =>
      new HeldRows<Item>((id) => {
        const row = list.current?.querySelector(`[data-id="${CSS.escape(id)}"]`);
        if (row?.contains(document.activeElement)) list.current?.focus(); // it is not lost with the row
      }),
    [live],
  );
  useEffect(() => {
    const isHeld = () => {
      const { current } = list;
      if (current === null) return false;
      return (
        current.scrollTop > TOP || (current !== document.activeElement && current.contains(document.activeElement))
      );
    };
    const letGo = live.keep(isHeld);
    const stop = effect(() => held.take(live.items.value, isHeld(), live.more.value !== 'all'));
    return () => {
      letGo();
      stop();
      held.end();
    };
  }, [held]);
  return held;
}

function Loading() {
  const { common } = useTexts();
  const isLong = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => (isLong.value = true), LONG_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="list-body">
      <Skeleton label={common.loading} rows={6} />
      {isLong.value && <p class="hint list-long">{common.stillLoading}</p>}
    </div>
  );
}

/** By the server's clock, ms: as of the minute that is on, so that rows are not drawn every second. */
export function useMinute(): number {
  const { parley } = useConsole();
  useEffect(() => keepTicking(), []);
  return minuteOf(parley).value * MINUTE_MS + MINUTE_MS - 1;
}

const MINUTE_MS = 60_000;
const minutes = new WeakMap<Parley, ReadonlySignal<number>>();

/** One for all rows, which may be thousands. */
function minuteOf(parley: Parley): ReadonlySignal<number> {
  const known = minutes.get(parley);
  if (known !== undefined) return known;
  const minute = computed(() => {
    void tickSignal.value;
    return Math.floor(parley.now() / MINUTE_MS);
  });
  minutes.set(parley, minute);
  return minute;
}
