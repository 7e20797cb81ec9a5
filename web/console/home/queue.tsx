// E2: what waits for an expert, and the press that takes it.

import { useComputed } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { QuestionEntry } from '../../client/protocol.ts';
import { Button, Empty, Pill } from '../../kit/basics.tsx';
import { Select } from '../../kit/fields.tsx';
import { roughly } from '../../kit/durations.ts';
import { money } from '../../kit/money.ts';
import { useTask } from '../../talk/task.ts';
import { useConsole, useMe, useTexts } from '../console.ts';
import { Link } from '../link.tsx';
import { sentenceOf } from '../problem.tsx';
import type { Row } from './held-rows.ts';
import type { Lists } from './lists.ts';
import { LiveRows, useMinute } from './live-rows.tsx';

export function Queue({ lists }: { readonly lists: Lists }) {
  const { categories } = useConsole();
  const { home } = useTexts();
  const me = useMe();
  const own = me.categories ?? [];
  return (
    <>
      {own.length > 1 && (
        <div class="list-filter">
          <Select
            label={home.category}
            value={lists.category.value}
            options={[
              { value: '', label: home.all },
              ...own.map((id) => ({ value: id, label: categories.nameOf(id) })),
            ]}
            onValue={(category) => lists.choose(category)}
          />
        </div>
      )}
      <LiveRows
        key={lists.category.value}
        label={home.queue}
        live={lists.queue.value}
        row={(row) => <Waiting key={row.item.id} row={row} taker={lists.takers.value.get(row.item.id)} />}
        empty={<Empty>{own.length === 0 ? <p>{home.noCategories}</p> : <p>{home.queueEmpty}</p>}</Empty>}
      />
    </>
  );
}

interface WaitingProps {
  readonly row: Row<QuestionEntry>;
  readonly taker: string | undefined;
}

function Waiting({ row: { item, isGone }, taker }: WaitingProps) {
  const { parley, router, locale, categories, announcer } = useConsole();
  const texts = useTexts();
  const { home } = texts;
  const now = useMinute();
  const task = useTask();
  const root = useRef<HTMLLIElement>(null);
  const { id, subject, category, payout, postedAt } = item;
  const isOpen = useIsShown(id);
  const claim = () =>
    task.run(async () => {
      await parley.call('question.claim', { questionId: id });
      announcer.say(texts.work.claimed(subject));
      router.go({ view: 'question', tab: 'mine', questionId: id });
    });
  return (
    <li class={`row${isGone ? ' gone' : ''}${isOpen ? ' shown' : ''}`} data-id={id} ref={root}>
      <div class="row-top">
        <Pill>{categories.nameOf(category)}</Pill>
        {postedAt !== null && (
          <time dateTime={postedAt} class="hint">
            {roughly(now - Date.parse(postedAt), locale.value)}
          </time>
        )}
      </div>
      <Link class="row-subject said" to={{ view: 'question', tab: 'queue', questionId: id }} current={isOpen}>
        <span dir="auto">{subject}</span>
      </Link>
      <div class="row-foot">
        {isGone ? (
          <span class="hint" role="status">
            {taker === undefined ? home.waitsNoMore : home.claimedBy(taker)}
          </span>
        ) : (
          <>
            {payout !== undefined && <span class="row-earn">{home.wouldEarn(money(payout, locale.value))}</span>}
            <Button busy={task.isBusy} label={home.claimOf(subject)} shortcut="c" onPress={claim}>
              {home.claim}
            </Button>
          </>
        )}
      </div>
      {task.error !== null && !isGone && (
        <p class="error" role="alert">
          {sentenceOf(task.error, texts)}
        </p>
      )}
    </li>
  );
}

export function useIsShown(id: string): boolean {
  const { place } = useConsole().router;
  // one of its own for each row: who goes from one question to the next draws two of them, not all
  return useComputed(() => place.value.view === 'question' && place.value.questionId === id).value;
}
