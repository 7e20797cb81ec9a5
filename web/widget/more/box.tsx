// W8, 9.1: the private box, for what nobody else may read: who reads it, what is saved, and what to do when two have written.

import { useEffect } from 'preact/hooks';
import type { Conversation } from '../../client/conversation.ts';
import type { PrivateInfo } from '../../client/protocol.ts';
import { Banner, Button, Icon, Skeleton } from '../../kit/basics.tsx';
import { when } from '../../kit/format.ts';
import { LOCK, REFRESH } from '../../kit/more-icons.ts';
import { Head } from '../head.tsx';
import { Problem } from '../problem.tsx';
import { useParley, useTexts, useWidget } from '../widget.ts';
import type { View } from '../widget.ts';
import { boxOf } from './box-state.ts';
import type { BoxState } from './box-state.ts';
import { useHeld } from './held.ts';
import css from './more.css?inline';

const MOST = 10_000; // characters

export function Box({ view }: { readonly view: Extract<View, { name: 'box' }> }) {
  const { more } = useTexts();
  return (
    <>
      <Head title={more.boxTitle} back />
      <div class="body">
        <BoxPanel questionId={view.questionId} />
      </div>
    </>
  );
}

/** Without a head, as the page of a question has it beside the conversation. */
export function BoxPanel({ questionId }: { readonly questionId: string }) {
  const widget = useWidget();
  const parley = useParley();
  useEffect(() => widget.styles(css), []);
  const talk = useHeld(() => parley.conversation(questionId), questionId);
  const box = boxOf(parley, questionId);
  const isClosed = talk?.question.value?.state === 'closed';
  const paid = talk === null ? 0 : paidIn(talk).length;
  // not before it is known what is paid: a second look would come under the hands of who writes already
  // whose session has ended is told so by the refusal
  const isEnded = parley.status.value === 'ended';
  const isKnown = talk !== null && (talk.state.value !== 'loading' || parley.user.value === null || isEnded);
  useEffect(() => {
    if (isClosed) box.destroy();
    else if (isKnown) void box.load();
  }, [box, isClosed, isKnown, isEnded, paid]);
  return (
    // recorders of the host's page keep out
    <section class="box ph-no-capture sentry-mask fs-exclude" data-hj-suppress>
      {talk !== null && <BoxOf box={box} talk={talk} />}
    </section>
  );
}

function BoxOf({ box, talk }: { readonly box: BoxState; readonly talk: Conversation }) {
  const { common, more } = useTexts();
  switch (box.phase.value) {
    case 'loading':
      return <Skeleton label={common.loading} />;
    case 'none':
      return <Gone box={box} words={more.boxNone} />;
    case 'destroyed':
      return <Gone box={box} words={more.boxDestroyed} />;
    case 'failed':
      return box.problem.value && <Problem error={box.problem.value} onAgain={() => void box.load()} />;
    case 'ready':
      return <Open box={box} talk={talk} />;
  }
}

/** There is no box: what somebody wrote for it is theirs all the same. */
function Gone({ box, words }: { readonly box: BoxState; readonly words: string }) {
  const { more } = useTexts();
  return (
    <>
      <Banner tone="plain" icon={LOCK}>
        <p role="status">{words}</p>
      </Banner>
      {box.text.value !== '' && (
        <>
          <p>{more.boxLeftText}</p>
          <p class="said version">{box.text.value}</p>
        </>
      )}
    </>
  );
}

