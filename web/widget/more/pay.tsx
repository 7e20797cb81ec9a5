// W7: another card, for what is not paid.

import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Answer } from '../../client/calls.ts';
import { Banner, Button, Skeleton } from '../../kit/basics.tsx';
import { money } from '../../kit/money.ts';
import type { Texts } from '../../texts/texts.ts';
import { CardField } from '../card-later.ts';
import { CardMethod } from '../card-method.ts';
import { cardName } from '../card-name.ts';
import { Head } from '../head.tsx';
import { Problem } from '../problem.tsx';
import { useTask } from '../task.ts';
import { useParley, useTexts, useWidget } from '../widget.ts';
import type { View } from '../widget.ts';
import { useAsked } from './asked.ts';

type Found = Answer<'question.get'>;

export function Pay({ view: { questionId } }: { readonly view: Extract<View, { name: 'pay' }> }) {
  const { pay, common } = useTexts();
  const { found, loading, load } = useAsked(questionId);
  return (
    <>
      <Head title={pay.title} back />
      <div class="body">
        {loading.error !== null ? (
          <Problem error={loading.error} onAgain={load} />
        ) : found === null ? (
          <Skeleton label={common.loading} />
        ) : (
          <Form found={found} />
        )}
      </div>
    </>
  );
}

function Form({ found }: { readonly found: Found }) {
  const widget = useWidget();
  const parley = useParley();
  const texts = useTexts();
  const { pay, common } = texts;
  const card = useMemo(() => new CardMethod(), []);
  const task = useTask(found.question.id);
  const done = useSignal<string | null>(null);
  const questionId = found.question.id;
  const status = parley.status.value;
  const cardNow = cardName(found.question);
  const isOff = status === 'offline' || status === 'connecting';

  const save = async () => {
    const paymentMethod = await card.method();
    if (paymentMethod === null) return; // the card's own form says what is wrong
    const answer = await parley.call('payment.update', { questionId, paymentMethod });
    const failed = found.offers.filter(({ state }) => state === 'payment_failed').map(({ id }) => id);
    const isReopened = answer.offers.some(({ id, state }) => state === 'open' && failed.includes(id)); // not given up meanwhile
    done.value = found.question.state === 'draft' ? pay.posted : isReopened ? pay.reopened : pay.kept;
    widget.announcer.say(done.value);
    if (answer.question.state !== found.question.state) widget.emit('question', { id: questionId });
  };
  if (done.value !== null) return <Done words={done.value} questionId={questionId} />;
  return (
    <>
      <p>{purposeOf(found, texts, widget.locale.value)}</p>
      {cardNow !== null && (
        <p>
          {pay.cardNow}{' '}
          <span class="figure" translate={false}>
            {cardNow}
          </span>
        </p>
      )}
      <CardField questionId={questionId} card={card} />
      {task.error !== null && <Problem error={task.error} />}
      <div>
        <Button
          look="primary"
          wide
          busy={task.isBusy}
          why={isOff ? common.needsConnection : undefined}
          onPress={() => task.run(save)}
        >
          {task.isBusy ? pay.saving : pay.save}
        </Button>
        {isOff && <p class="hint">{common.needsConnection}</p>}
      </div>
    </>
  );
}

function Done({ words, questionId }: { readonly words: string; readonly questionId: string }) {
  const widget = useWidget();
  const { pay } = useTexts();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []); // the button that was pressed is gone
  return (
    <div ref={place} tabIndex={-1}>
      <Banner tone="good" icon="check">
        <p>{words}</p>
        <Button look="primary" onPress={() => widget.go({ name: 'talk', questionId })}>
          {pay.toTalk}
        </Button>
      </Banner>
    </div>
  );
}

/** What is not paid yet; else what it is for from now on. */
function purposeOf({ question, offers }: Found, { pay }: Texts, locale: string): string {
  if (question.state === 'draft') return pay.forQuestion(money(question.value, locale));
  const failed = offers.find(
    ({ state, paymentReason }) => state === 'payment_failed' || (state === 'offered' && paymentReason),
  );
  if (failed !== undefined) return pay.forOffer(failed.service.title, money(failed.price, locale));
  return pay.forLater;
}
