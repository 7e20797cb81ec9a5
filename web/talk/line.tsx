// One line of the conversation: who, what, when, and what became of it.

import { Component } from 'preact';
import type { TargetedMouseEvent } from 'preact';
import type { Line } from '../client/line.ts';
import { Icon, Pill } from '../kit/basics.tsx';
import { timeOfDay } from '../kit/format.ts';
import type { Locale, Texts } from '../texts/texts.ts';
import { said } from './said.tsx';
import type { Talking } from './talking.ts';

/** What became of a line of the reader's own. */
export type Mark = keyof typeof ICON_OF;

export interface LineProps {
  readonly talking: Talking;
  readonly talk: Texts['talk'];
  readonly locale: Locale;
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
  /** are the reasons for its flag shown? */
  readonly isOpen: boolean;
  /** they are to be shown or not; the button has its `seq` as value */
  readonly onMore: (event: TargetedMouseEvent<HTMLButtonElement>) => void;
  readonly onDone: (body?: string, kind?: string) => void;
}

/** Has a line of somebody else a button for that? */
export const isFlaggable = ({ message }: Line): boolean => !message?.redacted && !message?.flagged?.length;

/** A class, with no component in it that every line has: it follows no signal, and of a hundred lines little is kept. */
export class LineRow extends Component<LineProps> {
  render(props: LineProps) {
    const { talking, talk, locale, line, isMine, isFirst, isAsked, onDone } = props;
    const isRemoved = line.message?.redacted === true;
    const isAnswer = line.kind === 'answer';
    const warning = line.message?.warnings?.[0];
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
              {said(line.body)}
            </span>
          )}
        </div>
        <div class="line-foot">
          <time dateTime={line.at} translate={false}>
            {timeOfDay(line.at, locale)}
          </time>
          {isMine && marked(props)}
          {!isMine && line.seq !== null && !isRemoved && flag(props, line.seq)}
        </div>
        {warning !== undefined && <p class="hint line-note">{warning.hint}</p>}
        {line.state === 'refused' && <talking.RefusedLine talking={talking} line={line} onDone={onDone} />}
      </li>
    );
  }
}

const ICON_OF = {
  sending: 'clock',
  waits: 'clock',
  heldUp: 'clock',
  sent: 'check',
  seen: 'checks',
  notSent: 'alert',
} as const;

function marked({ talk, mark, isMarkSaid }: LineProps) {
  return (
    <span class={`mark ${mark}`}>
      {Icon({ name: ICON_OF[mark] })}
      <span class={isMarkSaid ? '' : 'hidden'}>{talk[mark]}</span>
    </span>
  );
}

/** The red flag, behind a button of its own, so that it is nobody's way to the next line. */
function flag({ talking, talk, questionId, line, isStop, isOpen, onMore }: LineProps, seq: number) {
  if (!isFlaggable(line)) {
    return (
      <span class="mark flagged" role="status">
        {Icon({ name: 'flag' })}
        <span>{talk.flagged}</span>
      </span>
    );
  }
  return (
    <>
      <button
        type="button"
        class="line-more"
        value={seq}
        tabIndex={isStop ? 0 : -1}
        aria-label={talk.more(line.by.name)}
        aria-expanded={isOpen}
        onClick={onMore}
      >
        {Icon({ name: 'more' })}
      </button>
      {isOpen && <talking.FlagMenu talking={talking} questionId={questionId} seq={seq} />}
    </>
  );
}
