// What is shown is read again whenever it has changed: one reading at a time, and once more when it has changed meanwhile.

import { useRef } from 'preact/hooks';
import { useTask } from '../talk/task.ts';
import type { Task } from '../talk/task.ts';

export interface Reading {
  readonly error: Task['error'];
  /** Begins, or will be done once more after the one that is under way. */
  readonly load: () => void;
}

export function useReading(read: () => Promise<unknown>): Reading {
  const task = useTask();
  const latest = useRef(read);
  const isWanted = useRef(false);
  latest.current = read;
  const all = async () => {
    while (isWanted.current) {
      isWanted.current = false;
      await latest.current();
    }
  };
  return {
    error: task.error,
    load: () => {
      isWanted.current = true;
      task.run(all);
    },
  };
}
