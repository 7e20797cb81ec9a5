// What an expert keeps for themselves, in a few rows: read whole, and changed one by one.

import { useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { Skeleton } from '../../kit/basics.tsx';
import { useTask } from '../../talk/task.ts';
import type { Task } from '../../talk/task.ts';
import { useTexts } from '../console.ts';
import { Problem } from '../problem.tsx';

interface Kept {
  readonly id: string;
}

export interface Own<Item extends Kept> {
  /** null: nobody knows yet */
  readonly items: ReadonlySignal<readonly Item[] | null>;
  readonly loading: Task;
  readonly load: () => void;
  readonly put: (item: Item) => void;
  readonly drop: (id: string) => void;
}

type Page<Item> = Promise<{ readonly items: readonly Item[]; readonly nextCursor?: string }>;

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
    put: (item) => (items.value = (items.peek() ?? []).map((one) => (one.id === item.id ? item : one))),
    drop: (id) => (items.value = (items.peek() ?? []).filter((one) => one.id !== id)),
  };
}

interface OwnRowsProps<Item extends Kept> {
  readonly title: string;
  readonly hint: string;
  readonly empty: string;
  readonly own: Own<Item>;
  readonly row: (item: Item) => ComponentChildren;
}

export function OwnRows<Item extends Kept>({ title, hint, empty, own, row }: OwnRowsProps<Item>) {
  const { common } = useTexts();
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const { items, loading } = own;
  const known = items.value;
  const count = useRef(0);
  useEffect(() => {
    const isFewer = (known?.length ?? 0) < count.current;
    count.current = known?.length ?? 0;
    if (isFewer && document.activeElement === document.body) heading.current?.focus(); // its row is gone
  }, [known]);
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id} tabIndex={-1} ref={heading}>
        {title}
      </h2>
      <p class="hint">{hint}</p>
      {loading.error !== null && <Problem error={loading.error} onAgain={own.load} />}
      {known === null && loading.error === null && <Skeleton label={common.loading} rows={2} />}
      {known?.length === 0 && <p>{empty}</p>}
      {known !== null && known.length > 0 && (
        <ul class="own">
          {known.map((item) => (
            <li key={item.id}>{row(item)}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
