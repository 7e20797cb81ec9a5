// What the widget uses of `@preact/signals`, in a fifth of its size (docs/decisions.md, 113): a component that has read a signal is drawn
// again when it changes, and one whose properties are the same is not. The bundle of the widget has it in the place of the library; a
// signal is read by its `value` there, never put into the page by itself.

import { batch, computed, effect, signal } from '@preact/signals-core';
import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { Component, Fragment, options } from 'preact';
import type { FunctionComponent, VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';

export { batch, computed, effect, signal };

export const useSignal = <T>(value: T): Signal<T> => useMemo(() => signal(value), []);

export function useComputed<T>(compute: () => T): ReadonlySignal<T> {
  const latest = useRef(compute);
  latest.current = compute;
  return useMemo(() => computed(() => latest.current()), []);
}

type Drawn = Component & {
  /** it follows nothing any more */
  ended?: () => void;
};
type Draw = (this: Drawn, props: object, context: unknown) => ReturnType<FunctionComponent>;

const following = new WeakMap<Draw, Draw>();
let drawn: ReturnType<Draw> = null; // by the effect that has just begun

/** The same component, which follows what it reads. */
function followed(draw: Draw): Draw {
  const known = following.get(draw);
  if (known !== undefined) return known;
  const follow: Draw = function () {
    let isDrawn = false;
    this.ended?.();
    this.ended = effect(() => {
      if (isDrawn)
        this.forceUpdate(); // which reads it all anew
      else drawn = draw.call(this, this.props, this.context); // those of now: of before nothing is kept
      isDrawn = true;
    });
    return drawn;
  };
  following.set(draw, follow);
  following.set(follow, follow); // what is drawn again is given as it was
  return follow;
}

const { vnode: before, unmount } = options; // eslint-disable-line @typescript-eslint/unbound-method -- of no object

options.vnode = (node) => {
  const { type } = node as VNode<object>;
  if (typeof type === 'function' && type !== Fragment && !(type.prototype instanceof Component))
    node.type = followed(type as Draw) as FunctionComponent;
  before?.(node);
};

options.unmount = (node) => {
  (node as { __c?: Drawn }).__c?.ended?.();
  unmount?.(node);
};

Component.prototype.shouldComponentUpdate = function (props: object, state: object) {
  const had = this.props as Record<string, unknown>;
  const names = Object.keys(props);
  return (
    state !== this.state ||
    names.length !== Object.keys(had).length ||
    names.some((name) => had[name] !== (props as Record<string, unknown>)[name])
  );
};
