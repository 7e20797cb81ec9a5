// What the server would say of a message before it is sent: asked when the keys have rested a while, and never in the way of sending.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Answer, Input } from '../../client/calls.ts';
import { useConsole } from '../console.ts';

export type Kind = NonNullable<Input<'message.check'>['kind']>;
export type Hints = Answer<'message.check'>['hints'];

export interface Advice extends Answer<'message.check'> {
  /** what it was asked about */
  readonly kind: Kind;
  readonly body: string;
}

const RESTS_MS = 400; // after the last key

/** Null: nobody has been asked about this text yet. `at`: what may change it beside the text. */
export function useAdvice(questionId: string, kind: Kind, body: string, at: unknown): Advice | null {
  const { parley } = useConsole();
  const advice = useSignal<Advice | null>(null);
  useEffect(() => {
    const end = new AbortController();
    const ask = () => {
      parley
        .call('message.check', { questionId, kind, body }, { signal: end.signal })
        .then((answer) => (advice.value = { ...answer, kind, body }))
        .catch(() => {
          if (!end.signal.aborted) advice.value = null; // sending says it too
        });
    };
    if (body === '') {
      advice.value = null;
      return undefined;
    }
    const timer = setTimeout(ask, RESTS_MS);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [questionId, kind, body, at]);
  return advice.value;
}
