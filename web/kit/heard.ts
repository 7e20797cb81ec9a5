// What the browser says of the page: it is heard of.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** Looks again at each of these events. */
export function useHeard(look: () => boolean, target: EventTarget, ...events: readonly string[]): boolean {
  const is = useSignal(look());
  useEffect(() => {
    const hear = () => (is.value = look());
    for (const event of events) target.addEventListener(event, hear);
    return () => {
      for (const event of events) target.removeEventListener(event, hear);
    };
  }, []);
  return is.value;
}
