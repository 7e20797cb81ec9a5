// E10, 8.1: the services that the expert has named, which stand in the offer form: renamed, or taken out. Offers that were sent stay.

import { useSignal } from '@preact/signals';
import type { OwnService } from '../../client/protocol.ts';
import { Button } from '../../kit/basics.tsx';
import { TextField } from '../../kit/fields.tsx';
import { money } from '../../kit/money.ts';
import { useTask } from '../../talk/task.ts';
import { useConsole, useTexts } from '../console.ts';
import { useOwn } from '../own.ts';
import type { Own } from '../own.ts';
import { Problem } from '../problem.tsx';
import { OwnForm, OwnRows, isTitleTaken } from './own-rows.tsx';

const LONGEST = 80; // characters

export function Services() {
  const { parley } = useConsole();
  const { settings } = useTexts();
  const own = useOwn((cursor) => parley.call('catalogue.list', cursor === undefined ? {} : { cursor }));
  return (
    <OwnRows
      title={settings.services}
      hint={settings.servicesHint}
      empty={settings.servicesNone}
      own={own}
      row={(service) => <Service service={service} own={own} />}
    />
  );
}

function Service({ service, own }: { readonly service: OwnService; readonly own: Own<OwnService> }) {
  const { parley, locale, announcer } = useConsole();
  const { settings } = useTexts();
  const { id: serviceId, title, price } = service;
  const name = useSignal<string | null>(null);
  const task = useTask();
  const said = name.value?.trim() ?? '';
  const isTaken = isTitleTaken(task);
  const rename = () =>
    task.run(async () => {
      const answer = await parley.call('catalogue.rename', { serviceId, title: said });
      own.put(answer.service);
      name.value = null;
    });
  const remove = () =>
    task.run(async () => {
      await parley.call('catalogue.remove', { serviceId });
      announcer.say(settings.removed(title));
      own.drop(serviceId);
    });
  const cancel = () => {
    name.value = null;
    task.forget();
  };
  if (name.value !== null) {
    return (
      <OwnForm {...{ task, isTaken }} isWhole={said !== ''} onSave={rename} onCancel={cancel}>
        <TextField
          label={settings.serviceName}
          max={LONGEST}
          value={name.value}
          error={said === '' ? settings.nameless : isTaken ? settings.titleTaken : undefined}
          onValue={(value) => {
            name.value = value;
            task.forget();
          }}
        />
      </OwnForm>
    );
  }
  return (
    <>
      <p>
        <strong class="said" dir="auto">
          {title}
        </strong>{' '}
        <span class="hint figure" translate={false}>
          {money(price, locale.value)}
        </span>
      </p>
      {task.error !== null && <Problem error={task.error} />}
      <div class="asked-ways">
        <Button label={settings.renameOf(title)} onPress={() => (name.value = title)}>
          {settings.rename}
        </Button>
        <Button label={settings.removeOf(title)} busy={task.isBusy} onPress={remove}>
          {settings.remove}
        </Button>
      </div>
    </>
  );
}
