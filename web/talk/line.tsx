// One line of the conversation: who, what, when, and what became of it.

import { useSignal } from '@preact/signals';
import type { Line } from '../client/line.ts';
import { Icon, Pill } from '../kit/basics.tsx';
import { timeOfDay } from '../kit/format.ts';
import type { Texts } from '../texts/texts.ts';
import { Said } from './said.tsx';
import type { Talking } from './talking.ts';

/** What became of a line of the reader's own. */
export type Mark = 'sending' | 'waits' | 'held' | 'sent' | 'seen' | 'refused';

export interface LineProps {
  readonly talking: Talking;
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

export function LineRow(props: LineProps) {
  const { talking, questionId, line, isMine, isFirst, mark, isMarkSaid, isAsked, isStop, onDone } = props;
  const { locale, texts, RefusedLine } = talking;
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
        {isMine && <Marked talk={talk} mark={mark} isSaid={isMarkSaid} />}
        {!isMine && line.seq !== null && !isRemoved && (
          <Flag talking={talking} questionId={questionId} line={line} seq={line.seq} isStop={isStop} />
        )}
      </div>
      {warning !== undefined && <p class="hint line-note">{warning.hint}</p>}
      {line.state === 'refused' && <RefusedLine talking={talking} line={line} onDone={onDone} />}
    </li>
  );
}

interface MarkedProps {
  readonly talk: Texts['talk'];
  readonly mark: Mark;
  readonly isSaid: boolean;
}

function Marked({ talk, mark, isSaid }: MarkedProps) {
  const [icon, words] = (
    {
      sending: ['clock', talk.sending],
      waits: ['clock', talk.waits],
      held: ['clock', talk.heldUp],
      sent: ['check', talk.sent],
      seen: ['checks', talk.seen],
      refused: ['alert', talk.notSent],
    } as const
  )[mark];
  return (
    <span class={`mark ${mark}`}>
      <Icon name={icon} />
      <span class={isSaid ? '' : 'hidden'}>{words}</span>
    </span>
  );
}

interface FlagProps extends Pick<LineProps, 'talking' | 'questionId' | 'line' | 'isStop'> {
  readonly seq: number;
}

/** The red flag, behind a button of its own, so that it is nobody's way to the next line. */
function Flag({ talking, questionId, line, seq, isStop }: FlagProps) {
  const { texts, FlagMenu } = talking;
  const { talk } = texts.value;
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
      {isOpen.value && <FlagMenu talking={talking} questionId={questionId} seq={seq} />}
    </>
  );
}
