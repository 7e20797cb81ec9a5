// E2: the questions that the expert works on, those first in which something was written last.

import type { QuestionEntry } from '../../client/protocol.ts';
import { Button, Empty, Pill } from '../../kit/basics.tsx';
import type { Tone } from '../../kit/basics.tsx';
import { Countdown } from '../../kit/countdown.tsx';
import { when } from '../../kit/format.ts';
import { useConsole, useMe, useTexts } from '../console.ts';
import { Link } from '../link.tsx';
import type { Row } from './held-rows.ts';
import type { Lists } from './lists.ts';
import { LiveRows, useMinute } from './live-rows.tsx';
import { useIsShown } from './queue.tsx';

export function Mine({ lists }: { readonly lists: Lists }) {
  const { router } = useConsole();
  const { home } = useTexts();
  return (
    <LiveRows
      label={home.mine}
      live={lists.mine}
      row={(row) => <Own key={row.item.id} row={row} />}
      empty={
        <Empty>
          <p>{home.mineEmpty}</p>
          <Button onPress={() => router.go({ view: 'home', tab: 'queue' })}>{home.toQueue}</Button>
        </Empty>
      }
    />
  );
}

const TONES: Readonly<Record<QuestionEntry['state'], Tone>> = {
  draft: 'plain',
  open: 'warn',
  claimed: 'accent',
  answered: 'good',
  closed: 'plain',
};

function Own({ row: { item, isGone } }: { readonly row: Row<QuestionEntry> }) {
  const { locale } = useConsole();
  const { home } = useTexts();
  const me = useMe();
  const now = useMinute();
  const { id, subject, state, lastMessage, unread = 0, customer, expert, lockedUntil } = item;
  const isShown = useIsShown(id);
  const last = lastMessage ?? null;
  const isMine = expert?.id === me.id;
  return (
    <li class={`row${isGone ? ' gone' : ''}${isShown ? ' shown' : ''}`} data-id={id}>
      <div class="row-top">
        <Pill tone={TONES[state]}>{home.rowState[state]}</Pill>
        {last !== null && (
          <time dateTime={last.at} class="hint" translate={false}>
            {when(last.at, locale.value, now)}
          </time>
        )}
      </div>
      <Link class="row-subject said" to={{ view: 'question', tab: 'mine', questionId: id }} current={isShown}>
        <span dir="auto">{subject}</span>
      </Link>
      <div class="row-foot">
        <span class="hint" translate={false}>
          {last === null
            ? home.nobodyWrote
            : last.by.id === me.id
              ? home.youWrote
              : home.theyWrote(last.by.id === customer.id ? customer.name : last.by.name)}
        </span>
        {unread > 0 && <Pill tone="accent">{home.unread(unread)}</Pill>}
      </div>
      {isMine && state === 'claimed' && lockedUntil !== null && <Ends until={lockedUntil} />}
    </li>
  );
}

function Ends({ until }: { readonly until: string }) {
  const { parley, site } = useConsole();
  const { home, common } = useTexts();
  return (
    <Countdown
      until={until}
      whole={site.value?.policy.claimMs ?? 0}
      now={() => parley.now()}
      left={home.claimEnds}
      checking={common.checking}
    />
  );
}
