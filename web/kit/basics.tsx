// The small parts that every view is made of.

import type { ComponentChildren } from 'preact';
import { ICONS } from './icons.ts';
import type { IconOf } from './icons.ts';

/** Says nothing by itself: a word stands beside it, or its button has a label. */
export const Icon = ({ name }: { readonly name: IconOf }) => (
  <svg class="icon-image" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    {(typeof name === 'string' ? ICONS[name] : name).map((d) => (
      <path key={d} d={d} />
    ))}
  </svg>
);

export interface ButtonProps {
  readonly look?: 'primary' | 'premium' | 'plain' | 'danger' | 'link' | 'icon';
  readonly type?: 'button' | 'submit';
  readonly wide?: boolean;
  /** what it does is under way */
  readonly busy?: boolean;
  /** why it cannot be pressed now: it stays where it is, and says so */
  readonly why?: string | undefined;
  readonly label?: string | undefined;
  readonly icon?: IconOf;
  /** of a button that stays pressed */
  readonly pressed?: boolean;
  /** of a button that shows something more, or not */
  readonly expanded?: boolean;
  /** the key that presses it too */
  readonly shortcut?: string;
  readonly part?: string;
  readonly onPress?: (() => void) | undefined;
  readonly children?: ComponentChildren;
}

/** Neither disabled nor doubled: what is busy or not possible keeps the focus, and does nothing. */
export function Button({ look = 'plain', type = 'button', busy = false, onPress, ...props }: ButtonProps) {
  const { why, label, icon, wide, part, pressed, expanded, shortcut, children } = props;
  const isOff = busy || why !== undefined;
  return (
    <button
      type={type}
      part={part}
      class={`button ${look}${wide ? ' wide' : ''}${busy ? ' busy' : ''}`}
      aria-disabled={isOff}
      aria-busy={busy}
      aria-pressed={pressed}
      aria-expanded={expanded}
      aria-keyshortcuts={shortcut}
      aria-label={label}
      title={why ?? (look === 'icon' ? label : undefined)}
      onClick={(event) => {
        if (!isOff) onPress?.();
        else event.preventDefault();
      }}
    >
      {busy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      {children !== undefined && <span>{children}</span>}
    </button>
  );
}

export type Tone = 'good' | 'warn' | 'bad' | 'accent' | 'premium' | 'plain';

export const Pill = ({ tone = 'plain', icon, children }: Of<{ tone?: Tone; icon?: IconOf }>) => (
  <span class={`pill ${tone}`}>
    {icon && <Icon name={icon} />}
    <span>{children}</span>
  </span>
);

export const Banner = ({ tone = 'accent', icon, children }: Of<{ tone?: Tone; icon?: IconOf }>) => (
  <div class={`banner ${tone}`}>
    {icon && <Icon name={icon} />}
    <div>{children}</div>
  </div>
);

/** Shown only when it takes longer than a moment. */
export const Skeleton = ({ label, rows = 4 }: { readonly label: string; readonly rows?: number }) => (
  <div class="skeleton" role="status" aria-label={label}>
    {Array.from({ length: rows }, (_, row) => (
      <span key={row} />
    ))}
  </div>
);

export const Empty = ({ children }: Of<object>) => <div class="empty">{children}</div>;

type Of<Props> = Readonly<Props> & { readonly children?: ComponentChildren };
