// What an expert keeps for themselves, in a few rows that are changed one by one.

import { useEffect, useId, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { Button, Skeleton } from '../../kit/basics.tsx';
import type { Task } from '../../talk/task.ts';
import { useTexts } from '../console.ts';
import type { Kept, Own } from '../own.ts';
import { Problem } from '../problem.tsx';

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

interface OwnFormProps {
  readonly task: Task;
  /** nothing is missing */
  readonly isWhole: boolean;
  /** that its title is taken stands at its field */
  readonly isTaken: boolean;
  readonly onSave: () => void;
  readonly onCancel: () => void;
  readonly children: ComponentChildren;
}

/** In the place of a row that is being changed. */
export function OwnForm({ task, isWhole, isTaken, onSave, onCancel, children }: OwnFormProps) {
  const { settings, common } = useTexts();
  return (
    <form
      noValidate
      ref={toFirst}
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole) onSave();
      }}
    >
      {children}
      {task.error !== null && !isTaken && <Problem error={task.error} />}
      <div class="asked-ways">
        <Button type="submit" look="primary" busy={task.isBusy}>
          {settings.save}
        </Button>
        <Button onPress={onCancel}>{common.cancel}</Button>
      </div>
    </form>
  );
}

/** The button that led here is gone. */
const toFirst = (form: HTMLFormElement | null) => form?.querySelector('input')?.focus();

/** Does something else of one's own have this title? */
export const isTitleTaken = ({ error }: Task): boolean => error?.fields.some(({ path }) => path === 'title') ?? false;
