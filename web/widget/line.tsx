// One line of the conversation: who, what, when, and what became of it.

import { useSignal } from '@preact/signals';
import type { Line } from '../client/line.ts';
import { Icon, Pill } from '../kit/basics.tsx';
import { timeOfDay } from '../kit/format.ts';
import { later } from './later.tsx';
import { Said } from '../talk/said.tsx';
import { useTexts, useWidget } from './widget.ts';

const RefusedLine = later(async () => (await import('./refused-line.tsx')).RefusedLine, { words: [], isQuiet: true });
const FlagMenu = later(async () => (await import('./flag-menu.tsx')).FlagMenu, { words: [], isQuiet: true });

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
  const { locale } = useWidget();
  const { talk } = useTexts();
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
  const { talk } = useTexts();
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
  const { talk } = useTexts();
  const isOpen = useSignal(false);
  if ((line.message?.flagged ?? []).length > 0) {
    return (
      <span class="mark flagged" role="status">
        <Icon name="flag" />
        <span>{talk.flagged}</span>
      </span>
    );
  }
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
      {isOpen.value && <FlagMenu questionId={questionId} seq={seq} />}
    </>
  );
}
