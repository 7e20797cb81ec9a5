// E10: the texts that the expert keeps for messages: changed, or removed. New ones are kept where one writes.

import { useSignal } from '@preact/signals';
import type { Template } from '../../client/protocol.ts';
import { Button } from '../../kit/basics.tsx';
import { TextArea, TextField } from '../../kit/fields.tsx';
import { useTask } from '../../talk/task.ts';
import { useConsole, useTexts } from '../console.ts';
import { useOwn } from '../own.ts';
import type { Own } from '../own.ts';
import { Problem } from '../problem.tsx';
import { OwnForm, OwnRows, isTitleTaken } from './own-rows.tsx';

const MOST = { title: 80, body: 8_000 }; // characters

export function OwnTemplates() {
  const { parley } = useConsole();
  const { settings } = useTexts();
  const own = useOwn((cursor) => parley.call('template.list', cursor === undefined ? {} : { cursor }));
  return (
    <OwnRows
      title={settings.templates}
      hint={settings.templatesHint}
      empty={settings.templatesNone}
      own={own}
      row={(template) => <Row template={template} own={own} />}
    />
  );
}

interface RowProps {
  readonly template: Template;
  readonly own: Own<Template>;
}

function Row({ template, own }: RowProps) {
  const { parley, announcer } = useConsole();
  const { settings } = useTexts();
  const { id: templateId, title, body } = template;
  const isEdited = useSignal(false);
  const task = useTask();
  const remove = () =>
    task.run(async () => {
      await parley.call('template.remove', { templateId });
      announcer.say(settings.removed(title));
      own.drop(templateId);
    });
  if (isEdited.value) return <Edit template={template} own={own} onDone={() => (isEdited.value = false)} />;
  return (
    <>
      <strong class="said" dir="auto">
        {title}
      </strong>
      <p class="said" dir="auto">
        {body}
      </p>
      {task.error !== null && <Problem error={task.error} />}
      <div class="asked-ways">
        <Button label={settings.editOf(title)} onPress={() => (isEdited.value = true)}>
          {settings.edit}
        </Button>
        <Button label={settings.removeOf(title)} busy={task.isBusy} onPress={remove}>
          {settings.remove}
        </Button>
      </div>
    </>
  );
}

function Edit({ template, own, onDone }: RowProps & { readonly onDone: () => void }) {
  const { parley } = useConsole();
  const { settings, work } = useTexts();
  const title = useSignal(template.title);
  const body = useSignal(template.body);
  const task = useTask();
  const isTaken = isTitleTaken(task);
  const [name, text] = [title.value.trim(), body.value.trim()];
  const save = () =>
    task.run(async () => {
      const said = { templateId: template.id, title: name, body: text, locale: template.locale };
      own.put((await parley.call('template.save', said)).template);
      onDone();
    });
  return (
    <OwnForm task={task} isWhole={name !== '' && text !== ''} isTaken={isTaken} onSave={save} onCancel={onDone}>
      <TextField
        label={work.templateName}
        max={MOST.title}
        value={title.value}
        error={name === '' ? settings.nameless : isTaken ? settings.titleTaken : undefined}
        onValue={(value) => {
          title.value = value;
          task.forget();
        }}
      />
      <TextArea
        label={settings.templateBody}
        max={MOST.body}
        value={body.value}
        error={text === '' ? settings.bodyMissing : undefined}
        onValue={(value) => (body.value = value)}
      />
    </OwnForm>
  );
}
