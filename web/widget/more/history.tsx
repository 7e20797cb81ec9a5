// W10: all of one's questions, those in which something happened last first.

import { useEffect } from 'preact/hooks';
import type { Live } from '../../client/list.ts';
import { questionList } from '../../client/lists.ts';
import type { QuestionEntry } from '../../client/protocol.ts';
import { Banner, Button, Empty, Pill, Skeleton } from '../../kit/basics.tsx';
import type { Tone } from '../../kit/basics.tsx';
import { dayOf, isSameDay, timeOfDay } from '../../kit/format.ts';
import { Head } from '../head.tsx';
import { Problem } from '../problem.tsx';
import { useParley, useTexts, useWidget } from '../widget.ts';
import { useHeld } from './held.ts';
import css from './more.css?inline';

const MANY = 100; // the server counts no further

const TONES: Readonly<Record<QuestionEntry['state'], Tone>> = {
  ...{ draft: 'warn', open: 'plain', claimed: 'accent', answered: 'good', closed: 'plain' },
};

export function History() {
  const widget = useWidget();
  const { common } = useTexts();
  const parley = useParley();
  useEffect(() => widget.styles(css), []);
  const userId = parley.user.value?.id ?? '';
  return (
    <>
      <Head title={common.history} back />
      <div class="listed">{userId === '' ? <None /> : <Questions key={userId} />}</div>
    </>
  );
}

function Questions() {
  const parley = useParley();
  const widget = useWidget();
  const { common } = useTexts();
  const list = useHeld(
    () => parley.listed((sources) => questionList(sources, { view: 'mine', order: 'activity' })),
    '',
  );
  const error = list?.error.value ?? (parley.status.value === 'ended' ? parley.reason.value : null);
  if (list === null || (list.state.value === 'loading' && error === null)) {
    if (parley.status.value === 'offline') return <Offline />;
    return <Skeleton label={common.loading} rows={6} />;
  }
  const isEmpty = list.items.value.length === 0;
  if (isEmpty && error === null) return <None />;
  return (
    <>
      {error !== null && <Problem error={error} onAgain={() => void list.refresh()} />}
      {parley.status.value === 'offline' && <Offline />}
      <Rows list={list} />
      <div class="foot">
        <Button look="primary" wide onPress={() => widget.go({ name: 'ask' })}>
          {common.askNew}
        </Button>
      </div>
    </>
  );
}

function Offline() {
  const { common } = useTexts();
  return (
    <Banner tone="warn" icon="alert">
      <p role="status">{common.offline}</p>
    </Banner>
  );
}

function None() {
  const widget = useWidget();
  const { more } = useTexts();
  return (
    <Empty>
      <p>{more.noQuestions}</p>
      <Button look="primary" onPress={() => widget.go({ name: 'ask' })}>
        {more.askFirst}
      </Button>
    </Empty>
  );
}

function Rows({ list }: { readonly list: Live<QuestionEntry> }) {
  const { more } = useTexts();
  return (
    <>
      <ul class="rows">
        {list.items.value.map((question) => (
          <li key={question.id}>
            <Row question={question} />
          </li>
        ))}
      </ul>
      {list.more.value !== 'all' && (
        <div class="foot">
          <Button wide busy={list.more.value === 'loading'} onPress={() => void list.loadMore()}>
            {more.showMore}
          </Button>
        </div>
      )}
    </>
  );
}

function Row({ question }: { readonly question: QuestionEntry }) {
  const widget = useWidget();
  const parley = useParley();
  const { common, more } = useTexts();
  const { id, subject, state, expert, unread = 0, lastMessage, closedAt, postedAt } = question;
  const at = lastMessage?.at ?? closedAt ?? postedAt;
  const locale = widget.locale.value;
  return (
    <button type="button" class="row" onClick={() => widget.go({ name: 'talk', questionId: id })}>
      <span class="said" dir="auto">
        {subject}
      </span>
      {at !== null && (
        <span class="hint">
          <span class="hidden">{more.lastActive('')}</span>
          <time dateTime={at} translate={false}>
            {isSameDay(at, parley.now()) ? timeOfDay(at, locale) : dayOf(at, locale, parley.now())}
          </time>
        </span>
      )}
      <span class="states">
        <Pill tone={TONES[state]}>{more.states[state]}</Pill>
        {unread > 0 && <Pill tone="bad">{unread >= MANY ? more.manyNew : common.newMessages(unread)}</Pill>}
        {expert !== null && (
          <span class="hint" translate={false} dir="auto">
            {expert.name}
          </span>
        )}
      </span>
    </button>
  );
}