function Open({ box, talk }: { readonly box: BoxState; readonly talk: Conversation }) {
  const { common, more } = useTexts();
  const parley = useParley();
  const isOnline = parley.status.value === 'online';
  const problem = box.problem.value;
  const theirs = box.theirs.value;
  return (
    <>
      <Rules talk={talk} />
      {theirs === null ? <Changed box={box} talk={talk} /> : <Stale box={box} theirs={theirs} />}
      <form
        class="box-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isOnline && box.isChanged.value && theirs === null) void box.save();
        }}
      >
        <label class="label" for="box-text">
          {theirs === null ? more.boxLabel : more.boxYours}
        </label>
        {/* nothing of it goes to a dictionary on the net, or into what a browser keeps of forms */}
        <textarea
          id="box-text"
          class="control"
          dir="auto"
          rows={7}
          maxLength={MOST}
          autocomplete="off"
          spellcheck={false}
          aria-describedby="box-hint box-saved"
          value={box.text.value}
          onInput={(event) => (box.text.value = event.currentTarget.value)}
        />
        <span id="box-hint" class="hint">
          {more.boxHint}
        </span>
        <div class="box-foot">
          <p id="box-saved" class="hint" role="status">
            <Saved box={box} />
          </p>
          {theirs === null && (
            <Button
              look="primary"
              type="submit"
              busy={box.busy.value}
              why={isOnline ? (box.isChanged.value ? undefined : more.saved) : common.needsConnection}
            >
              {box.busy.value ? more.boxSaving : more.boxSave}
            </Button>
          )}
        </div>
        {problem !== null && <Problem error={problem} onAgain={() => void box.save()} />}
      </form>
    </>
  );
}

/** The box is paid for: who delivers reads it. */
const PAID = ['accepted', 'fulfilled', 'unfulfilled', 'report_overdue', 'unable', 'refund_failed'];

/** What there is a box for. */
export const paidIn = (talk: Conversation) => talk.offers.value.filter(({ state }) => PAID.includes(state));

function Rules({ talk }: { readonly talk: Conversation }) {
  const { more } = useTexts();
  const readers = paidIn(talk).flatMap(({ acceptedBy }) => acceptedBy ?? []);
  const names = [...new Map(readers.map(({ id, name }) => [id, name])).values()];
  return (
    <div class="box-rules">
      <Icon name={LOCK} />
      <p>
        <strong>{more.boxReaders(names)}</strong> {more.boxRules}
      </p>
    </div>
  );
}

function Saved({ box }: { readonly box: BoxState }) {
  const { more } = useTexts();
  const widget = useWidget();
  const parley = useParley();
  const saved = box.saved.value;
  if (box.isChanged.value) return <>{more.boxUnsaved}</>;
  if (!saved?.by || saved.at === null) return <>{more.boxEmpty}</>;
  const time = when(saved.at, widget.locale.value, parley.now());
  return <>{saved.by.id === parley.user.value?.id ? more.boxSavedByYou(time) : more.boxSavedBy(saved.by.name, time)}</>;
}

/** Somebody has saved since this was read; it is shown when it is asked for, so that no text changes under a reader. */
function Changed({ box, talk }: { readonly box: BoxState; readonly talk: Conversation }) {
  const { more } = useTexts();
  const widget = useWidget();
  const parley = useParley();
  const change = talk.privateInfo.value;
  if (!change?.by || change.at === null || change.version <= (box.saved.value?.version ?? 0) || box.busy.value)
    return null;
  const isOwn = change.by.id === parley.user.value?.id;
  const time = when(change.at, widget.locale.value, parley.now());
  return (
    <Banner tone="warn" icon={REFRESH}>
      <p role="status">{isOwn ? more.boxSavedByYou(time) : more.boxChanged(change.by.name, time)}</p>
      <Button onPress={() => void box.load()}>{more.boxShow}</Button>
    </Banner>
  );
}

function Stale({ box, theirs }: { readonly box: BoxState; readonly theirs: PrivateInfo }) {
  const { common, more } = useTexts();
  const parley = useParley();
  const why = parley.status.value === 'online' ? undefined : common.needsConnection;
  const isOwn = theirs.by?.id === parley.user.value?.id;
  return (
    <div class="box-stale">
      <Banner tone="warn" icon="alert">
        <p role="alert">{isOwn ? more.boxStaleSelf : more.boxStale(theirs.by?.name ?? '')}</p>
      </Banner>
      <h2>{more.boxTheirs}</h2>
      <p class="said version" dir="auto">
        {theirs.text ?? more.boxNothing}
      </p>
      <div class="ways">
        <Button onPress={() => box.takeTheirs()}>{more.boxTakeTheirs}</Button>
        <Button look="primary" busy={box.busy.value} why={why} onPress={() => void box.keepMine()}>
          {more.boxKeepMine}
        </Button>
      </div>
    </div>
  );
}
