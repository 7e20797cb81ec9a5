// W3: one conversation, from the question on: who is there, the log, where it stands, and where one writes.

import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Conversation } from '../client/conversation.ts';
import { ParleyError } from '../client/errors.ts';
import type { Question } from '../client/protocol.ts';
import { Button, Skeleton } from '../kit/basics.tsx';
import { Bars, useLong } from './bars.tsx';
import { Composer } from './composer.tsx';
import { useFirstFocus } from './focus.ts';
import { Head } from './head.tsx';
import { useNews, useSteps } from './hearing.ts';
import { later } from './later.tsx';
import { Lines } from '../talk/lines.tsx';
import type { Talking } from '../talk/talking.ts';
import { Problem } from './problem-later.ts';
import { useReading } from '../talk/reading.ts';
import { LogScroll } from '../talk/scroll.ts';
import { Standing } from './standing.tsx';
import css from './talk.css?inline';
import { Who } from './who.tsx';
import { useParley, useTexts, useWidget } from './widget.ts';
import type { View } from './widget.ts';

const RefusedLine = later(async () => (await import('./refused-line.tsx')).RefusedLine, { words: [], isQuiet: true });
const FlagMenu = later(async () => (await import('../talk/flag-menu.tsx')).FlagMenu, { words: [], isQuiet: true });
const OfferCard = later(async () => (await import('./offer.tsx')).OfferCard, { words: ['rest'] });
const Rating = later(async () => (await import('./rating.tsx')).Rating, { words: ['talk'] });

const LONG_MS = 5_000;
const GONE = new ParleyError({ code: 'not_found', message: '' }); // said by what shows it

export function Talk({ view: { questionId } }: { readonly view: Extract<View, { name: 'talk' }> }) {
  const widget = useWidget();
  const { talk } = useTexts();
  useMemo(() => widget.styles(css), []);
  const [conversation, hold] = useConversation(questionId);
  const question = conversation?.question.value ?? null;
  useSteps(question);
  return (
    <>
      <Head title={question?.expert?.name ?? talk.title} ways>
        {conversation && question && <Who conversation={conversation} question={question} />}
      </Head>
      <Bars />
      {conversation && question && conversation.state.value === 'ready' ? (
        <Shown conversation={conversation} question={question} />
      ) : (
        <Missing conversation={conversation} onAgain={hold} />
      )}
    </>
  );
}

/** Held as long as it is shown; `again` after it has failed. */
function useConversation(questionId: string): [Conversation | null, () => void] {
  const parley = useParley();
  const [held, setHeld] = useState<Conversation | null>(null);
  const [times, setTimes] = useState(0);
  useEffect(() => {
    const conversation = parley.conversation(questionId);
    setHeld(conversation);
    return () => conversation.release();
  }, [parley, questionId, times]);
  return [held, () => setTimes(times + 1)];
}

function Missing({
  conversation,
  onAgain,
}: {
  readonly conversation: Conversation | null;
  readonly onAgain: () => void;
}) {
  const parley = useParley();
  const { common } = useTexts();
  const isLong = useLong(true, LONG_MS);
  const status = parley.status.value;
  const isNobody = parley.user.value === null && status === 'idle';
  const error = conversation?.error.value ?? (isNobody || conversation?.state.value === 'gone' ? GONE : null);
  if (error !== null) {
    return (
      <div class="body">
        <Problem error={error} onAgain={onAgain} />
      </div>
    );
  }
  if (status === 'ended') return null; // the bar above says so, and nothing more is loaded
  return (
    <>
      <Skeleton label={common.loading} rows={6} />
      {isLong && (
        <p class="hint problem" role="status">
          {common.stillLoading}
        </p>
      )}
    </>
  );
}

function Shown({ conversation, question }: { readonly conversation: Conversation; readonly question: Question }) {
  const widget = useWidget();
  const parley = useParley();
  const { talk, common } = useTexts();
  const root = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const scroll = useMemo(() => new LogScroll(), []);
  const key = `talk ${question.id}`;
  const text = useSignal(widget.drafts.get(key));
  // the same as long as it is the same conversation, or every line would be drawn whenever one comes
  const talking = useMemo<Talking>(
    () => ({
      ...widget,
      ...{ parley, RefusedLine, FlagMenu },
      offer: (offer) => (
        <OfferCard
          offer={offer}
          question={conversation.question.value ?? question}
          refunds={conversation.refunds.value}
        />
      ),
    }),
    [conversation],
  );
  const unread = conversation.unread.value;
  const isCustomer = parley.user.value?.id === question.customer.id; // others read it here, as letters lead them
  const isRated = isCustomer && (question.ratingEnabled || question.rating !== null);
  const typing = conversation.typing.value;
  useNews(conversation);
  useReading(conversation, scroll, widget.isOpen.value);
  useFirstFocus(root);
  const write = (words: string) => {
    text.value = words;
    widget.drafts.set(key, words);
  };
  const done = useMemo(
    () => (body?: string) => {
      if (body !== undefined) write(text.peek() === '' ? body : `${body}\n${text.peek()}`);
      field.current?.focus();
    },
    [],
  );
  const send = () => {
    conversation.send({ body: text.peek().trim(), confirm: false });
    write('');
    scroll.toEnd();
  };
  return (
    <div class="talk" ref={root}>
      {isRated && <Rating question={question} />}
      {!widget.drafts.isLasting && <div class="banner bar warn">{common.storageBlocked}</div>}
      <Lines talking={talking} conversation={conversation} question={question} scroll={scroll} onDone={done}>
        <Standing conversation={conversation} question={question} />
        {typing && (
          <p class="typing">
            <span class="dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            <span>{talk.writing(typing.name)}</span>
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
      {question.state === 'closed' && (
        <div class="closed">
          <p>{talk.closed}</p>
          <Button look="primary" onPress={() => widget.go({ name: 'ask' })}>
            {common.askNew}
          </Button>
        </div>
      )}
      {isCustomer && question.state !== 'closed' && question.state !== 'draft' && (
        <Composer
          field={field}
          text={text}
          onText={(words) => {
            write(words);
            if (words !== '') conversation.type();
          }}
          onSend={send}
        />
      )}
    </div>
  );
}
