// One line of the conversation: who, what, when, and what became of it.

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Line } from '../../client/line.ts';
import { Button, Icon, Pill } from '../../kit/basics.tsx';
import { timeOfDay } from '../../kit/format.ts';
import { RefusedLine } from './refused-line.tsx';
import { Said } from '../../talk/said.tsx';
import { useTask } from '../task.ts';
import { useTalking } from './talking.ts';

export type Mark = 'sending' | 'waits' | 'held' | 'sent' | 'seen' | 'refused' | 'none';

export interface LineProps {
  readonly questionId: string;
  readonly line: Line;
  readonly isMine: boolean;
  readonly isFirst: boolean;
  readonly mark: Mark;
  /** is the mark said in words, or only to those who do not see? */
  readonly isMarkSaid: boolean;
  /** it waits for an answer of the reader */
  readonly isAsked: boolean;
  /** is its button on the way of the tabulator? */
  readonly isStop: boolean;
  readonly onDone: (body?: string) => void;
}

export function LineRow({ questionId, line, isMine, isFirst, mark, isMarkSaid, isAsked, isStop, onDone }: LineProps) {
  const { locale, texts } = useTalking();
  const { talk } = texts.value;
  const isRemoved = line.message?.redacted === true;
  const isAnswer = line.kind === 'answer';
  const [warning] = line.message?.warnings ?? [];
  return (
    <li class={`line ${isMine ? 'mine' : 'theirs'}${isAnswer ? ' answer' : ''} ${line.state}`} part="message">
      {isFirst && (
        <span class={isMine ? 'hidden' : 'line-name'} translate={false}>
          {isMine ? talk.you : line.by.name}
        </span>
      )}
      {isAnswer && (
        <Pill tone="good" icon="check">
          {talk.answer}
        </Pill>
      )}
      {isAsked && <Pill tone="warn">{talk.needsReply}</Pill>}
      <div class="bubble" part={isMine ? 'bubble-me' : 'bubble-them'}>
        {isRemoved ? (
          <em>{talk.removed}</em>
        ) : (
          <span class="said" dir="auto">
            <Said text={line.body} />
          </span>
        )}
      </div>
      <div class="line-foot">
        <time dateTime={line.at} translate={false}>
          {timeOfDay(line.at, locale.value)}
        </time>
        {isMine && <Marked mark={mark} isSaid={isMarkSaid} />}
        {!isMine && line.seq !== null && !isRemoved && (
          <Flag questionId={questionId} line={line} seq={line.seq} isStop={isStop} />
        )}
      </div>
      {warning !== undefined && <p class="hint line-note">{warning.hint}</p>}
      {line.state === 'refused' && <RefusedLine line={line} onDone={onDone} />}
    </li>
  );
}

const ICON_OF = {
  sending: 'clock',
  waits: 'clock',
  held: 'clock',
  sent: 'check',
  seen: 'checks',
  refused: 'alert',
} as const;

function Marked({ mark, isSaid }: { readonly mark: Mark; readonly isSaid: boolean }) {
  const { talk } = useTalking().texts.value;
  if (mark === 'none') return null;
  const words = {
    ...{ sending: talk.sending, waits: talk.waits, held: talk.heldUp, sent: talk.sent, seen: talk.seen },
    refused: talk.notSent,
  };
  return (
    <span class={`mark ${mark}`}>
      <Icon name={ICON_OF[mark]} />
      <span class={isSaid ? '' : 'hidden'}>{words[mark]}</span>
    </span>
  );
}

interface FlagProps extends Pick<LineProps, 'questionId' | 'line' | 'isStop'> {
  readonly seq: number;
}

/** The red flag, behind a button of its own, so that it is nobody's way to the next line. */
function Flag({ questionId, line, seq, isStop }: FlagProps) {
  const { parley, texts } = useTalking();
  const { talk } = texts.value;
  const isOpen = useSignal(false);
  const menu = useRef<HTMLSpanElement>(null);
  const task = useTask();
  if ((line.message?.flagged ?? []).length > 0) {
    return (
      <span class="mark flagged" role="status">
        <Icon name="flag" />
        <span>{talk.flagged}</span>
      </span>
    );
  }
  const flag = (reason: 'personal_information' | 'abuse') =>
    task.run(async () => {
      const log = menu.current?.closest<HTMLElement>('.log');
      await parley.call('message.flag', { questionId, seq, reason });
      log?.focus({ preventScroll: true }); // the buttons are gone
    });
  return (
    <>
      <button
        type="button"
        class="line-more"
        tabIndex={isStop ? 0 : -1}
        aria-label={talk.more(line.by.name)}
        aria-expanded={isOpen.value}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        <Icon name="more" />
      </button>
      {isOpen.value && (
        <span class="line-menu" ref={menu}>
          <Button look="link" icon="flag" busy={task.isBusy} onPress={() => flag('personal_information')}>
            {talk.flagPersonal}
          </Button>
          <Button look="link" icon="flag" busy={task.isBusy} onPress={() => flag('abuse')}>
            {talk.flagAbuse}
          </Button>
          {task.error !== null && <span class="error">{task.error.message}</span>}
        </span>
      )}
    </>
  );
}
