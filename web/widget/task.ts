// What a button of the widget does at the server.

import { useTask as useTaskOf } from '../talk/task.ts';
import type { Task } from '../talk/task.ts';
import { useWidget } from './widget.ts';

export type { Task };

/** `questionId`: what is shown of it is asked for anew after a failure, since nobody knows what became of it. */
export function useTask(questionId?: string): Task {
  const { parley } = useWidget();
  return useTaskOf(() => {
    if (questionId === undefined) return;
    // the conversation that shows it takes the answer by itself
    parley
      .peek()
      ?.call('question.get', { questionId })
      .catch(() => undefined); // it is asked again when the connection is back
  });
}
