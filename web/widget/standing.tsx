// Where the question stands, in one sentence below the newest line; nothing where the lines say it themselves.

import { useRef } from 'preact/hooks';
import type { Conversation } from '../client/conversation.ts';
import type { Question } from '../client/protocol.ts';
import { Icon } from '../kit/basics.tsx';
import { later } from './later.tsx';
import { useParley, useTexts } from './widget.ts';

// its way on is the view of the card, which comes with it
const Unpaid = later(async () => (await import('./more/more.ts')).Unpaid, { words: [], isQuiet: true });

interface StandingProps {
  readonly conversation: Conversation;
  readonly question: Question;
}

export function Standing({ conversation, question }: StandingProps) {
  const { talk } = useTexts();
  const sentence = useSentence(conversation, question);
  const { payment, state, id } = question;
  const isUnpaid = payment?.state === 'capture_failed' || (payment?.state === 'declined' && state !== 'draft');
  if (state === 'draft' && payment?.state === 'declined') return <Unpaid words={talk.draft} question={question} />;
  return (
    <>
      {isUnpaid && <Unpaid key={id} words={talk.unpaid} question={question} />}
      {sentence !== null && (
        <p class="standing">
          <Icon name="clock" />
          <span>{sentence}</span>
        </p>
      )}
    </>
  );
}

function useSentence({ lines }: Conversation, question: Question): string | null {
  const { talk } = useTexts();
  const user = useParley().user.value;
  const holder = useRef<string | null>(null); // had it, as far as it was seen
  if (question.expert !== null) holder.current = question.expert.name;
  const expert = lines.value.findLast(({ by }) => by.role === 'expert')?.by.name;
  if (question.state === 'draft') return talk.authorising;
  if (question.state === 'claimed')
    return expert === question.expert?.name ? null : talk.reading(question.expert?.name ?? '');
  if (question.state !== 'open') return null;
  const lapsed = expert ?? holder.current;
  if (lapsed !== null) return talk.lapsed(lapsed);
  return user?.email ? talk.waiting : talk.waitingNoEmail;
}
