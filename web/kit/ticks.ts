// One clock for all countdowns of a page: a signal that changes every second while somebody looks, and stands still while nobody does.

import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

const ticks = signal(0);
let timer: ReturnType<typeof setInterval> | undefined;
let users = 0;

const tick = () => {
  ticks.value += 1;
};

function run(): void {
  clearInterval(timer);
  timer = undefined;
  if (users === 0 || document.hidden) return;
  tick(); // what was missed while hidden is right at once
  timer = setInterval(tick, 1_000);
}

/** Counts; ask for the time whenever it changes. */
export const tickSignal: ReadonlySignal<number> = ticks;

/** Starts the clock for whoever shows a countdown; call the result when it is gone. */
export function keepTicking(): () => void {
  users += 1;
  if (users === 1) {
    document.addEventListener('visibilitychange', run);
    run();
  }
  return () => {
    users -= 1;
    if (users > 0) return;
    document.removeEventListener('visibilitychange', run);
    run();
  };
}
