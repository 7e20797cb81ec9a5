// What is chosen while something else is being saved is saved after it, and stands there until the server has said so.

import { useSignal } from '@preact/signals';
import { useTask } from '../../talk/task.ts';
import type { Task } from '../../talk/task.ts';

export interface Wished<Wish> {
  /** what is not saved yet */
  readonly wish: Partial<Wish>;
  readonly task: Task;
  readonly want: (what: Partial<Wish>) => void;
}

/** What was wished last is saved, whatever is under way; what is refused is not wished any more. */
export function useWish<Wish extends object>(save: (wish: Partial<Wish>) => Promise<unknown>): Wished<Wish> {
  const wish = useSignal<Partial<Wish>>({});
  const task = useTask(() => (wish.value = {}));
  const run = async () => {
    for (let saved: Partial<Wish> | null = null; saved !== wish.peek();) {
      saved = wish.peek();
      await save(saved);
    }
    wish.value = {};
  };
  const want = (what: Partial<Wish>) => {
    wish.value = { ...wish.peek(), ...what };
    task.run(run);
  };
  return { wish: wish.value, task, want };
}
