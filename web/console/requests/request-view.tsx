// E7: one request, where its letters lead (6.3): what it is, what it brings, the conversation to review, and two buttons. Looking at it
// accepts nothing; only the button does.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ParleyError } from '../../client/errors.ts';
import type { RequestEntry } from '../../client/protocol.ts';
import { Banner, Button, Skeleton } from '../../kit/basics.tsx';
import { Countdown } from '../../kit/countdown.tsx';
import { when } from '../../kit/format.ts';
import { money } from '../../kit/money.ts';
import { useTask } from '../../talk/task.ts';
import type { Task } from '../../talk/task.ts';
import { useConsole, useMe, useTexts } from '../console.ts';
import { isFocusLost, useHeading } from '../heading.ts';
import { later } from '../later.tsx';
import { Link } from '../link.tsx';
import { Problem } from '../problem.tsx';
import { Box } from './box.tsx';
import { Review } from './review.tsx';
import { bringsOf, isBoxOf, isMine, isOpenTo, isReadableBy, isReservedFor, standingOf } from './standing.ts';
import { Support } from './support.tsx';

const Report = later(async () => (await import('./report.tsx')).Report);

export function RequestView({ requestId }: { readonly requestId: string }) {
  const { title } = useConsole();
  const { common, home } = useTexts();
  const me = useMe();
  const { request, error, again, take, look } = useRequest(requestId);
  useEffect(() => {
    title.value = request === null ? home.requests : `${request.prefix} ${request.subject}`;
  }, [request, home]);
  if (request !== null) return <Shown request={request} take={take} look={look} />;
  if (error === null) return <Skeleton label={common.loading} rows={6} />;
  const isUnknown = error.code === 'not_found' || error.code === 'input.invalid'; // no id has this form
  return (
    <div class="main-body request">
      {isUnknown ? <Unknown /> : <Problem error={error} onAgain={again} />}
      {me.role === 'expert' && <ToCenter />}
    </div>
  );
}

function Unknown() {
  const { request: words, home } = useTexts();
  const heading = useHeading();
  return (
    <>
      <h1 tabIndex={-1} ref={heading}>
        {home.requests}
      </h1>
      <p role="status">{words.notFound}</p>
    </>
  );
}

/** The newest that is known of it: by events, by answers, and asked for whenever only the server can say. */
function useRequest(requestId: string) {
  const { parley } = useConsole();
  const request = useSignal<RequestEntry | null>(null);
  const error = useSignal<ParleyError | null>(null);
  const take = (newer: RequestEntry) => {
    if (newer.id !== requestId || newer.version <= (request.peek()?.version ?? -1)) return;
    request.value = newer;
    error.value = null;
  };
  const ask = async () => take((await parley.call('request.get', { requestId })).request);
  const look = () =>
    void ask().catch((failure: unknown) => {
      if (!(failure instanceof ParleyError)) throw failure;
      if (request.peek() === null) error.value = failure;
      // it is for nobody here any more
      else if (failure.code === 'not_found') request.value = null;
      if (request.peek() === null) error.value = failure;
    });
  const isOnline = parley.status.value === 'online';
  useEffect(
    () =>
      parley.on('request.changed', (body) => {
        if (body.id !== requestId) return;
        if ('prefix' in body) take(body);
        else look();
      }),
    [requestId],
  );
  useEffect(() => {
    if (isOnline) look();
  }, [requestId, isOnline]);
  return { request: request.value, error: error.value, again: look, take, look };
}

interface ShownProps {
  readonly request: RequestEntry;
  readonly take: (newer: RequestEntry) => void;
  /** asks what has become of it */
  readonly look: () => void;
}

