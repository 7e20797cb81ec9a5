// Fields with a label that is seen, what is wrong beside it, and a counter when the end is near.

import { useId } from 'preact/hooks';
import type { JSX, TargetedInputEvent } from 'preact';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  /** characters */
  readonly max?: number;
  readonly name?: string;
}

const NEAR = 0.8; // of the most that fits

export function TextField({ type = 'text', ...props }: FieldProps & InputProps) {
  const kind = type as 'text'; // the types of each differ in what no field here has
  return <Framed {...props}>{(named) => <input {...named} {...inputOf(props)} type={kind} />}</Framed>;
}

export function TextArea({ rows = 4, ...props }: FieldProps & { readonly rows?: number }) {
  return (
    <Framed {...props}>
      {(named) => (
        <textarea
          {...named}
          rows={rows}
          maxLength={props.max}
          dir="auto"
          value={props.value}
          onInput={(event) => props.onValue(event.currentTarget.value)}
        />
      )}
    </Framed>
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
}

/** `prompt`: what stands there while nothing is chosen. */
export function Select({
  options,
  prompt,
  ...props
}: FieldProps & { readonly options: readonly Option[]; readonly prompt?: string }) {
  return (
    <Framed {...props}>
      {(named) => (
        <select {...named} value={props.value} onChange={(event) => props.onValue(event.currentTarget.value)}>
          {prompt !== undefined && (
            <option value="" disabled>
              {prompt}
            </option>
          )}
          {options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Framed>
  );
}

/** One of a few, as buttons that are radios. */
export function Choices({
  label,
  options,
  value,
  onValue,
  hint,
  error,
}: FieldProps & { readonly options: readonly Option[] }) {
  const name = useId();
  return (
    <fieldset class="field" aria-describedby={hint === undefined ? undefined : `${name}-hint`}>
      <legend class="label">{label}</legend>
      <div class="choices">
        {options.map((option) => (
          <label key={option.value}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onValue(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
      {error !== undefined && <span class="error">{error}</span>}
      {hint !== undefined && (
        <span class="hint" id={`${name}-hint`}>
          {hint}
        </span>
      )}
    </fieldset>
  );
}

interface InputProps {
  readonly type?: 'text' | 'email' | 'password' | 'number' | 'time';
  readonly autocomplete?: 'email' | 'name' | 'current-password' | 'new-password' | 'off';
  readonly inputMode?: 'text' | 'decimal' | 'email' | 'numeric';
}

const inputOf = ({ max, value, onValue, autocomplete, inputMode }: FieldProps & InputProps) => ({
  ...{ maxLength: max, dir: 'auto' as const, value, autocomplete, inputMode },
  onInput: (event: TargetedInputEvent<HTMLInputElement>) => onValue(event.currentTarget.value),
});

interface Named {
  readonly id: string;
  readonly name: string | undefined;
  readonly class: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

function Framed(props: Omit<FieldProps, 'onValue'> & { readonly children: (named: Named) => JSX.Element }) {
  const { label, hint, error, max, value, name, children } = props;
  const id = useId();
  const told = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        ...{ id, name, class: 'control', 'aria-invalid': error !== undefined },
        'aria-describedby': told || undefined,
      })}
      {error !== undefined && (
        <span class="error" id={`${id}-error`}>
          {error}
        </span>
      )}
      {hint !== undefined && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {max !== undefined && value.length >= max * NEAR && (
        <span class="counter figure">
          {value.length}/{max}
        </span>
      )}
    </div>
  );
}

const TAKEN = 229; // what browsers answer for such a key

/** A key that an input method takes: the Enter that ends a composition sends nothing and chooses nothing. */
export function isComposed(event: KeyboardEvent): boolean {
  // Safari says that nothing is being composed, and tells it by this number alone
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return event.isComposing || event.keyCode === TAKEN;
}
