// E1: the door. Whoever comes by a letter's link is where it led as soon as they are in: the address stays what it was.

import { LOCK } from '../kit/more-icons.ts';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { ParleyError } from '../client/errors.ts';
import { Banner, Button } from '../kit/basics.tsx';
import { TextField } from '../kit/fields.tsx';
import { keepTicking, tickSignal } from '../kit/ticks.ts';
import { useConsole, useTexts } from './console.ts';
import { Problem } from './problem.tsx';
import { useTask } from '../talk/task.ts';

export function SignIn({ hasEnded }: { readonly hasEnded: boolean }) {
  const { parley, session, router, title } = useConsole();
  const { signIn } = useTexts();
  const email = useSignal('');
  const password = useSignal('');
  const stays = useSignal(!session.isOfTab);
  const isMissing = useSignal(false);
  const task = useTask();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    title.value = signIn.title;
  }, [signIn]);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const submit = () => {
    session.wasWrong.value = false;
    isMissing.value = email.peek().trim() === '' || password.peek() === '';
    if (isMissing.peek()) {
      form.current?.querySelector<HTMLElement>(email.peek().trim() === '' ? 'input' : '[type=password]')?.focus();
      return;
    }
    task.run(async () => {
      const who = { email: email.peek().trim(), password: password.peek() };
      const user = await session.signIn(stays.peek(), () => parley.session.login(who));
      password.value = '';
      if (user.role === 'expert' || (user.role === 'admin' && router.place.peek().view === 'request')) return;
      session.wasWrong.value = true;
      await parley.session.end();
    });
  };
  return (
    <main class="door">
      <form
        class="door-form"
        ref={form}
        method="post" // whatever goes wrong with the script, a password never stands in an address
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <p class="brand">Parley</p>
        <h1>{signIn.title}</h1>
        {hasEnded ? (
          <Banner tone="warn" icon={LOCK}>
            <p role="status">{signIn.ended}</p>
          </Banner>
        ) : (
          <p class="hint">{signIn.lead}</p>
        )}
        <TextField
          label={signIn.email}
          type="email"
          autocomplete="email"
          value={email.value}
          onValue={(value) => (email.value = value)}
        />
        <TextField
          label={signIn.password}
          type="password"
          autocomplete="current-password"
          value={password.value}
          onValue={(value) => (password.value = value)}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={stays.value}
            aria-describedby="stays-hint"
            onChange={(event) => (stays.value = event.currentTarget.checked)}
          />
          <span>{signIn.stay}</span>
        </label>
        <p class="hint" id="stays-hint">
          {signIn.stayHint}
        </p>
        {isMissing.value && <Wrong>{signIn.missing}</Wrong>}
        {session.wasWrong.value && <Wrong>{signIn.wrongRole}</Wrong>}
        {task.error !== null && <Refused error={task.error} />}
        <Button type="submit" look="primary" wide busy={task.isBusy}>
          {signIn.signIn}
        </Button>
      </form>
    </main>
  );
}

const Wrong = ({ children }: { readonly children: string }) => (
  <p class="error" role="alert">
    {children}
  </p>
);

function Refused({ error }: { readonly error: ParleyError }) {
  const { signIn } = useTexts();
  if (error.code === 'rate.limited') return <TooMany error={error} />;
  const isWrong = error.code === 'auth.required' || error.code === 'input.invalid';
  return isWrong ? <Wrong>{signIn.wrong}</Wrong> : <Problem error={error} />;
}

/** Counts down; said once. */
function TooMany({ error }: { readonly error: ParleyError }) {
  const { signIn } = useTexts();
  const { announcer } = useConsole();
  const since = useMemo(() => performance.now(), [error]);
  useEffect(() => keepTicking(), []);
  void tickSignal.value;
  const wait = Math.ceil(((error.retryAfterMs ?? 0) - (performance.now() - since)) / 1_000);
  useEffect(() => announcer.warn(signIn.tooMany(wait)), [error]);
  return wait <= 0 ? null : <p class="error figure">{signIn.tooMany(wait)}</p>;
}

/** Somebody is signed in here who is no expert. */
export function WrongRole() {
  const { parley, title } = useConsole();
  const { signIn } = useTexts();
  const task = useTask();
  useEffect(() => {
    title.value = signIn.title;
  }, [signIn]);
  return (
    <main class="door">
      <div class="door-form">
        <p class="brand">Parley</p>
        <h1>{signIn.wrongRole}</h1>
        {task.error !== null && <Problem error={task.error} />}
        <Button look="primary" busy={task.isBusy} onPress={() => task.run(() => parley.session.end())}>
          {signIn.signOut}
        </Button>
      </div>
    </main>
  );
}