function Shown({ request, take, look }: ShownProps) {
  const { parley, locale } = useConsole();
  const { request: words } = useTexts();
  const me = useMe();
  const heading = useRef<HTMLHeadingElement>(null);
  const hasPassed = useSignal(false);
  const accepting = useTask(look);
  const passing = useTask(look);
  const time = (at: string) => when(at, locale.value, parley.now());
  const standing = standingOf(request, words, { me, hasPassed: hasPassed.value, time });
  const brings = bringsOf(request, words, me);
  const isOpen = isOpenTo(request, me);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (isFocusLost()) heading.current?.focus(); // that of the door is gone
  }, []);
  useEffect(() => {
    const isLost = wasOpen.current && !isOpen && (document.activeElement ?? document.body) === document.body;
    wasOpen.current = isOpen;
    if (isLost) heading.current?.focus(); // its button is gone
  }, [isOpen]);
  const accept = () =>
    accepting.run(async () => take((await parley.call('request.accept', { requestId: request.id })).request));
  const pass = () =>
    passing.run(async () => {
      const answer = await parley.call('request.decline', { requestId: request.id });
      hasPassed.value = true;
      take(answer.request);
    });
  const isWinner = isMine(request, me) && me.role === 'expert';
  const isTaken = request.acceptedBy !== null && !isMine(request, me);
  return (
    <article class="main-body request" aria-labelledby="request-subject">
      <header>
        <p class="asked-prefix">{request.prefix}</p>
        <h1 class="said" dir="auto" id="request-subject" tabIndex={-1} ref={heading}>
          {request.subject}
        </h1>
      </header>
      <Banner tone={standing.tone}>
        <p role="status">{accepting.isBusy ? words.accepting : standing.words}</p>
      </Banner>
      <p class="said" dir="auto">
        {request.description}
      </p>
      <dl class="facts">
        {brings !== null && (
          <div class="payout">
            <dt>{brings.label}</dt>
            <dd class="figure" translate={false}>
              {money(brings.amount, locale.value)}
            </dd>
          </div>
        )}
        <Left request={request} look={look} />
      </dl>
      {isOpen && <Ways request={request} accepting={accepting} passing={passing} onAccept={accept} onPass={pass} />}
      <Failed task={accepting} request={request} />
      <Failed task={passing} request={request} />
      {isReadableBy(request, me) && <Review questionId={request.questionId} />}
      {isBoxOf(request, me) && <Box questionId={request.questionId} />}
      {isWinner && request.state === 'accepted' && <Report request={request} take={take} look={look} />}
      {isTaken && me.role === 'expert' && <ToCenter />}
      {me.role === 'expert' && (isTaken || (isWinner && request.state !== 'capturing')) && (
        <Support request={request} />
      )}
    </article>
  );
}

interface WaysProps {
  readonly request: RequestEntry;
  readonly accepting: Task;
  readonly passing: Task;
  readonly onAccept: () => void;
  readonly onPass: () => void;
}

function Ways({ request, accepting, passing, onAccept, onPass }: WaysProps) {
  const { request: words } = useTexts();
  const me = useMe();
  return (
    <div class="request-ways">
      <p class="actions">
        <Button look="premium" busy={accepting.isBusy} onPress={onAccept}>
          {words.accept}
        </Button>
        {isReservedFor(request, me) && (
          <Button busy={passing.isBusy} onPress={onPass}>
            {words.decline}
          </Button>
        )}
      </p>
      <p class="hint">{words.onlyTheButton}</p>
    </div>
  );
}

/** 6.4: a refusal because something has changed is told best by what it has changed to. */
function Failed({ task, request }: { readonly task: Task; readonly request: RequestEntry }) {
  const me = useMe();
  const isTold = !isOpenTo(request, me) && task.error !== null && !task.error.retryable;
  return task.error === null || isTold ? null : <Problem error={task.error} />;
}

/** Counts by the server's clock; at the end the server is asked what has become of it. */
function Left({ request, look }: Pick<ShownProps, 'request' | 'look'>) {
  const { parley, site } = useConsole();
  const { request: words } = useTexts();
  const { state, reservedUntil, expiresAt } = request;
  const policy = site.value?.policy;
  const until = state === 'reserved' ? reservedUntil : state === 'open' ? expiresAt : null;
  if (until === null) return null;
  const whole = state === 'reserved' ? policy?.reservationMs : policy?.requestTtlMs;
  return (
    <div>
      <dt id="left-label">{words.left}</dt>
      <dd>
        <span role="timer" aria-labelledby="left-label">
          <Countdown
            until={until}
            whole={whole ?? 0}
            now={() => parley.now()}
            left={(clock) => clock}
            checking={words.checking}
            onEnd={look}
          />
        </span>
      </dd>
    </div>
  );
}

const ToCenter = () => {
  const { request: words } = useTexts();
  return (
    <p>
      <Link to={{ view: 'home', tab: 'requests' }}>{words.backToCenter}</Link>
    </p>
  );
};
