// What a view says about a refusal: the server's sentence wherever it has one, and the way on.

import { useEffect, useMemo } from 'preact/hooks';
import type { ParleyError } from '../client/errors.ts';
import { Banner, Button } from '../kit/basics.tsx';
import { clock } from '../kit/clock.ts';
import { keepTicking, tickSignal } from '../kit/ticks.ts';
import type { ConsoleTexts } from '../texts/console.ts';
import { useConsole, useTexts } from './console.ts';

/** For people, in their language. */
export function sentenceOf({ code, message }: ParleyError, { common, signIn }: ConsoleTexts): string {
  if (code === 'auth.required') return signIn.ended;
  if (code === 'not_found') return common.gone;
  if (code === 'auth.forbidden') return common.forbidden;
  if (code === 'no_answer') return common.unreached;
  return message;
}

export interface ProblemProps {
  readonly error: ParleyError;
  /** the same again; absent where the button that was pressed is still there */
  readonly onAgain?: (() => void) | undefined;
}

export function Problem({ error, onAgain }: ProblemProps) {
  const { announcer } = useConsole();
  const texts = useTexts();
  const sentence = sentenceOf(error, texts);
  useEffect(() => announcer.warn(sentence), [error]);
  const isOthers = /^(?:conflict|policy|rate)\./.test(error.code); // it went on, or has to be said otherwise
  return (
    <Banner tone={isOthers ? 'warn' : 'bad'} icon="alert">
      <p>{sentence}</p>
      {onAgain !== undefined && error.retryable && <Again error={error} onAgain={onAgain} />}
    </Banner>
  );
}

/** Not before the server takes it again. */
function Again({ error, onAgain }: { readonly error: ParleyError; readonly onAgain: () => void }) {
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
