// What an expert keeps for themselves, services and templates: few of each, so read whole.

import { useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useTask } from '../talk/task.ts';
import type { Task } from '../talk/task.ts';

export interface Kept {
  readonly id: string;
}

export interface Own<Item extends Kept> {
  /** null: nobody knows yet */
  readonly items: ReadonlySignal<readonly Item[] | null>;
  readonly loading: Task;
  readonly load: () => void;
  /** in its place, or first when it is new */
  readonly put: (item: Item) => void;
  readonly drop: (id: string) => void;
}

type Page<Item> = Promise<{ readonly items: readonly Item[]; readonly nextCursor?: string }>;

/** `page`: of what is kept, by the cursor of the page before */
export function useOwn<Item extends Kept>(page: (cursor?: string) => Page<Item>): Own<Item> {
  const items = useSignal<readonly Item[] | null>(null);
  const loading = useTask();
  const load = () =>
    loading.run(async () => {
      const all: Item[] = [];
      let cursor: string | undefined;
      do {
        const answer = await page(cursor);
        all.push(...answer.items);
        cursor = answer.nextCursor;
      } while (cursor !== undefined);
      items.value = all;
    });
  useEffect(load, []);
  return {
    ...{ items, loading, load },
    put(item) {
      const all = items.peek() ?? [];
      const isKnown = all.some(({ id }) => id === item.id);
      items.value = isKnown ? all.map((one) => (one.id === item.id ? item : one)) : [item, ...all];
    },
    drop: (id) => (items.value = (items.peek() ?? []).filter((one) => one.id !== id)),
  };
}
