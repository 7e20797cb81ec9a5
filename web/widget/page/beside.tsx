// W14: beside the conversation on a wide screen: what is offered and how far it is, and the private box. Below, who is signed in.

import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Conversation } from '../../client/conversation.ts';
import { Button } from '../../kit/basics.tsx';
import { OfferCard } from '../offer.tsx';
import { useParley, useTexts, useWidget } from '../widget.ts';
import { BoxPanel, paidIn } from '../more/box.tsx';
import css from './beside.css?inline';
import { useHeld } from '../more/held.ts';

const WIDE = '(min-width: 900px)';

export function Beside() {
  const widget = useWidget();
  const parley = widget.parley.value;
  useMemo(() => widget.styles(css), []);
  const query = useMemo(() => matchMedia(WIDE), []);
  const isWide = useSignal(query.matches);
  useEffect(() => {
    const look = () => (isWide.value = query.matches);
    query.addEventListener('change', look);
    return () => query.removeEventListener('change', look);
  }, []);
  if (!parley) return null;
  const view = widget.view.value;
  return (
    <>
      {isWide.value && view.name === 'talk' && parley.user.value !== null && (
        <Aside key={view.questionId} questionId={view.questionId} />
      )}
      <Who />
    </>
  );
}

function Aside({ questionId }: { readonly questionId: string }) {
  const parley = useParley();
  const { more } = useTexts();
  const talk = useHeld(() => parley.conversation(questionId), questionId);
  const hasAny = useComputed(() => talk !== null && talk.offers.value.length > 0);
  if (talk === null || !hasAny.value) return null;
  return (
    <aside class="beside" aria-label={more.beside}>
      <Offers talk={talk} />
      {(talk.privateInfo.value !== null || paidIn(talk).length > 0) && (
        <section>
          <h2>{more.boxTitle}</h2>
          <BoxPanel questionId={questionId} />
        </section>
      )}
    </aside>
  );
}

/** The newest first. */
function Offers({ talk }: { readonly talk: Conversation }) {
  const question = talk.question.value;
  if (question === null) return null;
  return (
    <>
      {talk.offers.value.toReversed().map((offer) => (
        <OfferCard key={offer.id} offer={offer} question={question} refunds={talk.refunds.value} />
      ))}
    </>
  );
}

function Who() {
  const widget = useWidget();
  const parley = useParley();
  const { more } = useTexts();
  const user = parley.user.value;
  if (user === null || parley.status.value === 'ended') return null;
  return (
    <footer class="signed-in">
      <p>
        {more.signedInAs} <bdi translate={false}>{user.name}</bdi>
      </p>
      <Button look="link" onPress={() => void widget.forget()}>
        {more.signOut}
      </Button>
    </footer>
  );
}
