// E6: the Request Center: what may be accepted now, what is to be reported, and what is done.

import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Live } from '../../client/list.ts';
import type { RequestEntry } from '../../client/protocol.ts';
import { Button, Empty, Pill } from '../../kit/basics.tsx';
import { Countdown } from '../../kit/countdown.tsx';
import { money } from '../../kit/money.ts';
import { useConsole, useTexts } from '../console.ts';
import { LiveRows } from '../home/live-rows.tsx';
import { Link } from '../link.tsx';
import type { Requests } from './requests.ts';

const VIEWS = ['open', 'priority', 'done'] as const;
type View = (typeof VIEWS)[number];

export function Center({ requests }: { readonly requests: Requests }) {
  const { request: words } = useTexts();
  const view = useSignal<View>('open');
  const names = { open: words.openTab, priority: words.priorityTab, done: words.doneTab };
  const counts: Partial<Record<View, Live<RequestEntry>>> = { open: requests.open, priority: requests.priority };
  return (
    <>
      <div class="views" role="group" aria-label={words.views}>
        {VIEWS.map((one) => {
          const live = counts[one];
          return (
            <Button key={one} pressed={view.value === one} onPress={() => (view.value = one)}>
              {names[one]}
              {live?.state.value === 'ready' && <span class="tab-count figure">{` ${live.items.value.length}`}</span>}
            </Button>
          );
        })}
      </div>
      {view.value === 'done' ? (
        <Done />
      ) : (
        <Entries
          key={view.value}
          live={view.value === 'open' ? requests.open : requests.priority}
          label={names[view.value]}
          empty={view.value === 'open' ? words.openEmpty : words.priorityEmpty}
        />
      )}
    </>
  );
}

/** Nobody keeps it up to date while nobody looks at it. */
function Done() {
  const { parley } = useConsole();
  const { request: words } = useTexts();
  const live = useMemo(() => parley.list.requests('done'), []);
  useEffect(() => () => live.release(), []);
  return <Entries live={live} label={words.doneTab} empty={words.doneEmpty} />;
}

interface EntriesProps {
  readonly live: Live<RequestEntry>;
  readonly label: string;
  readonly empty: string;
}

const Entries = ({ live, label, empty }: EntriesProps) => (
  <LiveRows
    label={label}
    live={live}
    row={({ item, isGone }) => <Entry key={item.id} request={item} isGone={isGone} />}
    empty={
      <Empty>
        <p>{empty}</p>
      </Empty>
    }
  />
);

function Entry({ request, isGone }: { readonly request: RequestEntry; readonly isGone: boolean }) {
  const { locale, categories, router } = useConsole();
  const { request: words, home } = useTexts();
  const { id, prefix, subject, category, payout } = request;
  const place = router.place.value;
  const isShown = place.view === 'request' && place.requestId === id;
  return (
    <li class={`row${isGone ? ' gone' : ''}${isShown ? ' shown' : ''}`} data-id={id}>
      <div class="row-top">
        <span class="row-prefix">{prefix}</span>
        <Pill>{categories.nameOf(category)}</Pill>
      </div>
      <span class="row-subject said" dir="auto">
        {subject}
      </span>
      <div class="row-foot">
        {isGone ? (
          <span class="hint">{home.waitsNoMore}</span>
        ) : (
          <>
            {payout !== undefined && <span class="row-earn">{words.youEarn(money(payout, locale.value))}</span>}
            <Deadline request={request} />
          </>
        )}
        <Link
          class="see-more"
          to={{ view: 'request', requestId: id }}
          current={isShown}
          label={words.seeMoreOf(subject)}
        >
          {words.seeMore}
        </Link>
      </div>
    </li>
  );
}

/** What is to be done until when: accepted, or reported. */
function Deadline({ request }: { readonly request: RequestEntry }) {
  const { parley, site } = useConsole();
  const { request: words } = useTexts();
  const { state, reservedUntil, expiresAt, reportDueAt } = request;
  const policy = site.value?.policy;
  const [until, whole, left] =
    state === 'accepted'
      ? [reportDueAt, policy?.reportWindowMs, words.reportDue]
      : state === 'reserved'
        ? [reservedUntil, policy?.reservationMs, words.leftClock]
        : [state === 'open' ? expiresAt : null, policy?.requestTtlMs, words.leftClock];
  if (until === null) return null;
  return <Countdown until={until} whole={whole ?? 0} now={() => parley.now()} left={left} checking={words.checking} />;
}
