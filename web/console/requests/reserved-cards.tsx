// E5: requests that are kept for this expert, over everything that is no dialog, and first on the way of the tabulator. Only a press
// accepts. What became of one stands there a while.

import type { Answer } from '../../client/calls.ts';
import { Button } from '../../kit/basics.tsx';
import { Countdown } from '../../kit/countdown.tsx';
import { money } from '../../kit/money.ts';
import { useTask } from '../../talk/task.ts';
import { useConsole, useMe, useTexts } from '../console.ts';
import { sentenceOf } from '../problem.tsx';
import type { Asked, Requests } from './requests.ts';

export function ReservedCards({ requests }: { readonly requests: Requests }) {
  const { request: words } = useTexts();
  const place = useConsole().router.place.value;
  const shown = place.view === 'request' ? place.requestId : null; // it says itself how it stands
  const asked = requests.asked.value.filter(({ request }) => request.id !== shown);
  return (
    <section class="asked" aria-label={words.askedMany(asked.length)} hidden={asked.length === 0}>
      {asked.map((one) => (
        <Card key={one.request.id} asked={one} requests={requests} />
      ))}
    </section>
  );
}

interface CardProps {
  readonly asked: Asked;
  readonly requests: Requests;
}

function Card({ asked: { request, hasPassed }, requests }: CardProps) {
  const { parley, locale, router, site } = useConsole();
  const texts = useTexts();
  const { request: words } = texts;
  const me = useMe();
  const accepting = useTask(() => requests.ask(request.id));
  const passing = useTask(() => requests.ask(request.id));
  const { id, prefix, subject, payout, state, reservedFor, reservedUntil, acceptedBy } = request;
  const isKept = state === 'reserved' && reservedFor === me.id;
  const canAccept = isKept || state === 'open';
  const done = (answer: Answer<'request.accept'>) => {
    requests.take(answer.request);
    if (answer.request.acceptedBy?.id !== me.id) return;
    if (answer.request.state === 'accepted') requests.dismiss(id);
    router.go({ view: 'request', requestId: id });
  };
  const accept = () => accepting.run(async () => done(await parley.call('request.accept', { requestId: id })));
  const pass = () =>
    passing.run(async () => requests.pass((await parley.call('request.decline', { requestId: id })).request));
  const outcome = outcomeOf();
  const error = accepting.error ?? passing.error;
  return (
    <article class={`asked-card${isKept ? '' : ' over'}`} aria-label={`${prefix} ${subject}`}>
      <p class="asked-prefix">{prefix}</p>
      <h2 class="said" dir="auto">
        {subject}
      </h2>
      <p class="asked-facts">
        {payout !== undefined && canAccept && <strong>{words.youEarn(money(payout, locale.value))}</strong>}
        {isKept && reservedUntil !== null && (
          <Countdown
            until={reservedUntil}
            whole={site.value?.policy.reservationMs ?? 0}
            now={() => parley.now()}
            left={words.leftClock}
            checking={words.checking}
            onEnd={() => requests.ask(id)}
          />
        )}
      </p>
      {outcome !== null && <p role="status">{outcome}</p>}
      {error !== null && outcome === null && (
        <p class="error" role="alert">
          {sentenceOf(error, texts)}
        </p>
      )}
      <div class="asked-ways">
        {canAccept && (
          <Button look="premium" busy={accepting.isBusy} onPress={accept}>
            {words.acceptShort}
          </Button>
        )}
        {isKept && (
          <Button busy={passing.isBusy} onPress={pass}>
            {words.decline}
          </Button>
        )}
        {canAccept && (
          <Button look="link" onPress={() => router.go({ view: 'request', requestId: id })}>
            {words.reviewShort}
          </Button>
        )}
        {!isKept && <Button look="icon" icon="close" label={words.dismiss} onPress={() => requests.dismiss(id)} />}
      </div>
    </article>
  );

  function outcomeOf(): string | null {
    if (acceptedBy !== null && acceptedBy.id !== me.id) return words.takenShort;
    if (state === 'open') return hasPassed ? words.passedShort : words.timeOver;
    if (state === 'capturing') return words.capturing;
    if (state === 'payment_failed') return words.paymentFailedShort;
    if (state === 'reserved' || state === 'accepted') return null;
    return words.goneShort;
  }
}
