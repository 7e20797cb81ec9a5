// Who answers: how they were rated, and whether they are there. In words; the light only says it once more.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Conversation } from '../client/conversation.ts';
import type { Question } from '../client/protocol.ts';
import { Icon } from '../kit/basics.tsx';
import { useParley, useTexts, useWidget } from './widget.ts';

interface WhoProps {
  readonly conversation: Conversation;
  readonly question: Question;
}

export function Who({ conversation, question }: WhoProps) {
  const { talk } = useTexts();
  const light = conversation.light.value;
  if (question.expert === null)
    return (
      <p class="who said" dir="auto">
        {question.subject}
      </p>
    );
  const words = light?.online ? (light.state === 'away' ? talk.away : talk.online) : talk.offlineThere;
  return (
    <p class="who">
      <Rated expertId={question.expert.id} />
      {light !== null && (
        <span class="who-light" data-light={light.online && light.state === 'available' ? 'online' : 'away'}>
          {words}
        </span>
      )}
    </p>
  );
}

/** The average of the customers' own stars, once anybody has rated. */
function Rated({ expertId }: { readonly expertId: string }) {
  const { locale } = useWidget();
  const parley = useParley();
  const { talk } = useTexts();
  const rating = useSignal<{ readonly average: number | null; readonly count: number } | null>(null);
  useEffect(() => {
    parley
      .call('expert.get', { expertId })
      .then(({ expert }) => (rating.value = expert.rating))
      .catch(() => undefined); // it is a courtesy
  }, [expertId]);
  const { average = null, count = 0 } = rating.value ?? {};
  if (average === null) return null;
  const shown = new Intl.NumberFormat(locale.value, { minimumFractionDigits: 1 }).format(average);
  return (
    <span class="who-rated">
      <Icon name="star" />
      <span aria-hidden="true" translate={false}>
        {talk.rated(shown, count)}
      </span>
      <span class="hidden">{talk.ratedWords(shown, count)}</span>
    </span>
  );
}
