// One to five stars: radios, so that arrows choose, each with its word.

import { useId } from 'preact/hooks';
import { Icon } from './basics.tsx';

export interface StarsProps {
  readonly label: string;
  /** of one to five stars */
  readonly words: readonly string[];
  /** 0: none yet */
  readonly value: number;
  readonly onValue: (stars: number) => void;
}

export function Stars({ label, words, value, onValue }: StarsProps) {
  const name = useId();
  return (
    <fieldset class="stars">
      <legend class="hidden">{label}</legend>
      {words.map((word, index) => (
        <label key={word} class={index < value ? 'on' : ''} title={word}>
          <input type="radio" name={name} checked={index + 1 === value} onChange={() => onValue(index + 1)} />
          <span class="hidden">{word}</span>
          <Icon name="star" />
        </label>
      ))}
    </fieldset>
  );
}
