// Something that is on or off, and is so at once.

import { useId } from 'preact/hooks';

export interface SwitchProps {
  readonly label: string;
  readonly hint?: string;
  readonly isOn: boolean;
  readonly busy?: boolean;
  readonly onSwitch: (isOn: boolean) => void;
}

export function Switch({ label, hint, isOn, busy = false, onSwitch }: SwitchProps) {
  const id = useId();
  return (
    <div class="switch">
      <div>
        <span class="label" id={id}>
          {label}
        </span>
        {hint !== undefined && (
          <span class="hint" id={`${id}-hint`}>
            {hint}
          </span>
        )}
      </div>
      <button
        type="button"
        role="switch"
        aria-checked={isOn}
        aria-labelledby={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        aria-disabled={busy}
        onClick={() => {
          if (!busy) onSwitch(!isOn);
        }}
      >
        <span />
      </button>
    </div>
  );
}
