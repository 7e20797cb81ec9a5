// W14: nobody is signed in, or somebody whose question it is not: what to do, and a door for those who have a password.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ParleyError } from '../../client/errors.ts';
import { Banner, Button } from '../../kit/basics.tsx';
import { TextField } from '../../kit/fields.tsx';
import { Head } from '../head.tsx';
import { Problem } from '../problem.tsx';
import { useTask } from '../task.ts';
import { useParley, useTexts, useWidget } from '../widget.ts';

export interface SignedOutProps {
  readonly state: 'out' | 'other';
  /** of the link */
  readonly refusal: ParleyError | null;
  readonly onSignedIn: () => void;
}

export function SignedOut({ state, refusal, onSignedIn }: SignedOutProps) {
  const widget = useWidget();
  const { more } = useTexts();
  useEffect(() => widget.title(more.outTitle), [more]);
  return (
    <>
      <Head title={more.outTitle} />
      <div class="body letter">
        <Banner tone={state === 'other' ? 'bad' : 'accent'} icon={state === 'other' ? 'alert' : 'mail'}>
          <p role="status">{refusal?.message ?? (state === 'other' ? more.outOther : more.outWords)}</p>
        </Banner>
        <SignIn onSignedIn={onSignedIn} />
      </div>
    </>
  );
}

function SignIn({ onSignedIn }: Pick<SignedOutProps, 'onSignedIn'>) {
  const parley = useParley();
  const { more } = useTexts();
  const email = useSignal('');
  const password = useSignal('');
  const task = useTask();
  const isWrong = task.error?.code === 'auth.required' || task.error?.code === 'input.invalid';
  return (
    <form
      class="sign-in"
      method="post" // whatever goes wrong with the script, a password never stands in an address
      aria-labelledby="sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        task.run(async () => {
          await parley.session.login({ email: email.peek().trim(), password: password.peek() });
          password.value = '';
          onSignedIn();
        });
      }}
    >
      <h2 id="sign-in">{more.signIn}</h2>
      <p class="hint">{more.signInStaff}</p>
      <TextField
        label={more.signInEmail}
        type="email"
        autocomplete="email"
        value={email.value}
        onValue={(value) => (email.value = value)}
      />
      <TextField
        label={more.signInPassword}
        type="password"
        autocomplete="current-password"
        value={password.value}
        onValue={(value) => (password.value = value)}
      />
      {isWrong && (
        <p class="error" role="alert">
          {more.signInWrong}
        </p>
      )}
      {task.error !== null && !isWrong && <Problem error={task.error} />}
      <div>
        <Button type="submit" busy={task.isBusy}>
          {more.signIn}
        </Button>
      </div>
    </form>
  );
}
