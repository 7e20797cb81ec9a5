// A question with its offers and refunds, as the server has them when a view opens.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Answer } from '../../client/calls.ts';
import { useTask } from '../task.ts';
import type { Task } from '../task.ts';
import { useParley } from '../widget.ts';

export interface Asked {
  /** null: not there yet */
  readonly found: Answer<'question.get'> | null;
  readonly loading: Task;
  readonly load: () => void;
}

export function useAsked(questionId: string): Asked {
  const parley = useParley();
  const found = useSignal<Answer<'question.get'> | null>(null);
  const loading = useTask();
  const load = () =>
    loading.run(async () => {
      found.value = await parley.call('question.get', { questionId });
    });
  useEffect(load, [questionId]);
  useEffect(
    () =>
      parley.on('notice', ({ code, params }) => {
        if (code.startsWith('refund.') && params['questionId'] === questionId) load();
      }),
    [questionId],
  );
  return { found: found.value, loading, load };
}
