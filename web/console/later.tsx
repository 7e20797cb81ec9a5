// What few open, or nobody at once, is loaded when it is shown: something stands there until then, and a way to try again when it
// does not come.

import { useSignal } from '@preact/signals';
import type { ComponentType, RenderableProps } from 'preact';
import { useEffect } from 'preact/hooks';
import { Banner, Button, Skeleton } from '../kit/basics.tsx';
import { useTexts } from './console.ts';

export function later<Props>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let there: ComponentType<Props> | null = null;
  return function Later(props: RenderableProps<Props>) {
    const { common } = useTexts();
    const state = useSignal<'loading' | 'failed' | 'there'>(there === null ? 'loading' : 'there');
    useEffect(() => {
      if (state.value !== 'loading') return;
      load()
        .then((component) => {
          there = component;
          state.value = 'there';
        })
        .catch(() => (state.value = 'failed')); // no line, or a newer server that has another one
    }, [state.value]);
    if (state.value === 'failed') {
      return (
        <Banner tone="bad" icon="alert">
          <p role="alert">{common.notLoaded}</p>
          <Button onPress={() => (state.value = 'loading')}>{common.tryAgain}</Button>
        </Banner>
      );
    }
    if (there === null) return <Skeleton label={common.loading} rows={6} />;
    const Component = there;
    return <Component {...props} />;
  };
}
