// What is not needed at once is loaded when it is: a placeholder until then, and a way to try again when it does not come.

import type { ComponentType, RenderableProps } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Banner, Button, Skeleton } from '../kit/basics.tsx';
import type { Part } from '../texts/texts.ts';
import { useTexts, useWidget } from './widget.ts';

export interface LaterOptions {
  /** words that it needs beside the first ones */
  readonly words: readonly Part[];
  /** the client as well */
  readonly live?: boolean;
  /** nothing stands in for it: it is small, and among others */
  readonly isQuiet?: boolean;
}

/** A component that stands in for one that is loaded once it is shown. */
export function later<Props>(
  load: () => Promise<ComponentType<Props>>,
  { words, live = false, isQuiet = false }: LaterOptions,
): ComponentType<Props> {
  let there: ComponentType<Props> | null = null;
  return function Later(props: RenderableProps<Props>) {
    const widget = useWidget();
    const { common } = useTexts();
    const [state, setState] = useState<'loading' | 'failed' | 'there'>(
      there !== null && widget.hasWords(words) && (!live || widget.parley.peek() !== null) ? 'there' : 'loading',
    );
    useEffect(() => {
      if (state !== 'loading') return;
      Promise.all([load(), widget.words(words), live ? widget.live() : null])
        .then(([component]) => {
          there = component;
          setState('there');
        })
        .catch(() => setState('failed'));
    }, [state]);
    if (state === 'failed') return <NotLoaded onAgain={() => setState('loading')} />;
    if (state === 'loading' || there === null) return isQuiet ? null : <Skeleton label={common.loading} />;
    const Component = there;
    return <Component {...props} />;
  };
}

export function NotLoaded({ onAgain }: { readonly onAgain: () => void }) {
  const { common } = useTexts();
  return (
    <Banner tone="bad" icon="alert">
      <p>{common.notLoaded}</p>
      <Button onPress={onAgain}>{common.tryAgain}</Button>
    </Banner>
  );
}
