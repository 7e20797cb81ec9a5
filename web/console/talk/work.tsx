// E3: the conversation of the expert who has the question.

import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { Conversation } from '../../client/conversation.ts';
import type { Question } from '../../client/protocol.ts';
import { Button, Skeleton } from '../../kit/basics.tsx';
import { FlagMenu } from '../../talk/flag-menu.tsx';
import { Lines } from '../../talk/lines.tsx';
import { RefusedLine } from '../../talk/refused-line.tsx';
import { useReading } from '../../talk/reading.ts';
import { LogScroll } from '../../talk/scroll.ts';
import { adopt } from '../../kit/styles.ts';
import type { Talking } from '../../talk/talking.ts';
import { useConsole, useTexts } from '../console.ts';
import { Problem, sentenceOf } from '../problem.tsx';
import type { Tab } from '../router.ts';
import { Composer, sortAs, useSort } from './composer.tsx';
import { Details } from './details.tsx';
import { useNews } from './hearing.ts';
import { OfferRow } from './offer-row.tsx';
import { WorkHead } from './work-head.tsx';

export interface WorkProps {
  readonly questionId: string;
  readonly tab: Tab;
  /** the newest that is known of the question */
  readonly about: Question;
  /** what is said instead of the composer, to who has it no more */
  readonly lost?: ComponentChildren;
}

export function Work({ questionId, tab, about, lost }: WorkProps) {
  const { parley } = useConsole();
  const { common } = useTexts();
  const [held, setHeld] = useState<Conversation | null>(null);
  const [times, setTimes] = useState(0);
  const isShown = useSignal(false);
  useEffect(() => {
    const conversation = parley.conversation(questionId);
    setHeld(conversation);
    return () => conversation.release();
  }, [parley, questionId, times]);
  const known = held?.question.value ?? null;
  const question = known !== null && known.version >= about.version ? known : about;
  const error = held?.error.value ?? null;
  const hasLines = held !== null && (held.state.value === 'ready' || held.lines.value.length > 0);
  return (
    <div class="work">
      <WorkHead
        question={question}
        tab={tab}
        light={held?.light.value ?? null}
        isHeld={lost === undefined}
        isShown={isShown.value}
        onDetails={() => (isShown.value = !isShown.value)}
      />
      <div class="work-columns" data-details={isShown.value}>
        {hasLines ? (
          <Talk conversation={held} question={question} lost={lost} />
        ) : (
          <div class="work-talk">
            {error !== null && lost === undefined ? (
              <div class="main-body">
                <Problem error={error} onAgain={() => setTimes(times + 1)} />
              </div>
            ) : (
              lost === undefined && <Skeleton label={common.loading} rows={6} />
            )}
            {lost}
          </div>
        )}
        <Details question={question} offers={held?.offers.value ?? []} isHeld={lost === undefined} />
      </div>
    </div>
  );
}

interface TalkProps {
  readonly conversation: Conversation;
  readonly question: Question;
  readonly lost: ComponentChildren;
}

function Talk({ conversation, question, lost }: TalkProps) {
  const { drafts } = useConsole();
  const { talk, common, work } = useTexts();
  const field = useRef<HTMLTextAreaElement>(null);
  const scroll = useMemo(() => new LogScroll(), []);
  const key = `talk ${question.id}`;
  const text = useSignal(drafts.get(key));
  const sort = useSort();
  const talking = useConsoleTalking();
  const unread = conversation.unread.value;
  const typing = conversation.typing.value;
  useNews(conversation);
  useReading(conversation, scroll, lost === undefined); // whoever has it no more has no marks in it
  const write = (words: string) => {
    text.value = words;
    drafts.set(key, words);
  };
  const done = useMemo(
    () =>
      (body?: string, kind = 'message') => {
        if (body !== undefined) {
          const begun = text.peek();
          write(begun === '' ? body : `${body}\n${begun}`);
          // a message takes nothing from what was begun since
          if (begun === '' || kind !== 'message') sortAs(sort, kind);
        }
        field.current?.focus();
      },
    [],
  );
  return (
    <div class="work-talk">
      <Lines talking={talking} conversation={conversation} question={question} scroll={scroll} onDone={done}>
        {typing !== null && (
          <p class="typing" translate={false}>
            {talk.writing(typing.name)}
          </p>
        )}
      </Lines>
      {!scroll.isAtEnd.value && (
        <div class="to-newest">
          <Button look={unread > 0 ? 'primary' : 'plain'} icon="arrowDown" onPress={() => scroll.toEnd()}>
            {unread > 0 ? common.newMessages(unread) : talk.toNewest}
          </Button>
        </div>
      )}
      {lost}
      {lost === undefined &&
        (question.state === 'closed' ? (
          <p class="closed" role="status">
            {work.closed}
          </p>
        ) : (
          <Composer
            conversation={conversation}
            field={field}
            text={text}
            onText={write}
            sort={sort}
            onSent={() => scroll.toEnd()}
          />
        ))}
    </div>
  );
}

/** The parts of a conversation, as the console shows them. */
function useConsoleTalking(): Talking {
  const { parley, locale, texts, announcer } = useConsole();
  return useMemo(
    () => ({
      ...{ parley, locale, texts, announcer, FlagMenu },
      styles: (css) => adopt(document, css),
      offer: (offer) => <OfferRow offer={offer} />,
      RefusedLine: (refused) => (
        <RefusedLine {...refused} sentence={refused.line.error && sentenceOf(refused.line.error, texts.value)} />
      ),
    }),
    [],
  );
}
