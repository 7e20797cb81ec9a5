// Texts that the expert keeps: put into the message by a press, and kept from it by another one.

import { useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Template } from '../../client/protocol.ts';
import { Button, Skeleton } from '../../kit/basics.tsx';
import { TextField, isComposed } from '../../kit/fields.tsx';
import { useTask } from '../../talk/task.ts';
import { useConsole, useMe, useTexts } from '../console.ts';
import { useOwn } from '../own.ts';
import { Problem } from '../problem.tsx';

const LONGEST_NAME = 80;

export interface TemplatesProps {
  /** what is being written */
  readonly text: ReadonlySignal<string>;
  readonly onTemplate: (body: string) => void;
}

export function Templates({ text, onTemplate }: TemplatesProps) {
  const { work } = useTexts();
  const isOpen = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const close = () => {
    isOpen.value = false;
    root.current?.querySelector('button')?.focus();
  };
  return (
    <div
      class="templates"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen.value) return;
        event.stopPropagation();
        close();
      }}
    >
      <Button expanded={isOpen.value} shortcut="t" onPress={() => (isOpen.value = !isOpen.value)}>
        {work.templates}
      </Button>
      {isOpen.value && (
        <Open
          text={text}
          onTemplate={(body) => {
            isOpen.value = false;
            onTemplate(body);
          }}
        />
      )}
    </div>
  );
}

function Open({ text, onTemplate }: TemplatesProps) {
  const { parley, announcer } = useConsole();
  const { work } = useTexts();
  const own = useOwn((cursor) => parley.call('template.list', { ...(cursor !== undefined && { cursor }) }));
  const removing = useTask();
  const { items, loading } = own;
  const remove = ({ id }: Template) =>
    removing.run(async () => {
      await parley.call('template.remove', { templateId: id });
      own.drop(id);
    });
  return (
    <div class="templates-open">
      {loading.error !== null && <Problem error={loading.error} onAgain={own.load} />}
      {items.value === null && loading.error === null && <Skeleton label={work.templates} rows={2} />}
      {items.value?.length === 0 && <p class="hint">{work.templatesNone}</p>}
      <ul>
        {items.value?.map((template) => (
          <li key={template.id}>
            <button type="button" class="template" onClick={() => onTemplate(template.body)}>
              <strong dir="auto">{template.title}</strong>
              <span class="said" dir="auto">
                {template.body}
              </span>
            </button>
            <Button
              look="icon"
              icon="close"
              label={work.templateRemove(template.title)}
              onPress={() => remove(template)}
            />
          </li>
        ))}
      </ul>
      {removing.error !== null && <Problem error={removing.error} />}
      {text.value.trim() !== '' && (
        <Keep
          body={text.value.trim()}
          onKept={(template) => {
            own.put(template);
            announcer.say(work.templateKept(template.title));
          }}
        />
      )}
    </div>
  );
}

interface KeepProps {
  readonly body: string;
  readonly onKept: (template: Template) => void;
}

function Keep({ body, onKept }: KeepProps) {
  const { parley } = useConsole();
  const { work } = useTexts();
  const me = useMe();
  const title = useSignal('');
  const task = useTask();
  const keep = () => {
    const name = title.peek().trim();
    if (name === '') return;
    task.run(async () => {
      const answer = await parley.call('template.save', { title: name, body, locale: me.locale });
      title.value = '';
      onKept(answer.template);
    });
  };
  return (
    <div
      class="templates-keep"
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || isComposed(event)) return;
        event.preventDefault(); // it would send the message
        keep();
      }}
    >
      <p class="hint">{work.keepTemplate}</p>
      <TextField
        label={work.templateName}
        max={LONGEST_NAME}
        value={title.value}
        onValue={(value) => (title.value = value)}
      />
      {task.error !== null && <Problem error={task.error} />}
      <div>
        <Button busy={task.isBusy} onPress={keep}>
          {work.templateKeep}
        </Button>
      </div>
    </div>
  );
}
