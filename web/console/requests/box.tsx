// 9.1: how the customer can be reached, for who delivers. It is asked for anew whenever it was changed.

import { LOCK } from '../../kit/more-icons.ts';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Offer, PrivateInfo, Question } from '../../client/protocol.ts';
import { Icon, Skeleton } from '../../kit/basics.tsx';
import { useConsole, useMe, useTexts } from '../console.ts';
import { Problem } from '../problem.tsx';
import { useReading } from '../reading.ts';
import { isBoxOf } from './standing.ts';

/** Of a question, for whoever delivers something that was offered in it. */
export function BoxOf({ question, offers }: { readonly question: Question; readonly offers: readonly Offer[] }) {
  const me = useMe();
  const isReader = question.state !== 'closed' && offers.some((offer) => isBoxOf(offer, me));
  return isReader ? <Box questionId={question.id} /> : null;
}

export function Box({ questionId }: { readonly questionId: string }) {
  const { parley } = useConsole();
  const { request: words, common } = useTexts();
  const info = useSignal<PrivateInfo | null>(null);
  const { error, load } = useReading(async () => {
    info.value = (await parley.call('private-info.get', { questionId })).privateInfo;
  });
  const isOnline = parley.status.value === 'online';
  useEffect(() => {
    if (isOnline) load();
  }, [questionId, isOnline]);
  useEffect(
    () =>
      parley.on('private-info.changed', (change) => {
        if (change.questionId === questionId) load();
      }),
    [questionId],
  );
  if (error?.code === 'conflict.closed') return null; // it went with the question
  return (
    <section class="box" aria-label={words.box}>
      <h2>
        <Icon name={LOCK} /> {words.box}
      </h2>
      {error !== null && <Problem error={error} onAgain={load} />}
      {info.value === null && error === null && <Skeleton label={common.loading} rows={1} />}
      {info.value !== null &&
        (info.value.text === null || info.value.text === '' ? (
          <p>{words.boxEmpty}</p>
        ) : (
          <p class="said box-text" dir="auto" translate={false}>
            {info.value.text}
          </p>
        ))}
      <p class="hint">{words.boxHint}</p>
    </section>
  );
}
