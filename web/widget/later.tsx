// What is not needed at once is loaded when it is: a placeholder until then, and a way to try again when it does not come.

import { signal } from '@preact/signals';
import type { ComponentType, RenderableProps } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Banner, Button, Skeleton } from '../kit/basics.tsx';
import type { Part } from '../texts/texts.ts';
import { Head } from './head.tsx';
import { useTexts, useWidget } from './widget.ts';

/** Something that is wanted could not be loaded: the server may have been replaced by a newer one, and the rest of this one be gone. */
export const isTorn = signal(false);

export interface LaterOptions {
  /** words that it needs beside the first ones */
  readonly words: readonly Part[];
  /** the client as well */
  readonly live?: boolean;
  /** nothing stands in for it: it is small, and among others */
  readonly isQuiet?: boolean;
  /** all that is looked at, as what needs the client is by default: without it there is a way back still */
  readonly isView?: boolean;
}

/** A component that stands in for one that is loaded once it is shown. */
export function later<Props>(
  load: () => Promise<ComponentType<Props>>,
  { words, live = false, isQuiet = false, isView = live }: LaterOptions,
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
          isTorn.value = false;
          setState('there');
        })
        .catch(() => {
          isTorn.value = true;
          setState('failed');
        });
    }, [state]);
    if (state === 'failed') return <NotLoaded isView={isView} onAgain={() => setState('loading')} />;
    if (state === 'loading' || there === null) return isQuiet ? null : <Skeleton label={common.loading} />;
    const Component = there;
    return <Component {...props} />;
  };
}

interface NotLoadedProps {
  readonly isView?: boolean | undefined;
  readonly onAgain: () => void;
}

export function NotLoaded({ isView, onAgain }: NotLoadedProps) {
  const widget = useWidget();
  const { common } = useTexts();
  return (
    <>
      {isView && <Head title={common.launcher} back={widget.hasMoved()} />}
      <Banner tone="bad" icon="alert">
        <p role="alert">{common.notLoaded}</p>
        <Button onPress={onAgain}>{common.tryAgain}</Button>
      </Banner>
    </>
  );
}
