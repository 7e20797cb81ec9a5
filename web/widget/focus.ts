// Where the focus goes when a view is shown: to what is written into, or to the heading where that would bring up a keyboard.

import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { useWidget } from './widget.ts';

const FIELDS = 'select, input:not([type="radio"]), textarea';

/**
 * Each time the panel is opened, and when this view takes the place of another one. A page that is loaded keeps the focus where it
 * is. `view`: what it is in.
 */
export function useFirstFocus(view: RefObject<HTMLElement | null>, isReady = true): void {
  const widget = useWidget();
  const isOpen = widget.isOpen.value;
  useEffect(() => {
    if (!isOpen || !isReady || !(widget.mode === 'widget' || widget.hasMoved())) return;
    const panel = view.current?.closest<HTMLElement>('.panel');
    const field = matchMedia('(pointer: fine)').matches && view.current?.querySelector<HTMLElement>(FIELDS);
    (field || panel?.querySelector('h1'))?.focus();
  }, [isOpen, isReady]);
}
