// W11: the language, sounds, where answers go, the end of a question, and being forgotten on this device.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Parley } from '../../client/parley.ts';
import { Button } from '../../kit/basics.tsx';
import dialog from '../../kit/dialog.css?inline';
import { Dialog } from '../../kit/dialog.tsx';
import { Select } from '../../kit/fields.tsx';
import switches from '../../kit/switch.css?inline';
import { Switch } from '../../kit/switch.tsx';
import { LOCALES } from '../../texts/texts.ts';
import type { Locale } from '../../texts/texts.ts';
import { Head } from '../head.tsx';
import { Problem } from '../problem.tsx';
import { useTask } from '../task.ts';
import { useParley, useTexts, useWidget } from '../widget.ts';
import type { View } from '../widget.ts';
import { useHeld } from './held.ts';
import { Letters } from './letters.tsx';
import css from './more.css?inline';

export function Settings({ view }: { readonly view: Extract<View, { name: 'settings' }> }) {
  const widget = useWidget();
  const { common } = useTexts();
  const user = useParley().user.value;
  useEffect(() => [css, dialog, switches].forEach((one) => widget.styles(one)), []);
  return (
    <>
      <Head title={common.settings} back />
      <div class="body settings">
        <section>
          <Language />
          <Sounds />
        </section>
        <section>
          <Letters key={user?.id} />
        </section>
        {user !== null && view.questionId !== undefined && <OfQuestion questionId={view.questionId} />}
        {user !== null && <Forgetting />}
      </div>
    </>
  );
}

const NAMES: Readonly<Record<Locale, string>> = { en: 'English', de: 'Deutsch', es: 'Español' };

function Language() {
  const widget = useWidget();
  const parley = useParley();
  const { more } = useTexts();
  const task = useTask();
  const choose = (locale: Locale) => {
    widget.prefs.setLocale(locale);
    widget.setLocale(locale);
    if (parley.user.value !== null) task.run(tell);
  };
  /** Letters come in it too; in the last one that was chosen meanwhile. */
  async function tell(): Promise<void> {
    const locale = widget.prefs.locale ?? widget.locale.peek();
    await parley.call('user.update', { locale });
    if (locale !== (widget.prefs.locale ?? locale)) await tell();
  }
  return (
    <>
      <Select
        label={more.language}
        value={widget.locale.value}
        options={LOCALES.map((value) => ({ value, label: NAMES[value] }))}
        onValue={(value) => choose(value as Locale)} // one of the options
      />
      {task.error !== null && <Problem error={task.error} onAgain={() => choose(widget.locale.value)} />}
    </>
  );
}

function Sounds() {
  const widget = useWidget();
  const { more } = useTexts();
  const { prefs } = widget;
  return (
    <Switch label={more.sounds} hint={more.soundsHint} isOn={prefs.sounds} onSwitch={(isOn) => prefs.setSounds(isOn)} />
  );
}

/** What can be done about a whole question: its value asked back (8.4), and its end (2.8). */
function OfQuestion({ questionId }: { readonly questionId: string }) {
  const widget = useWidget();
  const parley = useParley();
  const { common, more, offer } = useTexts();
  const talk = useHeld(() => parley.conversation(questionId), questionId);
  const isAsked = useSignal(false);
  const task = useTask(questionId);
  const question = talk?.question.value ?? null;
  if (talk === null || question === null || question.state === 'draft') return null;
  // of a service it is asked back where that stands
  const isCharged =
    question.payment?.state === 'captured' || talk.refunds.value.some(({ offerId }) => offerId === null);
  const refund = isCharged && (
    <div>
      <Button onPress={() => widget.go({ name: 'refund', questionId })}>{offer.askRefund}</Button>
    </div>
  );
  if (question.state === 'closed') {
    return (
      <section>
        <p role="status">{more.closed}</p>
        {refund}
      </section>
    );
  }
  const close = async () => {
    await parley.call('question.close', { questionId }).finally(() => (isAsked.value = false));
  };
  return (
    <section>
      {refund}
      <div>
        <Button onPress={() => (isAsked.value = true)}>{more.closeQuestion}</Button>
      </div>
      {task.error !== null && <Problem error={task.error} />}
      {isAsked.value && (
        <Dialog
          title={more.closeTitle}
          yes={more.closeQuestion}
          no={more.closeKeep}
          busy={task.isBusy}
          why={parley.status.value === 'online' ? undefined : common.needsConnection}
          onYes={() => task.run(close)}
          onNo={() => (isAsked.value = false)}
        >
          <p>{more.closeWords}</p>
        </Dialog>
      )}
    </section>
  );
}

function Forgetting() {
  const widget = useWidget();
  const parley = useParley();
  const { more } = useTexts();
  const isAsked = useSignal(false);
  const task = useTask();
  const email = emailOf(parley);
  return (
    <section>
      <div>
        <Button onPress={() => (isAsked.value = true)}>{more.forget}</Button>
      </div>
      {isAsked.value && (
        <Dialog
          title={more.forgetTitle}
          yes={more.forgetNow}
          no={more.forgetStay}
          busy={task.isBusy}
          onYes={() => task.run(() => widget.forget())}
          onNo={() => (isAsked.value = false)}
        >
          <p>{more.forgetWords}</p>
          <p>{email === '' ? <strong>{more.forgetNoWay}</strong> : more.forgetBack(email)}</p>
        </Dialog>
      )}
    </section>
  );
}

const emailOf = (parley: Parley): string => parley.user.value?.email ?? '';
