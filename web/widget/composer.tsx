// Where one writes. What was begun is kept; Enter sends, but not while an input method is still composing.

import type { ReadonlySignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { Button } from '../kit/basics.tsx';
import { PRIVATE } from '../talk/private.ts';
import { useTexts } from './widget.ts';

const LONGEST = 8_000;
const COMPOSING = 229; // what browsers answer for a key that an input method has taken

export interface ComposerProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly text: ReadonlySignal<string>;
  readonly onText: (text: string) => void;
  readonly onSend: () => void;
}

export function Composer({ field, text, onText, onSend }: ComposerProps) {
  const { talk } = useTexts();
  const body = text.value;
  const over = body.trim().length - LONGEST;
  const send = () => {
    if (body.trim() !== '' && over <= 0) onSend();
    field.current?.focus();
  };
  return (
    <form
      class="composer"
      part="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {over > 0 && (
        <p class="error" id="composer-over">
          {talk.tooLong(over)}
        </p>
      )}
      <textarea
        class={`control ${PRIVATE}`}
        data-hj-suppress
        ref={field}
        rows={rowsFor(body)}
        dir="auto"
        enterkeyhint="send"
        aria-label={talk.write}
        aria-description={talk.keys}
        aria-invalid={over > 0}
        aria-describedby={over > 0 ? 'composer-over' : undefined}
        placeholder={talk.write}
        value={body}
        onInput={(event) => onText(event.currentTarget.value)}
        onKeyDown={(event) => {
          // Safari says that nothing is being composed, and tells it by this number alone
          // eslint-disable-next-line @typescript-eslint/no-deprecated
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === COMPOSING) return;
          event.preventDefault();
          send();
        }}
      />
      <Button type="submit" look="icon" icon="send" label={talk.send} />
    </form>
  );
}

const MOST_ROWS = 6;
const ROW = 36; // characters, roughly; browsers that know field-sizing know better

const rowsFor = (text: string): number =>
  Math.min(
    MOST_ROWS,
    text.split('\n', MOST_ROWS).reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / ROW)), 0),
  );
