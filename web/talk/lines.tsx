// The log: what was written, in rows that stay what they are, with the offers where they were shown. The oldest are left out of the
// page when there are many, and come back by a button.

import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { Conversation } from '../client/conversation.ts';
import type { Line } from '../client/line.ts';
import type { Parley } from '../client/parley.ts';
import type { Question } from '../client/protocol.ts';
import { Button } from '../kit/basics.tsx';
import { dayOf, isSameDay } from '../kit/format.ts';
import { LineRow, isFlaggable } from './line.tsx';
import type { LineProps, Mark } from './line.tsx';
import { PRIVATE } from './private.ts';
import { rowsOf } from './rows.ts';
import type { Locale, Texts } from '../texts/texts.ts';
import { said } from './said.tsx';
import type { LogScroll } from './scroll.ts';
import type { Talking } from './talking.ts';
import { useTask } from './task.ts';

const DAY_MS = 86_400_000;

export interface LinesProps {
  readonly talking: Talking;
  readonly conversation: Conversation;
  readonly question: Question;
  readonly scroll: LogScroll;
  /** what was not sent is dealt with; `body`, `kind`: it is written anew */
  readonly onDone: (body?: string, kind?: string) => void;
  /** below the newest line */
  readonly children?: ComponentChildren;
}

export function Lines({ talking, conversation, question, scroll, onDone, children }: LinesProps) {
  const { parley, texts, locale } = talking;
  const { talk } = texts.value;
  const log = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const all = conversation.lines.value;
  const freshSeq = useFresh(conversation, parley);
  const rows = rowsOf({ lines: all, offers: conversation.offers.value, freshSeq });
  const hasMore = conversation.earlier.value !== 'all';
  useLayoutEffect(() => {
    if (log.current && content.current) return scroll.attach(log.current, content.current);
    return undefined;
  }, []);
  useLayoutEffect(() => {
    const fresh = content.current?.querySelector<HTMLElement>('.fresh');
    if (fresh) scroll.to(fresh);
    else scroll.toEnd();
  }, []);
  useEffect(() => {
    if (scroll.isAtEnd.value) conversation.trim(); // nobody looks at the old ones any more
  }, [scroll.isAtEnd.value, all.at(-1)]);
  const earlier = useTask();
  const showEarlier = () =>
    earlier.run(async () => {
      await conversation.loadEarlier();
      scroll.prepend();
      log.current?.focus({ preventScroll: true });
    });
  const open = useSignal(0);
  const onMore = useMemo<LineProps['onMore']>(
    () => (event) => {
      const seq = Number(event.currentTarget.value);
      open.value = open.peek() === seq ? 0 : seq;
    },
    [],
  );
  const me = parley.user.value?.id ?? '';
  const seen = Math.max(0, ...[...conversation.readBy.value].filter(([id]) => id !== me).map(([, seq]) => seq));
  const isOnline = parley.status.value === 'online';
  const isMine = ({ by }: Line) => by.id === me || by.id === '';
  const mine = all.filter(isMine);
  const lastMine = mine.at(-1);
  const lastTheirs = all.findLast((line) => !isMine(line) && line.kind !== 'closed' && isFlaggable(line));
  const lastSeq = mine.findLast(({ seq }) => seq !== null)?.seq ?? 0;
  const markOf = (line: Line, isHeldUp: boolean): Mark => {
    if (line.state === 'sent') return (line.seq ?? 0) <= seen ? 'seen' : 'sent';
    if (line.state === 'refused') return 'notSent';
    if (isHeldUp) return 'heldUp';
    return isOnline ? 'sending' : 'waits';
  };
  return (
    <div
      class={`log ${PRIVATE}`}
      data-hj-suppress
      part="log"
      role="log"
      aria-live="off"
      aria-label={talk.log}
      tabIndex={0}
      ref={log}
      onKeyDown={(event) => walk(event, event.currentTarget)}
    >
      <div class="log-content" ref={content}>
        {hasMore && (
          <Button look="link" busy={earlier.isBusy} onPress={showEarlier}>
            {talk.earlier}
          </Button>
        )}
        {earlier.error !== null && <p class="error">{earlier.error.message}</p>}
        <ol class="lines">
          {!hasMore && <Posted talking={talking} question={question} />}
          {rows.map((row) => {
            if (row.type === 'offer') {
              return (
                <li key={row.key} class="offer-row">
                  {talking.offer(row.offer)}
                </li>
              );
            }
            if (row.type !== 'line') {
              return (
                <li key={row.key} class={`day ${row.type}`}>
                  <span role="heading" aria-level={2}>
                    {row.type === 'day' ? dayWords(talk, locale.value, row.at, parley.now()) : talk[row.type]}
                  </span>
                </li>
              );
            }
            const { line, isFirst, isHeldUp } = row;
            return (
              <LineRow
                key={row.key}
                talking={talking}
                talk={talk}
                locale={locale.value}
                questionId={question.id}
                line={line}
                isMine={isMine(line)}
                isFirst={isFirst}
                mark={markOf(line, isHeldUp)}
                isMarkSaid={line.state !== 'sent' || line === lastMine}
                isAsked={line.kind === 'info_request' && (line.seq ?? 0) > lastSeq && question.state !== 'closed'}
                isStop={line === lastTheirs}
                isOpen={line.seq === open.value}
                onMore={onMore}
                onDone={onDone}
              />
            );
          })}
        </ol>
        {children}
      </div>
    </div>
  );
}

/** One stop for the buttons of all lines: arrows lead from one to the next. */
function walk(event: KeyboardEvent, log: HTMLElement): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const buttons = [...log.querySelectorAll<HTMLElement>('.line-more')];
  const at = buttons.indexOf(event.target as HTMLElement); // whatever it is, it is one of them or none
  if (step === undefined || at < 0) return;
  event.preventDefault();
  buttons[at + step]?.focus();
}

/** Where the unread began when the conversation was opened. */
function useFresh({ lines, unread }: Conversation, { user }: Parley): number | null {
  const me = user.value?.id;
  return useMemo(() => {
    const theirs = lines.peek().filter(({ seq, by, kind }) => seq !== null && by.id !== me && kind !== 'closed');
    return unread.peek() === 0 ? null : (theirs.at(-unread.peek())?.seq ?? null);
  }, []);
}

function dayWords(talk: Texts['talk'], locale: Locale, at: string, now: number): string {
  if (isSameDay(at, now)) return talk.today;
  return isSameDay(at, now - DAY_MS) ? talk.yesterday : dayOf(at, locale, now);
}

/** What was asked stands at the top of what came of it. */
function Posted({ talking: { parley, texts }, question }: Pick<LinesProps, 'talking' | 'question'>) {
  const { customer, subject, body } = question;
  const isMine = (parley.user.value?.id ?? customer.id) === customer.id;
  return (
    <li class={`line ${isMine ? 'mine' : 'theirs'} posted`}>
      <span class="hidden">{texts.value.talk.posted}</span>
      <div class="bubble" part={isMine ? 'bubble-me' : 'bubble-them'}>
        <strong class="said" dir="auto">
          {said(subject)}
        </strong>
        <span class="said" dir="auto">
          {said(body)}
        </span>
      </div>
    </li>
  );
}
