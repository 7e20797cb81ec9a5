// A press is of what it began on. When something comes or goes above that between the two ends of a press, it is no longer under the
// pointer at the second, and the browser tells of a click on what contains both: nothing would happen.

const STILL = 4; // px: a pointer that has not left by itself

interface Press {
  readonly on: HTMLElement;
  /** where that was */
  readonly place: DOMRect;
  readonly x: number;
  readonly y: number;
}

/** From now on, in the whole page. */
export function keepPresses(): void {
  let press: Press | null = null;
  const begin = (event: PointerEvent) => {
    const { target, clientX: x, clientY: y } = event;
    const on = target instanceof Element ? target.closest<HTMLElement>('button, a') : null;
    press = on && { on, place: on.getBoundingClientRect(), x, y };
  };
  const end = (event: MouseEvent) => {
    // the keyboard's clicks have no detail, and ours are not trusted
    if (press === null || event.detail === 0 || !event.isTrusted) return;
    const { on, place, x, y } = press;
    press = null;
    const { top, left } = on.getBoundingClientRect();
    const hasMoved = top !== place.top || left !== place.left;
    const isStill = Math.hypot(event.clientX - x, event.clientY - y) < STILL;
    const isThere = on.isConnected && !on.matches(':disabled');
    if (event.composedPath().includes(on) || !hasMoved || !isStill || !isThere) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    on.dispatchEvent(new MouseEvent('click', event)); // with the keys that were held
  };
  window.addEventListener('pointerdown', begin, true);
  window.addEventListener('click', end, true);
}
