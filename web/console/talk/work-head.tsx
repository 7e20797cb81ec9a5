// The head of the conversation: what it is about, who asks and whether they are here, and how long the claim holds.

import { useSignal } from '@preact/signals';
import type { Question } from '../../client/protocol.ts';
import { Button } from '../../kit/basics.tsx';
import { Countdown } from '../../kit/countdown.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { money } from '../../kit/money.ts';
import { useTask } from '../../talk/task.ts';
import { useConsole, useTexts } from '../console.ts';
import { useHeading } from '../heading.ts';
import { Problem } from '../problem.tsx';
import type { Tab } from '../router.ts';
import { Back } from './back.tsx';

export interface WorkHeadProps {
  readonly question: Question;
  readonly tab: Tab;
  /** of the customer; null: nobody knows */
  readonly light: { readonly online: boolean } | null;
  /** does this expert still have it? */
  readonly isHeld: boolean;
  /** are the details shown where there is no room for them beside it? */
  readonly isShown: boolean;
  readonly onDetails: () => void;
}

export function WorkHead({ question, tab, light, isHeld, isShown, onDetails }: WorkHeadProps) {
  const { locale, categories } = useConsole();
  const { work } = useTexts();
  const heading = useHeading();
  const { subject, category, customer, value, payout, state } = question;
  return (
    <header class="work-head">
      <Back tab={tab} />
      <div class="work-title">
        <h1 class="said" dir="auto" tabIndex={-1} ref={heading}>
          {subject}
        </h1>
        <p class="hint">
          <span>{categories.nameOf(category)}</span>
          <span class="customer" data-here={light?.online ?? false}>
            <bdi translate={false}>{customer.name}</bdi>
            {light !== null && ` ${light.online ? work.customerHere : work.customerAway}`}
          </span>
          {payout !== undefined && <span>{work.worth(money(value, locale.value), money(payout, locale.value))}</span>}
        </p>
      </div>
      {isHeld && state !== 'closed' && <ClaimClock question={question} />}
      <span class="details-button">
        <Button look="icon" icon="more" label={work.details} pressed={isShown} onPress={onDetails} />
      </span>
    </header>
  );
}

/** 2.2: pressed again a claim holds longer; released it is everybody's. */
function ClaimClock({ question }: { readonly question: Question }) {
  const { parley, site, router } = useConsole();
  const { work } = useTexts();
  const renewing = useTask();
  const releasing = useTask();
  const isAsking = useSignal(false);
  const { id: questionId, state, lockedUntil } = question;
  const release = () =>
    releasing.run(async () => {
      await parley.call('question.release', { questionId });
      isAsking.value = false;
      router.go({ view: 'home', tab: 'mine' });
    });
  return (
    <div class="claim">
      {state === 'claimed' && lockedUntil !== null && (
        <>
          <Countdown
            until={lockedUntil}
            whole={site.value?.policy.claimMs ?? 0}
            now={() => parley.now()}
            left={work.claimLeft}
            checking={work.checking}
            onEnd={() => void parley.call('question.get', { questionId }).catch(() => undefined)}
          />
          <Button
            busy={renewing.isBusy}
            onPress={() => renewing.run(() => parley.call('question.claim', { questionId }))}
          >
            {work.renew}
          </Button>
        </>
      )}
      <Button onPress={() => (isAsking.value = true)}>{work.release}</Button>
      {renewing.error !== null && <Problem error={renewing.error} />}
      {isAsking.value && (
        <Dialog
          title={work.releaseTitle}
          yes={work.release}
          no={work.keep}
          busy={releasing.isBusy}
          onYes={release}
          onNo={() => (isAsking.value = false)}
        >
          <p>{work.releaseWords}</p>
          {state === 'answered' && <p>{work.releaseAnswered}</p>}
          {releasing.error !== null && <Problem error={releasing.error} />}
        </Dialog>
      )}
    </div>
  );
}
