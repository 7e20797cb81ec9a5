// What a page shows of a refusal: the sentence, and the way on.

import { useEffect, useMemo } from 'preact/hooks';
import type { ParleyError } from '../client/errors.ts';
import { Banner, Button } from '../kit/basics.tsx';
import { clock } from '../kit/clock.ts';
import { keepTicking, tickSignal } from '../kit/ticks.ts';
import { sentenceOf, wayOf } from './ways.ts';
import { useTexts, useWidget } from './widget.ts';

export { sentenceOf };

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
      {way === 'pay' && unpaid !== undefined && widget.view.value.name !== 'pay' && (
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
