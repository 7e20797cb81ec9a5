// The focus goes with the one who goes somewhere: what had it is gone, or hidden where there is no room for it.

import { useEffect, useRef } from 'preact/hooks';
import type { RefObject } from 'preact';
import { useConsole } from './console.ts';

/** Does nothing have the focus that can be seen? The browser takes it from what is hidden a little later only. */
export function isFocusLost(): boolean {
  const focused = document.activeElement ?? document.body;
  return focused === document.body || focused.getClientRects().length === 0;
}

/** The first heading of a view: it has the focus that was lost on the way here. A page that was just opened begins at its top. */
export function useHeading(): RefObject<HTMLHeadingElement | null> {
  const { router } = useConsole();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (router.hasMoved && isFocusLost()) heading.current?.focus();
  }, []);
  return heading;
}
