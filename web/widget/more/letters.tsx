// Where answers go by e-mail, whether one is reminded, and when it is quiet (2.6, 4).

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { User } from '../../client/protocol.ts';
import { Button } from '../../kit/basics.tsx';
import { TextField } from '../../kit/fields.tsx';
import { Switch } from '../../kit/switch.tsx';
import { Problem } from '../problem.tsx';
import { useTask } from '../task.ts';
import { useParley, useTexts } from '../widget.ts';

const QUIET = { from: '22:00', to: '07:00' }; // to begin with

export function Letters() {
  const { more } = useTexts();
  const user = useParley().user.value;
  if (user === null) return <p class="hint">{more.emailAfterAsking}</p>;
  return (
    <>
      <Address user={user} />
      {user.email && user.notify && <Wishes user={user} notify={user.notify} />}
    </>
  );
}

function Address({ user }: { readonly user: User }) {
  const parley = useParley();
  const { common, more } = useTexts();
  const task = useTask();
  const saved = user.email ?? '';
  const typed = useSignal(saved);
  const done = useSignal('');
  const isInvalid = task.error?.code === 'input.invalid';
  const isOnline = parley.status.value === 'online';
  const save = async () => {
    const email = typed.peek().trim();
    done.value = '';
    const { user: now } = await parley.call('session.email', { email: email === '' ? null : email });
    typed.value = now.email ?? '';
    done.value = now.email ? more.emailSaved(now.email) : more.emailRemoved;
  };
  return (
    <form
      class="address"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isOnline && typed.peek().trim() !== saved) task.run(save);
      }}
    >
      <TextField
        label={more.email}
        hint={more.emailHint}
        type="email"
        autocomplete="email"
        inputMode="email"
        max={254}
        value={typed.value}
        error={isInvalid ? more.emailInvalid : undefined}
        onValue={(value) => {
          typed.value = value;
          done.value = '';
          task.forget();
        }}
      />
      <Button
        type="submit"
        busy={task.isBusy}
        why={isOnline ? (typed.value.trim() === saved ? more.saved : undefined) : common.needsConnection}
      >
        {more.emailSave}
      </Button>
      <p class="done" role="status">
        {done.value}
      </p>
      {task.error !== null && !isInvalid && <Problem error={task.error} />}
    </form>
  );
}

function Wishes({ user, notify }: { readonly user: User; readonly notify: NonNullable<User['notify']> }) {
  const parley = useParley();
  const { more } = useTexts();
  const task = useTask();
  const { quiet } = notify;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = quiet === null ? own : (user.timeZone ?? own);
  const set = (wish: Partial<typeof notify>) =>
    task.run(async () => {
      const times = wish.quiet ? { timeZone: zone } : {}; // its clocks are those of the reader
      await parley.call('user.update', { notify: wish, ...times });
    });
  return (
    <>
      <Switch
        label={more.reminders}
        hint={more.remindersHint}
        isOn={notify.reminders}
        busy={task.isBusy}
        onSwitch={(reminders) => set({ reminders })}
      />
      <Switch
        label={more.quiet}
        hint={more.quietHint(zone)}
        isOn={quiet !== null}
        busy={task.isBusy}
        onSwitch={(isOn) => set({ quiet: isOn ? QUIET : null })}
      />
      {quiet !== null && <Hours quiet={quiet} isBusy={task.isBusy} onHours={(hours) => set({ quiet: hours })} />}
      {task.error !== null && <Problem error={task.error} />}
    </>
  );
}

interface Quiet {
  readonly from: string;
  readonly to: string;
}

interface HoursProps {
  readonly quiet: Quiet;
  readonly isBusy: boolean;
  readonly onHours: (hours: Quiet) => void;
}

/** Saved as they are chosen; what is chosen while that is under way is saved after it. */
function Hours({ quiet, isBusy, onHours }: HoursProps) {
  const { more } = useTexts();
  const from = useSignal(quiet.from);
  const to = useSignal(quiet.to);
  const tried = useSignal(keyOf(quiet)); // what is refused is not asked for again by itself
  const chosen = { from: from.value, to: to.value };
  const key = keyOf(chosen);
  const isSame = chosen.from === chosen.to;
  useEffect(() => {
    if (isBusy || isSame || chosen.from === '' || chosen.to === '' || key === tried.peek()) return;
    tried.value = key;
    onHours(chosen);
  }, [key, isBusy]);
  return (
    <div class="hours">
      <TextField type="time" label={more.quietFrom} value={chosen.from} onValue={(value) => (from.value = value)} />
      <TextField
        type="time"
        label={more.quietTo}
        value={chosen.to}
        error={isSame ? more.quietSame : undefined}
        onValue={(value) => (to.value = value)}
      />
    </div>
  );
}

const keyOf = ({ from, to }: Quiet) => `${from} ${to}`;
