// How long something still lasts, by the server's clock. At the end it says that it is being looked at, never that it is over.

import { useEffect, useRef } from 'preact/hooks';
import { clock } from './clock.ts';
import { keepTicking, tickSignal } from './ticks.ts';

export interface CountdownProps {
  /** ISO 8601 */
  readonly until: string;
  /** the whole of it, ms: when a fifth is left it warns */
  readonly whole: number;
  /** ms, by the server */
  readonly now: () => number;
  /** "{clock} left" */
  readonly left: (clock: string) => string;
  /** Says it to those who do not see: a few times, the nearer the end the oftener. */
  readonly say?: (left: string) => void;
  /** of what is said; that of the browser by default */
  readonly locale?: string;
  readonly checking: string;
  /** it has come to its end: ask the server */
  readonly onEnd?: () => void;
}

const SAID_MS = [120_000, 60_000, 30_000, 10_000, 0];

export function Countdown({ until, whole, now, left, say, locale, checking, onEnd }: CountdownProps) {
  useEffect(() => keepTicking(), []);
  void tickSignal.value;
  const ms = Date.parse(until) - now();
  const isOver = ms <= 0;
  useEffect(() => {
    if (isOver) onEnd?.();
  }, [isOver, until]);
  const shown = useRef<HTMLSpanElement>(null);
  const before = useRef(ms);
  useEffect(() => {
    const isSaid = SAID_MS.some((at) => before.current > at && ms <= at); // once, however many were missed
    before.current = ms;
    // of one that stands in two places, or is put away, the one that is seen
    if (isSaid && shown.current?.offsetParent) say?.(isOver ? checking : left(spoken(ms, locale)));
  });
  const level = ms < whole * 0.1 ? 'last' : ms < whole * 0.2 ? 'low' : '';
  return (
    <span ref={shown} class={`countdown figure ${level}`} translate={false}>
      {isOver ? checking : left(clock(ms))}
    </span>
  );
}

/** "2 minutes", "30 seconds": as people say it. */
function spoken(ms: number, locale: string | undefined): string {
  const seconds = Math.ceil(ms / 1_000);
  const [value, unit] = seconds < 60 ? [seconds, 'second'] : [Math.round(seconds / 60), 'minute'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}
