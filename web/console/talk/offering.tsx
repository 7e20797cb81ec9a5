// E4, 8.1: the expert offers a premium service: when it is possible, of what, for how much, and what it would bring.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Offer, OfferForm as Form, Question } from '../../client/protocol.ts';
import { Button } from '../../kit/basics.tsx';
import { Countdown } from '../../kit/countdown.tsx';
import { useTask } from '../../talk/task.ts';
import { useConsole, useMe, useTexts } from '../console.ts';
import { later } from '../later.tsx';
import { Problem } from '../problem.tsx';
import { useReading } from '../reading.ts';
import { Unable } from './unable.tsx';

const OfferForm = later(async () => (await import('./offer-form.tsx')).OfferForm);

export interface OfferingProps {
  readonly question: Question;
  readonly offers: readonly Offer[];
}

export function Offering({ question, offers }: OfferingProps) {
  const { parley, site } = useConsole();
  const { offering } = useTexts();
  const me = useMe();
  const form = useSignal<Form | null>(null);
  const isWriting = useSignal(false);
  const { id: questionId, offerAvailableAt } = question;
  const withdrawing = useTask(() => void parley.call('question.get', { questionId }).catch(() => undefined));
  const { error, load } = useReading(async () => {
    form.value = await parley.call('offer.form', { questionId });
  });
  // what is possible changes with the replies and with every offer
  const states = offers.map(({ id, state }) => `${id} ${state}`).join();
  useEffect(load, [questionId, offerAvailableAt, states]);
  const mine = offers.find(
    ({ state, acceptedBy, origin }) => state === 'accepted' && origin === 'expert' && acceptedBy?.id === me.id,
  );
  const known = form.value;
  const open = known?.open ?? null;
  const withdraw = (offerId: string) =>
    withdrawing.run(async () => {
      await parley.call('offer.withdraw', { offerId });
      load();
    });
  const availableAt = known?.availableAt ?? null;
  const isEarly = availableAt !== null && Date.parse(availableAt) > parley.now();
  return (
    <section class="offering" aria-label={offering.title}>
      {error !== null && <Problem error={error} onAgain={load} />}
      {mine !== undefined && <Unable offer={mine} />}
      {known !== null && open !== null && (
        <>
          <p class="hint">{offering.isOpen}</p>
          {open.mine && open.state === 'offered' && (
            <div>
              <Button busy={withdrawing.isBusy} onPress={() => withdraw(open.offerId)}>
                {offering.withdraw}
              </Button>
            </div>
          )}
          {withdrawing.error !== null && <Problem error={withdrawing.error} />}
        </>
      )}
      {known !== null && open === null && availableAt === null && <p class="hint">{offering.needsReplies}</p>}
      {known !== null && open === null && isEarly && (
        <p class="hint">
          <Countdown
            until={availableAt}
            whole={site.value?.policy.offerDelayMs ?? 0}
            now={() => parley.now()}
            left={offering.soon}
            checking={offering.checking}
            onEnd={load}
          />
        </p>
      )}
      {known !== null && open === null && availableAt !== null && !isEarly && (
        <>
          {!isWriting.value && (
            <div>
              <Button look="premium" shortcut="o" onPress={() => (isWriting.value = true)}>
                {offering.offer}
              </Button>
            </div>
          )}
          {isWriting.value && (
            <OfferForm
              questionId={questionId}
              form={known}
              onDone={() => {
                isWriting.value = false;
                load();
              }}
            />
          )}
        </>
      )}
    </section>
  );
}
