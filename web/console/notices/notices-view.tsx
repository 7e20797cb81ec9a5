// E2: what one was told, the newest first, each with where it leads.

import { useEffect } from 'preact/hooks';
import type { NoticeEntry } from '../../client/protocol.ts';
import { Button, Empty, Skeleton } from '../../kit/basics.tsx';
import { when } from '../../kit/format.ts';
import { useConsole, useTexts } from '../console.ts';
import { useHeading } from '../heading.ts';
import { Link } from '../link.tsx';
import { Problem } from '../problem.tsx';
import type { Place } from '../router.ts';
import { useTask } from '../../talk/task.ts';

export function NoticesView() {
  const { notices, title } = useConsole();
  const { notices: words, common } = useTexts();
  const heading = useHeading();
  const task = useTask();
  const items = notices.items.value;
  const error = notices.error.value;
  useEffect(() => {
    title.value = words.title;
  }, [words]);
  useEffect(() => notices.see(), [items]);
  return (
    <div class="main-body settings">
      <h1 tabIndex={-1} ref={heading}>
        {words.title}
      </h1>
      {error !== null && <Problem error={error} onAgain={() => void notices.load()} />}
      {items === null && error === null && <Skeleton label={common.loading} rows={4} />}
      {items?.length === 0 && (
        <Empty>
          <p>{words.none}</p>
        </Empty>
      )}
      {items !== null && items.length > 0 && (
        <ol class="own">
          {items.map((one) => (
            <Told key={one.id} notice={one} />
          ))}
        </ol>
      )}
      {notices.hasMore.value && (
        <div>
          <Button busy={task.isBusy} onPress={() => task.run(() => notices.loadMore())}>
            {words.older}
          </Button>
        </div>
      )}
      {task.error !== null && <Problem error={task.error} />}
    </div>
  );
}

function Told({ notice }: { readonly notice: NoticeEntry }) {
  const { text, at } = notice;
  const { locale, parley } = useConsole();
  const { notices: words } = useTexts();
  const to = placeOf(notice);
  return (
    <li>
      <p class="said" dir="auto">
        {text}
      </p>
      <p class="row-foot">
        <time class="hint" dateTime={at} translate={false}>
          {when(at, locale.value, parley.now())}
        </time>
        {to !== null && (
          <Link to={to} label={words.openOf(text)}>
            {words.open}
          </Link>
        )}
      </p>
    </li>
  );
}

/** A notice about a request leads to it, one about an offer of one’s own or a question to the conversation. */
function placeOf({ code, params: { offerId, questionId } }: NoticeEntry): Place | null {
  const isOfRequest = typeof offerId === 'string' && !code.startsWith('offer.');
  if (isOfRequest) return { view: 'request', requestId: offerId };
  return typeof questionId === 'string' ? { view: 'question', tab: 'mine', questionId } : null;
}
