// What a page does about a refusal: the sentence it says, and the way on. One place for every code that a server may answer.

import { useEffect, useMemo } from 'preact/hooks';
import type { ParleyError, ProblemCode } from '../client/errors.ts';
import { Banner, Button } from '../kit/basics.tsx';
import { clock } from '../kit/clock.ts';
import { keepTicking, tickSignal } from '../kit/ticks.ts';
import type { Texts } from '../texts/texts.ts';
import { useTexts, useWidget } from './widget.ts';

/**
 * `fields`: they say themselves what is wrong. `wait`: the same, a while later. `ended`: sign in again. `gone`, `forbidden`: elsewhere.
 * `again`: it says nothing about the wish. `refetch`: something has changed; what is shown is asked for anew. `pay`: another card.
 * `hint`: say it otherwise.
 */
export type Way = 'fields' | 'wait' | 'ended' | 'gone' | 'forbidden' | 'again' | 'refetch' | 'pay' | 'hint';

const WAYS: Readonly<Record<string, Way>> = {
  'auth.required': 'ended',
  'auth.forbidden': 'forbidden',
  'auth.link': 'hint',
  input: 'fields',
  not_found: 'gone',
  'rate.limited': 'wait',
  conflict: 'refetch',
  payment: 'pay',
  policy: 'hint',
};

/** A newer server may know more codes: what it says about them is a sentence, and trying again does no harm. */
const wayOf = (code: ProblemCode): Way => WAYS[code] ?? WAYS[code.split('.')[0] ?? ''] ?? 'again';

/** For people, in their language: the server's own sentence wherever it has one. */
export function sentenceOf({ code, message, details }: ParleyError, { common }: Texts): string {
  if (code === 'auth.required') return `${common.ended} ${common.endedWay}`;
  if (code === 'not_found') return common.gone;
  if (code === 'auth.forbidden') return common.forbidden;
  if (code === 'no_answer') return common.unreached;
  const reasons: Readonly<Record<string, string>> = common.declined;
  return (code === 'payment.failed' && reasons[String(details?.['reason'])]) || message;
}

export interface ProblemProps {
  readonly error: ParleyError;
  /** the same again; absent where the button that was pressed is still there */
  readonly onAgain?: (() => void) | undefined;
  /** whose payment it is about, if the refusal does not say so */
  readonly questionId?: string | undefined;
}

export function Problem({ error, onAgain, questionId }: ProblemProps) {
  const widget = useWidget();
  const texts = useTexts();
  const { common } = texts;
  const way = wayOf(error.code);
  const sentence = sentenceOf(error, texts);
  const named = error.details?.['questionId'];
  const unpaid = typeof named === 'string' ? named : questionId;
  useEffect(() => widget.announcer.warn(sentence), [error]);
  return (
    <Banner tone={way === 'refetch' || way === 'hint' || way === 'wait' ? 'warn' : 'bad'} icon="alert">
      <p>{sentence}</p>
      {way === 'again' && onAgain && <Button onPress={onAgain}>{common.tryAgain}</Button>}
      {way === 'wait' && onAgain && <AgainLater error={error} onAgain={onAgain} />}
      {way === 'pay' && unpaid !== undefined && (
        <Button look="primary" icon="card" onPress={() => widget.go({ name: 'pay', questionId: unpaid })}>
          {common.updatePayment}
        </Button>
      )}
      {(way === 'ended' || way === 'gone' || way === 'forbidden') && (
        <Button onPress={() => widget.go({ name: 'ask' })}>{common.askNew}</Button>
      )}
    </Banner>
  );
}

/** Not before the server takes it again; never by itself, as it may be about money. */
function AgainLater({ error, onAgain }: { readonly error: ParleyError; readonly onAgain: () => void }) {
  const { common } = useTexts();
  const since = useMemo(() => performance.now(), [error]);
  useEffect(() => keepTicking(), []);
  void tickSignal.value;
  const left = (error.retryAfterMs ?? 0) - (performance.now() - since);
  return (
    <Button why={left > 0 ? common.waitClock(clock(left)) : undefined} onPress={onAgain}>
      {left > 0 ? common.waitClock(clock(left)) : common.tryAgain}
    </Button>
  );
}
