// What is typed into a field that is sent by a press: kept until it is sent, over reloads and a session that ends.

import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useConsole } from './console.ts';

/** `key`: of this field and what it is about. Empty it is kept no more. */
export function useDraft(key: string): Signal<string> {
  const { drafts } = useConsole();
  const text = useMemo(() => signal(drafts.get(key)), [key]);
  useEffect(
    () =>
      text.subscribe((now) => {
        if (now !== drafts.get(key)) drafts.set(key, now);
      }),
    [text],
  );
  return text;
}
