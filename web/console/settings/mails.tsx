// E10, 6.3: which e-mails come, and when. What is changed is saved at once.

import { useSignal } from '@preact/signals';
import type { User } from '../../client/protocol.ts';
import { Button } from '../../kit/basics.tsx';
import { Select, TextField } from '../../kit/fields.tsx';
import { Switch } from '../../kit/switch.tsx';
import { useTask } from '../../talk/task.ts';
import { useConsole, useMe, useTexts } from '../console.ts';
import { Problem } from '../problem.tsx';

type Notify = NonNullable<User['notify']>;

const DIGESTS = ['off', 'hourly', 'daily'] as const;
const NIGHT = { from: '22:00', to: '07:00' };

export function Mails() {
  const { parley } = useConsole();
  const { settings } = useTexts();
  const me = useMe();
  const task = useTask();
  const { notify, timeZone = 'UTC' } = me;
  if (notify === undefined) return null;
  const change = (what: Partial<Notify>) =>
    task.run(() => parley.call('user.update', { notify: what, ...('quiet' in what && { timeZone: zoneOfBrowser() }) }));
  return (
    <section class="card" aria-labelledby="mails" id="open-requests">
      <h2 id="mails">{settings.mails}</h2>
      <Switch
        label={settings.openRequests}
        hint={settings.openRequestsHint}
        isOn={notify.openRequests}
        busy={task.isBusy}
        onSwitch={(openRequests) => change({ openRequests })}
      />
      <Select
        label={settings.digest}
        value={notify.digest}
        options={DIGESTS.map((value) => ({ value, label: settings.digests[value] }))}
        onValue={(value) => {
          const digest = DIGESTS.find((one) => one === value);
          if (digest !== undefined) change({ digest });
        }}
      />
      <Switch
        label={settings.quiet}
        hint={settings.quietHint(timeZone)}
        isOn={notify.quiet !== null}
        busy={task.isBusy}
        onSwitch={(isOn) => change({ quiet: isOn ? NIGHT : null })}
      />
      {notify.quiet !== null && (
        <Hours quiet={notify.quiet} isBusy={task.isBusy} onHours={(quiet) => change({ quiet })} />
      )}
      {task.error !== null && <Problem error={task.error} />}
    </section>
  );
}

interface HoursProps {
  readonly quiet: NonNullable<Notify['quiet']>;
  readonly isBusy: boolean;
  readonly onHours: (quiet: NonNullable<Notify['quiet']>) => void;
}

function Hours({ quiet, isBusy, onHours }: HoursProps) {
  const { settings } = useTexts();
  const from = useSignal(quiet.from);
  const to = useSignal(quiet.to);
  return (
    <form
      class="hours"
      onSubmit={(event) => {
        event.preventDefault();
        if (from.peek() !== '' && to.peek() !== '') onHours({ from: from.peek(), to: to.peek() });
      }}
    >
      <TextField label={settings.from} type="time" value={from.value} onValue={(value) => (from.value = value)} />
      <TextField label={settings.to} type="time" value={to.value} onValue={(value) => (to.value = value)} />
      <div>
        <Button type="submit" busy={isBusy}>
          {settings.save}
        </Button>
      </div>
    </form>
  );
}

const zoneOfBrowser = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
