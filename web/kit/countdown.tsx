// How long something still lasts, by the server's clock. At the end it says that it is being looked at, never that it is over.

import { useEffect } from 'preact/hooks';
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
  readonly checking: string;
  /** it has come to its end: ask the server */
  readonly onEnd?: () => void;
}

export function Countdown({ until, whole, now, left, checking, onEnd }: CountdownProps) {
  useEffect(() => keepTicking(), []);
  void tickSignal.value;
  const ms = Date.parse(until) - now();
  const isOver = ms <= 0;
  useEffect(() => {
    if (isOver) onEnd?.();
  }, [isOver, until]);
  const level = ms < whole * 0.1 ? 'last' : ms < whole * 0.2 ? 'low' : '';
  return (
    <span class={`countdown figure ${level}`} translate={false}>
      {isOver ? checking : left(clock(ms))}
    </span>
  );
}
