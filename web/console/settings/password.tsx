// E10, 1.1: another password, by the old one. All other sessions end; this one goes on.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ParleyError } from '../../client/errors.ts';
import { Button } from '../../kit/basics.tsx';
import { TextField } from '../../kit/fields.tsx';
import { useTask } from '../../talk/task.ts';
import { useConsole, useTexts } from '../console.ts';
import { Problem } from '../problem.tsx';

const [LEAST, MOST] = [8, 128]; // characters

export function Password() {
  const { renewal } = useConsole();
  const { settings } = useTexts();
  const fields = { old: useSignal(''), next: useSignal(''), again: useSignal('') };
  const { old, next, again } = fields;
  const isTried = useSignal(false);
  const isChanged = useSignal(false);
  const task = useTask();
  const form = useRef<HTMLFormElement>(null);
  const isOldWrong = task.error?.fields.some(({ path }) => path === 'old') ?? false;
  const errors = {
    old: old.value === '' ? settings.oldMissing : undefined,
    next: next.value.length < LEAST ? settings.newShort(LEAST) : undefined,
    again: again.value === next.value ? undefined : settings.againOther,
  };
  const isRefused = Object.values(errors).some((error) => error !== undefined);
  const toFirst = () => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  useEffect(() => {
    if (isOldWrong) toFirst();
  }, [isOldWrong]);
  const change = () => {
    isChanged.value = false;
    isTried.value = true;
    task.forget();
    if (isRefused) {
      requestAnimationFrame(toFirst); // once it says what is wrong
      return;
    }
    task.run(async () => {
      await renewal.password(old.peek(), next.peek());
      isTried.value = false;
      for (const field of Object.values(fields)) field.value = '';
      isChanged.value = true;
    });
  };
  const told = (error: string | undefined) => (isTried.value ? error : undefined);
  return (
    <section class="card" aria-labelledby="password">
      <h2 id="password">{settings.password}</h2>
      <p class="hint">{settings.passwordHint}</p>
      <form
        ref={form}
        method="post" // whatever goes wrong with the script, a password never stands in an address
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          change();
        }}
      >
        <TextField
          label={settings.old}
          type="password"
          autocomplete="current-password"
          max={MOST}
          value={old.value}
          error={told(errors.old) ?? (isOldWrong ? settings.oldWrong : undefined)}
          onValue={(value) => {
            old.value = value;
            task.forget();
          }}
        />
        <TextField
          label={settings.new}
          type="password"
          autocomplete="new-password"
          max={MOST}
          hint={settings.newHint(LEAST)}
          value={next.value}
          error={told(errors.next)}
          onValue={(value) => (next.value = value)}
        />
        <TextField
          label={settings.again}
          type="password"
          autocomplete="new-password"
          max={MOST}
          value={again.value}
          error={told(errors.again)}
          onValue={(value) => (again.value = value)}
        />
        {task.error !== null && !isOldWrong && <Refused error={task.error} />}
        <p role="status" class={isChanged.value ? 'hint' : 'hidden'}>
          {isChanged.value && settings.passwordChanged}
        </p>
        <div>
          <Button type="submit" busy={task.isBusy}>
            {settings.passwordChange}
          </Button>
        </div>
      </form>
    </section>
  );
}

/** Nobody knows what became of it: the new one is tried at the door, and the old one if that is refused. */
function Refused({ error }: { readonly error: ParleyError }) {
  const { settings } = useTexts();
  if (error.code !== 'no_answer') return <Problem error={error} />;
  return (
    <p class="error" role="alert">
      {settings.passwordUnknown}
    </p>
  );
}
