// E10, 2.6, 6.3: which e-mails come, and when. What is changed is saved at once.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { User } from '../../client/protocol.ts';
import { Button } from '../../kit/basics.tsx';
import { Select, TextField } from '../../kit/fields.tsx';
import { Switch } from '../../kit/switch.tsx';
import { useConsole, useMe, useTexts } from '../console.ts';
import { Problem } from '../problem.tsx';
import { useMinute } from '../home/live-rows.tsx';
import { useWish } from './wish.ts';

type Notify = NonNullable<User['notify']>;

const DIGESTS = ['off', 'hourly', 'daily'] as const;
const NIGHT = { from: '22:00', to: '07:00' };

export function Mails() {
  const { parley } = useConsole();
  const { settings } = useTexts();
  const me = useMe();
  useEffect(() => {
    // letters lead here
    if (location.hash === '#open-requests') document.getElementById('open-requests')?.scrollIntoView();
  }, []);
  const { timeZone, email } = me;
  const { wish, task, want } = useWish<Notify>((saved) =>
    parley.call('user.update', { notify: saved, ...(timeZone === undefined && { timeZone: ofDevice }) }),
  );
  if (me.notify === undefined) return null;
  const notify = { ...me.notify, ...wish };
  return (
    <section class="card" aria-labelledby="mails" id="open-requests">
      <h2 id="mails">{settings.mails}</h2>
      <p class="hint">{email === null || email === undefined ? settings.noAddress : settings.address(email)}</p>
      <Switch
        label={settings.openRequests}
        hint={settings.openRequestsHint}
        isOn={notify.openRequests}
        onSwitch={(openRequests) => want({ openRequests })}
      />
      <Select
        label={settings.digest}
        value={notify.digest}
        options={DIGESTS.map((value) => ({ value, label: settings.digests[value] }))}
        onValue={(value) => {
          const digest = DIGESTS.find((one) => one === value);
          if (digest !== undefined) want({ digest });
        }}
      />
      <Switch
        label={settings.quiet}
        hint={settings.quietHint}
        isOn={notify.quiet !== null}
        onSwitch={(isOn) => want({ quiet: isOn ? NIGHT : null })}
      />
      {notify.quiet !== null && (
        <Hours quiet={notify.quiet} isBusy={task.isBusy} onHours={(quiet) => want({ quiet })} />
      )}
      {task.error !== null && <Problem error={task.error} />}
      <Zone timeZone={timeZone ?? 'UTC'} />
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
  const isTried = useSignal(false);
  const problemOf = (time: string) =>
    time === '' ? settings.noTime : from.value === to.value ? settings.sameTimes : undefined;
  const told = (time: string) => (isTried.value ? problemOf(time) : undefined);
  const isUnsaved = from.value !== quiet.from || to.value !== quiet.to;
  return (
    <form
      class="hours"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        isTried.value = true;
        if (problemOf(from.value) === undefined && problemOf(to.value) === undefined) {
          onHours({ from: from.peek(), to: to.peek() });
        }
      }}
    >
      <TextField
        label={settings.from}
        type="time"
        value={from.value}
        error={told(from.value)}
        onValue={(value) => (from.value = value)}
      />
      <TextField
        label={settings.to}
        type="time"
        value={to.value}
        error={told(to.value)}
        onValue={(value) => (to.value = value)}
      />
      <div>
        <Button type="submit" busy={isBusy}>
          {settings.saveHours}
        </Button>
      </div>
      <p class="hint" role="status">
        {isUnsaved && settings.unsaved}
      </p>
    </form>
  );
}

const ofDevice = Intl.DateTimeFormat().resolvedOptions().timeZone;
const named = (zone: string) => zone.replaceAll('_', ' ');

/** By which the hours and the days of letters are meant. */
function Zone({ timeZone }: { readonly timeZone: string }) {
  const { parley, locale } = useConsole();
  const { settings } = useTexts();
  const { wish, task, want } = useWish<{ timeZone: string }>((saved) => parley.call('user.update', saved));
  const now = useMinute();
  const all = [...new Set(['UTC', timeZone, ofDevice, ...Intl.supportedValuesOf('timeZone')])].sort();
  const format = { weekday: 'long', hour: 'numeric', minute: '2-digit', timeZone } as const;
  return (
    <>
      <Select
        label={settings.zone}
        hint={settings.zoneNow(new Intl.DateTimeFormat(locale.value, format).format(now))}
        value={wish.timeZone ?? timeZone}
        options={all.map((value) => ({ value, label: named(value) }))}
        error={task.error?.code === 'input.invalid' ? settings.unknownZone : undefined}
        onValue={(zone) => want({ timeZone: zone })}
      />
      {timeZone !== ofDevice && (
        <div>
          <Button look="link" busy={task.isBusy} onPress={() => want({ timeZone: ofDevice })}>
            {settings.deviceZone(named(ofDevice))}
          </Button>
        </div>
      )}
      {task.error !== null && task.error.code !== 'input.invalid' && <Problem error={task.error} />}
    </>
  );
}
