// A link to another view: pressed it changes the view, opened in another tab it is the same address.

import type { ComponentChildren } from 'preact';
import { useConsole } from './console.ts';
import type { Place } from './router.ts';

export interface LinkProps {
  readonly to: Place;
  readonly class?: string;
  readonly current?: boolean;
  readonly label?: string | undefined;
  readonly children: ComponentChildren;
}

export function Link({ to, class: className, current = false, label, children }: LinkProps) {
  const { router } = useConsole();
  return (
    <a
      class={className}
      href={router.href(to)}
      aria-current={current ? 'page' : undefined}
      aria-label={label}
      onClick={(event) => {
        if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        router.go(to);
      }}
    >
      {children}
    </a>
  );
}
