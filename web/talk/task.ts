// What a button does at the server: one thing at a time, under way, and why it did not succeed.

import { useSignal } from '@preact/signals';
import { ParleyError } from '../client/errors.ts';

export interface Task {
  readonly isBusy: boolean;
  /** of the last try; for `Problem` */
  readonly error: ParleyError | null;
  /** Begins, unless it is under way; what is refused is shown, anything else is thrown. */
  run(work: () => Promise<unknown>): void;
  /** What went wrong is not said any more. */
  forget(): void;
}

/** `onFailure`: nobody knows what became of it. */
export function useTask(onFailure?: () => void): Task {
  const busy = useSignal(false);
  const error = useSignal<ParleyError | null>(null);
  async function work(doing: () => Promise<unknown>): Promise<void> {
    busy.value = true;
    error.value = null;
    try {
      await doing();
    } catch (failure) {
      if (!(failure instanceof ParleyError)) throw failure;
      error.value = failure;
      onFailure?.();
    } finally {
      busy.value = false;
    }
  }
  return {
    isBusy: busy.value,
    error: error.value,
    run: (doing) => {
      if (!busy.peek()) void work(doing);
    },
    forget: () => (error.value = null),
  };
}
