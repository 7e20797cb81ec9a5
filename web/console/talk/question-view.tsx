// E3: one question. Whoever has it works in the conversation; whoever could have it sees what was asked, and may claim it.

import { LOCK } from '../../kit/more-icons.ts';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { ParleyError } from '../../client/errors.ts';
import type { Offer, Question } from '../../client/protocol.ts';
import { Banner, Button, Pill, Skeleton } from '../../kit/basics.tsx';
import { when } from '../../kit/format.ts';
import { money } from '../../kit/money.ts';
import { said } from '../../talk/said.tsx';
import { useTask } from '../../talk/task.ts';
import { useConsole, useMe, useTexts } from '../console.ts';
import { useHeading } from '../heading.ts';
import { Problem } from '../problem.tsx';
import { BoxOf } from '../requests/box.tsx';
import type { Tab } from '../router.ts';
import { Back } from './back.tsx';
import { Work } from './work.tsx';

export interface QuestionViewProps {
  readonly questionId: string;
  readonly tab: Tab;
}

export function QuestionView({ questionId, tab }: QuestionViewProps) {
  const { title } = useConsole();
  const { common } = useTexts();
  const me = useMe();
  const { question, offers, error, again, take } = useQuestion(questionId);
  const isMine = question?.expert?.id === me.id;
  // whoever has lost it keeps what they see, and is told
  const times = useSignal(0);
  const wasMine = useSignal(false);
  useEffect(() => {
    if (!isMine || wasMine.peek()) return;
    wasMine.value = true;
    times.value += 1;
  }, [isMine]);
  useEffect(() => {
    if (question !== null) title.value = question.subject;
  }, [question?.subject]);
  if (question === null) {
    return (
      <div class="work">
        <Back tab={tab} />
        {error === null ? (
          <Skeleton label={common.loading} rows={6} />
        ) : (
          <div class="main-body">
            <Problem error={error} onAgain={again} />
          </div>
        )}
      </div>
    );
  }
  if (wasMine.value && isMine) return <Work key={times.value} questionId={questionId} tab={tab} about={question} />;
  const claimed = (newer: Question) => {
    take(newer);
    times.value += 1;
  };
  if (wasMine.value) {
    return (
      <Work
        key={times.value}
        questionId={questionId}
        tab={tab}
        about={question}
        lost={<Lost question={question} onClaim={claimed} />}
      />
    );
  }
  return <About question={question} offers={offers} tab={tab} onClaim={claimed} />;
}

/** The newest that is known of it, also for who has no part in it. */
function useQuestion(questionId: string) {
  const { parley } = useConsole();
  const question = useSignal<Question | null>(null);
  const offers = useSignal<readonly Offer[]>([]);
  const error = useSignal<ParleyError | null>(null);
  const take = (newer: Question) => {
    if (newer.id === questionId && newer.version > (question.peek()?.version ?? -1)) question.value = newer;
  };
  const ask = () => {
    error.value = null;
    parley
      .call('question.get', { questionId })
      .then((answer) => {
        take(answer.question);
        offers.value = answer.offers;
      })
      .catch((failure: unknown) => {
        if (!(failure instanceof ParleyError)) throw failure;
        if (question.peek() === null) error.value = failure;
      });
  };
  const isOnline = parley.status.value === 'online';
  useEffect(() => parley.on('question.changed', take), [questionId]);
  // who has no part in it hears only that it was taken, or is back: the queue is watched by the list beside it
  useEffect(
    () =>
      parley.on('queue.changed', ({ items }) => {
        if (items.some(({ id, version }) => id === questionId && version > (question.peek()?.version ?? -1))) ask();
      }),
    [questionId],
  );
  // also what was missed while there was no line
  useEffect(() => {
    if (isOnline) ask();
  }, [questionId, isOnline]);
  return { question: question.value, offers: offers.value, error: error.value, again: ask, take };
}

interface ClaimProps {
  readonly question: Question;
  readonly onClaim: (question: Question) => void;
}

interface AboutProps extends ClaimProps {
  readonly tab: Tab;
  readonly offers: readonly Offer[];
}

/** What was asked, for who may claim it; and how the customer is reached, for who has sold something in it before. */
function About({ question, offers, tab, onClaim }: AboutProps) {
  const { locale, categories, parley } = useConsole();
  const { work, home } = useTexts();
  const heading = useHeading();
  const { subject, body, category, state, postedAt, payout, value, expert } = question;
  const now = useMemo(() => parley.now(), [question]);
  return (
    <div class="work">
      <header class="work-head">
        <Back tab={tab} />
        <div class="work-title">
          <h1 class="said" dir="auto" tabIndex={-1} ref={heading}>
            {subject}
          </h1>
          <p class="hint">
            {categories.nameOf(category)}
            {postedAt !== null && ` · ${when(postedAt, locale.value, now)}`}
          </p>
        </div>
      </header>
      <div class="main-body about">
        <p class="said about-body" dir="auto">
          {said(body)}
        </p>
        {payout !== undefined && (
          <p class="about-worth">{work.worth(money(value, locale.value), money(payout, locale.value))}</p>
        )}
        {state === 'open' ? (
          <Claim question={question} onClaim={onClaim} label={work.claim} />
        ) : (
          <Banner tone="plain" icon={LOCK}>
            <p role="status">{state === 'closed' ? work.closed : work.takenBy(expert?.name ?? home.waitsNoMore)}</p>
          </Banner>
        )}
        <p class="hint">{state === 'open' ? work.claimHint : work.notYours}</p>
        <BoxOf question={question} offers={offers} />
      </div>
    </div>
  );
}

function Claim({ question, onClaim, label }: ClaimProps & { readonly label: string }) {
  const { parley, router, announcer } = useConsole();
  const { work } = useTexts();
  const task = useTask();
  const claim = () =>
    task.run(async () => {
      const answer = await parley.call('question.claim', { questionId: question.id });
      announcer.say(work.claimed(question.subject));
      onClaim(answer.question);
      router.go({ view: 'question', tab: 'mine', questionId: question.id }, { instead: true });
    });
  return (
    <>
      {task.error !== null && <Problem error={task.error} onAgain={claim} />}
      <div>
        <Button look="primary" busy={task.isBusy} shortcut="c" onPress={claim}>
          {label}
        </Button>
      </div>
    </>
  );
}

/** 2.2: the claim has ended, by time or by release. */
function Lost({ question, onClaim }: ClaimProps) {
  const { work } = useTexts();
  const { state, expert } = question;
  const words =
    state === 'closed' ? work.closed : expert === null ? work.lapsed : `${work.lapsed} ${work.takenBy(expert.name)}`;
  return (
    <div class="lost" role="status">
      <Pill tone="warn" icon="clock">
        {words}
      </Pill>
      {state === 'open' && <Claim question={question} onClaim={onClaim} label={work.claimAgain} />}
    </div>
  );
}
