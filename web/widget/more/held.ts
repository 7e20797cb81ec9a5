// What a view has for as long as it is shown: a conversation, a list.

import { useEffect, useState } from 'preact/hooks';

/** Null until it is there. `key`: another one is let go for. */
export function useHeld<T extends { release(): void }>(make: () => T, key: string): T | null {
  const [held, setHeld] = useState<T | null>(null);
  useEffect(() => {
    const made = make();
    setHeld(() => made);
    return () => {
      setHeld(null);
      made.release();
    };
  }, [key]);
  return held;
}
